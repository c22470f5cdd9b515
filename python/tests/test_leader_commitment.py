"""Commitments from what was learned in the leader's environment."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.error import InvalidAction

from stackelberg_gym import (
    FollowerEnv,
    InvalidArgument,
    StackelbergEnv,
    StackelbergVectorEnv,
    evaluate_commitment,
    greedy_commitment,
)

GAME, DILEMMA = "IteratedMatrixGame-v0", {"game": "prisoners_dilemma"}
TIT_FOR_TAT = [1, 0, 0, 1, 1]
OWN_ROW = [[0.2, 0.8], [0.9, 0.1], [0.6, 0.4], [0.1, 0.9], [0.0, 1.0]]


class Model:
    """As Stable-Baselines3 has it."""

    def __init__(self, answers: Any) -> None:
        self.answers = answers

    def predict(self, observation: Any, deterministic: bool = False) -> tuple[Any, None]:
        assert deterministic
        return np.asarray(self.answers[observation]), None


class Stochastic:
    def probabilities(self, observation: Any) -> Any:
        return OWN_ROW[observation]


@pytest.mark.parametrize("make", [StackelbergEnv, StackelbergVectorEnv])
@pytest.mark.parametrize("commitment", ["step", "episode"])
@pytest.mark.parametrize(
    "policy",
    [
        lambda observation: TIT_FOR_TAT[observation],
        lambda observation: OWN_ROW[observation],
        Model(TIT_FOR_TAT),
        Stochastic(),
    ],
    ids=["function", "rows", "model", "probabilities"],
)
def test_a_policy_at_its_likeliest_actions(make: Any, commitment: str, policy: Any) -> None:
    env = make(GAME, params=DILEMMA, commitment=commitment)
    assert greedy_commitment(env, policy) == TIT_FOR_TAT
    env.close()


def test_what_it_does_in_play_where_the_phase_is_told() -> None:
    env = gymnasium.make(f"stackelberg_gym/{GAME}", params=DILEMMA, reveal_phase=True)
    assert greedy_commitment(env, Model([0] * 5 + TIT_FOR_TAT)) == TIT_FOR_TAT
    env.close()


def test_observations_that_are_not_discrete_give_a_function() -> None:
    game = "SequentialPriceMechanism-v0"
    asked = []

    def prices(observation: Any) -> Any:
        asked.append(observation)
        return action

    env: Any = StackelbergEnv(game, reveal_phase=True)
    action = env.action_space.sample()
    commitment = greedy_commitment(env, prices)
    shown: Any = env.reset(seed=0)[0][0]
    assert np.allclose(commitment(shown), np.ravel(action))
    assert env.observation_space.contains((asked[0][0], asked[0][1]))
    assert asked[0][1] == 1
    env.close()


@pytest.mark.parametrize("make", [StackelbergEnv, StackelbergVectorEnv])
def test_whole_policies(make: Any) -> None:
    env = make(GAME, params=DILEMMA, commitment="policy", policy_form="deterministic")
    assert greedy_commitment(env, np.array(TIT_FOR_TAT)) == TIT_FOR_TAT
    assert greedy_commitment(env, Model([TIT_FOR_TAT])) == TIT_FOR_TAT
    env.close()
    env = make(GAME, params=DILEMMA, commitment="policy")
    logits = np.log(np.clip(OWN_ROW, np.exp(-10), 1))
    rows = greedy_commitment(env, logits)
    assert np.allclose(rows[:4], OWN_ROW[:4], atol=1e-12)
    value = evaluate_commitment(GAME, rows, params=DILEMMA).value
    assert value == pytest.approx(
        evaluate_commitment(GAME, OWN_ROW, params=DILEMMA).value, abs=1e-2
    )
    env.close()


def test_a_leader_that_mixes_is_paid_what_its_commitment_is_worth() -> None:
    game, params = "NormalForm-v0", {"name": "conitzer_sandholm"}
    env = StackelbergVectorEnv(game, 4000, params=params, commitment="policy")
    env.reset(seed=0)
    logits = np.array([[-0.1, 0.0]])
    paid = env.step(np.broadcast_to(logits, (4000, *logits.shape)))[1]
    worth = evaluate_commitment(game, greedy_commitment(env, logits), params=params).value
    error = float(np.std(paid)) / np.sqrt(len(paid))
    assert 0 < error < 0.02
    assert abs(float(np.mean(paid)) - worth) < 4 * error
    env.close()


def test_a_coverage_is_worth_what_its_environment_pays() -> None:
    env: Any = gymnasium.make("stackelberg_gym/SecurityCoverage-v0")
    env.reset(seed=0)
    env.action_space.seed(0)
    game, params = "SecurityGame-v0", env.unwrapped._arguments.params
    for _ in range(3):
        action = env.action_space.sample()
        coverage = greedy_commitment(env, action)
        # Between logits and coverage lies the budget.
        assert sum(coverage) <= params["resources"] + 1e-9
        env.reset()
        paid = env.step(action)[1]
        assert evaluate_commitment(game, coverage, params=params).value == pytest.approx(paid)
    follower = FollowerEnv(game, leader=coverage, params=params)
    assert np.allclose(follower.reset(seed=0)[0], coverage)
    follower.close()
    env.close()


def test_mistakes() -> None:
    env = StackelbergEnv(GAME, params=DILEMMA, commitment="policy")
    for wrong in ([0.0] * 9, None, "rows", np.zeros((5, 2), complex)):
        with pytest.raises(InvalidAction, match=r"policy: expected an action in Box"):
            greedy_commitment(env, wrong)
    for outside in (np.full((5, 2), 11.0), np.full((5, 2), np.nan)):
        with pytest.raises(InvalidArgument, match=r"commitment: action: Box.*not a member"):
            greedy_commitment(env, outside)
    env.close()
    env = StackelbergEnv(GAME, params=DILEMMA)
    with pytest.raises(InvalidArgument, match=r"policy: expected a policy of Discrete\(5\)"):
        greedy_commitment(env, TIT_FOR_TAT)
    with pytest.raises(InvalidAction, match="policy: expected an action"):
        greedy_commitment(env, lambda observation: "defect")
    env.close()
    for other in (None, GAME, gymnasium.make("CartPole-v1")):
        with pytest.raises(InvalidArgument, match="env: expected the environment of a leader"):
            greedy_commitment(other, TIT_FOR_TAT)
