"""Games as PettingZoo ``ParallelEnv``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pettingzoo import ParallelEnv

from ._game import GameView

__all__ = ["GameParallelEnv", "parallel_env"]


class GameParallelEnv(GameView, ParallelEnv[str, Any, Any]):
    """A game in which all agents act in every step.

    In a game with turns within a step (``commits``), a joint ``step`` makes the second movers act on what they saw before;
    ``commit`` keeps the order. Where the order matters and code cannot call ``commit``, use ``GameAECEnv``.

    Args:
        game: id of a registered game, such as ``IteratedMatrixGame-v0``.
        params: parameters of the game, as its documentation has them.
        render_mode: ``ansi``, ``rgb_array``, ``human`` or None.
        max_cycles: truncate after so many steps; None for no limit but the game's own.

    Raises:
        gymnasium.error.NameNotFound: for an unknown game.
        gymnasium.error.UnsupportedMode: for an unknown render mode.
        InvalidArgument: for malformed parameters, at first use.
    """

    _view = "parallel"

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Starts an episode and returns observations and infos by agent.

        Args:
            seed: of the environment's stream, of any size; None goes on with it.
            options: ignored.
        """
        self._reset(seed, options)
        self.agents = self.possible_agents
        self._show()
        return self._observations(self.agents), {agent: {} for agent in self.agents}

    def step(
        self, actions: Mapping[str, Any]
    ) -> tuple[
        dict[str, Any],
        dict[str, float],
        dict[str, bool],
        dict[str, bool],
        dict[str, dict[str, Any]],
    ]:
        """Plays the agents' actions; all five results have exactly the agents that were alive.

        Raises:
            gymnasium.error.InvalidAction: naming the agent whose action is missing or outside its space.
            gymnasium.error.ResetNeeded: before the first reset and after the end.
        """
        remote = self._give(actions)
        remote.step()
        acted = self.agents
        results = remote.results
        rewards, ends, cuts = (results[name].tolist() for name in ("rewards", "terminations", "truncations"))
        alive = results["agents"].tolist()
        index = self._index
        self.agents = [agent for agent in acted if alive[index[agent]]]
        self._show()
        return (
            self._observations(acted),
            {agent: rewards[index[agent]] for agent in acted},
            {agent: ends[index[agent]] == 1 for agent in acted},
            {agent: cuts[index[agent]] == 1 for agent in acted},
            {agent: {} for agent in acted},
        )

    @property
    def commits(self) -> bool:
        """Whether some agents move first within a step and the others see it."""
        return bool(self._remote.description["commits"])

    def commit(self, actions: Mapping[str, Any]) -> dict[str, Any]:
        """Fixes the first movers' actions for the coming step and returns what the others then observe.

        The ``step`` that follows may leave these actions out.
        """
        self._give(actions).commit()
        return self._observations([agent for agent in self.agents if agent not in actions])


def parallel_env(
    game: str,
    *,
    params: Mapping[str, Any] | None = None,
    render_mode: str | None = None,
    max_cycles: int | None = None,
) -> GameParallelEnv:
    """Makes a ``GameParallelEnv``; arguments as there.

    Example:
        >>> env = parallel_env("IteratedMatrixGame-v0", params={"game": "prisoners_dilemma"})
        >>> observations, infos = env.reset(seed=42)
    """
    return GameParallelEnv(game, params=params, render_mode=render_mode, max_cycles=max_cycles)
