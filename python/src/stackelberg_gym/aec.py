"""Games as PettingZoo ``AECEnv``: the form that keeps the order of moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gymnasium.error import ResetNeeded
from pettingzoo import AECEnv

from ._game import GameView
from ._remote import read
from .errors import InvalidArgument

__all__ = ["GameAECEnv", "aec_env"]


class GameAECEnv(GameView, AECEnv[str, Any, Any]):
    """A game in which agents act one after another, in the order of ``move_order``.

    In a game with turns within a step those who move later observe what was played before them, so
    that a follower can respond to its leader. ``last`` reports the reward since an agent's previous
    turn: the leader learns on its next turn what the followers made of its action.

    Args:
        game: id of a registered game, such as ``IteratedMatrixGame-v0``.
        params: parameters of the game, as ``catalogue()`` has them.
        render_mode: ``ansi``, ``rgb_array``, ``human`` or None.
        max_cycles: truncate after so many steps of the game, which take a turn of each agent; None
            for no limit but the game's own.

    Raises:
        gymnasium.error.NameNotFound: for an unknown game.
        gymnasium.error.UnsupportedMode: for an unknown render mode.
        InvalidArgument: for malformed parameters, at first use.
    """

    _view = "aec"

    def __init__(
        self,
        game: str,
        *,
        params: Mapping[str, Any] | None = None,
        render_mode: str | None = None,
        max_cycles: int | None = None,
    ) -> None:
        super().__init__(game, params=params, render_mode=render_mode, max_cycles=max_cycles)
        # PettingZoo's aec_to_parallel would lose the order of moves; GameParallelEnv keeps it.
        self.metadata["is_parallelizable"] = False
        self.agent_selection = ""
        self.rewards: dict[str, float] = {}
        self._cumulative_rewards: dict[str, float] = {}
        self.terminations: dict[str, bool] = {}
        self.truncations: dict[str, bool] = {}
        self.infos: dict[str, dict[str, Any]] = {}

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        """Starts an episode.

        Args:
            seed: of the environment's stream, of any size; None goes on with it.
            options: ignored.
        """
        self._reset(seed, options)
        self._mirror()
        self._show()

    def step(self, action: Any) -> None:
        """Acts for ``agent_selection``; None for one whose episode has ended, which then leaves.

        Raises:
            gymnasium.error.InvalidAction: if the action is outside the agent's space.
            InvalidArgument: a ValueError, if an agent that has ended is given an action.
            gymnasium.error.ResetNeeded: before the first reset and when no agent is left.
        """
        self._require_agents("step")
        agent = self.agent_selection
        ended = self._has_ended(agent)
        if ended and action is not None:
            raise InvalidArgument(
                f"{agent}: expected None, since its episode has ended, got {action!r}."
            )
        remote = self._give({} if ended else {agent: action})
        remote.step()
        self._mirror()
        if not ended and self._starts_cycle():
            self._show()

    def observe(self, agent: str) -> Any:
        """What the agent now sees: a copy.

        Raises:
            InvalidArgument: if the agent is unknown or has left.
            gymnasium.error.ResetNeeded: before the first reset and when no agent is left.
        """
        self._require_agents("observe")
        if agent not in self.agents:
            known = ", ".join(self.agents)
            raise InvalidArgument(f"observe: expected an agent among {known}, got {agent!r}.")
        space = self._observation_spaces[agent]
        return read(space, self._remote.results, f"observations/{agent}")

    def _require_agents(self, method: str) -> None:
        if not self.agents:
            raise ResetNeeded(
                f"{method}: expected a running episode, but there is none. Call reset."
            )

    def _has_ended(self, agent: str) -> bool:
        return self.terminations[agent] or self.truncations[agent]

    def _starts_cycle(self) -> bool:
        """Whether a step of the game was just completed."""
        agent = self.agent_selection
        return self._has_ended(agent) or agent == self.move_order[0][0]

    def _mirror(self) -> None:
        """Takes over what the engine says."""
        remote = self._remote
        fields = remote.results
        alive, ends, cuts = (
            fields[name].tolist() for name in ("agents", "terminations", "truncations")
        )
        rewards, gathered = (fields[name].tolist() for name in ("rewards", "cumulativeRewards"))
        living = [(agent, k) for agent, k in self._index.items() if alive[k]]
        self.agents = [agent for agent, _ in living]
        self.rewards = {agent: rewards[k] for agent, k in living}
        self._cumulative_rewards = {agent: gathered[k] for agent, k in living}
        self.terminations = {agent: ends[k] == 1 for agent, k in living}
        self.truncations = {agent: cuts[k] == 1 for agent, k in living}
        self.infos = {agent: {} for agent, _ in living}
        if living:
            self.agent_selection = remote.description["agents"][fields["selection"].item()]


def aec_env(
    game: str,
    *,
    params: Mapping[str, Any] | None = None,
    render_mode: str | None = None,
    max_cycles: int | None = None,
) -> GameAECEnv:
    """Makes a ``GameAECEnv``; arguments as there.

    Example:
        >>> env = aec_env("IteratedMatrixGame-v0", params={"game": "prisoners_dilemma"})
        >>> env.reset(seed=42)
        >>> env.agent_selection
        'leader_0'
        >>> env.step(0)
        >>> env.agent_selection
        'follower_0'
    """
    return GameAECEnv(game, params=params, render_mode=render_mode, max_cycles=max_cycles)
