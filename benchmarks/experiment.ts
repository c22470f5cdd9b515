/** Plain JSON data: what survives `JSON.parse(JSON.stringify(value))` unchanged. */
export type PlainData = Record<string, unknown>;

/** One configuration of an experiment: a game, a leader and an oracle. Plain JSON data, run once a seed. */
export interface Cell {
  /** Environment id, such as `IteratedMatrixGame-v0`. */
  readonly game: string;
  /** Short label of the game in tables and figures, such as `prisoners_dilemma`. */
  readonly gameName: string;
  /** Parameters given to `make`. */
  readonly parameters: PlainData;
  readonly leader: string;
  readonly oracle: string;
  readonly leaderOptions: PlainData;
  readonly oracleOptions: PlainData;
  /** Limits such as the number of leader steps; their meaning is the experiment's own. */
  readonly budget: PlainData;
}

/** One point of a learning curve. Fields other than `steps` and `value` are kept, and must be finite numbers. */
export interface CurvePoint {
  /** Leader steps so far, queries counted. */
  readonly steps: number;
  /** Leader value of the policy as it is played, as `evaluateCommitment` gives it. */
  readonly value: number;
  readonly [metric: string]: number;
}

/** What one (cell, seed) ends with. */
export interface CellResult {
  /** Exact leader value at the optimum. */
  readonly exact: number;
  /** Leader value of the learned greedy commitment, as `evaluateCommitment` gives it. */
  readonly learned: number;
  /** `exact - learned`. */
  readonly gap: number;
  /** Leader steps until the value of the policy as played came within 5 % of the optimum for good (of an optimum of 0: within 5 % of where it began), queries counted; null if it never did. */
  readonly stepsTo95: number | null;
  /** Leader steps until the greedy commitment was the optimum for good, queries counted; null if it is not. */
  readonly stepsToExact: number | null;
  /** All leader steps, queries counted. */
  readonly leaderSteps: number;
  /** Those of the leader steps that were queries. */
  readonly queries: number;
  /** Steps spent on training the followers beforehand. */
  readonly preTrainingSteps: number;
  readonly wallTimeSeconds: number;
  /** Anything else worth keeping, as plain JSON data. */
  readonly extra?: PlainData;
}

/**
 * A figure beyond the learning curves, as data. `curve` draws a metric of the curve points over steps, a line a cell; `scaling` draws a
 * number of each result over a number of its cell, with the median and the range over seeds.
 */
export interface Chart {
  /** Used in file names: lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly title: string;
  readonly kind: 'curve' | 'scaling';
  /** `curve`: a metric that counts upwards, instead of the steps. `scaling`: path into the cell, such as `parameters.size`. */
  readonly x?: string;
  /** `curve`: a metric, such as `exploitability`. `scaling`: path into the result, such as `queries` or `extra.updates`. */
  readonly y: string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** `scaling`: path into the result of a bound, drawn dashed. */
  readonly bound?: string;
  /** `scaling`: what the dashed line is, such as `exact optimum`. Default `bound`. */
  readonly boundLabel?: string;
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** `scaling`: the name of the line of `y`; its leader and oracle by default. */
  readonly label?: string;
  /** `scaling`: lines of their own for other numbers of the result, each with its path and name. */
  readonly further?: readonly { readonly y: string; readonly label: string }[];
}

/** A number of the results that the table shows beside the usual ones, as the mean over seeds with its 95 % interval. */
export interface ExtraColumn {
  /** Path into the result, such as `extra.gain`. */
  readonly path: string;
  /** Head of the column. */
  readonly title: string;
}

/** How a running cell reports. */
export interface CellContext {
  /** Appends a point to the learning curve; steps must not decrease. */
  metric(point: CurvePoint): void;
  /**
   * Keeps an SVG document, such as an animated episode, as `<name>.svg` beside the result; the report shows those of the first seed.
   *
   * @throws InvalidArgument unless the name is lower-case letters, digits and hyphens and the text a whole SVG document without script
   */
  picture(name: string, svg: string): void;
  /** Says how much of the cell is done, from 0 to 1, with an optional short note. */
  progress(fraction: number, note?: string): void;
}

/** Trains and evaluates one cell with one seed; deterministic in (cell, seed) but for the wall time. */
export type RunCell = (cell: Cell, seed: number, context: CellContext) => Promise<CellResult>;

/** An experiment as data, with the function that runs one of its cells. */
export interface Experiment {
  /** Used in commands and folder names: lower-case letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** The figure it belongs to, such as `Figure 3 of "Oracles & Followers"`. */
  readonly figure?: string;
  /** What `exact` is where no exact optimum is known, such as `best known value`; the report then says so. */
  readonly reference?: string;
  /** What leader values are, for axes, such as `minus total cost`. Default `leader value`. */
  readonly valueTitle?: string;
  readonly cells: readonly Cell[];
  /** Figures beside the learning curves; a change of them makes no result outdated. */
  readonly charts?: readonly Chart[];
  /** Further columns of the table; a change of them makes no result outdated. */
  readonly extras?: readonly ExtraColumn[];
  /** Default number of seeds. */
  readonly seeds: number;
  /** Throws one line for a cell that cannot run, before anything starts. By default its parameters have to make its game. */
  readonly check?: (cell: Cell) => void;
  readonly run: RunCell;
}
