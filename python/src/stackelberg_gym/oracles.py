"""Followers in Python: policies, and oracles that ask the leader before they respond."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy as np
from gymnasium import spaces

from ._connection import Connection
from ._players import (
    Call,
    Cast,
    Policy,
    action_json,
    is_policy,
    member,
    member_json,
    row_json,
)
from .errors import InvalidArgument

__all__ = ["OracleContext", "Query", "Response"]


@dataclass(frozen=True)
class Query:
    """A question to the leader. To yield a bare observation is to ask for an action.

    Attributes:
        observation: a member of the leader's observation space.
        answer: ``action``, or ``distribution`` for the probabilities of all actions, where
            ``context.distributions`` is True: of leaders that commit to a whole policy.
    """

    observation: Any
    answer: str = "action"


@dataclass(frozen=True)
class Response:
    """How the followers play, and what is claimed of it: nothing where bare policies are returned.

    Attributes:
        policies: a policy (of a single follower), or one for each follower by name; or a list of
            these, of which every episode plays one drawn uniformly, the same for all followers.
        notion: ``best response``, ``Nash``, ``Bayesian Nash``, ``correlated``, ``coarse
            correlated``, ``Bayesian coarse correlated`` or ``none``.
        gap: the most that a follower would gain by deviating; None if it was not measured.
    """

    policies: Any
    notion: str = "none"
    gap: float | None = None


class OracleContext:
    """What an oracle is given when it is asked to respond.

    Attributes:
        leader: name of the leader.
        followers: names of the followers.
        rng: a generator seeded by the environment, so that a seed of ``reset`` reproduces the
            response.
        distributions: whether the leader can answer a ``Query`` for its ``distribution``.
        memory: what the oracle wants to keep for its next response, emptied before it unless
            ``reset_followers=False``. Rows of a vector environment have one each.
    """

    def __init__(self, cast: Cast, call: Call, memory: dict[Any, Any]) -> None:
        self.leader = cast.leader
        self.followers = list(cast.followers)
        self.rng = np.random.default_rng(call["seed"])
        self.distributions: bool = call["distributions"]
        self.memory = memory
        self._cast = cast
        self._simulated = 0.0

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """The agent's observation space in the game."""
        return self._cast.observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """The agent's action space in the game."""
        return self._cast.action_spaces[agent]

    def simulated(self, reward: float) -> None:
        """Reports a leader's reward of simulated play; paid under ``reward_during_response``."""
        self._simulated += float(reward)

    def _collect(self) -> float:
        reward, self._simulated = self._simulated, 0.0
        return reward


#: An oracle: yields observations (or ``Query``) to the leader, receives its answers, and returns a
#: ``Response``, a policy or a dict of policies.
OracleFunction = Callable[[OracleContext], Generator[Any, Any, Any]]
#: Followers as users write them: an oracle, a policy of the only follower, or policies by name.
Followers = Union[OracleFunction, Callable[..., Any], Mapping[str, Any]]


class _Row:
    """The latest response in one row of a vector environment."""

    def __init__(self) -> None:
        self.generator: Generator[Any, Any, Any] | None = None
        self.context: OracleContext | None = None
        self.asked = "action"
        self.memory: dict[Any, Any] = {}
        self.policies: list[dict[str, Policy]] = []

    def close(self) -> None:
        generator, self.generator = self.generator, None
        if generator is not None:
            generator.close()


class OracleHandler:
    """Answers the engine for followers in Python.

    Args:
        followers: an oracle, a policy or policies by name.

    Raises:
        InvalidArgument: if they are none of these.
    """

    def __init__(self, followers: Followers) -> None:
        shown = "followers" if isinstance(followers, Mapping) else type(followers).__name__
        self.name = getattr(followers, "__name__", shown)
        self._oracle = _oracle_function(followers)
        self._cast: Cast | None = None
        self._rows: dict[int, _Row] = {}
        self._operations: dict[str, Callable[[Call], Any]] = {
            "describe": self._describe,
            "respond": self._respond,
            "answer": self._answer,
            "act": self._act,
            "reset": self._reset,
        }

    def __call__(self, call: Call) -> Any:
        return self._operations[call["op"]](call)

    @property
    def _known(self) -> Cast:
        assert self._cast is not None
        return self._cast

    def _describe(self, call: Call) -> None:
        self._cast = Cast(call)

    def _respond(self, call: Call) -> dict[str, Any]:
        row = self._rows.setdefault(call["row"], _Row())
        row.close()
        if call["fresh"]:
            row.memory = {}
        row.context = OracleContext(self._known, call, row.memory)
        row.generator = self._oracle(row.context)
        return self._advance(row, None)

    def _answer(self, call: Call) -> dict[str, Any]:
        row = self._rows[call["row"]]
        if row.asked == "distribution":
            return self._advance(row, np.asarray(call["answer"], float))
        space = self._known.action_spaces[self._known.leader]
        return self._advance(row, member(space, call["answer"]))

    def _advance(self, row: _Row, answer: Any) -> dict[str, Any]:
        assert row.generator is not None and row.context is not None
        try:
            asked = row.generator.send(answer)
        except StopIteration as end:
            row.generator = None
            reply = self._response(row, end.value)
        else:
            reply = self._query(row, asked)
        return {**reply, "simulated": row.context._collect()}

    def _query(self, row: _Row, asked: Any) -> dict[str, Any]:
        query = asked if isinstance(asked, Query) else Query(asked)
        space = self._known.observation_spaces[self._known.leader]
        observation = member_json(space, query.observation)
        if observation is None:
            raise InvalidArgument(
                f"{self.name}: expected a query in {space}, got {query.observation!r}."
            )
        row.asked = query.answer
        return {"op": "query", "observation": observation, "answer": query.answer}

    def _response(self, row: _Row, returned: Any) -> dict[str, Any]:
        response = returned if isinstance(returned, Response) else Response(returned)
        given = response.policies
        mixture = given if isinstance(given, (list, tuple)) else [given]
        row.policies = [_by_name(self.name, each, self._known.followers) for each in mixture]
        for joint in row.policies:
            for agent, policy in joint.items():
                policy.check_spaces(
                    self._known.observation_spaces[agent], self._known.action_spaces[agent]
                )
        told = [{agent: each.told for agent, each in joint.items()} for joint in row.policies]
        return {"op": "response", "mixture": told, "notion": response.notion, "gap": response.gap}

    def _act(self, call: Call) -> Any:
        agent = call["agent"]
        policy = self._policy(call)
        seen = member(self._known.observation_spaces[agent], call["observation"])
        given = policy.act(seen, call.get("seed"))
        if policy.form == "probabilities":
            return row_json(given, agent, seen)
        return action_json(self._known.action_spaces[agent], given, agent, seen)

    def _reset(self, call: Call) -> None:
        self._policy(call).given.reset()

    def _policy(self, call: Call) -> Policy:
        return self._rows[call["row"]].policies[call["entry"]][call["agent"]]


def _oracle_function(followers: Followers) -> OracleFunction:
    """The followers as an oracle; policies answer without asking."""
    if callable(followers) and _is_generator(followers):
        return followers
    if isinstance(followers, Mapping):
        adapted: Any = {
            agent: Policy(given, f"oracle[{agent!r}]") for agent, given in followers.items()
        }
    else:
        adapted = Policy(followers, "oracle")

    def fixed(context: OracleContext) -> Generator[Any, Any, Any]:
        yield from ()
        return adapted

    return fixed


def _is_generator(function: Any) -> bool:
    return any(map(inspect.isgeneratorfunction, (function, function.__call__)))


def _by_name(oracle: str, given: Any, followers: Sequence[str]) -> dict[str, Policy]:
    """A policy for each follower.

    Raises:
        InvalidArgument: if one is missing, or there is one of nobody's.
    """
    policies = given
    if not isinstance(given, Mapping):
        policies = {followers[0]: given} if len(followers) == 1 else {}
    if sorted(policies) != sorted(followers):
        bare = given.given if isinstance(given, Policy) else given
        got = sorted(policies) if isinstance(given, Mapping) else bare
        raise InvalidArgument(
            f"{oracle}: expected a policy for each of {', '.join(followers)}, got {got!r}."
        )
    return {
        agent: each if isinstance(each, Policy) else Policy(each, f"{oracle}: {agent}")
        for agent, each in policies.items()
    }


def check_options(argument: str, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """A copy of the options that an argument holds.

    Raises:
        InvalidArgument: unless they are a dict or None.
    """
    if given is not None and not isinstance(given, Mapping):
        raise InvalidArgument(f"{argument}: expected a dict of options by name, got {given!r}.")
    return dict(given or {})


def named(oracle: Any, options: Mapping[str, Any] | None) -> bool:
    """Whether an oracle is the engine's own.

    Raises:
        InvalidArgument: if it is neither that nor Python's, or Python's with options, or the
            options are no dict.
    """
    own_options = check_options("oracle_options", options)
    if oracle is None or isinstance(oracle, str):
        return True
    if not isinstance(oracle, Mapping) and not is_policy(oracle):
        raise InvalidArgument(
            "oracle: expected a name, a policy, policies by follower or a generator function, "
            f"got {oracle!r}."
        )
    if own_options:
        raise InvalidArgument(
            f"oracle_options: expected none for followers in Python, got {own_options!r}."
        )
    return False


def oracle_fields(
    connection: Connection, oracle: Any, options: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The fields of a request that say who the followers are, which ``named`` has checked.

    Args:
        connection: that Python's followers answer over.
        oracle: a name, None, or followers in Python.
        options: of a named oracle.
    """
    if oracle is None or isinstance(oracle, str):
        return {"oracle": oracle, "oracleOptions": dict(options or {})}
    handler = OracleHandler(oracle)
    return {"oracle": {"callable": connection.register(handler), "name": handler.name}}
