"""The iterated prisoner's dilemma in Python alone: what the bridge is measured against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv

#: Of leader and follower, by row and column.
PAYOFFS = (((3.0, 3.0), (1.0, 4.0)), ((4.0, 1.0), (2.0, 2.0)))
HORIZON = 10
LEADER, FOLLOWER = "leader_0", "follower_0"
#: Observations: 0 at the start, then 1 + row + 2 column.
_SEEN = tuple(np.int64(k) for k in range(5))


class IteratedPrisonersDilemma(ParallelEnv[str, Any, Any]):
    """``IteratedMatrixGame-v0`` with its default parameters."""

    metadata = {"name": "iterated_prisoners_dilemma", "render_modes": []}

    def __init__(self) -> None:
        self.possible_agents = [LEADER, FOLLOWER]
        self.agents: list[str] = []
        self.render_mode = None
        self._observation_spaces = {agent: spaces.Discrete(5) for agent in self.possible_agents}
        self._action_spaces = {agent: spaces.Discrete(2) for agent in self.possible_agents}
        self._time = 0

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """The same object at every call."""
        return self._observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """The same object at every call."""
        return self._action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Starts an episode; nothing in it is random."""
        self.agents = self.possible_agents[:]
        self._time = 0
        return {LEADER: _SEEN[0], FOLLOWER: _SEEN[0]}, {LEADER: {}, FOLLOWER: {}}

    def step(
        self, actions: Mapping[str, Any]
    ) -> tuple[
        dict[str, Any],
        dict[str, float],
        dict[str, bool],
        dict[str, bool],
        dict[str, dict[str, Any]],
    ]:
        """Plays both actions."""
        row, column = actions[LEADER], actions[FOLLOWER]
        ours, theirs = PAYOFFS[row][column]
        self._time += 1
        done = self._time >= HORIZON
        if done:
            self.agents = []
        seen = _SEEN[1 + row + 2 * column]
        return (
            {LEADER: seen, FOLLOWER: seen},
            {LEADER: ours, FOLLOWER: theirs},
            {LEADER: done, FOLLOWER: done},
            {LEADER: False, FOLLOWER: False},
            {LEADER: {}, FOLLOWER: {}},
        )


class LeaderOfPrisonersDilemma(gymnasium.Env[Any, Any]):
    """The leader's side of it, against a follower that answers in kind: it plays what the leader played last."""

    metadata: dict[str, Any] = {"render_modes": []}

    def __init__(self) -> None:
        self.observation_space = spaces.Discrete(5)
        self.action_space = spaces.Discrete(2)
        self._time = 0
        self._answer = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Starts an episode; nothing in it is random."""
        super().reset(seed=seed)
        self._time = 0
        self._answer = 0
        return _SEEN[0], {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Plays the leader's action."""
        column = self._answer
        self._answer = action
        self._time += 1
        seen = _SEEN[1 + action + 2 * column]
        return seen, PAYOFFS[action][column][0], self._time >= HORIZON, False, {}
