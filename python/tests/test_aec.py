"""``GameAECEnv``: turns, rewards and ends as PettingZoo has them, and the order of moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from cases import CASES, Params, play_turns, same
from gymnasium.error import InvalidAction, NameNotFound, ResetNeeded, UnsupportedMode

from stackelberg_gym.aec import GameAECEnv, aec_env
from stackelberg_gym.errors import InvalidArgument
from stackelberg_gym.parallel import parallel_env

DILEMMA = {"game": "prisoners_dilemma", "horizon": 3}


@pytest.fixture
def env() -> Any:
    made = aec_env("IteratedMatrixGame-v0", params=DILEMMA)
    yield made
    made.close()


@pytest.mark.parametrize(("game", "params"), CASES)
def test_episodes_are_typed_seeded_and_the_parallel_view_s(game: str, params: Params) -> None:
    env, joint = aec_env(game, params=params), parallel_env(game, params=params)
    for seed in (0, 2**64 + 5):
        first, again = play_turns(env, seed), play_turns(env, seed)
        assert same(first, again)
        for agent, (observation, reward, terminated, truncated, _), _ in first:
            space = env.observation_space(agent)
            assert space.contains(observation)
            assert observation.dtype == space.dtype
            assert [type(x) for x in (reward, terminated, truncated)] == [float, bool, bool]
        if len(env.move_order) == 1:
            check_parallel_episode(joint, seed, first)
    env.close()
    joint.close()


def check_parallel_episode(env: Any, seed: int, turns: list[Any]) -> None:
    """The parallel view shows what the turns of a game without turns within a step showed."""
    observations, _ = env.reset(seed=seed)
    rewards = dict.fromkeys(observations, 0.0)
    actions = {}
    for agent, (observation, reward, terminated, truncated, _), action in turns:
        assert same(observation, observations[agent])
        assert reward == rewards[agent]
        if terminated or truncated:
            continue
        actions[agent] = action
        if len(actions) == len(env.agents):
            observations, rewards, _, _, _ = env.step(actions)
            actions = {}


def test_turns(env: GameAECEnv) -> None:
    env.reset(seed=0)
    assert env.agents == env.possible_agents == ["leader_0", "follower_0"]
    assert (env.num_agents, env.max_num_agents) == (2, 2)
    assert env.agent_selection == "leader_0"
    env.step(0)
    assert env.agent_selection == "follower_0"
    assert env.rewards == {"leader_0": 0, "follower_0": 0}
    env.step(np.int32(1))
    # The payoffs of the ordinal game: 33 14 / 41 22.
    assert env.rewards == env._cumulative_rewards == {"leader_0": 1, "follower_0": 4}
    assert env.last()[1] == 1
    env.step(np.array(1))
    assert env._cumulative_rewards == {"leader_0": 0, "follower_0": 4}
    assert env.last(observe=False)[:2] == (None, 4)


def test_last_hands_out_the_infos_themselves(env: GameAECEnv) -> None:
    env.reset(seed=0)
    for agent in env.agent_iter(4):
        assert env.last()[4] is env.infos[agent]
        env.step(0)


def test_observations_are_copies() -> None:
    env = aec_env("SecurityGame-v0")
    env.reset(seed=0)
    seen = env.observe("follower_0")
    kept = seen.copy()
    seen += 1
    assert np.array_equal(env.observe("follower_0"), kept)
    env.step(np.full(len(seen), 0.01))
    assert np.array_equal(seen, kept + 1)
    env.close()


def test_dead_agents_step_once_more(env: GameAECEnv) -> None:
    env.reset(seed=0)
    for _ in range(6):
        env.step(0)
    assert env.agents == ["leader_0", "follower_0"]
    assert env.terminations == {"leader_0": True, "follower_0": True}
    with pytest.raises(ValueError, match=r"leader_0: expected None, .* got 0"):
        env.step(0)
    env.step(None)
    assert env.agents == ["follower_0"]
    assert list(env.rewards) == list(env.infos) == list(env.truncations) == ["follower_0"]
    with pytest.raises(InvalidArgument, match="observe: expected an agent among follower_0"):
        env.observe("leader_0")
    env.step(None)
    assert env.agents == list(env.agent_iter()) == []
    with pytest.raises(ResetNeeded):
        env.step(None)
    with pytest.raises(ResetNeeded):
        env.observe("follower_0")
    env.reset()
    assert env.agents == env.possible_agents


def test_limit_truncates_and_can_be_set_later(env: GameAECEnv) -> None:
    env.max_cycles = 2
    env.reset(seed=0)
    for _ in range(4):
        assert not any(env.truncations.values())
        env.step(0)
    assert env.truncations == {"leader_0": True, "follower_0": True}
    assert env.terminations == {"leader_0": False, "follower_0": False}
    env.max_cycles = None
    env.reset()
    for _ in range(6):
        env.step(0)
    assert env.terminations == {"leader_0": True, "follower_0": True}
    assert env.truncations == {"leader_0": False, "follower_0": False}


@pytest.mark.parametrize("action", [2, -1, 0.5, None, "0", [0, 1], np.float64(1), np.zeros(2)])
def test_a_wrong_action_is_named_and_changes_nothing(env: GameAECEnv, action: Any) -> None:
    env.reset(seed=0)
    with pytest.raises(InvalidAction, match="leader_0: expected an action in Discrete"):
        env.step(action)
    assert env.agent_selection == "leader_0"
    env.step(1)
    assert env.agent_selection == "follower_0"


def test_calls_out_of_order(env: GameAECEnv) -> None:
    for call in (lambda: env.step(0), lambda: env.observe("leader_0")):
        with pytest.raises(ResetNeeded, match="Call reset"):
            call()
    with pytest.raises(
        InvalidArgument, match="expected one of leader_0, follower_0, got 'leader_1'"
    ):
        env.action_space("leader_1")
    with pytest.raises(NameNotFound, match="Did you mean 'IteratedMatrixGame-v0'"):
        aec_env("IteratedMatrixGame-v1")
    with pytest.raises(UnsupportedMode, match="ansi"):
        aec_env("IteratedMatrixGame-v0", render_mode="svg")
    with pytest.raises(InvalidArgument, match="unknown parameter"):
        aec_env("IteratedMatrixGame-v0", params={"horizn": 3}).reset()
    with pytest.raises(InvalidArgument, match="max_cycles"):
        aec_env("IteratedMatrixGame-v0", max_cycles=0).reset()
    with pytest.raises(InvalidArgument, match="seed: expected a non-negative integer, got -1"):
        env.reset(seed=-1)


def test_human_shows_the_start_and_every_step_of_the_game(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = aec_env("IteratedMatrixGame-v0", params=DILEMMA, render_mode="ansi")
    human = aec_env("IteratedMatrixGame-v0", params=DILEMMA, render_mode="human")
    frames = []
    for env in (text, human):
        env.reset(seed=0)
        for turn in range(6):
            if turn % 2 == 0:
                frames.append(text.render())
            env.step(turn % 2)
        env.step(None)
        env.step(None)
        assert env is text or env.render() is None
    frames = [*frames[:3], text.render()]
    assert len(set(frames)) == 4
    assert capsys.readouterr().out == "".join(f"{frame}\n" for frame in frames)
    text.close()
    human.close()


class TestOrderOfMoves:
    """A follower that best-responds to what it observes, in a game where only that pays."""

    FOLLOWER = np.array([[5, 0, 1, 2], [0, 5, 2, 1], [1, 2, 5, 0], [2, 1, 0, 5]], float)
    PARAMS = {"leader": [[1] * 4] * 4, "follower": FOLLOWER.tolist(), "observeAction": True}
    ROWS = tuple(np.random.default_rng(0).integers(4, size=40))

    def respond(self, observation: Any) -> int:
        """Observation 0: the leader has not moved; 1 + row: it has."""
        return int(self.FOLLOWER[max(0, observation - 1)].argmax())

    @property
    def perfect(self) -> float:
        return float(sum(self.FOLLOWER[row].max() for row in self.ROWS))

    def test_in_turns_it_is_perfect(self) -> None:
        env = aec_env("NormalForm-v0", params=self.PARAMS)
        assert env.move_order == [["leader_0"], ["follower_0"]]
        assert not env.metadata["is_parallelizable"]
        total = 0.0
        for row in self.ROWS:
            env.reset()
            env.step(row)
            env.step(self.respond(env.last()[0]))
            total += env.rewards["follower_0"]
        env.close()
        assert total == self.perfect == 200

    def test_with_commit_it_is_perfect(self) -> None:
        env = parallel_env("NormalForm-v0", params=self.PARAMS)
        assert env.commits
        total = 0.0
        for row in self.ROWS:
            env.reset()
            seen = env.commit({"leader_0": row})
            assert list(seen) == ["follower_0"]
            rewards = env.step({"follower_0": self.respond(seen["follower_0"])})[1]
            total += rewards["follower_0"]
        env.close()
        assert total == self.perfect

    def test_in_a_joint_step_it_responds_to_nothing(self) -> None:
        env = parallel_env("NormalForm-v0", params=self.PARAMS)
        total = 0.0
        for row in self.ROWS:
            observations, _ = env.reset()
            actions = {"leader_0": row, "follower_0": self.respond(observations["follower_0"])}
            total += env.step(actions)[1]["follower_0"]
        env.close()
        assert total == sum(self.FOLLOWER[row][0] for row in self.ROWS) < self.perfect / 2

    def test_a_security_game_s_attacker_sees_the_coverage(self) -> None:
        target = {"defenderCovered": 0, "defenderUncovered": -1, "attackerCovered": -1}
        params = {"targets": [{**target, "attackerUncovered": 1 + k} for k in range(3)]}
        env = aec_env("SecurityGame-v0", params=params)
        for coverage in ([0, 0, 1], [0, 0.5, 0.5], [0.2, 0.3, 0.5], [0, 0, 0.25]):
            env.reset(seed=0)
            env.step(np.array(coverage))
            seen = env.last()[0]
            assert seen.tolist() == coverage
            utilities = [-c + (1 - c) * (1 + k) for k, c in enumerate(seen)]
            env.step(int(np.argmax(utilities)))
            assert env.rewards["follower_0"] == pytest.approx(max(utilities))
        env.close()

    def test_followers_first(self) -> None:
        env = aec_env("SimpleAllocation-v0")
        env.reset(seed=0)
        assert env.move_order == [["follower_0"], ["leader_0"]]
        shown = set()
        for report in range(env.action_space("follower_0").n):  # type: ignore[attr-defined]
            env.reset(seed=0)
            assert env.agent_selection == "follower_0"
            env.step(report)
            shown.add(int(env.last()[0]))
        assert len(shown) == 3
        env.close()


def test_the_same_episode_in_another_process(run_python: Callable[[str], str]) -> None:
    env = aec_env("GreenSecurity-v0")
    for _ in range(3):
        env.reset()
    here = summary(play_turns(env, 2**70 + 1))
    env.close()
    script = """
from test_aec import aec_env, play_turns, summary
print(summary(play_turns(aec_env("GreenSecurity-v0"), 2**70 + 1)))
"""
    assert run_python(script) == here


def summary(turns: list[Any]) -> str:
    return str([(who, last[0].tolist(), *last[1:], str(action)) for who, last, action in turns])


def test_seeds_beyond_64_bits_differ() -> None:
    env = aec_env("GreenSecurity-v0")
    low, high = play_turns(env, 7), play_turns(env, 7 + 2**64)
    env.close()
    assert not same(low, high)
