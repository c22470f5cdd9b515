import { describe, expect, it } from '@jest/globals';
import '../../envs/index.js';
import { createGame, gameDefinitions } from '../../envs/core/definition.js';
import { GameVectorEnv } from '../../envs/core/vector-env.js';
import { GameParallelEnv } from '../../envs/core/views.js';
import {
  type CheckReport,
  checkAecEnv,
  checkParallelEnv,
  checkParallelVectorEnv,
  seedTest,
} from '../../gymnasium/checkers/index.js';
import { aecToParallel, parallelToAec } from '../../gymnasium/conversions.js';
import { autoresetModes } from '../../gymnasium/vector.js';

const options = { collect: true, episodes: 2, maxSteps: 60 };

function failures({ failures, skipped }: CheckReport): string[] {
  expect(skipped.filter((rule) => rule.includes('instance'))).toEqual([]);
  return failures.map(({ error }) => error.message);
}

describe.each([...gameDefinitions().values()].map((definition) => [definition.id, definition] as const))(
  '%s',
  (_id, definition) => {
    const { renderer, presets, id: title } = definition;

    it.each(Object.entries({ default: {}, ...presets }))('conforms with preset %s', (_name, parameters) => {
      const build = (renderMode?: string) =>
        new GameParallelEnv(createGame(definition, parameters), {
          renderMode: renderMode as 'ansi' | undefined,
          renderer,
          title,
        });
      expect(failures(checkParallelEnv(build, options))).toEqual([]);
      expect(failures(checkAecEnv((mode) => parallelToAec(build(mode)), options))).toEqual([]);
      const there = (mode?: string) => aecToParallel(parallelToAec(build(mode)));
      expect(failures(checkParallelEnv(there, options))).toEqual([]);
      for (const autoresetMode of autoresetModes) {
        const vector = () => new GameVectorEnv(createGame(definition, parameters), 3, { autoresetMode });
        const report = checkParallelVectorEnv(vector, { ...options, twin: build });
        expect(failures(report)).toEqual([]);
      }
      seedTest(build, { maxSteps: 60 });
    });
  },
);
