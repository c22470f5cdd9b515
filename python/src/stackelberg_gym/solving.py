"""Exact values: the best commitments, and what a commitment is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, overload

import numpy as np

from ._catalogue import check_game, check_params
from ._connection import Connection, acquire, release
from ._players import LEARNED, LeaderHandler, is_policy
from ._remote import integer_seed
from .errors import InvalidArgument
from .oracles import check_options, named, oracle_fields

__all__ = ["BestResponse", "Certificate", "Evaluation", "Solution", "evaluate_commitment", "solve"]


@dataclass(frozen=True)
class Solution:
    """A leader's commitment and what it is worth.

    Attributes:
        value: the leader's return, or its cost where ``sense`` is ``cost``.
        commitment: an action for each observation, a distribution for each, one distribution or
            vector where there is one observation, or a list of ``{"observation", "action"}``.
            ``evaluate_commitment`` takes it. None where the solver states the value and, in
            ``details``, rules, but no commitment that can be played.
        kind: ``deterministic`` or ``stochastic``.
        status: ``optimal``, ``best-known`` (a search), ``heuristic`` (the solver's own fixed
            point) or ``learned``.
        solver: its name.
        follower: how the follower was taken to respond.
        tie_breaking: for whom ties are broken: ``leader``, ``against`` or ``lowest``; None where
            they do not matter.
        follower_values: expected return of each follower.
        sense: ``return``, or ``cost``, which is minus the return.
        weak_value: the supremum if ties go against the leader, where the solver tells.
        certificate: why no commitment does better, as the solver's documentation has it.
        details: whatever else the solver found, as its documentation has it.
    """

    value: float
    commitment: list[Any] | None
    kind: str
    status: str
    solver: str
    follower: str
    tie_breaking: str | None
    follower_values: dict[str, float]
    sense: str = "return"
    weak_value: float | None = None
    certificate: dict[str, Any] | None = None
    details: dict[str, Any] | None = None

    @property
    def leader_return(self) -> float:
        """The leader's return, whatever the sense."""
        return 0 - self.value if self.sense == "cost" else self.value


@dataclass(frozen=True)
class Certificate:
    """What the followers' play is an equilibrium of, and the most that one of them would gain by
    deviating."""

    notion: str
    gap: float | None


@dataclass(frozen=True)
class Evaluation:
    """What a commitment is worth against the followers' response.

    Attributes:
        value: the leader's expected return.
        follower_values: those of the followers.
        optimum: the best value of any commitment, or the best known; None where no solver knows.
        gap: ``optimum - value``, or None.
        response: what responded: a kind of exact best response, or an oracle's name.
        equilibrium: what the followers' play is an equilibrium of.
        ties: for whom they were broken, or None.
        standard_error: of ``value`` where it was sampled, else 0.
    """

    value: float
    follower_values: dict[str, float]
    optimum: float | None
    gap: float | None
    response: str
    equilibrium: Certificate
    ties: str | None
    standard_error: float


@dataclass(frozen=True)
class BestResponse:
    """The followers' side under a fixed leader.

    Attributes:
        value: the leader's expected return.
        follower_values: those of the followers.
        policy: the only follower's action for each of its observations, or a distribution for each
            of a quantal follower; None for several followers, one that remembers more than it now
            sees, or where no table of it exists.
        response: the kind of response.
        equilibrium: what it is an equilibrium of.
        ties: for whom they were broken, or None.
    """

    value: float
    follower_values: dict[str, float]
    policy: list[Any] | None
    response: str
    equilibrium: Certificate
    ties: str | None


@overload
def solve(
    game: str,
    *,
    params: Mapping[str, Any] | None = ...,
    leader: None = ...,
    commitment: Literal["deterministic", "stochastic", "mixed"] | None = ...,
    follower: str | Mapping[str, Any] | None = ...,
    ties: None = ...,
    solver: str | None = ...,
    strategy: str | None = ...,
    options: Mapping[str, Any] | None = ...,
    certify: bool = ...,
    time_limit: float | None = ...,
) -> Solution: ...


@overload
def solve(
    game: str,
    *,
    params: Mapping[str, Any] | None = ...,
    leader: Any,
    follower: str | Mapping[str, Any] | None = ...,
    ties: str | None = ...,
) -> BestResponse: ...


def solve(
    game: str,
    *,
    params: Mapping[str, Any] | None = None,
    leader: Any = None,
    commitment: str | None = None,
    follower: str | Mapping[str, Any] | None = None,
    ties: str | None = None,
    solver: str | None = None,
    strategy: str | None = None,
    options: Mapping[str, Any] | None = None,
    certify: bool = False,
    time_limit: float | None = None,
) -> Solution | BestResponse:
    """The best commitment of a game; or with a ``leader``, the followers' exact response to it.

    Args:
        game: id of a registered game.
        params: parameters of the game.
        leader: a commitment in any form that ``evaluate_commitment`` takes; only ``follower`` and
            ``ties`` go with it.
        commitment: ``deterministic`` or ``stochastic`` (``mixed``); default what the first solver
            that fits is for.
        follower: ``stationary`` (default), ``time-aware``, ``myopic``, ``quantal``,
            ``subjective-quantal``, or one of the last two with its parameters:
            ``{"kind": "quantal", "rationality": 2}``.
        ties: ``leader`` (default), ``against`` or ``lowest``.
        solver: by name, instead of the first that fits.
        strategy: what a solver that knows several things is to compute: short for
            ``options={"strategy": ...}``.
        options: of the solver, as ``catalogue()["solvers"]`` has them.
        certify: whether to prove a normal-form value in exact fractions.
        time_limit: seconds after which a mixed-integer program gives up.

    Raises:
        InvalidArgument: for malformed arguments, or if no solver fits.
        SolveFailed: if a program was infeasible, unbounded or out of time.
        NoExactValue: if the game is too large, or of a kind, for exact values.

    Example:
        >>> solve("NormalForm-v0", params={"name": "conitzer_sandholm"}).value
        3.5
    """
    for_leader = {"ties": ties}
    for_solvers = {
        "commitment": commitment,
        "solver": solver,
        "options": _solver_options(strategy, options),
        "certify": certify or None,
        "timeLimit": time_limit,
    }
    _refuse("solve", for_leader if leader is None else for_solvers, leader is None)
    request = {"game": check_game(game), "params": check_params(params), "follower": follower}
    if leader is None:
        return _solution(_ask("solve", {**request, **for_solvers}, private=False))
    answer = _ask("respond", {**request, **for_leader}, is_policy(leader), commitment=leader)
    return BestResponse(policy=answer["policy"], **_measured(answer))


def evaluate_commitment(
    game: str,
    commitment: Any,
    *,
    params: Mapping[str, Any] | None = None,
    follower: str | Mapping[str, Any] | None = None,
    ties: str | None = None,
    oracle: Any = None,
    oracle_options: Mapping[str, Any] | None = None,
    episodes: int = 100,
    seed: int = 0,
) -> Evaluation:
    """What a commitment is worth: exactly, against a best response or equilibrium, or by an oracle.

    Args:
        game: id of a registered game.
        commitment: an action for each observation, a distribution for each, one distribution or
            vector of a leader with a single observation, as a list or an array; a list of
            ``{"observation", "action"}``; a ``Solution``; or a policy: a function that returns an
            action or the probabilities of all, an object with ``probabilities(observation)``, or
            one with ``predict(observation, deterministic=True)``, such as a model of
            Stable-Baselines3.
        params: parameters of the game.
        follower: how followers respond, as for ``solve``; beside an ``oracle``, the followers that
            ``optimum`` is taken against.
        ties: ``leader`` (default), ``against`` or ``lowest``; not with an ``oracle``, which breaks
            its own.
        oracle: respond by this instead: a name, or followers in Python as ``StackelbergEnv`` takes
            them.
        oracle_options: options of a named oracle.
        episodes: responses that are sampled from the oracle, with one episode each.
        seed: of the sampled responses.

    Raises:
        InvalidArgument: if the commitment does not fit the game, or nothing is known that responds.
        NoExactValue: if an oracle is needed.

    Example:
        >>> game = {"game": "prisoners_dilemma"}
        >>> evaluate_commitment("IteratedMatrixGame-v0", [1, 0, 0, 1, 1], params=game).value
        31.0
    """
    if commitment is None:
        raise _no_commitment(commitment)
    if oracle is not None and ties is not None:
        raise InvalidArgument(f"ties: expected it only without an oracle, got {ties!r}.")
    python_oracle = not named(oracle, oracle_options)
    request = {
        "game": check_game(game),
        "params": check_params(params),
        "follower": follower,
        "ties": ties,
        "episodes": episodes,
        "seed": str(integer_seed(seed)),
    }
    private = python_oracle or is_policy(commitment)
    answer = _ask(
        "evaluate", request, private, commitment=commitment, oracle=(oracle, oracle_options)
    )
    return Evaluation(
        optimum=_float(answer["optimum"]),
        gap=_float(answer["gap"]),
        standard_error=float(answer["standardError"]),
        **_measured(answer),
    )


def _ask(
    verb: str,
    request: Mapping[str, Any],
    private: bool,
    commitment: Any = None,
    oracle: tuple[Any, Mapping[str, Any] | None] | None = None,
) -> dict[str, Any]:
    """Sends a request with its callables, to an engine of their own where there are some."""
    fields = {name: value for name, value in request.items() if value is not None}
    connection = acquire(private)
    try:
        if commitment is not None:
            fields["commitment"] = _commitment(connection, commitment)
        if oracle is not None:
            fields.update(oracle_fields(connection, *oracle))
        answer: dict[str, Any] = connection.request(verb, **fields)
        return answer
    finally:
        release(connection)


def _commitment(connection: Connection, given: Any) -> Any:
    if isinstance(given, Solution):
        if given.commitment is None:
            raise InvalidArgument(
                f"commitment: expected one that can be played, got None: the solver {given.solver} "
                "states the value and rules."
            )
        return given.commitment
    if is_policy(given):
        return {"callable": connection.register(LeaderHandler(given, "commitment", LEARNED))}
    if isinstance(given, (list, tuple, np.ndarray)):
        return given
    raise _no_commitment(given)


def _no_commitment(given: Any) -> InvalidArgument:
    return InvalidArgument(
        f"commitment: expected a list, an array, a Solution or a policy, got {given!r}."
    )


def _solver_options(
    strategy: str | None, options: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    given = check_options("options", options)
    if strategy is None:
        return None if options is None else given
    if "strategy" in given:
        raise InvalidArgument(
            f"strategy: expected it once, got {strategy!r} and {given['strategy']!r} in options."
        )
    return {**given, "strategy": strategy}


def _refuse(owner: str, arguments: Mapping[str, Any], without_leader: bool) -> None:
    for name, value in arguments.items():
        if value is not None:
            wanted = "with" if without_leader else "without"
            raise InvalidArgument(
                f"{owner}: {name}: expected it only {wanted} a leader, got {value!r}."
            )


def _measured(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What evaluations and best responses have in common."""
    notion, gap = answer["equilibrium"]["notion"], answer["equilibrium"]["gap"]
    return {
        "value": float(answer["value"]),
        "follower_values": _floats(answer["followerValues"]),
        "response": answer["response"],
        "equilibrium": Certificate(notion, _float(gap)),
        "ties": answer["ties"],
    }


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)


def _floats(values: Mapping[str, float]) -> dict[str, float]:
    return {agent: float(value) for agent, value in values.items()}


def _solution(answer: Mapping[str, Any]) -> Solution:
    return Solution(
        value=float(answer["value"]),
        commitment=answer["commitment"],
        kind=answer["kind"],
        status=answer["status"],
        solver=answer["solver"],
        follower=answer["follower"],
        tie_breaking=answer["tieBreaking"],
        follower_values=_floats(answer["followerValues"]),
        sense=answer.get("sense", "return"),
        weak_value=_float(answer.get("weakValue")),
        certificate=answer.get("certificate"),
        details=answer.get("details"),
    )
