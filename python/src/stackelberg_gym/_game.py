"""What the multi-agent views of a game share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from gymnasium import spaces
from gymnasium.error import InvalidAction
from numpy.typing import NDArray

from ._catalogue import check_game, check_params, metadata_of
from ._remote import Remote, if_usable, read, write_action
from .errors import InvalidArgument
from .spaces import from_schema


class GameView:
    """A game in the engine, which is started when it is first needed. Pickles as its arguments."""

    _view: str

    def __init__(
        self,
        game: str,
        *,
        params: Mapping[str, Any] | None = None,
        render_mode: str | None = None,
        max_cycles: int | None = None,
    ) -> None:
        self.game = check_game(game)
        self.params = check_params(params)
        self.metadata: dict[str, Any] = metadata_of(game, render_mode)
        self.render_mode = render_mode
        self.max_cycles = max_cycles
        self.agents: list[str] = []
        self._handle: Remote | None = None
        self._observation_spaces: dict[str, spaces.Space[Any]] = {}
        self._action_spaces: dict[str, spaces.Space[Any]] = {}
        self._index: dict[str, int] = {}

    @property
    def _remote(self) -> Remote:
        if self._handle is None:
            mode = "ansi" if self.render_mode == "human" else self.render_mode
            request = {
                "view": self._view,
                "game": self.game,
                "params": self.params,
                "renderMode": mode,
            }
            self._handle = Remote(request)
            schema = self._handle.description
            self._index = {agent: k for k, agent in enumerate(schema["agents"])}
            for agent in self._index:
                if agent in self._observation_spaces:
                    continue
                self._observation_spaces[agent] = from_schema(schema["observationSpaces"][agent])
                self._action_spaces[agent] = from_schema(schema["actionSpaces"][agent])
        return self._handle

    @property
    def possible_agents(self) -> list[str]:
        """All agents of the game, the leader first."""
        return list(self._remote.description["agents"])

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """The agent's observation space: the same object at every call."""
        return self._space(self._observation_spaces, agent)

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """The agent's action space: the same object at every call."""
        return self._space(self._action_spaces, agent)

    def _space(self, of: dict[str, spaces.Space[Any]], agent: str) -> spaces.Space[Any]:
        if agent not in of and agent not in self.possible_agents:
            known = ", ".join(self.possible_agents)
            raise InvalidArgument(f"agent: expected one of {known}, got {agent!r}.")
        return of[agent]

    @cached_property
    def state_space(self) -> spaces.Space[Any]:
        """Of ``state``: an unbounded Box."""
        return from_schema(self._remote.description["stateSpace"])

    def state(self) -> NDArray[Any]:
        """The global state of the game, for critics of centralised training."""
        return self._remote.state()

    @property
    def move_order(self) -> list[list[str]]:
        """Agents in the order of their moves within a step, a group a turn."""
        order: list[list[str]] = self._remote.description["moveOrder"]
        return order

    def _reset(self, seed: int | None, options: Mapping[str, Any] | None) -> None:
        self._handle = if_usable(self._handle)
        self._remote.reset(seed, options, maxCycles=self.max_cycles)

    def _give(self, actions: Mapping[str, Any]) -> Remote:
        """Writes the agents' actions into the coming message."""
        if not isinstance(actions, Mapping):
            raise InvalidAction(f"actions: expected a dict by agent, got {actions!r}.")
        remote = self._remote
        remote.actions["present"][...] = 0
        for agent, action in actions.items():
            if agent not in self._index:
                raise InvalidAction(
                    f"actions: expected those of {', '.join(self._index)}, got one of {agent!r}."
                )
            self._give_one(agent, action)
        return remote

    def _give_one(self, agent: str, action: Any) -> None:
        fields = self._remote.actions
        write_action(self._action_spaces[agent], fields, f"actions/{agent}", action, agent)
        fields["present"][self._index[agent]] = 1

    def _observations(self, agents: Iterable[str]) -> dict[str, Any]:
        fields = self._remote.results
        of = self._observation_spaces
        return {agent: read(of[agent], fields, f"observations/{agent}") for agent in agents}

    def _show(self) -> None:
        if self.render_mode == "human":
            print(self._remote.render())

    def render(self) -> str | NDArray[Any] | None:
        """The frame as ``render_mode`` says: text, an RGB array (height, width, 3), or None."""
        if self.render_mode in (None, "human"):
            return None
        return self._remote.render()

    def close(self) -> None:
        """Closes the environment; again does nothing. It starts anew when it is used again."""
        handle, self._handle = self._handle, None
        self.agents = []
        if handle is not None:
            handle.close()

    def __getstate__(self) -> dict[str, Any]:
        names = ("game", "params", "render_mode", "max_cycles")
        return {name: getattr(self, name) for name in names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        type(self).__init__(self, **state)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.game})"

    def __str__(self) -> str:
        return str(self.metadata["name"])
