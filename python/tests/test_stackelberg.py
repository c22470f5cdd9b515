"""The leader's environment: Gymnasium's checker over all games, and what it does not look at."""

from __future__ import annotations

import copy
import inspect
import itertools
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import cloudpickle
import gymnasium
import numpy as np
import pytest
from cases import CASES, Params, same
from gymnasium.error import InvalidAction, NameNotFound, ResetNeeded, UnsupportedMode
from gymnasium.utils.env_checker import check_env

import stackelberg_gym
from stackelberg_gym import InvalidArgument, StackelbergEnv
from stackelberg_gym._catalogue import catalogue
from stackelberg_gym._json import snake_case

PRESETS = [preset["id"] for preset in catalogue()["wrapperPresets"]]
DILEMMA = "IteratedMatrixGame-v0"
#: What the checker may warn of: spaces are as the games have them.
HARMLESS = (
    "For Box action spaces, we recommend using a symmetric and normalized space",
    "A Box action space maximum and minimum values are equal",
    "A Box observation space maximum and minimum values are equal",
    "A Box observation space minimum value is -infinity",
    "A Box observation space maximum value is infinity",
)


def check(env: gymnasium.Env[Any, Any]) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        check_env(env.unwrapped)
    env.close()
    unexpected = [w for w in told if not any(text in str(w.message) for text in HARMLESS)]
    assert [str(w.message) for w in unexpected] == []


def play(env: gymnasium.Env[Any, Any], seed: int | None, steps: int = 300) -> list[Any]:
    """What an episode shows to a leader that draws its actions with seed 5 and obeys masks."""
    env.action_space.seed(5)
    observation, info = env.reset(seed=seed)
    shown: list[Any] = [(observation, info)]
    for _ in range(steps):
        mask = {"mask": info["action_mask"]} if "action_mask" in info else {}
        result = env.step(env.action_space.sample(**mask))
        shown.append(result)
        info = result[4]
        if result[2]:
            break
    return shown


@pytest.mark.parametrize(("game", "params"), CASES)
def test_games_pass_check_env(game: str, params: Params) -> None:
    check(gymnasium.make(f"stackelberg_gym/{game}", params=params))


@pytest.mark.parametrize("preset", PRESETS)
def test_wrapper_presets_pass_check_env(preset: str) -> None:
    check(gymnasium.make(f"stackelberg_gym/{preset}"))


def assert_info(env: Any, info: dict[str, Any]) -> None:
    assert info["phase"] in ("query", "play")
    assert type(info["queries"]) is int
    assert ("response" in info) <= (info["phase"] == "play")
    if "response" in info:
        assert type(info["response"]["notion"]) is str
        assert type(info["response"]["gap"]) in (float, type(None))
    if "action_mask" in info:
        assert info["action_mask"].dtype == np.int8
        assert info["action_mask"].shape == (env.action_space.n,)
    if "committed_action" in info:
        assert env.action_space.contains(info["committed_action"])
    known = {"phase", "queries", "response", "action_mask", "committed_action"}
    assert set(info) <= known


@pytest.mark.parametrize(("game", "params"), CASES)
def test_episodes_of_games_have_the_declared_types(game: str, params: Params) -> None:
    env = StackelbergEnv(game, params=params)
    (observation, info), *steps = play(env, 0)
    assert env.observation_space.contains(observation)
    assert_info(env, info)
    for observation, reward, terminated, truncated, info in steps:
        assert env.observation_space.contains(observation)
        assert type(reward) is float
        assert type(terminated) is bool
        assert truncated is False
        assert env.state_space.contains(env.state()) and env.state().dtype == np.float64
        if info["phase"] == "query":
            assert reward == 0
    assert_info(env, info)
    env.close()


@pytest.mark.parametrize("preset", PRESETS)
def test_episodes_of_presets_repeat_by_seed(preset: str) -> None:
    env = gymnasium.make(f"stackelberg_gym/{preset}")
    first = play(env, 2**70 + 1)
    play(env, None)
    again = gymnasium.make(f"stackelberg_gym/{preset}")
    play(again, 3)
    assert same(play(again, 2**70 + 1), first)
    for result in first:
        assert_info(again.unwrapped, result[-1])
    env.close()
    again.close()


def test_presets_show_every_key_of_info() -> None:
    keys = set()
    for preset in PRESETS:
        env = gymnasium.make(f"stackelberg_gym/{preset}")
        for seed in range(4):
            for result in play(env, seed, steps=120):
                keys |= set(result[-1])
        env.close()
    assert keys == {"phase", "queries", "response", "action_mask", "committed_action"}


def test_seeds_beyond_64_bits_differ_and_hold_in_another_process(
    run_python: Callable[[str], str],
) -> None:
    script = """
from stackelberg_gym import StackelbergEnv
env = StackelbergEnv("SequentialPriceMechanism-v0")
def shown(seed):
    env.reset(seed=seed)
    return [env.state().tolist()]
print([shown(2**64 + 7), shown(7), shown(2**64 + 7)])
"""
    printed = run_python(script)
    first, second, third = eval(printed)
    assert first == third
    assert first != second
    env = StackelbergEnv("SequentialPriceMechanism-v0")
    env.reset(seed=2**64 + 7)
    assert [env.state().tolist()] == first
    env.close()


def returns_of_all_commitments(horizon: int) -> dict[tuple[int, ...], float]:
    """The leader's return in the iterated prisoner's dilemma against the best stationary response,
    for every commitment.

    Worked out here, apart from the engine: observation 0 is the start, then 1 + row + 2 column.
    """
    leader, follower = ((3, 1), (4, 2)), ((3, 4), (1, 2))

    def totals(rule: tuple[int, ...], answer: tuple[int, ...]) -> tuple[int, int]:
        seen, mine, its = 0, 0, 0
        for _ in range(horizon):
            row, column = rule[seen], answer[seen]
            mine, its = mine + leader[row][column], its + follower[row][column]
            seen = 1 + row + 2 * column
        return its, mine

    policies = list(itertools.product((0, 1), repeat=5))
    # Ties are broken for the leader: tuples compare the follower's total first.
    return {rule: max(totals(rule, answer) for answer in policies)[1] for rule in policies}


def test_commitments_earn_what_the_best_response_leaves_them() -> None:
    expected = returns_of_all_commitments(10)
    env = StackelbergEnv(
        DILEMMA,
        params={"game": "prisoners_dilemma", "horizon": 10},
        oracle="exact-best-response",
        commitment="policy",
        policy_form="deterministic",
    )
    got = {}
    for rule in expected:
        env.reset(seed=0)
        _, reward, terminated, _, info = env.step(np.array(rule))
        assert terminated
        assert info["response"] == {"notion": "best response", "gap": 0.0}
        got[rule] = reward
    env.close()
    assert max(expected.values()) == 31
    assert got == expected


def test_a_commitment_by_episode_is_graded_as_evaluate_commitment_does() -> None:
    params = {"game": "prisoners_dilemma", "horizon": 10}
    rule = [1, 0, 1, 1, 1]
    env = StackelbergEnv(
        DILEMMA, params=params, oracle="exact-best-response", commitment="episode", repeats="skip"
    )
    observation, _ = env.reset(seed=0)
    total, ended = 0.0, False
    while not ended:
        observation, reward, ended, _, _ = env.step(rule[observation])
        total += reward
    env.close()
    graded = stackelberg_gym.evaluate_commitment(DILEMMA, rule, params=params)
    assert total == graded.value == returns_of_all_commitments(10)[tuple(rule)]


def test_asked_again_only_the_committed_action_is_open() -> None:
    env = StackelbergEnv(DILEMMA, commitment="episode", repeats="ask")
    observation, info = env.reset(seed=0)
    assert info["action_mask"].tolist() == [1, 1]
    first = info["action_mask"]
    answers: dict[int, int] = {}
    ended, repeats = False, 0
    while not ended:
        if int(observation) in answers:
            repeats += 1
            only = [int(action == answers[int(observation)]) for action in (0, 1)]
            assert info["action_mask"].tolist() == only
            assert env.action_masks().tolist() == [bool(flag) for flag in only]
            assert first.tolist() == [1, 1], "an earlier info was overwritten"
        answers.setdefault(int(observation), 1)
        observation, _, ended, _, info = env.step(1)
    assert repeats > 0
    env.close()


def test_action_masks_are_all_true_without_a_mask() -> None:
    env = StackelbergEnv(DILEMMA)
    assert env.action_masks().tolist() == [True, True]
    env.close()
    env = StackelbergEnv(DILEMMA, commitment="policy", policy_form="deterministic")
    assert env.action_masks().tolist() == [True] * 10
    env.close()
    env = StackelbergEnv("SecurityGame-v0")
    with pytest.raises(InvalidArgument, match="Discrete or MultiDiscrete"):
        env.action_masks()
    env.close()


def test_action_masks_need_a_reset_where_actions_may_be_closed() -> None:
    env = StackelbergEnv(DILEMMA, commitment="episode")
    with pytest.raises(ResetNeeded, match="Call reset"):
        env.action_masks()
    env.reset(seed=0)
    assert env.action_masks().any()
    env.close()


def test_options_of_reset_are_a_dict() -> None:
    env = StackelbergEnv(DILEMMA)
    with pytest.raises(InvalidArgument, match="options: expected a dict .*, got 3"):
        env.reset(options=3)  # type: ignore[arg-type]
    env.close()


def test_the_catalogue_is_the_caller_s_own() -> None:
    catalogue()["games"].clear()
    assert len(catalogue()["games"]) > 0
    StackelbergEnv(DILEMMA)


@pytest.mark.parametrize(
    "action", [np.int64(1), np.int32(1), np.uint8(1), np.array(1), np.array([1]), True]
)
def test_integers_of_any_kind_are_actions(action: Any) -> None:
    env = StackelbergEnv(DILEMMA)
    env.reset(seed=0)
    plain = env.step(1)
    env.reset(seed=0)
    assert same(env.step(action), plain)
    env.close()


@pytest.mark.parametrize("action", [2, -1, 2**40, 0.0, 1.5, np.float32(1), "1", None, [0, 1]])
def test_other_actions_are_refused(action: Any) -> None:
    env = StackelbergEnv(DILEMMA)
    env.reset(seed=0)
    with pytest.raises(InvalidAction, match="Discrete"):
        env.step(action)
    assert env.step(0)[2] is False, "the refused action has moved the episode"
    env.close()


def test_vectors_are_checked_against_their_space() -> None:
    env = StackelbergEnv("SecurityGame-v0")
    env.reset(seed=0)
    size = env.action_space.sample().size
    for wrong in (np.full(size, 0.9), np.full(size, np.nan), np.zeros(size + 1), -np.ones(size)):
        with pytest.raises(InvalidAction):
            env.step(wrong)
    env.step(np.zeros(size, np.float32))
    env.close()


def test_order_of_calls() -> None:
    env = StackelbergEnv(DILEMMA, commitment="policy", policy_form="deterministic")
    with pytest.raises(ResetNeeded):
        env.step(np.zeros(5, int))
    env.reset()
    assert env.step(np.zeros(5, int))[2]
    with pytest.raises(ResetNeeded):
        env.step(np.zeros(5, int))
    env.close()


def test_arguments_are_refused_by_name() -> None:
    with pytest.raises(NameNotFound, match="Did you mean 'IteratedMatrixGame-v0'"):
        StackelbergEnv("IteratedMatrixGam-v0")
    with pytest.raises(UnsupportedMode, match="ansi"):
        StackelbergEnv(DILEMMA, render_mode="svg")
    with pytest.raises(TypeError, match="comitment"):
        StackelbergEnv(DILEMMA, comitment="step")  # type: ignore[call-arg]
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"commitment": "ever"}, "commitment"),
        ({"reward_episodes": 0}, "reward_episodes"),
        ({"params": {"horizon": -1}}, "horizon"),
        ({"oracle": "tabular"}, "tabular-q"),
        ({"oracle": "tabular-q", "oracle_options": {"episode": 5}}, "episode"),
    ]
    for arguments, told in wrong:
        env = StackelbergEnv(DILEMMA, **arguments)
        with pytest.raises(InvalidArgument, match=told):
            env.reset()
        env.close()


def test_options_of_the_wrapper_have_its_defaults() -> None:
    given = inspect.signature(StackelbergEnv).parameters
    defaults = {snake_case(name): value for name, value in catalogue()["wrapperOptions"].items()}
    assert {name: given[name].default for name in defaults} == defaults
    kinds = {p.kind for name, p in given.items() if name != "game"}
    assert kinds == {inspect.Parameter.KEYWORD_ONLY}


def test_unknown_options_of_reset_are_ignored() -> None:
    env = StackelbergEnv(DILEMMA)
    plain = env.reset(seed=4)
    options = {"options": 1}
    assert same(env.reset(seed=4, options=options), plain)
    assert options == {"options": 1}
    env.close()


def test_frames(capsys: pytest.CaptureFixture[str]) -> None:
    env = StackelbergEnv(DILEMMA, render_mode="ansi")
    env.reset(seed=0)
    text = env.render()
    assert isinstance(text, str) and DILEMMA in text and "query, 0 queries" in text
    env.step(0)
    assert "1 query" in str(env.render())
    env.close()
    env = StackelbergEnv(DILEMMA, render_mode="rgb_array")
    env.reset(seed=0)
    frame = env.render()
    assert isinstance(frame, np.ndarray) and frame.dtype == np.uint8 and frame.shape[2] == 3
    assert len(np.unique(frame)) > 2, "the frame is blank"
    env.close()
    capsys.readouterr()
    env = StackelbergEnv(DILEMMA, render_mode="human")
    env.reset(seed=0)
    env.step(0)
    assert env.render() is None
    printed = capsys.readouterr().out
    assert printed.index("0 queries") < printed.index("1 query")
    env.close()
    env = StackelbergEnv(DILEMMA)
    env.reset(seed=0)
    assert env.render() is None
    env.close()


def test_frames_are_collected_under_make() -> None:
    env = gymnasium.make(f"stackelberg_gym/{DILEMMA}", render_mode="rgb_array_list")
    env.reset(seed=0)
    env.step(0)
    frames: Any = env.render()
    assert len(frames) == 2 and frames[0].shape[2] == 3
    env.close()


def test_pickles_as_its_arguments() -> None:
    env = gymnasium.make(
        f"stackelberg_gym/{DILEMMA}", params={"horizon": 3}, commitment="episode"
    ).unwrapped
    unstarted = pickle.loads(pickle.dumps(env))
    played = play(env, 9)
    copies = [
        unstarted,
        pickle.loads(pickle.dumps(env)),
        cloudpickle.loads(cloudpickle.dumps(env)),
        copy.deepcopy(env),
    ]
    for other in copies:
        assert same(play(other, 9), played)
        assert other.spec == env.spec
        assert other.action_space == env.action_space
        other.close()
    assert same(play(env, 9), played), "the original is disturbed by its copies"
    env.close()


def test_close_and_what_follows() -> None:
    env = StackelbergEnv(DILEMMA)
    env.close()
    env.close()
    first = env.reset(seed=1)
    space = env.action_space
    env.close()
    env.close()
    assert same(env.reset(seed=1), first)
    assert env.action_space is space
    env.close()


def test_it_has_only_its_own_attributes() -> None:
    env = StackelbergEnv(DILEMMA)
    assert not hasattr(env, "compute_reward")
    assert not hasattr(env, "seed")
    env.anything = 3  # type: ignore[attr-defined]
    env.action_space = gymnasium.spaces.Discrete(2)
    assert env.observation_space is env.observation_space
    env.close()


def test_python_followers_respond() -> None:
    def always_defects(observation: Any) -> int:
        return 1

    params = {"game": "prisoners_dilemma", "horizon": 10}
    env = StackelbergEnv(DILEMMA, params=params, oracle=always_defects)
    env.reset(seed=0)
    rewards = [env.step(0)[1] for _ in range(10)]
    assert rewards == [1.0] * 10
    env.close()


def test_hidden_queries_are_answered_by_python() -> None:
    asked: list[int] = []

    def answers(observation: Any) -> int:
        asked.append(int(observation))
        return 1

    env = StackelbergEnv(
        DILEMMA, oracle="exact-best-response", hide_queries=True, query_policy=answers
    )
    _, info = env.reset(seed=0)
    assert info["phase"] == "play"
    assert sorted(asked) == [0, 1, 2, 3, 4]
    env.close()


def test_integers_of_any_kind_are_seeds() -> None:
    env: Any = StackelbergEnv("SequentialPriceMechanism-v0")
    shown = env.reset(seed=3)
    drawn = env.np_random.random()
    for seed in (np.int64(3), np.uint8(3), np.array(3)):
        assert same(env.reset(seed=seed), shown)
        assert env.np_random.random() == drawn
    for wrong in (True, np.True_, -1, np.int64(-1), 3.0, "3"):
        with pytest.raises(InvalidArgument, match="seed: expected a non-negative integer"):
            env.reset(seed=wrong)
    env.close()
