import type { Cell, Chart, Experiment, ExtraColumn } from '../experiment.js';
import { checkQueryCell, runQueryCell } from '../query-cell.js';

/** Rows and columns of the random matrix games. */
const sizes = [2, 3, 4, 5, 6, 7, 8];
/** Targets of the random security games. */
const targets = [5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100];
/** The baseline looks at all vertices of its polytopes, so it stops here. */
const baselineTargets = 15;

const cell = (game: string, gameName: string, parameters: Cell['parameters'], leader: string): Cell => ({
  game,
  gameName,
  parameters,
  leader,
  oracle: 'best-response-queries',
  leaderOptions: {},
  oracleOptions: {},
  budget: {},
});

const matrixCells = sizes.map((size) =>
  cell('NormalForm-v0', `${size} x ${size}`, { rows: size, columns: size }, 'hyperplane-learner'),
);

const securityCells = ['clinch', 'security-learner', 'hyperplane-learner'].flatMap((leader) =>
  targets
    .filter((n) => leader !== 'hyperplane-learner' || n <= baselineTargets)
    .map((n) => cell('SecurityGame-v0', `${n} targets`, { targets: n }, leader)),
);

const queriesChart: Omit<Chart, 'name' | 'x' | 'xTitle'> = {
  title: 'Best-response queries until the learner stops',
  kind: 'scaling',
  y: 'queries',
  yTitle: 'queries',
  logX: true,
  logY: true,
};
const gapChart: Omit<Chart, 'name' | 'x' | 'xTitle'> = {
  title: 'Optimum less the learned value',
  kind: 'scaling',
  y: 'gap',
  yTitle: 'gap',
};

const queriesColumn: ExtraColumn = { path: 'queries', title: 'queries' };

/** Learning whom one commits against from best-response queries (Letchford et al. 2009; Peng et al. 2019; Haghtalab et al. 2022). */
export const learningToCommit: readonly Experiment[] = [
  {
    id: 'learning-to-commit',
    title: 'Learning to commit in random matrix games',
    description:
      'The hyperplane learner sees its own payoffs and the best response to each commitment it asks about. Games with n rows, n columns and payoffs uniform in [0, 1]; steps are queries, and the optimum is that of multiple linear programs.',
    cells: matrixCells,
    charts: [
      { ...queriesChart, name: 'queries-by-size', x: 'parameters.rows', xTitle: 'rows and columns' },
      { ...gapChart, name: 'gap-by-size', x: 'parameters.rows', xTitle: 'rows and columns' },
    ],
    extras: [queriesColumn],
    seeds: 10,
    check: checkQueryCell,
    run: runQueryCell,
  },
  {
    id: 'clinch',
    title: 'Learning to commit in security games: Clinch',
    description:
      "One resource, n targets, zero-sum, values uniform in [0, 1], precision 1e-8. Clinch's first phase against its bound n ln(1e8) + n (dashed); the whole security learner, which also shaves and lures; and the hyperplane learner, which does not use the structure.",
    cells: securityCells,
    charts: [
      {
        ...queriesChart,
        name: 'queries-by-targets',
        x: 'parameters.targets',
        xTitle: 'targets',
        bound: 'extra.bound',
      },
      { ...gapChart, name: 'gap-by-targets', x: 'parameters.targets', xTitle: 'targets' },
    ],
    extras: [queriesColumn],
    seeds: 10,
    check: checkQueryCell,
    run: runQueryCell,
  },
];
