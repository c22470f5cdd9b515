import { describe, InvalidAction, ResetNeeded } from '../error.js';
import type { ParallelEnv, PerAgent } from '../parallel.js';
import type { AgentId } from '../types.js';
import { drawJoint, type ParallelSubject } from './parallel-subject.js';
import { expectThat, expectThrows, fail, type Rule } from './rule.js';
import { ActionSource } from './subject.js';
import { copyValue, firstDifference } from './values.js';

const hasCommit = ({ env }: ParallelSubject) => env.commit !== undefined;

/** Rules on leader-first environments. */
export const commitRules: readonly Rule<ParallelSubject>[] = [
  { name: 'moveOrder lists every agent once', check: fullOrder },
  { name: 'an environment with several turns has commit', check: commitExists },
  {
    name: 'commit returns the observations of exactly the agents still to move',
    check: remainingAgents,
    applies: hasCommit,
  },
  { name: 'observations after commit are in their space', check: commitMembership, applies: hasCommit },
  { name: 'a step against a commitment throws InvalidAction', check: stepKeepsWord, applies: hasCommit },
  { name: 'a commit against a commitment throws InvalidAction', check: commitKeepsWord, applies: hasCommit },
  { name: 'commit does not change what step does', check: commitIsPassive, applies: hasCommit },
  { name: 'commit after the end throws ResetNeeded', check: commitNeedsReset, applies: hasCommit },
];

function fullOrder({ env }: ParallelSubject): void {
  const listed = env.moveOrder.flat();
  const { possibleAgents } = env;
  expectThat(
    listed.length === possibleAgents.length && possibleAgents.every((id) => listed.includes(id)),
    () => `Expected moveOrder to list each of ${possibleAgents.join(', ')} once, got ${describe(listed)}.`,
  );
}

function commitExists({ env }: ParallelSubject): void {
  expectThat(
    env.commit !== undefined || env.moveOrder.length === 1,
    () => `Expected commit with the turns ${describe(env.moveOrder)}, got none.`,
  );
}

/** Every way of the first movers' turns ending in a commit, over the first steps of an episode. */
function* commitments(subject: ParallelSubject): Generator<{ at: string; waiting: AgentId[]; seen: any }> {
  const { env, seed } = subject;
  const actions = new ActionSource(seed);
  let { infos } = env.reset({ seed });
  for (let t = 1; t <= 20 && env.agents.length > 0; t++) {
    const joint = drawJoint(env, actions, infos, t);
    const waiting = new Set(env.agents);
    for (const group of groupsOf(env).slice(0, -1)) {
      for (const id of group) waiting.delete(id);
      yield { at: `step ${t}`, waiting: [...waiting], seen: env.commit!(pick(joint, group)) };
    }
    ({ infos } = env.step(joint));
  }
}

function groupsOf(env: ParallelEnv): AgentId[][] {
  const groups = env.moveOrder.map((group) => group.filter((id) => env.agents.includes(id)));
  return groups.filter((group) => group.length > 0);
}

function pick(joint: PerAgent<any>, agents: readonly AgentId[]): PerAgent<any> {
  return Object.fromEntries(agents.map((id) => [id, joint[id]]));
}

function remainingAgents(subject: ParallelSubject): void {
  for (const { at, waiting, seen } of commitments(subject)) {
    const keys = Object.keys(seen ?? {});
    expectThat(
      keys.length === waiting.length && waiting.every((id) => keys.includes(id)),
      () =>
        `Expected commit to return observations of exactly ${waiting.join(', ')} before ${at}, got ${describe(seen)}.`,
    );
  }
}

function commitMembership(subject: ParallelSubject): void {
  for (const { at, seen } of commitments(subject)) {
    for (const [id, value] of Object.entries(seen ?? {})) {
      const space = subject.env.observationSpace(id);
      expectThat(
        space.contains(value),
        () =>
          `Expected ${id} to observe a member of ${space} after the commit before ${at}, got ${describe(value)}.`,
      );
    }
  }
}

/** Commits the first movers to one action and hands on the others' and one that breaks the commitment. */
function afterCommit(
  { env, seed }: ParallelSubject,
  use: (agent: AgentId, broken: PerAgent<any>, joint: PerAgent<any>) => void,
): void {
  for (const agent of groupsOf(resetTo(env, seed))[0]) {
    const { infos } = env.reset({ seed });
    const joint = drawJoint(env, new ActionSource(seed), infos, 1);
    const other = anotherAction(env, agent, joint[agent]);
    if (other === undefined) continue;
    env.commit!(pick(joint, groupsOf(env)[0]));
    use(agent, { [agent]: other }, joint);
  }
}

function resetTo(env: ParallelEnv, seed: any): ParallelEnv {
  env.reset({ seed });
  return env;
}

function anotherAction(env: ParallelEnv, agent: AgentId, action: unknown): unknown {
  const space = env.actionSpace(agent);
  for (let draw = 0; draw < 50; draw++) {
    const other = space.sample();
    if (firstDifference(action, other) !== null) return other;
  }
  return undefined;
}

function stepKeepsWord(subject: ParallelSubject): void {
  afterCommit(subject, (agent, broken, joint) =>
    expectThrows(InvalidAction, `a step in which ${agent} plays other than it committed to`, () =>
      subject.env.step({ ...joint, ...broken }),
    ),
  );
}

function commitKeepsWord(subject: ParallelSubject): void {
  afterCommit(subject, (agent, broken) =>
    expectThrows(InvalidAction, `a second commit in which ${agent} changes its action`, () =>
      subject.env.commit!(broken),
    ),
  );
}

function commitIsPassive(subject: ParallelSubject): void {
  if (subject.env.metadata.nondeterministic) return;
  const [plain, committed] = [results(subject, false), results(subject, true)];
  for (const [t, result] of plain.entries()) {
    const difference = firstDifference(result, committed[t]);
    expectThat(
      difference === null,
      () =>
        `Expected step ${t + 1} to give the same with and without commit, but it differs in ${difference}.`,
    );
  }
}

/** An episode's results; with commit, every other step leaves out the actions that were committed to. */
function results({ env, seed, maxSteps }: ParallelSubject, committing: boolean): unknown[] {
  const actions = new ActionSource(seed);
  const out: unknown[] = [];
  let { infos } = env.reset({ seed });
  for (let t = 1; t <= maxSteps && env.agents.length > 0; t++) {
    const joint = drawJoint(env, actions, infos, t);
    const groups = groupsOf(env);
    if (committing) for (const group of groups.slice(0, -1)) env.commit!(pick(joint, group));
    const result = env.step(committing && t % 2 === 1 ? pick(joint, groups.at(-1)!) : joint);
    out.push(copyValue(result));
    infos = result.infos;
  }
  return out;
}

function commitNeedsReset(subject: ParallelSubject): void {
  const { env, seed } = subject;
  const action = (id: AgentId) => [id, env.actionSpace(id).sample()];
  const first = Object.fromEntries(env.moveOrder[0].map(action));
  if (!subject.play(env, { seed }).finished) return;
  expectThrows(ResetNeeded, 'commit after the end', () => env.commit!(first));
  if (subject.build === null) return;
  subject.withFresh((fresh) => {
    if (!fresh.commit) fail('Expected another instance to have commit, as this one, got none.');
    expectThrows(ResetNeeded, 'commit before the first reset', () => fresh.commit!(first));
  });
}
