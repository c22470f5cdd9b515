import { ParallelToAec } from '../gymnasium/conversions.js';
import { register } from '../gymnasium/registry.js';
import { addGame, createGame, type GameDefinition } from './core/definition.js';
import { GameVectorEnv } from './core/vector-env.js';
import { type GameEnvOptions, GameParallelEnv } from './core/views.js';
import { games } from './games.js';

export { bayesianGames, twoTypes } from './bayesian/classics.js';
export { animate } from './core/animation.js';
export * from './core/definition.js';
export * from './core/expressions.js';
export * from './core/game-lane.js';
export * from './core/markov-game.js';
export * from './core/model.js';
export * from './core/playthrough.js';
export * from './core/stackelberg.js';
export * from './core/vector-env.js';
export * from './core/views.js';
export * from './games.js';
export { namedGames, ordinalGames, textbookGames } from './matrix/classics.js';
export {
  type PolicyStatisticName,
  policyStatisticNames,
  policyStatistics,
} from './mechanism/policy-statistics.js';
export {
  type SpmSetting,
  type SpmSettingOptions,
  spmSetting,
  spmSettings,
} from './mechanism/spm-settings.js';
export { type Economy, gainIndex } from './platform/bertrand.js';
export { type GreedyCycle, greedyCycle } from './platform/greedy-cycle.js';
export {
  braess,
  edgeFlows,
  graph,
  type Network,
  networkOf,
  parallelLinks,
  pigou,
  totalCost,
} from './routing/network.js';
export { sampleDeployment } from './security/deployment.js';
export { type GeneratorParameters, generateTargets } from './security/security-generators.js';
export { eightTargets, type Target, targetsOf, twoTargets } from './security/security-instances.js';

/** The scalar view of a game from its definition, with rendering. */
export function gameEnv(
  definition: GameDefinition,
  input: Readonly<Record<string, unknown>> & Pick<GameEnvOptions, 'renderMode'>,
): GameParallelEnv {
  const { renderMode, ...parameters } = input;
  const { id: title, renderer } = definition;
  return new GameParallelEnv(createGame(definition, parameters), { renderMode, renderer, title });
}

/** Registers a game in all its views: `make`, `makeAec`, `makeVec`, `makeGame` and the command line then know it. */
export function registerGame(definition: GameDefinition): void {
  addGame(definition);
  register({
    id: definition.id,
    entryPoint: (parameters) => gameEnv(definition, parameters),
    aecEntryPoint: (parameters) => new ParallelToAec(gameEnv(definition, parameters)),
    vectorEntryPoint: (numEnvs, parameters, { autoresetMode }) =>
      new GameVectorEnv(createGame(definition, parameters), numEnvs, { autoresetMode }),
  });
}

for (const game of games) registerGame(game);
