"""Models as Stable-Baselines3 has them, whose actions may be others than those of the game."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.error import InvalidAction

from stackelberg_gym import (
    FollowerEnv,
    InvalidArgument,
    StackelbergEnv,
    StackelbergVectorEnv,
    evaluate_commitment,
    greedy_commitment,
    solve,
)

GAME = "IteratedMatrixGame-v0"
TIT_FOR_TAT = [1, 0, 0, 1, 1]
ACTIONS = spaces.Discrete(2)
TABLES = spaces.MultiDiscrete([2] * 5)


class Model:
    def __init__(self, action: Any, action_space: Any) -> None:
        self.action = action
        self.action_space = action_space

    def predict(self, observation: Any, deterministic: bool = False) -> tuple[Any, None]:
        return np.asarray(self.action), None


def respond(leader: Any) -> None:
    env = FollowerEnv(GAME, leader)
    env.reset()
    env.step(0)


LEADERS: dict[str, Callable[[Any], Any]] = {
    "evaluate_commitment": lambda model: evaluate_commitment(GAME, model),
    "solve": lambda model: solve(GAME, leader=model),
    "FollowerEnv": respond,
}


@pytest.mark.parametrize("grade", LEADERS)
def test_a_leader_with_the_actions_of_the_game(grade: str) -> None:
    for action in (1, [1]):
        LEADERS[grade](Model(action, ACTIONS))
    # Whatever it is, it is no space to compare with.
    LEADERS[grade](Model(1, "Discrete(2)"))


@pytest.mark.parametrize("grade", LEADERS)
def test_a_leader_that_learned_with_the_phase_is_refused(grade: str) -> None:
    model: Any = Model(1, ACTIONS)
    for same in (spaces.Discrete(5), spaces.Box(0, 1, (5,)), "Discrete(10)"):
        model.observation_space = same
        LEADERS[grade](model)
    model.observation_space = spaces.Discrete(10)
    with pytest.raises(InvalidArgument, match=r"policy of observations in Discrete\(5\).*greedy_"):
        LEADERS[grade](model)
    env = StackelbergEnv(GAME, reveal_phase=True)
    assert greedy_commitment(env, model) == [1] * 5
    env.close()


@pytest.mark.parametrize("grade", LEADERS)
def test_a_leader_that_learned_whole_policies_is_refused(grade: str) -> None:
    for action, space in ((TIT_FOR_TAT, TABLES), (1, spaces.Discrete(3))):
        with pytest.raises(
            InvalidArgument, match=r"expected a policy of actions in Discrete"
        ) as told:
            LEADERS[grade](Model(action, space))
        assert f"got one of {space}; greedy_commitment(env, policy) makes" in str(told.value)


@pytest.mark.parametrize("grade", LEADERS)
def test_a_table_is_no_distribution(grade: str) -> None:
    for table in ([1, 0], [False, True], TIT_FOR_TAT):
        with pytest.raises(InvalidAction, match="from predict, got array.*greedy_commitment"):
            LEADERS[grade](Model(table, None))


def test_a_query_policy_and_others() -> None:
    env = StackelbergEnv(GAME, hide_queries=True, query_policy=Model(0, TABLES))  # type: ignore[arg-type]
    with pytest.raises(
        InvalidArgument, match=r"query_policy: .* got one of MultiDiscrete.*\]\)\.$"
    ):
        env.reset()
    env.close()
    game = "MatrixDesign-v0"
    game_env = StackelbergVectorEnv(game)
    leader = game_env.single_action_space.sample()
    others = {"follower_1": Model(0, TABLES)}
    follower = FollowerEnv(game, lambda observation: leader, agent="follower_0", others=others)
    with pytest.raises(
        InvalidArgument, match=r"others\['follower_1'\]: .* got one of Multi.*\]\)\.$"
    ):
        follower.reset()
    follower.close()
    game_env.close()


def test_followers() -> None:
    agreeing: Any = Model(1, ACTIONS)
    other: Any = Model(1, TABLES)
    env = StackelbergEnv(GAME, oracle=agreeing)
    env.reset(seed=0)
    env.close()
    env = StackelbergEnv(GAME, oracle=other)
    with pytest.raises(
        InvalidArgument, match=r"^oracle: expected a policy of actions in Discrete\(2\)"
    ):
        env.reset()
    env.close()


def test_budgets_are_a_part_of_the_space() -> None:
    env: Any = gymnasium.make("stackelberg_gym/SecurityGame-v0")
    game, coverage = "SecurityGame-v0", np.full(8, 0.125)
    graded = evaluate_commitment(game, Model(coverage, env.action_space))
    assert graded.value == evaluate_commitment(game, coverage).value
    with pytest.raises(InvalidArgument, match="in ConstrainedBox.*, got one of Box"):
        evaluate_commitment(game, Model(coverage, spaces.Box(0.0, 1.0, (8,), np.float64)))
    env.close()


@pytest.mark.parametrize("make", [StackelbergEnv, StackelbergVectorEnv])
def test_greedy_commitment_takes_what_learned_in_its_environment(make: Any) -> None:
    env = make(GAME, commitment="policy", policy_form="deterministic")
    assert greedy_commitment(env, Model(TIT_FOR_TAT, TABLES)) == TIT_FOR_TAT
    with pytest.raises(
        InvalidArgument, match=r"policy: .* in MultiDiscrete.*, got one of Discrete\(2\)\."
    ):
        greedy_commitment(env, Model(1, ACTIONS))
    env.close()
    env = make(GAME)
    assert greedy_commitment(env, Model(1, ACTIONS)) == [1] * 5
    with pytest.raises(InvalidArgument, match=r"policy: .* got one of MultiDiscrete"):
        greedy_commitment(env, Model(TIT_FOR_TAT, TABLES))
    env.close()
