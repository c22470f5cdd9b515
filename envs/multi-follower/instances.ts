import { z } from 'zod';
import { describe, InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { type CyberInstance, CyberSetting, drawCyber } from './cyber.js';
import { drawQre, type QreInstance, QreSetting } from './qre.js';
import { type Setting, type SettingName, settingNames } from './setting.js';
import { drawSsg, type SsgInstance, SsgSetting } from './ssg.js';

const owner = 'MultiFollower-v0';
const numbers = z.array(z.number()).min(1);
const atMostZero = z.array(z.number().max(0)).min(1);
const positive = z.array(z.number().positive()).min(1);

const instance = z.union([
  z.strictObject({
    payoffs: z.array(numbers).min(2).describe('qre: a row a follower, an entry a joint action'),
  }),
  z.strictObject({
    attractiveness: numbers.describe('ssg: of each target'),
    leaderPenalties: atMostZero.describe('ssg: of each target'),
    targets: z.array(z.array(z.int().nonnegative()).min(1)).min(1).describe('ssg: those of each defender'),
    penalties: z.array(atMostZero).min(1).describe('ssg: of each defender at each of its targets'),
  }),
  z.strictObject({
    losses: positive.describe('cyber: of each customer'),
    costs: positive.describe('cyber: of effort'),
    weights: z
      .array(z.array(z.number().nonnegative()))
      .describe("cyber: effect of customer j's effort on i's safety"),
  }),
]);

/** Parameters of the game; which of them go with which setting is checked by `createSetting`. */
export const parameters = z.strictObject({
  setting: z
    .enum(settingNames as [SettingName])
    .default('cyber')
    .describe('What the leader designs'),
  seed: z.int().nonnegative().optional().describe('Seed of the drawn instance (default 0)'),
  followers: z.int().min(1).max(50).optional().describe('Default 3 (qre), 5 (ssg), 10 (cyber)'),
  actions: z.int().min(2).max(50).optional().describe('qre: actions of each follower (default 10)'),
  targets: z.int().min(2).max(1000).optional().describe('ssg: targets (default 100)'),
  ownTargets: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('ssg: targets that each defender can cover (default half)'),
  resources: z.number().positive().optional().describe('ssg: coverage of each defender in all (default 10)'),
  budget: z.number().positive().optional().describe('qre, ssg: greatest expected payment in all (default 1)'),
  rationality: z.number().positive().max(1000).optional().describe('qre: lambda (default 1)'),
  maximumSubsidy: z.number().positive().optional().describe('qre: greatest subsidy of an entry (default 20)'),
  risk: z.number().nonnegative().max(10).optional().describe('cyber: risk aversion (default 0.1)'),
  penalty: z
    .number()
    .nonnegative()
    .default(10)
    .describe("What the leader's reward loses for each unit of violation"),
  instance: instance.optional().describe('The data, instead of drawing them'),
});

export type MultiFollowerParameters = z.infer<typeof parameters>;

/** Which parameters only some settings have. */
const settingsOf: Readonly<Record<string, readonly SettingName[]>> = {
  actions: ['qre'],
  rationality: ['qre'],
  maximumSubsidy: ['qre'],
  targets: ['ssg'],
  ownTargets: ['ssg'],
  resources: ['ssg'],
  budget: ['qre', 'ssg'],
  risk: ['cyber'],
};

/** What a given instance decides. */
const drawing = ['seed', 'followers', 'actions', 'targets', 'ownTargets'];

function refuse(field: string, expected: string, got: unknown): never {
  throw new InvalidArgument(`${owner}: ${field}: expected ${expected}, got ${describe(got)}.`);
}

/** The setting that the parameters ask for. @throws InvalidArgument naming the parameter that does not fit */
export function createSetting(p: MultiFollowerParameters): Setting {
  for (const [field, value] of Object.entries(p)) {
    const settings = settingsOf[field];
    if (value !== undefined && settings !== undefined && !settings.includes(p.setting))
      refuse(field, `it only with setting ${settings.join(' or ')}`, value);
    if (value !== undefined && p.instance !== undefined && drawing.includes(field))
      refuse(field, 'it only without an instance', value);
  }
  return { qre: createQre, ssg: createSsg, cyber: createCyber }[p.setting](p);
}

/** The stream that an instance is drawn from. */
function stream({ setting, seed = 0 }: MultiFollowerParameters): Rng {
  return new Rng(seed).child('multi-follower', setting);
}

/** The given instance, which must have the field that marks those of the setting. */
function given<T>({ instance, setting }: MultiFollowerParameters, mark: string): T {
  if (!(mark in instance!)) refuse('instance', `data of setting ${setting}, with ${mark}`, instance);
  return instance as T;
}

function createQre(p: MultiFollowerParameters): Setting {
  const { followers = 3, budget = 1, rationality = 1, maximumSubsidy = 20 } = p;
  const rules = (actions: number) => ({ actions, budget, rationality, maximumSubsidy });
  if (p.instance !== undefined) {
    const data = given<QreInstance>(p, 'payoffs');
    const [first] = data.payoffs;
    const actions = Math.round(first.length ** (1 / data.payoffs.length));
    checkEntries(data.payoffs.length, actions);
    data.payoffs.forEach((row, i) => {
      if (actions < 2 || row.length !== actions ** data.payoffs.length)
        refuse(`instance.payoffs[${i}]`, 'an entry for each joint action', row);
    });
    return new QreSetting(data, rules(actions));
  }
  const { actions = 10 } = p;
  checkEntries(followers, actions);
  return new QreSetting(drawQre(stream(p), followers, actions), rules(actions));
}

function checkEntries(followers: number, actions: number): void {
  if (followers < 2 || followers > 6 || actions ** followers > 20_000)
    refuse('followers', '2 to 6 followers with at most 20000 joint actions', [followers, actions]);
}

function createSsg(p: MultiFollowerParameters): Setting {
  const { followers = 5, targets = 100, resources = 10, budget = 1 } = p;
  const { ownTargets = Math.ceil(targets / 2) } = p;
  if (ownTargets > targets) refuse('ownTargets', `at most the ${targets} targets`, ownTargets);
  if (p.instance === undefined)
    return new SsgSetting(drawSsg(stream(p), followers, targets, ownTargets), { resources, budget });
  const data = given<SsgInstance>(p, 'attractiveness');
  const count = data.attractiveness.length;
  const width = data.targets[0].length;
  if (data.leaderPenalties.length !== count)
    refuse('instance.leaderPenalties', `${count} numbers`, data.leaderPenalties);
  if (data.penalties.length !== data.targets.length)
    refuse('instance.penalties', `${data.targets.length} rows`, data.penalties);
  data.targets.forEach((row, i) => {
    if (row.length !== width || new Set(row).size !== width || row.some((t) => t >= count))
      refuse(`instance.targets[${i}]`, `${width} different targets below ${count}`, row);
    if (data.penalties[i].length !== width)
      refuse(`instance.penalties[${i}]`, `${width} numbers`, data.penalties[i]);
  });
  return new SsgSetting(data, { resources, budget });
}

function createCyber(p: MultiFollowerParameters): Setting {
  const { followers = 10, risk = 0.1 } = p;
  if (p.instance === undefined) return new CyberSetting(drawCyber(stream(p), followers), { risk });
  const data = given<CyberInstance>(p, 'losses');
  const n = data.losses.length;
  if (data.costs.length !== n) refuse('instance.costs', `${n} numbers`, data.costs);
  if (data.weights.length !== n) refuse('instance.weights', `${n} rows`, data.weights);
  data.weights.forEach((row, i) => {
    if (row.length !== n || !(row[i] > 0))
      refuse(`instance.weights[${i}]`, `${n} numbers with a positive one on the diagonal`, row);
  });
  return new CyberSetting(data, { risk });
}
