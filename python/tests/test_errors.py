"""Wrong arguments of public calls, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from gymnasium.error import Error, InvalidAction, ResetNeeded

from stackelberg_gym import (
    ConstrainedBox,
    GameTurnEnv,
    GameVectorEnv,
    InvalidArgument,
    StackelbergEnv,
    StackelbergVectorEnv,
    aec_env,
    evaluate_commitment,
    parallel_env,
    solve,
)
from stackelberg_gym.errors import EngineError, from_engine

GAME = "IteratedMatrixGame-v0"
BOX = np.ones(3)


def over_budget() -> Any:
    env = StackelbergEnv("SecurityGame-v0", params={"resources": 2})
    env.reset()
    return env.step(np.ones(8))


def turned() -> Any:
    env = StackelbergEnv(GAME, commitment="policy")
    env.reset()
    return env.step(np.zeros((2, 5)))


def too_few_rows() -> Any:
    env = StackelbergVectorEnv(GAME, 4)
    env.reset()
    return env.step([0, 1])


WRONG: dict[str, tuple[Callable[[], Any], type[Error], str]] = {
    "params of parallel_env": (
        lambda: parallel_env(GAME, params="chicken"),  # type: ignore[arg-type]
        InvalidArgument,
        "params: expected a dict of parameters by name, got 'chicken'.",
    ),
    "params of aec_env": (
        lambda: aec_env(GAME, params=["chicken"]),  # type: ignore[arg-type]
        InvalidArgument,
        "params: expected a dict of parameters by name, got ['chicken'].",
    ),
    "params of StackelbergEnv": (
        lambda: StackelbergEnv(GAME, params=3),  # type: ignore[arg-type]
        InvalidArgument,
        "params: expected a dict of parameters by name, got 3.",
    ),
    "params of GameVectorEnv": (
        lambda: GameVectorEnv(GAME, params=3),  # type: ignore[arg-type]
        InvalidArgument,
        "params: expected a dict of parameters by name, got 3.",
    ),
    "params of solve": (
        lambda: solve(GAME, params="chicken"),  # type: ignore[call-overload]
        InvalidArgument,
        "params: expected a dict of parameters by name, got 'chicken'.",
    ),
    "actions of a parallel environment": (
        lambda: parallel_env(GAME).step([0, 1]),  # type: ignore[arg-type]
        InvalidAction,
        "actions: expected a dict by agent, got [0, 1].",
    ),
    "actions of a vector of games": (
        lambda: GameVectorEnv(GAME).step([0, 1]),  # type: ignore[arg-type]
        InvalidAction,
        "actions: expected a dict of actions of leader_0, follower_0, got [0, 1].",
    ),
    "an agent that a vector of games lacks": (
        lambda: GameVectorEnv(GAME).step({"leader_0": [0], "follower_0": [0], "judge": [0]}),
        InvalidAction,
        (
            "actions: expected a dict of actions of leader_0, follower_0, "
            "got {'leader_0': [0], 'follower_0': [0], 'judge': [0]}."
        ),
    ),
    "max_cycles": (
        lambda: parallel_env(GAME, max_cycles=0).reset(),
        InvalidArgument,
        "max_cycles: expected a positive integer or None, got 0.",
    ),
    "policy_form": (
        lambda: StackelbergEnv(GAME, policy_form="logit").reset(),
        InvalidArgument,
        'policy_form: expected deterministic or logits, got "logit".',
    ),
    "oracle_options": (
        lambda: StackelbergEnv(GAME, oracle_options=3).reset(),  # type: ignore[arg-type]
        InvalidArgument,
        "oracle_options: expected a dict of options by name, got 3.",
    ),
    "oracle_options of an evaluation": (
        lambda: evaluate_commitment(GAME, [0] * 5, oracle_options=3),  # type: ignore[arg-type]
        InvalidArgument,
        "oracle_options: expected a dict of options by name, got 3.",
    ),
    "options of solve": (
        lambda: solve(GAME, options=3),  # type: ignore[call-overload]
        InvalidArgument,
        "options: expected a dict of options by name, got 3.",
    ),
    "a flag": (
        lambda: StackelbergEnv(GAME, reveal_phase=None).reset(),  # type: ignore[arg-type]
        InvalidArgument,
        "reveal_phase: expected true or false, got None.",
    ),
    "an option of a vector": (
        lambda: StackelbergVectorEnv(GAME, 2, repeats="once").reset(),
        InvalidArgument,
        'repeats: expected auto, ask or skip, got "once".',
    ),
    "episodes of an evaluation": (
        lambda: evaluate_commitment(GAME, [0] * 5, oracle="tabular-q", episodes=0),
        InvalidArgument,
        "evaluate_commitment: episodes: expected a positive integer, got 0.",
    ),
    "a game without solvers": (
        lambda: solve("BertrandPlatform-v0"),
        InvalidArgument,
        (
            "solve: no solver for BertrandPlatform against a stationary follower. Fitting solvers: "
            "none; grade a commitment against an oracle by evaluate_commitment(..., oracle=...)."
        ),
    ),
    "a set among the parameters": (
        lambda: parallel_env(GAME, params={"rewardOffset": [1, {3}]}).reset(),
        InvalidArgument,
        "params.rewardOffset[1]: expected numbers, strings, lists, arrays and dicts, got {3}.",
    ),
    "a set among an oracle's options": (
        lambda: StackelbergEnv(GAME, oracle_options={"a": {3}}).reset(),
        InvalidArgument,
        "oracle_options.a: expected numbers, strings, lists, arrays and dicts, got {3}.",
    ),
    "an action over a budget": (
        over_budget,
        InvalidAction,
        (
            "step: expected an action in ConstrainedBox(0, 1, [8], float64, sum <= 2), "
            "got [1, 1, 1, 1, 1, 1, 1, 1], whose sum over [0, 1, 2, 3, 4, 5, 6, 7] is 8 and may be 2 "
            "at most: the space's `shrink` scales it down."
        ),
    ),
    "an action with its axes turned": (
        turned,
        InvalidAction,
        (
            "action: expected an action in Box(-10.0, 10.0, (5, 2), float64), got array([[0., 0., 0., "
            "0., 0.],\n       [0., 0., 0., 0., 0.]])."
        ),
    ),
    "actions of too few rows": (
        too_few_rows,
        InvalidAction,
        "actions: expected an action in Discrete(2) for each of 4 rows, got [0, 1].",
    ),
    "a time limit of rows": (
        lambda: StackelbergVectorEnv(GAME, 2, max_episode_steps=3),  # type: ignore[arg-type]
        InvalidArgument,
        ('max_episode_steps: expected None, got 3: time limits need vectorization_mode="sync".'),
    ),
    "a step before reset": (
        lambda: parallel_env(GAME).step({}),
        ResetNeeded,
        (
            "step: expected a running episode, but it was never reset or came to its limit. "
            "Call reset."
        ),
    ),
    "a commit to a turn": (
        lambda: GameTurnEnv(GAME).commit({}),
        InvalidArgument,
        "commit: expected no call on a GameTurnEnv, whose step plays a turn.",
    ),
    "num_envs": (
        lambda: StackelbergVectorEnv(GAME, 2**21).reset(),
        InvalidArgument,
        f"make: num_envs: expected number to be <={2**20}, got {2**21}.",
    ),
    "no commitment": (
        lambda: evaluate_commitment(GAME, None),
        InvalidArgument,
        "commitment: expected a list, an array, a Solution or a policy, got None.",
    ),
    "a commitment by name": (
        lambda: evaluate_commitment(GAME, "tit for tat"),
        InvalidArgument,
        "commitment: expected a list, an array, a Solution or a policy, got 'tit for tat'.",
    ),
    "a leader by name": (
        lambda: solve(GAME, leader="tit for tat"),
        InvalidArgument,
        "commitment: expected a list, an array, a Solution or a policy, got 'tit for tat'.",
    ),
    "time_limit": (
        lambda: solve(GAME, time_limit=-1),
        InvalidArgument,
        "solve: time_limit: expected a positive number of seconds, got -1.",
    ),
    "a coordinate that a box lacks": (
        lambda: ConstrainedBox(BOX, [{"indices": [3], "values": [1], "upper": 1}]),
        InvalidArgument,
        (
            "constraints: expected indices from 0 to 2 and values of at least 0, "
            "got {'indices': [3], 'values': [1], 'upper': 1}."
        ),
    ),
    "a negative weight": (
        lambda: ConstrainedBox(BOX, [{"indices": [0], "values": [-1], "upper": 1}]),
        InvalidArgument,
        (
            "constraints: expected indices from 0 to 2 and values of at least 0, "
            "got {'indices': [0], 'values': [-1], 'upper': 1}."
        ),
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arguments_are_told(case: str) -> None:
    call, kind, message = WRONG[case]
    with pytest.raises(kind) as raised:
        call()
    assert str(raised.value) == message


def test_a_policy_that_is_no_ones_is_shown_as_it_was_given() -> None:
    with pytest.raises(
        InvalidArgument, match="expected a policy for each of follower_0, follower_1"
    ):
        StackelbergEnv("MatrixDesign-v0", oracle=np.argmax).reset()
    with pytest.raises(InvalidArgument, match="got <.*argmax"):
        StackelbergEnv("MatrixDesign-v0", oracle=np.argmax).reset()


def test_the_engines_words_are_no_arguments() -> None:
    told = str(from_engine("SolveFailed", "dobss: the program ended with status timeLimit."))
    assert told == "dobss: the program ended with status timeLimit."
    quoted = 'name: expected one of a, b, got "null".'
    assert str(from_engine("InvalidArgument", quoted)) == quoted
    assert type(from_engine("Anything", "rewardOffset: x")) is EngineError
    assert str(from_engine("Anything", "rewardOffset: x")) == "rewardOffset: x"
