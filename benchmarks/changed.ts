import { isDeepStrictEqual } from 'node:util';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import type { Cell, Experiment, PlainData } from './experiment.js';

/** Most characters of a value in a name, which is a part of folder names. */
const longest = 24;

/**
 * The experiment with these game parameters over each cell's own, and another number of leader steps where cells have one. A
 * cell's name tells the parameters that are not its own.
 *
 * @throws InvalidArgument for steps where no cell has a budget of steps
 */
export function changedExperiment(
  experiment: Experiment,
  parameters: PlainData,
  steps: number | undefined,
): Experiment {
  if (steps !== undefined && !experiment.cells.some(({ budget }) => 'steps' in budget)) {
    throw new InvalidArgument(
      `--steps: expected an experiment whose cells have a budget of steps, got ${describe(experiment.id)}.`,
    );
  }
  return { ...experiment, cells: experiment.cells.map((cell) => changedCell(cell, parameters, steps)) };
}

function changedCell(cell: Cell, parameters: PlainData, steps: number | undefined): Cell {
  const { budget } = cell;
  return {
    ...cell,
    gameName: cell.gameName + words(cell, parameters),
    parameters: { ...cell.parameters, ...parameters },
    budget: steps !== undefined && 'steps' in budget ? { ...budget, steps } : budget,
  };
}

/** ` (rule=pdp, demand=2)` for parameters that change the cell, else nothing. */
function words(cell: Cell, parameters: PlainData): string {
  const changes = Object.entries(parameters)
    .filter(([name, value]) => !isDeepStrictEqual(value, cell.parameters[name]))
    .map(([name, value]) => `${name}=${short(typeof value === 'string' ? value : JSON.stringify(value))}`);
  return changes.length === 0 ? '' : ` (${changes.join(', ')})`;
}

function short(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 3)}...`;
}
