"""What an agent is committed to, played in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from ._players import Policy, is_policy, is_row, member, member_json
from .errors import InvalidArgument
from .solving import Solution

__all__ = ["Commitment"]

Rng = np.random.Generator


class Commitment:
    """How an agent plays: a policy in any form that ``evaluate_commitment`` takes.

    Args:
        given: the policy.
        observation_space: of the agent.
        action_space: of the agent.
        where: the argument that it is, for errors.
        advice: for the error where it is a policy of other actions.

    Attributes:
        table: probabilities of shape (observations, actions), where both spaces are Discrete and
            the policy was given as a list or an array; else None.

    Raises:
        InvalidArgument: if it is no policy, or does not fit the spaces.
    """

    def __init__(
        self,
        given: Any,
        observation_space: spaces.Space[Any],
        action_space: spaces.Space[Any],
        where: str,
        advice: str = "",
    ) -> None:
        self.table: NDArray[np.float64] | None = None
        self._space = action_space
        self._where = where
        self._advice = advice
        self._policy: Policy | None = None
        self._answer = self._read(
            given.commitment if isinstance(given, Solution) else given, observation_space
        )

    def _read(self, given: Any, observations: spaces.Space[Any]) -> Callable[[Any, Rng], Any]:
        if is_policy(given):
            self._policy = Policy(given, self._where, self._advice)
            self._policy.check_spaces(observations, self._space)
            return self._policy.act
        if not isinstance(given, (list, tuple, np.ndarray)):
            raise InvalidArgument(
                f"{self._where}: expected a list, an array, a Solution or a policy, got {given!r}."
            )
        if len(given) > 0 and isinstance(given[0], Mapping):
            return self._lookup(given)
        if not isinstance(observations, spaces.Discrete):
            raise InvalidArgument(
                f"{self._where}: expected a policy or a list of observations with actions for "
                f"{observations}, got {given!r}."
            )
        entries = self._entries(given, int(observations.n))
        first = observations.start
        return lambda observation, rng: entries[observation - first]

    def _lookup(self, given: Iterable[Any]) -> Callable[[Any, Rng], Any]:
        known: dict[tuple[Any, ...], Any] = {}
        for entry in given:
            if not isinstance(entry, Mapping) or not {"observation", "action"} <= entry.keys():
                raise InvalidArgument(
                    f"{self._where}: expected an observation with its action, got {entry!r}."
                )
            key = _key(entry["observation"])
            if key in known:
                raise InvalidArgument(
                    f"{self._where}: expected one action for the observation "
                    f"{entry['observation']!r}, got two."
                )
            known[key] = entry["action"]

        def answer(observation: Any, rng: Rng) -> Any:
            if _key(observation) in known:
                return known[_key(observation)]
            raise InvalidArgument(
                f"{self._where}: expected an action for the observation {observation!r}, got none."
            )

        return answer

    def _entries(self, given: Any, count: int) -> Any:
        """An answer for each of ``count`` observations."""
        space = self._space
        single = count == 1 and len(given) > 0 and np.ndim(given[0]) == 0
        if isinstance(space, spaces.Discrete):
            # A list of one number is the action where it can be one, as in TypeScript.
            action = len(given) == 1 and (space.n > 1 or given[0] == space.start)
            given = [given] if single and not action else given
        elif single:
            given = [given]
        if len(given) != count:
            raise InvalidArgument(
                f"{self._where}: expected an entry for each of {count} observations, "
                f"got {len(given)}."
            )
        if not isinstance(space, spaces.Discrete):
            return [self._vector(entry) for entry in given]
        self.table = np.array([self._row(entry) for entry in given])
        return self.table

    def _vector(self, entry: Any) -> Any:
        if member_json(self._space, entry) is not None:
            action = member(self._space, entry)
            if self._space.contains(action):
                return action
        raise InvalidArgument(
            f"{self._where}: expected actions in {self._space}, got {entry!r} among them."
        )

    def _row(self, entry: Any) -> NDArray[np.float64]:
        """Probabilities of all Discrete actions, from themselves or from a single action."""
        space = self._space
        assert isinstance(space, spaces.Discrete)
        if np.ndim(entry) > 0:
            return self._probabilities(entry)
        row: NDArray[np.float64] = np.zeros(space.n)
        row[np.arange(space.start, space.start + space.n) == entry] = 1
        if not row.any():
            raise InvalidArgument(
                f"{self._where}: expected actions in {space}, got {entry!r} among them."
            )
        return row

    def _probabilities(self, given: Any) -> NDArray[np.float64]:
        array = np.asarray(given)
        n = self._space.n if isinstance(self._space, spaces.Discrete) else None
        if array.dtype.kind in "iuf" and array.shape == (n,) and np.all(array >= 0):
            total = float(array.sum(dtype=float))
            # As close as the engine wants it.
            if abs(total - 1) <= 1e-6:
                return np.asarray(array, np.float64) / total
        raise InvalidArgument(
            f"{self._where}: expected probabilities of all actions in {self._space}, got {given!r}."
        )

    def reset(self) -> None:
        """Starts an episode: calls ``reset`` of the policy where it has one."""
        if self._policy is not None and self._policy.resets:
            self._policy.given.reset()

    def act(self, observation: Any, rng: Rng) -> Any:
        """The action at an observation; what the policy leaves to chance is drawn from ``rng``."""
        given = self._answer(observation, rng)
        rows = is_row if self._policy is None else self._policy.is_row
        if not rows(self._space, given):
            return given
        row = self._probabilities(given)
        return self._space.start + rng.choice(len(row), p=row)  # type: ignore[attr-defined]


def _key(observation: Any) -> tuple[Any, ...]:
    return tuple(np.ravel(observation).tolist())
