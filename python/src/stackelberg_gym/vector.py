"""Many episodes side by side: the leader's ``VectorEnv``, and games for all agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.error import ClosedEnvironmentError, InvalidAction
from gymnasium.utils import seeding
from gymnasium.vector import VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ._catalogue import check_game, check_params, metadata_of
from ._compat import ALL_MODES, BEFORE_1_0, MODES, AutoresetMode
from ._leader import LeaderArguments, Oracle, OuterInfos
from ._remote import (
    Remote,
    Seed,
    check_options,
    if_usable,
    integer_seed,
    is_list,
    read_rows,
    write_action,
)
from .errors import InvalidArgument
from .spaces import from_schema

__all__ = ["GameVectorEnv", "StackelbergVectorEnv"]

Mask = NDArray[np.bool_]
Step = tuple[Any, NDArray[np.float64], Mask, Mask, dict[str, Any]]


class StackelbergVectorEnv(VectorEnv):
    """Outer episodes of ``StackelbergEnv`` side by side in one engine, a message a step.

    Row i of a reset with seed s plays what ``StackelbergEnv`` plays after ``reset(seed=s + i)``.
    Infos are arrays with a mask ``_key`` each: ``phase`` and ``response["notion"]`` of objects,
    ``queries`` int64, ``response["gap"]`` float64 (NaN where it is not known), ``action_mask`` int8
    of shape (num_envs, n). With ``SameStep`` the last observations and infos are in ``final_obs``
    and ``final_info``; under Gymnasium 0.29 in ``final_observation`` and ``final_info``, and all
    that is a dict there is an array of dicts.

    Args:
        game: as for ``StackelbergEnv``, and so are all arguments that are not listed here.
        num_envs: rows.
        autoreset_mode: ``NextStep``, ``SameStep`` or ``Disabled``, or the member of
            ``gymnasium.vector.AutoresetMode``; None for the default of the installed Gymnasium.
            0.29 knows ``SameStep`` alone, 1.0 ``NextStep`` alone.
        copy: False for results that the next call may overwrite.
        render_mode: ``ansi``, ``rgb_array`` or None.
        max_episode_steps: None; ``vectorization_mode="sync"`` has time limits.

    Raises:
        gymnasium.error.NameNotFound: for an unknown game.
        gymnasium.error.UnsupportedMode: for an unknown render mode.
        InvalidArgument: for a mode that the installed Gymnasium does not know, a time limit, or no
            rows.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi", "rgb_array"], "render_fps": 4}

    def __init__(
        self,
        game: str,
        num_envs: int = 1,
        *,
        autoreset_mode: Any = None,
        copy: bool = True,
        params: Mapping[str, Any] | None = None,
        oracle: Oracle = None,
        oracle_options: Mapping[str, Any] | None = None,
        oracle_seed: int = 0,
        query_policy: Callable[..., Any] | None = None,
        render_mode: str | None = None,
        commitment: str = "step",
        policy_form: str = "logits",
        reward_episodes: int | str = 1,
        repeats: str = "auto",
        response_phase_probability: float = 1,
        reveal_phase: bool = False,
        hide_queries: bool = False,
        reward_during_response: bool = False,
        reset_followers: bool = True,
        max_episode_steps: None = None,
    ) -> None:
        self.closed = False
        if max_episode_steps is not None:
            raise InvalidArgument(
                f"max_episode_steps: expected None, got {max_episode_steps!r}: time limits need "
                'vectorization_mode="sync".'
            )
        self._arguments = LeaderArguments.among(locals())
        self.metadata = metadata_of(game, render_mode, ("ansi", "rgb_array"))
        self.render_mode = render_mode
        self.num_envs = _row_count(num_envs)
        self.copy = copy
        self._mode = _mode_name(autoreset_mode, MODES)
        if AutoresetMode is not None:
            self.metadata["autoreset_mode"] = AutoresetMode(self._mode)
        self._handle: Remote | None = None
        if BEFORE_1_0:
            self.is_vector_env = True
            self.viewer = None

    @property
    def _remote(self) -> Remote:
        if self.closed:
            raise ClosedEnvironmentError("Expected an open environment, but it was closed.")
        if self._handle is None:
            remote = self._arguments.open(
                "stackelberg-vector",
                numEnvs=self.num_envs,
                autoresetMode=self._mode,
                renderMode=self.render_mode,
            )
            self._handle = remote
            single, schema = self.single_action_space, remote.description
            self._infos = OuterInfos(schema, single, remote.results)
            self._final_infos = OuterInfos(schema, single, remote.final, "finalInfos")
        return self._handle

    @property
    def autoreset_mode(self) -> Any:
        """The mode: the member of ``AutoresetMode`` where Gymnasium has it, else its name."""
        return self.metadata.get("autoreset_mode", self._mode)

    @cached_property
    def single_observation_space(self) -> spaces.Space[Any]:  # type: ignore[override]
        """Of a row, as ``StackelbergEnv.observation_space``."""
        return from_schema(self._remote.description["observationSpace"])

    @cached_property
    def single_action_space(self) -> spaces.Space[Any]:  # type: ignore[override]
        """Of a row, as ``StackelbergEnv.action_space``."""
        return from_schema(self._remote.description["actionSpace"])

    @cached_property
    def observation_space(self) -> spaces.Space[Any]:  # type: ignore[override]
        """Of all rows."""
        return batch_space(self.single_observation_space, self.num_envs)

    @cached_property
    def action_space(self) -> spaces.Space[Any]:  # type: ignore[override]
        """Of all rows."""
        return batch_space(self.single_action_space, self.num_envs)

    @cached_property
    def state_space(self) -> spaces.Space[Any]:
        """Of a row of ``state``: an unbounded Box."""
        return from_schema(self._remote.description["stateSpace"])

    def reset(
        self, *, seed: Seed = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Starts an episode in every row and returns observations and infos.

        Args:
            seed: s for the seeds s, s + 1, ... of the rows; one or None for each row; or None to go
                on with their streams.
            options: ``reset_mask``, an array of bool of shape (num_envs,): the rows to reset, in
                any mode; infos then tell of these. All else is ignored.

        Raises:
            ValueError: for seeds of another number than rows, and a mask of another shape or
                without a True.
            TypeError: for a mask that is no array of bool.
            gymnasium.error.ResetNeeded: for a mask before the first reset.
        """
        rows = _reset_mask(options, self.num_envs)
        if seed is not None and not is_list(seed):
            self._np_random, self._np_random_seed = seeding.np_random(integer_seed(seed))
        self._handle = if_usable(self._handle)
        self._remote.reset(seed, options)
        return self._observations(), self._told(rows)

    def step(self, actions: Any) -> Step:
        """Steps all rows; rows that ended are reset as the mode says.

        Returns:
            Observations, rewards (float64), terminations and truncations (bool), each of shape
            (num_envs, ...), and infos.

        Raises:
            gymnasium.error.InvalidAction: for actions of another kind or number, or outside their
                space, naming the row.
            gymnasium.error.ResetNeeded: before the first reset; with ``Disabled`` for rows that
                have ended.
        """
        remote = self._remote
        write_action(
            self.single_action_space, remote.actions, "actions", actions, "actions", self.num_envs
        )
        ended = remote.step()
        infos = self._told(np.ones(self.num_envs, bool))
        if ended:
            self._add_final(infos)
        results = remote.results
        return (
            self._observations(),
            results["rewards"].astype(np.float64, copy=self.copy),
            results["terminations"].astype(bool),
            results["truncations"].astype(bool),
            infos,
        )

    def _observations(self) -> Any:
        return read_rows(
            self.single_observation_space, self._remote.results, "observations", self.copy
        )

    def _told(self, rows: Mask) -> dict[str, Any]:
        infos = self._infos.batch(rows)
        if BEFORE_1_0 and "response" in infos:
            told = infos["_response"]
            infos["response"] = _objects(told, lambda i: self._infos.row(i)["response"])
        return infos

    def _add_final(self, infos: dict[str, Any]) -> None:
        final = self._remote.final
        ended = final["finalMask"].astype(bool)
        space = self.single_observation_space
        last = read_rows(space, final, "finalObservations")
        name = "final_observation" if BEFORE_1_0 else "final_obs"
        flat = isinstance(last, np.ndarray)
        infos[name] = _objects(ended, last.__getitem__ if flat else lambda i: _row(space, last, i))
        infos[f"_{name}"] = ended
        if BEFORE_1_0:
            infos["final_info"] = _objects(ended, self._final_infos.row)
        else:
            infos["final_info"] = self._final_infos.batch(ended)
        infos["_final_info"] = ended.copy()

    def state(self) -> NDArray[np.float64]:
        """``StackelbergEnv.state`` of every row, of shape (num_envs, size)."""
        return self._remote.state().reshape(self.num_envs, -1)

    # Gymnasium 0.29 steps and resets in two halves; its wrappers call them.
    def step_async(self, actions: Any) -> None:
        """Keeps the actions for ``step_wait``."""
        self._actions = actions

    def step_wait(self, **_kwargs: Any) -> Step:
        """Steps with the actions that ``step_async`` kept."""
        return self.step(self._actions)

    def reset_async(self, seed: Seed = None, options: dict[str, Any] | None = None) -> None:
        """Does nothing: ``reset_wait`` resets."""

    def reset_wait(
        self, seed: Seed = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """As ``reset``."""
        return self.reset(seed=seed, options=options)

    def render(self) -> tuple[Any, ...] | None:
        """``StackelbergEnv.render`` of every row, or None without a render mode."""
        if self.render_mode is None:
            return None
        return tuple(self._remote.render(row) for row in range(self.num_envs))

    def close_extras(self, **_kwargs: Any) -> None:
        """Closes the engine's environment."""
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()

    def __del__(self) -> None:
        """Nothing: ``Remote`` has a finalizer, which is safe in the middle of a message."""

    def __getstate__(self) -> dict[str, Any]:
        names = ("num_envs", "autoreset_mode", "copy", "render_mode")
        kept = {**{name: getattr(self, name) for name in names}, **self._arguments.as_keywords()}
        return {"arguments": kept, "spec": self.spec}

    def __setstate__(self, state: dict[str, Any]) -> None:
        StackelbergVectorEnv.__init__(self, **state["arguments"])
        self.spec = state["spec"]


class GameVectorEnv:
    """Lanes of a game side by side in one engine, all agents in a message a step: dicts of arrays
    by agent.

    Row i of a reset with seed s plays what ``GameParallelEnv`` plays after ``reset(seed=s + i)``.

    Args:
        game: id of a registered game, such as ``IteratedMatrixGame-v0``.
        num_envs: lanes.
        params: parameters of the game, as ``catalogue()`` has them.
        autoreset_mode: ``NextStep``, ``SameStep`` or ``Disabled``, or a member of
            ``gymnasium.vector.AutoresetMode``.

    Raises:
        gymnasium.error.NameNotFound: for an unknown game.
        InvalidArgument: for an unknown mode; for malformed parameters, at first use.
    """

    def __init__(
        self,
        game: str,
        num_envs: int = 1,
        *,
        params: Mapping[str, Any] | None = None,
        autoreset_mode: Any = "NextStep",
    ) -> None:
        self.game = check_game(game)
        self.num_envs = _row_count(num_envs)
        self.params = check_params(params)
        self.autoreset_mode = _mode_name(autoreset_mode, ALL_MODES)
        self.closed = False
        self._handle: Remote | None = None

    @property
    def _remote(self) -> Remote:
        if self.closed:
            raise ClosedEnvironmentError("Expected an open environment, but it was closed.")
        if self._handle is None:
            self._handle = Remote(
                {
                    "view": "vector",
                    "game": self.game,
                    "params": self.params,
                    "numEnvs": self.num_envs,
                    "autoresetMode": self.autoreset_mode,
                }
            )
        return self._handle

    @cached_property
    def possible_agents(self) -> list[str]:
        """All agents of the game, the leader first."""
        return list(self._remote.description["agents"])

    @cached_property
    def _spaces(self) -> dict[str, dict[str, spaces.Space[Any]]]:
        schema = self._remote.description
        single = {
            side: {agent: from_schema(part) for agent, part in schema[f"{side}Spaces"].items()}
            for side in ("observation", "action")
        }
        batched = {
            f"all {side}": {a: batch_space(space, self.num_envs) for a, space in own.items()}
            for side, own in single.items()
        }
        return {**single, **batched}

    def _space(self, kind: str, agent: str) -> spaces.Space[Any]:
        own = self._spaces[kind]
        if agent not in own:
            raise InvalidArgument(f"agent: expected one of {', '.join(own)}, got {agent!r}.")
        return own[agent]

    def single_observation_space(self, agent: str) -> spaces.Space[Any]:
        """The agent's observation space in one lane: the same object at every call."""
        return self._space("observation", agent)

    def single_action_space(self, agent: str) -> spaces.Space[Any]:
        """The agent's action space in one lane: the same object at every call."""
        return self._space("action", agent)

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """The agent's observation space over all lanes: the same object at every call."""
        return self._space("all observation", agent)

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """The agent's action space over all lanes: the same object at every call."""
        return self._space("all action", agent)

    def reset(
        self, *, seed: Seed = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Starts an episode in every lane; arguments and errors as for
        ``StackelbergVectorEnv.reset``.

        Returns:
            Observations by agent, and an empty dict.
        """
        _reset_mask(options, self.num_envs)
        self._handle = if_usable(self._handle)
        self._remote.reset(seed, options)
        return self._observations(self._remote.results, "observations"), {}

    def step(
        self, actions: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]], Mask, Mask, dict[str, Any]]:
        """Steps all lanes.

        Args:
            actions: of every agent, an array with a row a lane.

        Returns:
            Observations and rewards (float64) by agent; terminations and truncations (bool) by
            lane; and infos: with ``SameStep``, where lanes ended, ``final_obs`` by agent, whose
            rows in the mask ``_final_obs`` are their last ones.

        Raises:
            gymnasium.error.InvalidAction: naming the agent, and the row whose action is outside its
                space.
            gymnasium.error.ResetNeeded: before the first reset; with ``Disabled`` for lanes that
                have ended.
        """
        remote = self._remote
        agents = self.possible_agents
        if not isinstance(actions, Mapping) or not actions.keys() <= self._spaces["action"].keys():
            raise InvalidAction(
                f"actions: expected a dict of actions of {', '.join(agents)}, got {actions!r}."
            )
        missing = [agent for agent in agents if agent not in actions]
        if missing:
            raise InvalidAction(
                f"actions: expected those of all agents, got none of {', '.join(missing)}."
            )
        for agent in agents:
            space = self._spaces["action"][agent]
            write_action(
                space, remote.actions, f"actions/{agent}", actions[agent], agent, self.num_envs
            )
        ended = remote.step()
        results = remote.results
        infos: dict[str, Any] = {}
        if ended:
            infos["final_obs"] = self._observations(remote.final, "finalObservations")
            infos["_final_obs"] = remote.final["finalMask"].astype(bool)
        return (
            self._observations(results, "observations"),
            {agent: results[f"rewards/{agent}"].copy() for agent in agents},
            results["terminations"].astype(bool),
            results["truncations"].astype(bool),
            infos,
        )

    def _observations(self, fields: Mapping[str, NDArray[Any]], name: str) -> dict[str, Any]:
        own = self._spaces["observation"]
        return {agent: read_rows(own[agent], fields, f"{name}/{agent}") for agent in own}

    def close(self) -> None:
        """Closes the environment; again does nothing."""
        handle, self._handle = self._handle, None
        self.closed = True
        if handle is not None:
            handle.close()

    def __getstate__(self) -> dict[str, Any]:
        names = ("game", "num_envs", "params", "autoreset_mode")
        return {name: getattr(self, name) for name in names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        GameVectorEnv.__init__(self, **state)

    def __repr__(self) -> str:
        return f"GameVectorEnv({self.game}, num_envs={self.num_envs})"


def _row_count(num_envs: int) -> int:
    if isinstance(num_envs, (int, np.integer)) and not isinstance(num_envs, bool) and num_envs >= 1:
        return int(num_envs)
    raise InvalidArgument(f"num_envs: expected a positive integer, got {num_envs!r}.")


def _mode_name(mode: Any, known: Sequence[str]) -> str:
    name = known[0] if mode is None else getattr(mode, "value", mode)
    if name in known:
        return str(name)
    raise InvalidArgument(
        f"autoreset_mode: expected one of {', '.join(known)} with gymnasium "
        f"{gymnasium.__version__}, got {mode!r}."
    )


def _reset_mask(options: Mapping[str, Any] | None, rows: int) -> Mask:
    """The rows to reset, checked as Gymnasium's own vector environments do."""
    mask = check_options(options).get("reset_mask")
    if mask is None:
        return np.ones(rows, bool)
    name = "options['reset_mask']"
    if not isinstance(mask, np.ndarray):
        raise TypeError(f"{name}: expected a numpy array, got {type(mask)}.")
    if mask.shape != (rows,):
        raise ValueError(f"{name}: expected the shape ({rows},), got {mask.shape}.")
    if mask.dtype != np.bool_:
        raise TypeError(f"{name}: expected dtype bool, got {mask.dtype}.")
    if not mask.any():
        raise ValueError(f"{name}: expected at least one True, got none.")
    return mask.copy()


def _objects(rows: Mask, value: Callable[[int], Any]) -> NDArray[np.object_]:
    """An array of objects, None outside the rows."""
    array = np.full(len(rows), None, object)
    for i in np.flatnonzero(rows):
        array[i] = value(int(i))
    return array


def _row(space: spaces.Space[Any], batch: Any, i: int) -> Any:
    if isinstance(space, spaces.Dict):
        return {key: _row(part, batch[key], i) for key, part in space.spaces.items()}
    if isinstance(space, spaces.Tuple):
        return tuple(_row(part, batch[k], i) for k, part in enumerate(space.spaces))
    return batch[i]
