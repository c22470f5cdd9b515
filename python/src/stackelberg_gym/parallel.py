"""Games as PettingZoo ``ParallelEnv``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pettingzoo import ParallelEnv

from ._game import GameView
from .errors import InvalidArgument

__all__ = ["GameParallelEnv", "GameTurnEnv", "parallel_env"]


class GameParallelEnv(GameView, ParallelEnv[str, Any, Any]):
    """A game in which all agents act in every step.

    In a game with turns within a step (``commits``), a joint ``step`` makes the second movers act on what they saw before;
    ``commit`` keeps the order. Where the order matters and code cannot call ``commit``, use ``GameTurnEnv`` or ``GameAECEnv``.

    Args:
        game: id of a registered game, such as ``IteratedMatrixGame-v0``.
        params: parameters of the game, as ``catalogue()`` has them.
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
        rewards, ends, cuts = (
            results[name].tolist() for name in ("rewards", "terminations", "truncations")
        )
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


class GameTurnEnv(GameParallelEnv):
    """A game in which a step is one turn of ``move_order``, so that joint steps keep the order.

    Only those act whose turn it is; what is given for the others does nothing, and may be left out.
    ``infos[agent]["acts"]`` says whether the coming step is an agent's turn. Until the last turn of
    a step of the game rewards are 0, and the observations of those who move later show what was
    played before them. A game without turns within a step has a single turn.

    Arguments and errors are those of ``GameParallelEnv``; ``max_cycles`` counts steps of the game.
    """

    _turn = 0

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Starts an episode and returns observations and infos by agent.

        Args:
            seed: of the environment's stream, of any size; None goes on with it.
            options: ignored.
        """
        observations, _ = super().reset(seed, options)
        self._turn = 0
        return observations, self._infos(self.agents)

    def step(
        self, actions: Mapping[str, Any]
    ) -> tuple[
        dict[str, Any],
        dict[str, float],
        dict[str, bool],
        dict[str, bool],
        dict[str, dict[str, Any]],
    ]:
        """Plays a turn; all five results have exactly the agents that were alive.

        Raises:
            gymnasium.error.InvalidAction: naming the agent whose turn it is and whose action is
                missing or outside its space.
            gymnasium.error.ResetNeeded: before the first reset and after the end.
        """
        acting = self._acting()
        if isinstance(actions, Mapping):
            idle = [agent for agent in self.agents if agent not in acting]
            actions = {agent: given for agent, given in actions.items() if agent not in idle}
        if self._turn + 1 < len(self._turns()):
            self._give(actions).commit()
            self._turn += 1
            agents = self.agents
            return (
                self._observations(agents),
                dict.fromkeys(agents, 0.0),
                dict.fromkeys(agents, False),
                dict.fromkeys(agents, False),
                self._infos(agents),
            )
        observations, rewards, ends, cuts, _ = super().step(actions)
        self._turn = 0
        return observations, rewards, ends, cuts, self._infos(observations)

    def _turns(self) -> list[list[str]]:
        """Those that are alive, a group a turn."""
        groups = [[agent for agent in group if agent in self.agents] for group in self.move_order]
        return [group for group in groups if group]

    def _acting(self) -> list[str]:
        turns = self._turns()
        return turns[self._turn] if turns else []

    def _infos(self, agents: Iterable[str]) -> dict[str, dict[str, Any]]:
        acting = self._acting()
        return {agent: {"acts": agent in acting} for agent in agents}

    @property
    def commits(self) -> bool:
        """False: ``step`` itself keeps the order of moves."""
        return False

    def commit(self, actions: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing to call here.

        Raises:
            InvalidArgument: always.
        """
        raise InvalidArgument("commit: expected no call on a GameTurnEnv, whose step plays a turn.")


def parallel_env(
    game: str,
    *,
    params: Mapping[str, Any] | None = None,
    render_mode: str | None = None,
    max_cycles: int | None = None,
    turns: bool = False,
) -> GameParallelEnv:
    """Makes a ``GameParallelEnv``, or a ``GameTurnEnv`` with ``turns``; arguments as there.

    Example:
        >>> env = parallel_env("IteratedMatrixGame-v0", params={"game": "prisoners_dilemma"})
        >>> observations, infos = env.reset(seed=42)
    """
    kind = GameTurnEnv if turns else GameParallelEnv
    return kind(game, params=params, render_mode=render_mode, max_cycles=max_cycles)
