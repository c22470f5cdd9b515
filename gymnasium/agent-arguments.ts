import { describe, InvalidAction, ResetNeeded } from './error.js';
import { Box } from './spaces/box.js';
import type { Space } from './spaces/space.js';
import type { AgentId, TypedArray } from './types.js';

/** @throws ResetNeeded if no agent is left, or none has come yet. */
export function requireAgents(method: string, agents: readonly AgentId[]): void {
  if (agents.length > 0) return;
  throw new ResetNeeded(`${method}: expected a running episode, got none. Call reset.`);
}

/** @throws InvalidAction naming the agent if the action is outside its space. */
export function checkAction(
  env: { actionSpace(agent: AgentId): Space<any> },
  agent: AgentId,
  action: unknown,
): void {
  const space = env.actionSpace(agent);
  if (space.contains(action)) return;
  throw new InvalidAction(
    `${agent}: expected an action in ${space}, got ${describe(action)}${whyNot(space, action)}.`,
  );
}

/** Which constraint of a Box an action breaks, if that is why it is refused. */
export function whyNot(space: Space<any>, action: any): string {
  return space instanceof Box && ArrayBuffer.isView(action) ? space.explain(action as TypedArray) : '';
}
