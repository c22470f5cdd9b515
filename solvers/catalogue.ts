import { enumeration } from './enumeration.js';
import { memoryOneEnumeration, memoryOneSearch } from './memory-one/solvers.js';
import { multipleLps, pureEnumeration, singleLp } from './normal-form/solvers.js';
import { origamiSolver } from './security/origami.js';
import { quantalAscentSolver } from './security/quantal-ascent.js';
import { eraser, securityLps } from './security/security-programs.js';
import type { Solver } from './solver.js';

/** Every solver. For each game the first that fits is the default. */
export const catalogue: readonly Solver[] = [
  multipleLps,
  singleLp,
  pureEnumeration,
  memoryOneEnumeration,
  memoryOneSearch,
  origamiSolver,
  securityLps,
  eraser,
  quantalAscentSolver,
  enumeration,
];

/** Names of all solvers. */
export const solverNames: readonly string[] = catalogue.map(({ name }) => name);
