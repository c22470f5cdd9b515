import { AecEnv } from '../aec.js';
import type { Seed } from '../rng.js';
import { rowLayout } from '../spaces/batch.js';
import { iterate } from '../spaces/utils.js';
import type { Space } from '../spaces/space.js';
import { arrayTypes, type AgentId, type TypedArray } from '../types.js';
import { type Batch, ParallelVectorEnv, VectorEnv, type VectorResetOptions } from '../vector.js';
import { emptyMoment, type ActionSource, type Moment, type Offer, type Playable, Subject } from './subject.js';
import { copyValue } from './values.js';
