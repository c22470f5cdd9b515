"""``GameParallelEnv``: what its five results hold, its ends and its errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from cases import CASES, Params, play_turns, same
from gymnasium.error import InvalidAction, ResetNeeded
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test
from pettingzoo.utils.conversions import parallel_to_aec
from test_pettingzoo import only_harmless_warnings

from stackelberg_gym.aec import aec_env
from stackelberg_gym.errors import InvalidArgument
from stackelberg_gym.parallel import GameParallelEnv, GameTurnEnv, parallel_env

DILEMMA = {"game": "prisoners_dilemma", "horizon": 3}


@pytest.fixture
def env() -> Any:
    made = parallel_env("IteratedMatrixGame-v0", params=DILEMMA)
    yield made
    made.close()


def play(env: GameParallelEnv, seed: int | None) -> list[Any]:
    """All that an episode shows when the agents draw from spaces seeded with 0, 1, ..."""
    shown: list[Any] = [env.reset(seed=seed)]
    for k, agent in enumerate(env.possible_agents):
        env.action_space(agent).seed(k)
    while env.agents:
        actions = {agent: env.action_space(agent).sample() for agent in env.agents}
        shown.append(env.step(actions))
    return shown


@pytest.mark.parametrize(("game", "params"), CASES)
def test_results_are_typed_and_seeded(game: str, params: Params) -> None:
    env = parallel_env(game, params=params)
    for seed in (1, 2**64 + 1):
        first = play(env, seed)
        # The released parallel_seed_test stops after one step.
        play(env, None)
        assert same(first, play(env, seed))
        for results in first:
            check_results(env, results)
        ends = [
            terminations[agent] or truncations[agent]
            for _, _, terminations, truncations, _ in first[1:]
            for agent in terminations
        ]
        agents = len(env.possible_agents)
        assert ends == [False] * (len(ends) - agents) + [True] * agents
    env.close()


def check_results(env: GameParallelEnv, results: tuple[dict[str, Any], ...]) -> None:
    assert type(results) is tuple
    for of in results:
        assert list(of) == env.possible_agents
    for agent, observation in results[0].items():
        space = env.observation_space(agent)
        assert space is env.observation_space(agent)
        assert space.contains(observation)
        assert observation.dtype == space.dtype
    if len(results) == 5:
        for of, kind in zip(results[1:], (float, bool, bool, dict)):
            assert {type(value) for value in of.values()} == {kind}


def test_payoffs(env: GameParallelEnv) -> None:
    env.reset(seed=0)
    payoffs = [
        tuple(env.step({"leader_0": row, "follower_0": column})[1].values())
        for row, column in ((0, 0), (0, 1), (1, 0))
    ]
    # The ordinal game 33 14 / 41 22.
    assert payoffs == [(3, 3), (1, 4), (4, 1)]


def test_arrays_are_not_shared_between_steps() -> None:
    env = parallel_env("GreenSecurity-v0")
    first, _ = env.reset(seed=0)
    kept = {agent: observation.copy() for agent, observation in first.items()}
    env.step({agent: env.action_space(agent).sample() for agent in env.agents})
    assert same(first, kept)
    env.close()


def test_agents_leave_in_the_step_that_ends_them(env: GameParallelEnv) -> None:
    assert env.agents == []
    env.reset(seed=0, options={"options": 1, "unknown": object()})
    for left in (2, 2, 0):
        env.step({"leader_0": 0, "follower_0": 0})
        assert env.num_agents == left
    with pytest.raises(ResetNeeded, match="Call reset"):
        env.step({})


def test_limit(env: GameParallelEnv) -> None:
    env.max_cycles = 1
    env.reset(seed=0)
    _, _, terminations, truncations, _ = env.step({"leader_0": 0, "follower_0": 0})
    assert truncations == {"leader_0": True, "follower_0": True}
    assert terminations == {"leader_0": False, "follower_0": False}
    assert env.agents == []
    # At the horizon both hold.
    env.max_cycles = 3
    env.reset()
    for _ in range(3):
        _, _, terminations, truncations, _ = env.step({"leader_0": 0, "follower_0": 0})
    assert all(truncations.values())
    assert all(terminations.values())


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ({"leader_0": 0}, "follower_0"),
        ({}, "leader_0"),
        ({"leader_0": 0, "follower_0": 2}, "follower_0: expected an action in Discrete"),
        ({"leader_0": 0.0, "follower_0": 0}, "leader_0: expected an action in Discrete"),
        ({"leader_0": 0, "follower_0": 0, "follower_1": 0}, "got one of 'follower_1'"),
    ],
)
def test_wrong_actions(env: GameParallelEnv, actions: dict[str, Any], said: str) -> None:
    env.reset(seed=0)
    with pytest.raises(InvalidAction, match=said):
        env.step(actions)
    env.step({"leader_0": np.int32(0), "follower_0": np.array([1])})
    assert env.num_agents == 2


@pytest.mark.parametrize("make", [aec_env, parallel_env])
def test_options_of_reset_are_a_dict(make: Any) -> None:
    env = make("IteratedMatrixGame-v0")
    with pytest.raises(InvalidArgument, match="options: expected a dict .*, got 3"):
        env.reset(options=3)
    env.reset(options={"unknown": 1})
    env.close()


def test_boxes_take_what_converts_without_loss() -> None:
    env = parallel_env("SecurityGame-v0")
    size: Any = env.action_space("leader_0").shape
    for coverage in (
        np.zeros(size),
        np.zeros(size, np.float32),
        [0] * size[0],
        np.zeros(size, int),
    ):
        env.reset(seed=0)
        assert env.step({"leader_0": coverage, "follower_0": 0})[1]["leader_0"] < 0
    for coverage in (np.ones(size), np.full(size, np.nan), np.zeros(2), np.full(size, -0.1)):
        env.reset(seed=0)
        with pytest.raises(InvalidAction, match="leader_0"):
            env.step({"leader_0": coverage, "follower_0": 0})
    env.close()


def test_commit() -> None:
    env = parallel_env("NormalForm-v0", params={"observeAction": True})
    env.reset(seed=0)
    assert env.commit({"leader_0": 1}) == {"follower_0": 2}
    with pytest.raises(InvalidAction, match="committed"):
        env.step({"leader_0": 0, "follower_0": 0})
    env.step({"leader_0": 1, "follower_0": 0})
    with pytest.raises(ResetNeeded):
        env.commit({"leader_0": 0})
    env.reset()
    with pytest.raises(InvalidAction, match="leader_0"):
        env.commit({"follower_0": 0})
    env.close()
    simultaneous = parallel_env("NormalForm-v0")
    simultaneous.reset(seed=0)
    assert not simultaneous.commits
    with pytest.raises(InvalidArgument, match="turns within a step"):
        simultaneous.commit({"leader_0": 0})
    simultaneous.close()


def test_state() -> None:
    env = parallel_env("GreenSecurity-v0")
    env.reset(seed=0)
    assert env.state_space is env.state_space
    before = env.state()
    assert env.state_space.contains(before)
    env.step({agent: env.action_space(agent).sample() for agent in env.agents})
    assert not np.array_equal(before, env.state())
    env.close()


def test_render() -> None:
    frames = {}
    for mode in (None, "ansi", "rgb_array"):
        env = parallel_env("IteratedMatrixGame-v0", params=DILEMMA, render_mode=mode)
        if mode is not None:
            with pytest.raises(ResetNeeded):
                env.render()
        env.reset(seed=0)
        env.step({"leader_0": 0, "follower_0": 1})
        frames[mode] = env.render()
        env.close()
    assert frames[None] is None
    assert isinstance(frames["ansi"], str)
    assert len(frames["ansi"].splitlines()) > 1
    picture = frames["rgb_array"]
    assert isinstance(picture, np.ndarray)
    assert picture.dtype == np.uint8
    assert picture.ndim == 3
    # Text in two colours at least on a background.
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 2


def test_human_prints(capsys: pytest.CaptureFixture[str]) -> None:
    env = parallel_env("IteratedMatrixGame-v0", params=DILEMMA, render_mode="human")
    env.reset(seed=0)
    first = capsys.readouterr().out
    env.step({"leader_0": 0, "follower_0": 1})
    assert first
    assert capsys.readouterr().out not in ("", first)
    env.close()


class TestTurns:
    @pytest.mark.parametrize(("game", "params"), CASES)
    def test_pettingzoo(self, game: str, params: Params) -> None:
        env = parallel_env(game, params=params, turns=True)
        with only_harmless_warnings():
            parallel_api_test(env, num_cycles=100)
            parallel_seed_test(
                lambda: parallel_env(game, params=params, turns=True), num_cycles=100
            )
        env.close()

    @pytest.mark.parametrize(("game", "params"), CASES)
    def test_it_shows_what_the_turn_based_view_shows(self, game: str, params: Params) -> None:
        env, turned = parallel_env(game, params=params, turns=True), aec_env(game, params=params)
        played = play_turns(turned, 2**64 + 1)
        observations, infos = env.reset(seed=2**64 + 1)
        since = dict.fromkeys(env.agents, 0.0)
        while env.agents:
            actions = {}
            for agent in [agent for agent, info in infos.items() if info["acts"]]:
                who, (observation, reward, *_), actions[agent] = played.pop(0)
                assert who == agent
                assert same(observation, observations[agent])
                assert reward == since[agent]
                since[agent] = 0.0
            observations, rewards, _, _, infos = env.step(actions)
            for agent, reward in rewards.items():
                since[agent] += reward
        assert {who: last[1] for who, last, _ in played} == since
        env.close()
        turned.close()

    def test_rewards_come_with_the_last_turn(self) -> None:
        params = {"leader": [[4, 3], [2, 1]], "follower": [[1, 2], [3, 4]], "observeAction": True}
        env = parallel_env("NormalForm-v0", params=params, turns=True)
        assert isinstance(env, GameTurnEnv)
        observations, infos = env.reset(seed=0)
        assert infos == {"leader_0": {"acts": True}, "follower_0": {"acts": False}}
        observations, rewards, ends, cuts, infos = env.step({"leader_0": 1, "follower_0": 0})
        assert observations["follower_0"] == 2
        assert rewards == {"leader_0": 0, "follower_0": 0}
        assert not any((*ends.values(), *cuts.values()))
        assert infos == {"leader_0": {"acts": False}, "follower_0": {"acts": True}}
        _, rewards, ends, _, infos = env.step({"leader_0": 0, "follower_0": 0})
        assert rewards == {"leader_0": 2, "follower_0": 3}
        assert all(ends.values()) and env.agents == []
        assert infos == {"leader_0": {"acts": False}, "follower_0": {"acts": False}}
        with pytest.raises(ResetNeeded):
            env.step({})
        env.close()

    def test_a_reset_within_a_step_begins_with_the_first_turn(self) -> None:
        env = parallel_env("NormalForm-v0", params={"observeAction": True}, turns=True)
        for _ in range(2):
            assert env.reset()[1]["leader_0"]["acts"]
            assert env.step({"leader_0": 1})[0]["follower_0"] == 2
        env.close()

    def test_wrong_actions(self) -> None:
        env = parallel_env("NormalForm-v0", params={"observeAction": True}, turns=True)
        env.reset(seed=0)
        for actions, said in (
            ({"follower_0": 0}, "leader_0"),
            ({"leader_0": 2}, "leader_0: expected an action in"),
            ({"leader_0": 0, "nobody": 0}, "got one of 'nobody'"),
            ([0, 0], "actions: expected a dict"),
        ):
            with pytest.raises(InvalidAction, match=said):
                env.step(actions)  # type: ignore[arg-type]
        env.step({"leader_0": 0})
        with pytest.raises(InvalidAction, match="follower_0"):
            env.step({"leader_0": 0})
        assert env.step({"follower_0": 0})[1].keys() == {"leader_0", "follower_0"}
        assert not env.commits
        with pytest.raises(InvalidArgument, match="commit"):
            env.commit({"leader_0": 0})
        env.close()

    def test_without_turns_within_a_step_it_is_the_ordinary_environment(self) -> None:
        env = parallel_env("IteratedMatrixGame-v0", params=DILEMMA, turns=True)
        plain = parallel_env("IteratedMatrixGame-v0", params=DILEMMA)
        played, expected = play(env, 1), play(plain, 1)
        assert same([results[:-1] for results in played], [results[:-1] for results in expected])
        assert all(
            info == {"acts": step < 3}
            for step, results in enumerate(played)
            for info in results[-1].values()
        )
        env.close()
        plain.close()

    def test_the_limit_counts_steps_of_the_game(self) -> None:
        env = parallel_env("BertrandPlatform-v0", turns=True, max_cycles=2)
        env.reset(seed=0)
        turns = 0
        while env.agents:
            actions = {agent: env.action_space(agent).sample() for agent in env.agents}
            cuts = env.step(actions)[3]
            turns += 1
        assert all(cuts.values())
        assert turns == 4
        env.close()

    def test_a_best_responder_is_perfect(self) -> None:
        payoffs = np.array([[5, 0, 1, 2], [0, 5, 2, 1], [1, 2, 5, 0], [2, 1, 0, 5]], float)
        params = {"leader": [[1] * 4] * 4, "follower": payoffs.tolist(), "observeAction": True}
        joint = parallel_env("NormalForm-v0", params=params, turns=True)
        turned = parallel_to_aec(parallel_env("NormalForm-v0", params=params, turns=True))
        rows = np.random.default_rng(0).integers(4, size=40)

        def act(agent: str, observation: np.int64, row: np.int64) -> int:
            # Observation 0: the leader has not moved; 1 + row: it has.
            respond = int(payoffs[max(0, int(observation) - 1)].argmax())
            return int(row) if agent == "leader_0" else respond

        total = converted = 0.0
        for row in rows:
            observations, _ = joint.reset()
            while joint.agents:
                actions = {agent: act(agent, o, row) for agent, o in observations.items()}
                observations, rewards, *_ = joint.step(actions)
                total += rewards["follower_0"]
            turned.reset()
            for agent in turned.agent_iter():
                observation, reward, ended, _, _ = turned.last()
                converted += reward if agent == "follower_0" else 0
                turned.step(None if ended else act(agent, observation, row))
        assert total == converted == 5 * len(rows)
        with only_harmless_warnings():
            api_test(turned, num_cycles=20)
        joint.close()
        turned.close()


def test_the_same_episode_in_another_process(run_python: Callable[[str], str]) -> None:
    env = parallel_env("FiniteMarkovGame-v0")
    here = play(env, 2**65 + 3)
    env.close()
    script = "from test_parallel import play; from stackelberg_gym.parallel import parallel_env; "
    assert run_python(
        f'{script} print(play(parallel_env("FiniteMarkovGame-v0"), 2**65 + 3))'
    ) == str(here)
