import { describe } from '../error.js';
import type { Space } from '../spaces/space.js';
import type { AgentId } from '../types.js';
import { checkSpace } from './play-rules.js';
import { expectThat, type Rule } from './rule.js';
import type { Moment, Playable, Subject } from './subject.js';

/** What environments with several agents have in common. */
export interface ManyAgents extends Playable {
  readonly possibleAgents: readonly AgentId[];
  readonly agents: readonly AgentId[];
  observationSpace(agent: AgentId): Space<any>;
  actionSpace(agent: AgentId): Space<any>;
}

/** A moment that says which agents were in the episode after it. */
export interface AgentsMoment extends Moment {
  readonly after: readonly AgentId[];
}

export type AgentsSubject = Subject<ManyAgents, AgentsMoment>;

interface Names {
  readonly env: { readonly possibleAgents: readonly AgentId[] };
}

/** Rules on the names of agents. */
export const nameRules: readonly Rule<Names>[] = [
  { name: 'possibleAgents lists different strings', check: distinctAgents, fatal: true },
  { name: 'agents have names like leader_0', check: agentNames },
];

/** Rules on the names and spaces of agents, before any play. */
export const agentRules: readonly Rule<AgentsSubject>[] = [
  ...nameRules,
  { name: 'every agent has spaces that contain what they draw', check: validSpaces, fatal: true },
  { name: 'spaces are the same objects at every call', check: stableSpaces },
];

/** Rules on who is in the episode as it goes on. */
export const presenceRules: readonly Rule<AgentsSubject>[] = [
  { name: 'agents are among possibleAgents, in their order', check: stableOrder },
  { name: 'an agent that has left does not come back', check: noReturn },
];

function distinctAgents({ env }: Names): void {
  const { possibleAgents: ids } = env;
  const valid = Array.isArray(ids) && ids.length > 0 && ids.every((id) => typeof id === 'string');
  expectThat(
    valid && new Set(ids).size === ids.length,
    () => `Expected possibleAgents to be an array of different strings, got ${describe(ids)}.`,
  );
}

function agentNames({ env }: Names): void {
  const odd = env.possibleAgents.find((id) => !/^[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*_\d+$/i.test(id));
  expectThat(
    odd === undefined,
    () => `Expected agents to be named by a role and an index, as leader_0, got ${describe(odd)}.`,
  );
}

function validSpaces({ env }: AgentsSubject): void {
  for (const id of env.possibleAgents) {
    checkSpace(`observationSpace(${describe(id)})`, env.observationSpace(id));
    checkSpace(`actionSpace(${describe(id)})`, env.actionSpace(id));
  }
}

function stableSpaces(subject: AgentsSubject): void {
  const { env } = subject;
  const read = () =>
    env.possibleAgents.map((id) => ({ id, spaces: [env.observationSpace(id), env.actionSpace(id)] }));
  const first = read();
  const check = (when: string) => {
    for (const [i, { id, spaces }] of read().entries()) {
      const same = spaces.every((space, k) => space === first[i].spaces[k]);
      expectThat(
        same,
        () =>
          `Expected the spaces of ${id} to be the same objects ${when}, got others: ${spaces.join(', ')}.`,
      );
    }
  };
  check('at the second call');
  subject.play(env);
  check('after an episode');
}

function stableOrder({ env, moments }: AgentsSubject): void {
  for (const { at, after } of moments) {
    const ordered = env.possibleAgents.filter((id) => after.includes(id));
    const same = ordered.length === after.length && ordered.every((id, i) => id === after[i]);
    expectThat(
      same,
      () =>
        `Expected agents to be some of ${env.possibleAgents.join(', ')} in this order after ${at}, got ${describe(after)}.`,
    );
  }
}

function noReturn({ episodes }: AgentsSubject): void {
  for (const { moments } of episodes) {
    const gone = new Set<AgentId>();
    for (const [t, { at, after }] of moments.entries()) {
      for (const id of moments[t - 1]?.after ?? []) if (!after.includes(id)) gone.add(id);
      const back = after.find((id) => gone.has(id));
      expectThat(
        back === undefined,
        () => `Expected ${back} to stay out once it has left, but it is back after ${at}.`,
      );
    }
  }
}
