"""A follower's side of a game under a committed leader, as a Gymnasium environment."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

from ._commitment import Commitment
from ._players import LEARNED
from ._remote import check_options, integer_seed
from .errors import InvalidArgument
from .parallel import GameTurnEnv

__all__ = ["FollowerEnv"]


class FollowerEnv(gymnasium.Env[Any, Any]):
    """One follower's side of a game whose leader is committed to a policy.

    A policy that is optimal here is a best response. The order of moves is kept: in a game with
    turns within a step a follower that moves second observes what was played before it. A step's
    reward is what the follower was paid since its last turn. Infos are empty.

    With ``observe_commitment`` the observation is a dict of ``observation`` and ``commitment``: the
    leader's probabilities of shape (observations, actions) as float32, so that a follower can learn
    to respond to any leader. It needs a leader with Discrete observations and actions whose policy
    is a list or an array.

    The engine starts at first use. An environment pickles as its arguments.

    Args:
        game: id of a registered game, such as ``IteratedMatrixGame-v0``.
        leader: the leader's policy, in any form that ``evaluate_commitment`` takes.
        agent: the follower; None for the only one.
        others: policies of all further followers by agent, in the same forms.
        params: parameters of the game, as ``catalogue()`` has them.
        render_mode: ``ansi``, ``rgb_array``, ``human`` (the text is printed at every reset and
            step of the game) or None.
        observe_commitment: whether observations hold the leader's policy.

    Raises:
        gymnasium.error.NameNotFound: for an unknown game.
        gymnasium.error.UnsupportedMode: for an unknown render mode.
        InvalidArgument: for malformed parameters and policies, at first use.

    Example:
        >>> game = {"game": "prisoners_dilemma", "horizon": 10}
        >>> env = FollowerEnv("IteratedMatrixGame-v0", [1, 0, 0, 1, 1], params=game)
        >>> observation, info = env.reset(seed=42)
        >>> _, reward, _, _, _ = env.step(0)
    """

    metadata: dict[str, Any] = {"render_modes": ["human", "ansi", "rgb_array"], "render_fps": 4}

    def __init__(
        self,
        game: str,
        leader: Any,
        *,
        agent: str | None = None,
        others: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        render_mode: str | None = None,
        observe_commitment: bool = False,
    ) -> None:
        self._env = GameTurnEnv(game, params=params, render_mode=render_mode)
        self.metadata = self._env.metadata
        self.render_mode = render_mode
        #: The leader's policy as it was given.
        self.leader = leader
        self.observe_commitment = observe_commitment
        self._wanted = agent
        self._others = dict(others or {})
        self._shown: dict[str, Any] = {}
        self._infos: dict[str, dict[str, Any]] = {}

    @cached_property
    def agent(self) -> str:
        """The follower that this is the side of."""
        followers = self._env.possible_agents[1:]
        if not followers:
            raise InvalidArgument(f"game: expected one with followers, got {self._env.game}.")
        if self._wanted is None and len(followers) == 1:
            return followers[0]
        if self._wanted not in followers:
            known = ", ".join(followers)
            raise InvalidArgument(f"agent: expected one of {known}, got {self._wanted!r}.")
        return self._wanted

    @cached_property
    def _players(self) -> dict[str, Commitment]:
        """All agents but the follower, the leader first."""
        own = self.agent
        leader, *followers = self._env.possible_agents
        needed = [follower for follower in followers if follower != own]
        if sorted(self._others) != sorted(needed):
            raise InvalidArgument(
                f"others: expected a policy for each of {', '.join(needed) or 'no others'}, "
                f"got {sorted(self._others)}."
            )
        players = {leader: self._committed(self.leader)}
        for other in needed:
            players[other] = self._player(other, self._others[other], f"others[{other!r}]")
        return players

    def _player(self, agent: str, policy: Any, where: str, advice: str = "") -> Commitment:
        seen, actions = self._env.observation_space(agent), self._env.action_space(agent)
        return Commitment(policy, seen, actions, where, advice)

    def _committed(self, leader: Any) -> Commitment:
        """The leader as a player."""
        player = self._player(self._env.possible_agents[0], leader, "leader", LEARNED)
        if self.observe_commitment and player.table is None:
            raise InvalidArgument(
                "leader: expected a list or an array over Discrete observations and actions, since "
                f"observe_commitment is set, got {leader!r}."
            )
        return player

    @cached_property
    def observation_space(self) -> spaces.Space[Any]:  # type: ignore[override]
        """What the follower sees."""
        own = self._env.observation_space(self.agent)
        if not self.observe_commitment:
            return own
        commitment = spaces.Box(0, 1, self._commitment().shape, np.float32)
        return spaces.Dict({"observation": own, "commitment": commitment})

    @cached_property
    def action_space(self) -> spaces.Space[Any]:  # type: ignore[override]
        """The follower's actions."""
        return self._env.action_space(self.agent)

    def _commitment(self) -> NDArray[np.float32]:
        table = next(iter(self._players.values())).table
        return np.array(table, np.float32)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Starts an episode and returns observation and info.

        Args:
            seed: of the game's stream and of what the policies draw; None goes on with both.
            options: ``leader`` replaces the leader's policy from this episode on; others are
                ignored.

        Raises:
            InvalidArgument: if the policy does not fit the game; then the leader stays.
        """
        super().reset(seed=None if seed is None else integer_seed(seed))
        players = self._players
        given = check_options(options)
        if "leader" in given:
            players[self._env.possible_agents[0]] = self._committed(given["leader"])
            self.leader = given["leader"]
        for player in players.values():
            player.reset()
        self._shown, self._infos = self._env.reset(seed)
        if not self._acts():
            self._play({})
        return self._observation(), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Acts, lets the others act until it is the follower's turn again, and returns observation,
        reward, terminated, truncated and info.

        Raises:
            gymnasium.error.InvalidAction: for an action outside the space, also by a policy.
            gymnasium.error.ResetNeeded: before the first reset, and after the end or a policy's
                failure.
        """
        if not self._acts():
            raise ResetNeeded("step: expected a running episode, but there is none. Call reset.")
        reward, terminated, truncated = self._play({self.agent: action})
        return self._observation(), reward, terminated, truncated, {}

    def _acts(self) -> bool:
        """Whether it is the follower's turn."""
        return bool(self._infos.get(self.agent, {}).get("acts"))

    def _play(self, actions: dict[str, Any]) -> tuple[float, bool, bool]:
        """Plays turns until the next one is the follower's, or its episode has ended; returns its
        reward and flags."""
        reward, agent = 0.0, self.agent
        while True:
            for other, player in self._players.items():
                if self._infos.get(other, {}).get("acts"):
                    actions[other] = player.act(self._shown[other], self.np_random)
            self._shown, rewards, ends, cuts, self._infos = self._env.step(actions)
            reward += rewards[agent]
            if ends[agent] or cuts[agent] or self._acts():
                return reward, ends[agent], cuts[agent]
            actions = {}

    def _observation(self) -> Any:
        own = self._shown[self.agent]
        if not self.observe_commitment:
            return own
        return {"observation": own, "commitment": self._commitment()}

    def render(self) -> str | NDArray[Any] | None:
        """The frame as ``render_mode`` says: text, an RGB array (height, width, 3), or None."""
        return self._env.render()

    def close(self) -> None:
        """Closes the environment; again does nothing. It starts anew when it is used again."""
        self._infos = {}
        self._env.close()

    def __getstate__(self) -> dict[str, Any]:
        arguments = {
            "game": self._env.game,
            "leader": self.leader,
            "agent": self._wanted,
            "others": self._others,
            "params": self._env.params,
            "render_mode": self.render_mode,
            "observe_commitment": self.observe_commitment,
        }
        return {"arguments": arguments, "spec": self.spec}

    def __setstate__(self, state: dict[str, Any]) -> None:
        FollowerEnv.__init__(self, **state["arguments"])
        self.spec = state["spec"]
