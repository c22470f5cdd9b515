"""Exact values through the bridge: known numbers, and commitments in every form."""

from __future__ import annotations

import dataclasses
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium.error import InvalidAction, NameNotFound

from stackelberg_gym._connection import acquire, release
from stackelberg_gym.errors import InvalidArgument, NoExactValue, SolveFailed, from_engine
from stackelberg_gym.solving import Evaluation, Solution, evaluate_commitment, solve

GAME = "IteratedMatrixGame-v0"
DILEMMA = {"game": "prisoners_dilemma"}
#: Cooperation is 0. Answers what the follower did last, after a first step of defection: worth 31.
TIT_FOR_TAT = [1, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("conitzer_sandholm", 3.5),
        ("paruchuri", 11 / 3),
        ("openspiel_game1", 4 / 3),
        ("conitzer_korzhyk", 2.5),
    ],
)
def test_textbook_commitments_have_their_known_values(name: str, value: float) -> None:
    solution = solve("NormalForm-v0", params={"name": name}, certify=True)
    assert solution.value == pytest.approx(value, abs=1e-12)
    assert (solution.kind, solution.status) == ("stochastic", "optimal")
    assert solution.certificate
    assert sum(solution.commitment or []) == pytest.approx(1)


@pytest.mark.parametrize(
    ("commitment", "follower", "value"),
    [
        ("deterministic", "time-aware", 29),
        ("deterministic", "stationary", 31),
        ("stochastic", "time-aware", 33.5),
        ("stochastic", "stationary", 35),
    ],
)
def test_commitments_in_the_prisoners_dilemma(commitment: Any, follower: str, value: float) -> None:
    solution = solve(GAME, params=DILEMMA, commitment=commitment, follower=follower)
    assert solution.value == pytest.approx(value, abs=1e-8)
    assert solution.follower == follower
    assert solution.leader_return == solution.value
    graded = evaluate_commitment(GAME, solution, params=DILEMMA, follower=follower)
    assert graded.value == pytest.approx(value, abs=1e-6)
    assert graded.follower_values == pytest.approx(solution.follower_values, abs=1e-6)


def test_a_solution_may_state_a_value_without_a_commitment() -> None:
    solution = solve("SequentialPriceMechanism-v0")
    assert (solution.status, solution.commitment) == ("optimal", None)
    assert solution.details and len(solution.details["rules"]) > 100
    with pytest.raises(InvalidArgument, match=r"played, got None: the solver spm states the value"):
        evaluate_commitment("SequentialPriceMechanism-v0", solution)


def test_a_cost_is_minus_the_return() -> None:
    solution = solve("StackelbergRouting-v0", params={"name": "pigou"}, strategy="llf")
    assert solution.sense == "cost"
    assert solution.value == pytest.approx(0.75)
    assert solution.leader_return == -solution.value


def test_solutions_are_frozen() -> None:
    solution = solve("NormalForm-v0", params={"name": "conitzer_sandholm"})
    with pytest.raises(dataclasses.FrozenInstanceError):
        solution.value = 4.0  # type: ignore[misc]


class Predicting:
    """As a model of Stable-Baselines3."""

    def predict(self, observation: Any, deterministic: bool = False) -> tuple[Any, None]:
        assert deterministic
        assert isinstance(observation, np.int64)
        return np.array(TIT_FOR_TAT[observation]), None


class Mixed:
    """Tells probabilities; calling it would be wrong."""

    def probabilities(self, observation: int) -> list[float]:
        return [1.0 - TIT_FOR_TAT[observation], float(TIT_FOR_TAT[observation])]

    def __call__(self, observation: int) -> int:
        raise AssertionError(observation)


def tit_for_tat(observation: int) -> int:
    return TIT_FOR_TAT[observation]


FORMS = {
    "list": TIT_FOR_TAT,
    "array": np.array(TIT_FOR_TAT, np.int32),
    "rows": np.eye(2)[TIT_FOR_TAT],
    "list of numpy": [np.int64(action) for action in TIT_FOR_TAT],
    "observed": [{"observation": o, "action": a} for o, a in enumerate(TIT_FOR_TAT)],
    "function": tit_for_tat,
    "function of rows": lambda observation: np.eye(2)[TIT_FOR_TAT[observation]],
    "function of integer rows": lambda observation: [
        1 - TIT_FOR_TAT[observation],
        TIT_FOR_TAT[observation],
    ],
    "predict": Predicting(),
    "probabilities": Mixed(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_commitment_is_worth_the_same(form: str) -> None:
    graded = evaluate_commitment(GAME, FORMS[form], params=DILEMMA)
    assert graded.value == 31
    assert graded.follower_values == {"follower_0": 28}
    assert graded.optimum == pytest.approx(31)
    assert graded.gap == pytest.approx(0)
    assert graded.response == "stationary"
    assert (graded.equilibrium.notion, graded.equilibrium.gap) == ("best response", 0)
    assert (graded.ties, graded.standard_error) == ("leader", 0)


def test_evaluations_hold_floats() -> None:
    graded = evaluate_commitment(GAME, TIT_FOR_TAT, params=DILEMMA)
    numbers = [graded.value, graded.optimum, graded.gap, graded.standard_error]
    assert [type(number) for number in [*numbers, *graded.follower_values.values()]] == [float] * 5


def test_commitments_to_vectors_by_a_policy() -> None:
    solution = solve("SecurityGame-v0", params={"resources": 2})
    assert solution.value == pytest.approx(0.082532, abs=1e-6)
    coverage = np.array(solution.commitment, float).ravel()
    graded = evaluate_commitment(
        "SecurityGame-v0", lambda observation: coverage, params={"resources": 2}
    )
    assert graded.value == pytest.approx(solution.value)


def test_a_leader_that_draws_by_itself_is_refused_where_a_table_is_needed() -> None:
    with pytest.raises(InvalidArgument, match="policy of the observation alone"):
        evaluate_commitment(GAME, lambda observation, rng: int(rng.integers(2)), params=DILEMMA)


def best_by_hand(leader: list[int]) -> tuple[float, float, tuple[int, ...]]:
    """Leader's and follower's returns, and the follower's policy: the best of all 32."""
    pay = {(0, 0): (3, 3), (0, 1): (1, 4), (1, 0): (4, 1), (1, 1): (2, 2)}
    outcomes = []
    for follower in product(range(2), repeat=5):
        seen, totals = 0, [0.0, 0.0]
        for _ in range(10):
            row, column = leader[seen], follower[seen]
            totals = [total + paid for total, paid in zip(totals, pay[row, column])]
            seen = 1 + row + 2 * column
        outcomes.append((totals[1], totals[0], follower))
    best = max(outcomes, key=lambda outcome: outcome[:2])
    return best[1], best[0], best[2]


@pytest.mark.parametrize("leader", [TIT_FOR_TAT, [0, 0, 1, 0, 1], [1, 1, 1, 1, 1], [0, 1, 0, 0, 1]])
def test_the_response_to_a_fixed_leader_is_the_best_of_all(leader: list[int]) -> None:
    answer = solve(GAME, params=DILEMMA, leader=lambda observation: leader[observation])
    value, own, _ = best_by_hand(leader)
    assert answer.value == value
    assert answer.follower_values == {"follower_0": own}
    assert answer.policy is not None
    replay = evaluate_commitment(
        GAME, leader, params=DILEMMA, oracle=lambda seen: answer.policy[seen], episodes=1
    )
    assert (replay.value, replay.follower_values["follower_0"]) == (value, own)


def test_no_table_is_told_of_a_response_with_memory() -> None:
    answer = solve(GAME, params=DILEMMA, leader=TIT_FOR_TAT, follower="time-aware")
    assert (answer.value, answer.policy) == (29, None)


def test_ties_and_quantal_responses_to_a_fixed_leader() -> None:
    game: dict[str, Any] = {"params": {"name": "conitzer_sandholm"}, "leader": [0.5, 0.5]}
    assert solve("NormalForm-v0", **game).value == 3.5
    assert solve("NormalForm-v0", **game, ties="against").value == 1.5
    quantal = solve("NormalForm-v0", **game, follower={"kind": "quantal", "rationality": 3})
    assert quantal.policy == [[0.5, 0.5]]
    assert quantal.value == pytest.approx(2.5)


def test_beside_an_oracle_the_follower_says_what_the_optimum_is_against() -> None:
    def graded(follower: str | None) -> Evaluation:
        return evaluate_commitment(
            GAME,
            TIT_FOR_TAT,
            params=DILEMMA,
            follower=follower,
            oracle="exact-best-response",
            episodes=1,
        )

    stationary, aware = graded(None), graded("time-aware")
    assert (stationary.value, aware.value) == (31, 31)
    assert stationary.optimum == pytest.approx(31)
    assert aware.optimum == pytest.approx(29)


def test_errors_say_what_was_expected() -> None:
    untyped: Any = solve
    cases: list[tuple[Any, type[Exception], str]] = [
        (lambda: solve("NormalFrom-v0"), NameNotFound, "NormalForm-v0"),
        (lambda: solve(GAME, solver="enumeratoin"), InvalidArgument, "enumeration"),
        (lambda: solve(GAME, time_limit=-1), InvalidArgument, "positive number of seconds"),
        (lambda: solve(GAME, params={"gam": 1}), InvalidArgument, "gam"),
        (lambda: untyped(GAME, ties="leader"), InvalidArgument, "only with a leader"),
        (lambda: untyped(GAME, leader=[0], solver="x"), InvalidArgument, "only without a leader"),
        (
            lambda: solve(GAME, strategy="a", options={"strategy": "b"}),
            InvalidArgument,
            "expected it once",
        ),
        (lambda: evaluate_commitment(GAME, [0, 1]), InvalidArgument, "each of 5 observations"),
        (lambda: evaluate_commitment(GAME, lambda o: 2), InvalidArgument, "Discrete"),
        (lambda: evaluate_commitment(GAME, lambda o: 1.0), InvalidAction, "got 1.0"),
        (lambda: evaluate_commitment(GAME, lambda o: [0.5, 0.6]), InvalidArgument, "sum to 1"),
        (lambda: evaluate_commitment(GAME, lambda o: None), InvalidAction, "got None"),
        (lambda: evaluate_commitment(GAME, TIT_FOR_TAT, seed=-1), InvalidArgument, "seed"),
        (lambda: evaluate_commitment(GAME, TIT_FOR_TAT, oracle=3), InvalidArgument, "got 3"),
        (
            lambda: evaluate_commitment(
                GAME, TIT_FOR_TAT, oracle=tit_for_tat, oracle_options={"a": 1}
            ),
            InvalidArgument,
            "oracle_options",
        ),
        (
            lambda: evaluate_commitment(GAME, TIT_FOR_TAT, oracle="tabular-q", ties="against"),
            InvalidArgument,
            "ties: expected it only without an oracle",
        ),
        (
            lambda: evaluate_commitment("BertrandPlatform-v0", lambda o: 0),
            NoExactValue,
            r"grade against an oracle by evaluate_commitment\(..., oracle=...\), such as q-sellers",
        ),
    ]
    for call, error, part in cases:
        with pytest.raises(error, match=part) as caught:
            call()
        assert "\n" not in str(caught.value)


def test_errors_of_the_engine_have_classes() -> None:
    assert isinstance(from_engine("SolveFailed", "x"), SolveFailed)
    assert isinstance(from_engine("NoExactValue", "x"), NoExactValue)


def test_an_exception_in_a_commitment_comes_out_as_itself() -> None:
    def broken(observation: int) -> int:
        return {0: 1}[int(observation)]

    with pytest.raises(KeyError, match="1"):
        evaluate_commitment(GAME, broken, params=DILEMMA)


def test_samples_repeat_by_their_seed() -> None:
    def sampled(seed: int) -> Evaluation:
        return evaluate_commitment(
            GAME, TIT_FOR_TAT, params=DILEMMA, oracle="tabular-q", episodes=5, seed=seed
        )

    assert sampled(3) == sampled(3)
    assert sampled(3).value != sampled(4).value
    assert sampled(2**70).response == "tabular-q"


def test_engines_of_their_own_end_with_the_call() -> None:
    shared = acquire()
    try:
        for _ in range(3):
            evaluate_commitment(GAME, tit_for_tat, params=DILEMMA)
        assert not shared.lost
        assert isinstance(solve("NormalForm-v0", params={"name": "paruchuri"}), Solution)
        assert acquire() is shared
        release(shared)
    finally:
        release(shared)


def test_the_example_grades_its_leaders(run_python: Any) -> None:
    script = Path(__file__).parents[1] / "examples" / "own_leader.py"
    lines = run_python(script.read_text("utf-8")).splitlines()
    assert lines[0] == "mercy 0    leader 30.00 of 31.00  follower 30.00 by [0, 0, 0, 0, 0]"
    assert lines[-1] == "mercy 1    leader 10.00 of 31.00  follower 40.00 by [1, 0, 0, 1, 0]"
