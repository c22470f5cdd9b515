"""Policies in Python, as the engine calls them in the middle of a request."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.error import InvalidAction

from .errors import InvalidArgument
from .spaces import fits, from_schema

Call = Mapping[str, Any]

#: What to do with a model that was trained on other actions than those of its leader.
LEARNED = "; greedy_commitment(env, policy) makes a commitment of what was learned in env"


class Cast:
    """Who plays a game, and in which spaces."""

    def __init__(self, call: Call) -> None:
        self.leader: str = call["leader"]
        self.followers: list[str] = call["followers"]
        self.observation_spaces, self.action_spaces = (
            {agent: from_schema(schema) for agent, schema in call[which].items()}
            for which in ("observationSpaces", "actionSpaces")
        )


class Policy:
    """A policy in any of the forms that people hold one in.

    Args:
        given: an object with ``probabilities(observation)``, one with ``predict(observation,
            deterministic=True)`` as Stable-Baselines3 has it, or a function of the observation,
            which may also take ``rng``.
        where: the argument that it is, for errors.
        advice: for the error where it is of other actions.

    Raises:
        InvalidArgument: if it is none of these.
    """

    def __init__(self, given: Any, where: str, advice: str = "") -> None:
        self.given = given
        self.form = "action"
        self._where = where
        self._advice = advice
        self._predicts = False
        if _has(given, "probabilities"):
            self.form, self._function = "probabilities", given.probabilities
        elif _has(given, "predict"):
            self._function, self._predicts = _predicted(given), True
        elif callable(given):
            self._function = given
        else:
            raise InvalidArgument(
                f"{where}: expected a function of the observation or an object with predict or "
                f"probabilities, got {given!r}."
            )
        self.resets = _has(given, "reset")
        self._rng = _rng_parameter(self._function) if self.form == "action" else None

    @property
    def told(self) -> dict[str, Any]:
        """What the engine must know of it."""
        return {"form": self.form, "draws": self._rng is not None, "resets": self.resets}

    def check_spaces(self, observations: spaces.Space[Any], actions: spaces.Space[Any]) -> None:
        """Compares the agent's spaces with the policy's own, where it has them.

        Raises:
            InvalidArgument: if it was trained on other actions, or other Discrete observations:
                those of other kinds it may have learned to see otherwise.
        """
        own = getattr(self.given, "action_space", None)
        if isinstance(own, spaces.Space) and own != actions:
            raise self._of_another("actions", actions, own)
        own = getattr(self.given, "observation_space", None)
        discrete = isinstance(own, spaces.Discrete) and isinstance(observations, spaces.Discrete)
        if discrete and own != observations:
            raise self._of_another("observations", observations, own)

    def _of_another(self, what: str, space: Any, own: Any) -> InvalidArgument:
        return InvalidArgument(
            f"{self._where}: expected a policy of {what} in {_line(str(space))}, "
            f"got one of {_line(str(own))}{self._advice}."
        )

    def is_row(self, space: spaces.Space[Any], given: Any) -> bool:
        """Whether what it returned is the probabilities of all actions.

        Raises:
            gymnasium.error.InvalidAction: for integers that ``predict`` gives for a Discrete
                action: a table of actions is no distribution.
        """
        if self.form == "probabilities":
            return True
        row = is_row(space, given)
        if row and self._predicts and np.asarray(given).dtype.kind != "f":
            raise InvalidAction(
                f"{self._where}: expected an action in {space} from predict, "
                f"got {_line(repr(given))}{self._advice}."
            )
        return row

    def act(self, observation: Any, seed: int | np.random.Generator | None) -> Any:
        """What it returns; where it takes a generator it gets this one, or one from the seed."""
        if self._rng is None:
            return self._function(observation)
        rng = np.random.default_rng(seed)
        if self._rng == "position":
            return self._function(observation, rng)
        return self._function(observation, rng=rng)


def is_policy(given: Any) -> bool:
    """Whether ``Policy`` takes it."""
    return callable(given) or _has(given, "probabilities") or _has(given, "predict")


def _has(given: Any, method: str) -> bool:
    return callable(getattr(given, method, None))


def _predicted(given: Any) -> Callable[[Any], Any]:
    return lambda observation: given.predict(observation, deterministic=True)[0]


def _rng_parameter(function: Callable[..., Any]) -> str | None:
    """How a function takes a generator: by the keyword ``rng``, in second place, or not."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return None
    if "rng" in parameters and parameters["rng"].kind is not inspect.Parameter.POSITIONAL_ONLY:
        return "keyword"
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    required = [p for p in parameters.values() if p.kind in positional and p.default is p.empty]
    return "position" if len(required) == 2 else None


class LeaderHandler:
    """Answers the engine for a leader's policy."""

    def __init__(self, given: Any, where: str, advice: str = "") -> None:
        self._policy = Policy(given, where, advice)
        self._where = where
        self._cast: Cast | None = None

    def __call__(self, call: Call) -> Any:
        if call["op"] == "describe":
            self._cast = Cast(call)
            leader = self._cast.leader
            self._policy.check_spaces(
                self._cast.observation_spaces[leader], self._cast.action_spaces[leader]
            )
            return self._policy.told
        assert self._cast is not None
        leader = self._cast.leader
        seen = member(self._cast.observation_spaces[leader], call["observation"])
        given = self._policy.act(seen, call.get("seed"))
        space = self._cast.action_spaces[leader]
        if self._policy.is_row(space, given):
            return row_json(given, self._where, seen)
        return action_json(space, given, self._where, seen)


def is_row(space: spaces.Space[Any], given: Any) -> bool:
    """Whether what a policy over Discrete actions returned is probabilities."""
    array = np.asarray(given)
    if not isinstance(space, spaces.Discrete) or array.ndim != 1:
        return False
    return array.dtype.kind == "f" or array.size > 1


def member(space: spaces.Space[Any], value: Any) -> Any:
    """A member of a space of arrays from its JSON."""
    if isinstance(space, spaces.Discrete):
        return np.int64(value)
    return np.asarray(value, space.dtype).reshape(space.shape)


def member_json(space: spaces.Space[Any], value: Any) -> Any:
    """A member of a space of arrays as JSON, or None for what is none; the engine checks ranges."""
    array = np.asarray(value)
    integral = space.dtype is not None and space.dtype.kind in "iub"
    assert space.shape is not None
    if array.dtype.kind not in ("iub" if integral else "iubf") or not fits(array, space.shape):
        return None
    if array.dtype.kind == "b":
        array = array.astype(np.int64)
    return array.item() if isinstance(space, spaces.Discrete) else array.ravel().tolist()


def action_json(space: spaces.Space[Any], value: Any, who: str, seen: Any) -> Any:
    """An action as JSON.

    Raises:
        gymnasium.error.InvalidAction: if it is of another type or shape.
    """
    plain = member_json(space, value)
    if plain is None:
        raise InvalidAction(
            f"{who}: expected an action in {space} at {_line(str(seen))}, got {_line(repr(value))}."
        )
    return plain


def _line(text: str) -> str:
    return textwrap.shorten(text, 120, placeholder=" ...")


def row_json(value: Any, who: str, seen: Any) -> list[float]:
    """Probabilities as JSON; the engine checks how many there are and that they sum to 1.

    Raises:
        InvalidArgument: if they are no vector of numbers.
    """
    array = np.asarray(value)
    if array.ndim != 1 or array.dtype.kind not in "iubf":
        raise InvalidArgument(
            f"{who}: expected a probability for each action at {_line(str(seen))}, "
            f"got {_line(repr(value))}."
        )
    row: list[float] = array.astype(float).tolist()
    return row
