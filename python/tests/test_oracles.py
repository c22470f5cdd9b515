"""Followers, oracles and query policies in Python."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from itertools import product
from pathlib import Path
from types import GeneratorType
from typing import Any

import numpy as np
import pytest
from gymnasium.error import InvalidAction, ResetNeeded

from stackelberg_gym.errors import EngineError, InvalidArgument
from stackelberg_gym.oracles import OracleContext, Query, Response
from stackelberg_gym.parallel import parallel_env
from stackelberg_gym.solving import evaluate_commitment
from stackelberg_gym.stackelberg import StackelbergEnv
from stackelberg_gym.vector import StackelbergVectorEnv

GAME = "IteratedMatrixGame-v0"
DILEMMA = {"game": "prisoners_dilemma"}
#: By (row, column), cooperation first: the leader's reward and the follower's.
PAY = {(0, 0): (3, 3), (0, 1): (1, 4), (1, 0): (4, 1), (1, 1): (2, 2)}
TIT_FOR_TAT = (1, 0, 0, 1, 1)
MATRIX_DESIGN = "MatrixDesign-v0"


@pytest.fixture
def made() -> Iterator[Callable[..., StackelbergEnv]]:
    """Makes environments, and closes them after the test."""
    envs = []

    def make(oracle: Any, game: str = GAME, **options: Any) -> StackelbergEnv:
        options.setdefault("params", DILEMMA if game == GAME else None)
        envs.append(StackelbergEnv(game, oracle=oracle, **options))
        return envs[-1]

    yield make
    for env in envs:
        env.close()


def outer_episode(
    env: StackelbergEnv, leader: Any, seed: int | None = None
) -> list[tuple[int, float, str, int]]:
    """Observation, reward, phase and queries of every step under a deterministic leader."""
    observation, info = env.reset(seed=seed)
    steps, done = [], False
    while not done:
        observation, reward, done, _, info = env.step(leader[observation])
        steps.append((int(observation), reward, info["phase"], info["queries"]))
    return steps


def total(steps: list[tuple[int, float, str, int]]) -> float:
    return sum(step[1] for step in steps)


def cooperate(observation: int) -> int:
    return 0


def draw(observation: int, rng: np.random.Generator) -> int:
    return int(rng.integers(2))


def respond_exactly(context: OracleContext) -> Generator[int, int, Callable[[int], int]]:
    """Asks for the whole policy, and plays the best of all 32 answers; ties for the leader."""
    answers = []
    for observation in range(5):
        answers.append((yield observation))
    best: tuple[float, float] = (-np.inf, -np.inf)
    for policy in product(range(2), repeat=5):
        seen, leader, follower = 0, 0, 0
        for _ in range(10):
            row, column = int(answers[seen]), policy[seen]
            leader += PAY[row, column][0]
            follower += PAY[row, column][1]
            seen = 1 + row + 2 * column
        if (follower, leader) > best:
            best, chosen = (follower, leader), policy
    return lambda observation: chosen[observation]


def test_an_exact_responder_in_python_is_the_built_in_one(made: Any) -> None:
    mine = made(respond_exactly)
    built_in = made("exact-best-response")
    for leader in product(range(2), repeat=5):
        assert total(outer_episode(mine, leader)) == total(outer_episode(built_in, leader))
    steps = outer_episode(mine, TIT_FOR_TAT)
    assert [phase for _, _, phase, _ in steps] == ["query"] * 4 + ["play"] * 11
    assert [reward for _, reward, phase, _ in steps][:5] == [0] * 5
    assert (total(steps), steps[-1][3]) == (31, 5)


def test_followers_are_paid_as_the_game_says(made: Any) -> None:
    env = made(cooperate)
    assert total(outer_episode(env, (1,) * 5)) == 40
    assert total(outer_episode(env, (0,) * 5)) == 30
    env = made({"follower_0": lambda observation: np.int32(1)})
    assert total(outer_episode(env, (1,) * 5)) == 20


def test_followers_see_members_of_their_space(made: Any) -> None:
    seen: list[Any] = []

    def watch(observation: Any) -> int:
        seen.append(observation)
        return 1

    outer_episode(made(watch), (0,) * 5)
    assert seen == [0] + [3] * 9
    assert {type(observation) for observation in seen} == {np.int64}

    boxes: list[Any] = []

    def attack(observation: Any) -> int:
        boxes.append(observation)
        return 0

    env = made(attack, "SecurityGame-v0")
    env.reset(seed=1)
    action = env.action_space.sample()
    env.step(action)
    (box,) = boxes
    assert (box.dtype, box.shape) == (np.float64, action.shape)
    assert box == pytest.approx(action)


def test_draws_come_from_the_seed_of_reset(made: Any, run_python: Any) -> None:
    env = made(draw)
    first = [outer_episode(env, TIT_FOR_TAT, seed) for seed in (5, None)]
    again = [outer_episode(env, TIT_FOR_TAT, seed) for seed in (5, None)]
    assert first == again
    assert first[0] != first[1]
    script = """
from stackelberg_gym.stackelberg import StackelbergEnv
env = StackelbergEnv("IteratedMatrixGame-v0", oracle=lambda seen, rng: int(rng.integers(2)))
seen, info = env.reset(seed=5)
total = done = 0
while not done:
    seen, reward, done, _, info = env.step((1, 0, 0, 1, 1)[seen])
    total += reward
print(total)
"""
    assert float(run_python(script)) == total(first[0])


def test_generators_have_a_seeded_stream(made: Any) -> None:
    drawn: list[float] = []

    def oracle(context: OracleContext) -> Generator[int, int, Any]:
        drawn.append(context.rng.random())
        yield 0
        return cooperate

    env = made(oracle)
    for seed in (5, None, 5, None):
        outer_episode(env, TIT_FOR_TAT, seed)
    assert drawn[:2] == drawn[2:]
    assert drawn[0] != drawn[1]


def test_rows_of_a_vector_play_what_the_environment_plays(made: Any) -> None:
    def oracle(context: OracleContext) -> Generator[int, int, Any]:
        answer = yield 0
        if context.rng.random() < 0.5:
            answer += yield 1
        return lambda observation, rng: int(rng.integers(2)) if answer else 0

    env = made(oracle)
    expected = [outer_episode(env, TIT_FOR_TAT, seed)[:10] for seed in range(7, 11)]
    vector = StackelbergVectorEnv(GAME, 4, params=DILEMMA, oracle=oracle)
    try:
        observations, infos = vector.reset(seed=7)
        rows: list[list[tuple[int, float, str, int]]] = [[], [], [], []]
        for _ in range(10):
            actions = np.array(TIT_FOR_TAT)[observations]
            observations, rewards, _, _, infos = vector.step(actions)
            for i, row in enumerate(rows):
                row.append(
                    (int(observations[i]), rewards[i], infos["phase"][i], int(infos["queries"][i]))
                )
    finally:
        vector.close()
    assert rows == expected


def test_an_oracle_may_ask_for_distributions(made: Any) -> None:
    asked: list[Any] = []
    told: list[bool] = []

    def oracle(context: OracleContext) -> Generator[Any, Any, Any]:
        told.append(context.distributions)
        row = yield Query(0, "distribution")
        asked.append(row)
        payoffs = np.array([[1.0, 0.0], [0.0, 1.0]])
        return Response(lambda observation: int(np.argmax(row @ payoffs)), "best response", 0)

    game: dict[str, Any] = {"game": "NormalForm-v0", "params": {"name": "conitzer_sandholm"}}
    env = made(oracle, commitment="policy", **game)
    env.reset(seed=3)
    logits = np.log([0.25, 0.75]).astype(env.action_space.dtype).reshape(env.action_space.shape)
    _, _, done, _, info = env.step(logits)
    assert done
    assert asked[0] == pytest.approx([0.25, 0.75])
    assert info["response"] == {"notion": "best response", "gap": 0.0}
    refused = made(oracle, **game)
    with pytest.raises(InvalidArgument, match="asks for distributions"):
        refused.reset(seed=3)
    assert told == [True, False]


def test_mixtures_and_claims_reach_the_infos(made: Any) -> None:
    def oracle(context: OracleContext) -> Generator[Any, Any, Any]:
        yield from ()
        return Response([cooperate, lambda observation: 1], "correlated", 0.125)

    env = made(oracle)
    _, info = env.reset(seed=0)
    assert info["response"] == {"notion": "correlated", "gap": 0.125}
    totals = {total(outer_episode(env, (1,) * 5)) for _ in range(20)}
    assert totals == {20, 40}


def test_memory_is_emptied_unless_followers_are_not_reset(made: Any) -> None:
    def oracle(context: OracleContext) -> Generator[Any, Any, Any]:
        yield from ()
        context.memory["count"] = context.memory.get("count", 0) + 1
        counts.append(context.memory["count"])
        return cooperate

    for options, expected in (({}, [1, 1, 1, 1]), ({"reset_followers": False}, [1, 2, 3, 1])):
        counts: list[int] = []
        env = made(oracle, **options)
        for seed in (0, None, None, 0):
            env.reset(seed=seed)
        assert counts == expected


def test_simulated_rewards_are_paid_on_request(made: Any) -> None:
    def oracle(context: OracleContext) -> Generator[Any, Any, Any]:
        yield 0
        context.simulated(2.5)
        context.simulated(1)
        yield 1
        context.simulated(4)
        return cooperate

    paid = made(oracle, reward_during_response=True)
    assert [step[1] for step in outer_episode(paid, (0,) * 5)] == [3.5, 4] + [3.0] * 10
    unpaid = made(oracle)
    assert [step[1] for step in outer_episode(unpaid, (0,) * 5)] == [0, 0] + [3.0] * 10


class Counting:
    """A follower that defects after the third step of an episode."""

    def reset(self) -> None:
        self.steps = 0

    def __call__(self, observation: int) -> int:
        self.steps += 1
        return int(self.steps > 3)


def test_followers_with_memory_start_every_episode_afresh(made: Any) -> None:
    env = made(Counting(), reward_episodes=2)
    steps = outer_episode(env, (0,) * 5)
    assert [reward for _, reward, _, _ in steps] == ([3.0] * 3 + [1.0] * 7) * 2


def test_followers_that_tell_probabilities_are_drawn_by_the_engine(made: Any) -> None:
    class Mixed:
        def probabilities(self, observation: int) -> list[float]:
            return [0.5, 0.5]

    env = made(Mixed())
    first = outer_episode(env, (1,) * 5, seed=1)
    assert first == outer_episode(env, (1,) * 5, seed=1)
    assert {reward for _, reward, _, _ in first} == {2, 4}


def test_a_follower_may_use_other_environments_but_not_its_own(made: Any) -> None:
    other = parallel_env(GAME, params=DILEMMA)

    def follower(observation: int) -> int:
        other.reset(seed=1)
        return int(other.step({"leader_0": 0, "follower_0": 1})[1]["follower_0"] == 4)

    assert total(outer_episode(made(follower), (1,) * 5)) == 20
    other.close()
    env: StackelbergEnv = made(lambda observation: env.reset())
    env.reset()
    with pytest.raises(EngineError, match="another environment inside the callable"):
        env.step(0)


class Fault(Exception):
    """Of a follower."""


@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        (5, InvalidAction, r"follower_0: expected an action in Discrete\(2\) at 0, got 5"),
        (0.5, InvalidAction, r"follower_0: expected an action in Discrete\(2\) at 0, got 0.5"),
        (None, InvalidAction, "got None"),
        ([0, 1], InvalidAction, r"got \[0, 1\]"),
        (Fault("of mine"), Fault, "of mine"),
        (KeyboardInterrupt("now"), KeyboardInterrupt, "now"),
    ],
)
def test_faults_come_out_of_step_and_reset_mends_them(
    made: Any, returned: Any, error: type[BaseException], message: str
) -> None:
    sound = True

    def follower(observation: int) -> Any:
        if sound:
            return 0
        if isinstance(returned, BaseException):
            raise returned
        return returned

    env = made(follower)
    env.reset(seed=1)
    sound = False
    with pytest.raises(error, match=message) as caught:
        env.step(0)
    assert "\n" not in str(caught.value)
    with pytest.raises(ResetNeeded):
        env.step(0)
    sound = True
    assert total(outer_episode(env, (1,) * 5)) == 40


def test_a_callable_s_missing_file_is_no_lost_connection() -> None:
    def follower(observation: int) -> int:
        raise FileNotFoundError("weights.npz")

    env = StackelbergEnv(GAME, params=DILEMMA, oracle=follower)
    env.reset(seed=0)
    with pytest.raises(FileNotFoundError, match="weights.npz"):
        env.step(0)
    env.reset(seed=0)
    env.close()


def test_faults_of_one_row_need_a_reset_of_it() -> None:
    broken = False

    def follower(observation: int) -> int:
        if broken:
            raise Fault
        return 0

    vector = StackelbergVectorEnv(GAME, 2, params=DILEMMA, oracle=follower)
    try:
        vector.reset(seed=0)
        broken = True
        with pytest.raises(Fault):
            vector.step(np.zeros(2, np.int64))
        with pytest.raises(ResetNeeded):
            vector.step(np.zeros(2, np.int64))
        broken = False
        vector.reset()
        assert vector.step(np.ones(2, np.int64))[1].tolist() == [4, 4]
    finally:
        vector.close()


def test_faults_of_an_oracle(made: Any) -> None:
    def outside(context: OracleContext) -> Generator[Any, Any, Any]:
        yield 7
        return cooperate

    def malformed(context: OracleContext) -> Generator[Any, Any, Any]:
        yield "nothing"
        return cooperate

    def unknown(context: OracleContext) -> Generator[Any, Any, Any]:
        yield 0
        return Response(cooperate, "nash")

    def nobody(context: OracleContext) -> Generator[Any, Any, Any]:
        yield 0
        return {"somebody": cooperate}

    def failing(context: OracleContext) -> Generator[Any, Any, Any]:
        yield 0
        raise Fault("in the middle")

    cases: list[tuple[Any, type[Exception], str]] = [
        (outside, InvalidArgument, r"outside: expected a query in Discrete\(5\), got 7"),
        (malformed, InvalidArgument, "malformed: expected a query"),
        (unknown, InvalidArgument, "notion"),
        (nobody, InvalidArgument, "policy for each of follower_0"),
        (failing, Fault, "in the middle"),
        (3, InvalidArgument, "got 3"),
        ({"follower_0": 3}, InvalidArgument, "got 3"),
        ({"leader_0": cooperate}, InvalidArgument, "policy for each of follower_0"),
        ("exact-best-respons", InvalidArgument, "exact-best-response"),
    ]
    for oracle, error, message in cases:
        env = made(oracle)
        with pytest.raises(error, match=message) as caught:
            outer_episode(env, TIT_FOR_TAT)
        assert "\n" not in str(caught.value)
    with pytest.raises(InvalidArgument, match="oracle_options"):
        made(cooperate, oracle_options={"episodes": 3}).reset()


def test_generators_left_in_the_middle_are_closed(made: Any) -> None:
    opened, closed = [], []

    def oracle(context: OracleContext) -> Generator[int, int, Any]:
        opened.append(1)
        try:
            answers = [(yield 0), (yield 1)]
            assert answers == [0, 0]
            yield 2
        finally:
            closed.append(1)
        return cooperate

    env = made(oracle)
    for seed in (1, None, 2, None):
        env.reset(seed=seed)
        env.step(0)
    assert (len(opened), len(closed)) == (4, 3)
    env.close()
    gc.collect()
    assert len(closed) == 4


def test_nothing_is_left_behind_by_many_episodes(made: Any) -> None:
    def oracle(context: OracleContext) -> Generator[int, int, Any]:
        yield 0
        return lambda observation: 0

    env = made(oracle, "NormalForm-v0")

    def objects() -> tuple[int, int]:
        gc.collect()
        known = gc.get_objects()
        return len(known), sum(isinstance(item, GeneratorType) for item in known)

    def play(episodes: int) -> None:
        for episode in range(episodes):
            env.reset(seed=episode)
            env.step(0)
            if episode % 2:
                env.step(0)

    play(100)
    before = objects()
    play(1000)
    after = objects()
    assert after[0] - before[0] < 100
    assert after[1] <= before[1]


def test_hidden_queries_are_answered_by_the_query_policy(made: Any) -> None:
    def answers(observation: int) -> int:
        return TIT_FOR_TAT[observation]

    env = made("exact-best-response", hide_queries=True, query_policy=answers)
    steps = outer_episode(env, TIT_FOR_TAT)
    assert (len(steps), total(steps), steps[-1][3]) == (10, 31, 5)
    both = made(respond_exactly, hide_queries=True, query_policy=answers)
    assert outer_episode(both, TIT_FOR_TAT) == steps
    partly = made("exact-best-response", response_phase_probability=0.5, query_policy=answers)
    partly.reset(seed=0)
    lengths = {len(outer_episode(partly, TIT_FOR_TAT)) for _ in range(20)}
    assert lengths == {10, 15}


def test_hidden_queries_without_a_policy_get_random_answers_by_seed(made: Any) -> None:
    asked: list[tuple[int, ...]] = []

    def oracle(context: OracleContext) -> Generator[int, int, Any]:
        answers = []
        for observation in range(5):
            answers.append(int((yield observation)))
        asked.append(tuple(answers))
        return cooperate

    env = made(oracle, hide_queries=True)
    for seed in (3, None, None, None, 3, None, None, None):
        env.reset(seed=seed)
    assert asked[:4] == asked[4:]
    assert len(set(asked)) > 1
    assert {answer for answers in asked for answer in answers} == {0, 1}


def test_a_query_policy_may_draw(made: Any) -> None:
    env = made("exact-best-response", hide_queries=True, query_policy=draw)
    first = [total(outer_episode(env, TIT_FOR_TAT, seed)) for seed in (1, None, None)]
    assert first == [total(outer_episode(env, TIT_FOR_TAT, seed)) for seed in (1, None, None)]
    env = made("exact-best-response", hide_queries=True, query_policy=lambda observation: 2)
    with pytest.raises(InvalidAction, match="leader_0: expected an action"):
        env.reset()


def test_several_followers_by_name(made: Any) -> None:
    built_in = evaluate_commitment(MATRIX_DESIGN, pay_nobody, oracle="fixed-policy", episodes=2)
    agents = list(built_in.follower_values)
    assert len(agents) > 1
    mine = evaluate_commitment(
        MATRIX_DESIGN, pay_nobody, oracle=dict.fromkeys(agents, cooperate), episodes=2
    )
    assert mine.value == built_in.value
    assert mine.follower_values == built_in.follower_values
    assert mine.equilibrium == built_in.equilibrium
    assert (mine.response, mine.standard_error) == ("followers", 0)
    with pytest.raises(InvalidArgument, match=", ".join(agents)):
        evaluate_commitment(MATRIX_DESIGN, pay_nobody, oracle=cooperate)


def pay_nobody(observation: Any) -> Any:
    """A commitment in MatrixDesign-v0."""
    assert observation.shape == (2,)
    return np.zeros(2)


def alternate(context: OracleContext) -> Generator[Any, Any, Any]:
    """Asks what every outcome pays; both followers best-respond in turn until neither moves."""
    rows = np.array([[3.0, 6], [4, 2]]) / 6
    columns = np.array([[3.0, 4], [6, 2]]) / 6
    for outcome in product(range(2), repeat=2):
        paid = yield np.array(outcome)
        rows[outcome] += paid[0]
        columns[outcome] += paid[1]
    play, before = list(context.rng.integers(2, size=2)), None
    while play != before:
        before = list(play)
        play[0] = int(np.argmax(rows[:, play[1]]))
        play[1] = int(np.argmax(columns[play[0]]))
    return {
        agent: lambda observation, move=move: move for agent, move in zip(context.followers, play)
    }


def pay_for_the_best(observation: Any) -> Any:
    """A commitment that makes (row 0, column 1) dominant, whose payoffs sum to 10 / 6."""
    return np.array([10.0 * (observation[0] == 0), 10.0 * (observation[1] == 1)])


def test_a_greedy_oracle_comes_to_the_value_of_the_built_in_learners() -> None:
    built_in = evaluate_commitment(
        MATRIX_DESIGN, pay_for_the_best, oracle="multiplicative-weights", episodes=5
    )
    mine = evaluate_commitment(MATRIX_DESIGN, pay_for_the_best, oracle=alternate, episodes=5)
    assert mine.value == pytest.approx(10 / 6)
    assert mine.value == pytest.approx(built_in.value, abs=1e-9)
    assert mine.response == "alternate"
    assert mine.standard_error == pytest.approx(0)
    assert mine.equilibrium.notion == "Nash"
    assert mine.equilibrium.gap == pytest.approx(0)


def test_followers_whose_actions_are_vectors(made: Any) -> None:
    def report(observation: Any) -> Any:
        assert observation.dtype == np.float64
        return observation

    game: dict[str, Any] = {"game": "UnrelatedScheduling-v0", "params": {"reports": "row"}}
    totals = []
    for oracle in ("truthful", {"follower_0": report, "follower_1": report}):
        env = made(oracle, **game)
        env.action_space.seed(1)
        env.reset(seed=3)
        rewards = []
        for _ in range(5):
            rewards.append(env.step(env.action_space.sample())[1])
            env.reset()
        totals.append(rewards)
    assert totals[0] == totals[1]
    assert len(set(totals[0])) == 5


def test_draws_are_sampled_and_probabilities_are_exact() -> None:
    class Uniform:
        def probabilities(self, observation: Any) -> list[float]:
            return [0.5, 0.5]

    agents = list(evaluate_commitment(MATRIX_DESIGN, pay_nobody).follower_values)
    exact = evaluate_commitment(MATRIX_DESIGN, pay_nobody, oracle=dict.fromkeys(agents, Uniform()))
    sampled = evaluate_commitment(
        MATRIX_DESIGN, pay_nobody, oracle=dict.fromkeys(agents, draw), episodes=400, seed=1
    )
    assert exact.standard_error == 0
    assert sampled.standard_error > 0
    assert abs(sampled.value - exact.value) < 4 * sampled.standard_error


def test_the_example_finds_the_best_commitment(run_python: Any) -> None:
    script = Path(__file__).parents[1] / "examples" / "own_follower.py"
    printed = run_python(script.read_text("utf-8"))
    assert printed == "best commitment [1, 0, 0, 1, 1]: worth 31"
