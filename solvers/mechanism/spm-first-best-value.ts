import { firstBest } from '../../envs/mechanism/spm-first-best.js';
import type { SpmObjective } from '../../envs/mechanism/spm-parameters.js';
import type { SpmSetting } from '../../envs/mechanism/spm-settings.js';
import { colorsValue } from './spm-known-mechanisms.js';
import { finiteProblem, type ValueOutcome, type World } from './spm-worlds.js';

/**
 * The expected first best of a setting, in raw values: what a designer gets who knows all values, so that no
 * mechanism gets more. Of welfare (which also bounds revenue: what is paid is at most what it is worth), or of the
 * smallest value in the setting `max-min`. Exact, in closed form or by enumeration. Null where neither is known.
 */
export function expectedFirstBest(setting: SpmSetting, objective: SpmObjective): number | null {
  if (objective === 'max-min') return setting.name === 'max-min' ? fairest : null;
  const problem = finiteProblem(setting, 'welfare');
  if (problem !== null)
    return sum(problem.worlds.map((world) => world.probability * inWorld(setting, world)));
  if (setting.name === 'colors') return colorsValue(setting);
  if (setting.name === 'max-min') return null;
  return sum(setting.units.map((units) => highestUniform(setting, units)));
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/**
 * Of the setting `max-min`: where orange takes black, each of the eight others can only have the kind of which its
 * value is uniform on [0.4, 0.5], and the smallest of eight such values has mean 0.4 + 0.1 / 9. Where orange takes
 * white, the black unit to spare goes to the blue buyer of the smallest value, which leaves 0.4 + 0.1 / 6.
 */
const fairest = 0.4 + 0.1 * (0.5 / 9 + 0.5 / 6);

/** Of n values delta u + (1 - delta) w_i the m largest: order statistics of the uniform distribution. */
function highestUniform({ agents, delta = 0 }: SpmSetting, units: number): number {
  const sold = Math.min(units, agents);
  const ranks = sold * (agents + 1) - (sold * (sold + 1)) / 2;
  return sold * (delta / 2) + ((1 - delta) * ranks) / (agents + 1);
}

function inWorld(setting: SpmSetting, { agents }: World): number {
  return setting.units.length === 1
    ? highestIndependent(agents, setting.units[0])
    : enumerated(setting, agents);
}

/** The m largest of independent values: the integral over t of E min(m, how many are at least t). */
function highestIndependent(agents: World['agents'], units: number): number {
  const levels = [...new Set(agents.flatMap((outcomes) => outcomes.map(({ values }) => values[0])))].sort(
    (a, b) => a - b,
  );
  return sum(
    levels.map((level, j) => {
      const chances = agents.map((outcomes) =>
        sum(outcomes.filter(({ values }) => values[0] >= level).map(({ probability }) => probability)),
      );
      return (level - (j > 0 ? levels[j - 1] : 0)) * expectedCount(chances, units);
    }),
  );
}

/** E min(most, number of successes) of independent trials. */
function expectedCount(chances: readonly number[], most: number): number {
  const count = new Float64Array(most + 1);
  count[0] = 1;
  for (const chance of chances) {
    for (let n = most; n >= 0; n--) {
      const stays = n === most ? count[n] : count[n] * (1 - chance);
      count[n] = stays + (n > 0 ? count[n - 1] * chance : 0);
    }
  }
  return count.reduce((total, p, n) => total + p * n, 0);
}

/** All joint values of a few agents. */
function enumerated(setting: SpmSetting, agents: World['agents']): number {
  const go = (drawn: readonly ValueOutcome[]): number => {
    if (drawn.length === agents.length) {
      const probability = drawn.reduce((product, outcome) => product * outcome.probability, 1);
      return (
        probability *
        firstBest(
          setting,
          drawn.flatMap(({ values }) => values),
        )
      );
    }
    return sum(agents[drawn.length].map((outcome) => go([...drawn, outcome])));
  };
  return go([]);
}
