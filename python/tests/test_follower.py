"""``FollowerEnv``: Gymnasium's checks, known best responses, and leaders in every form."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import gymnasium
import numpy as np
import pytest
from cases import CASES, Params, same
from gymnasium import spaces
from gymnasium.error import InvalidAction, NameNotFound, ResetNeeded, UnsupportedMode
from test_stackelberg import check

from stackelberg_gym.aec import aec_env
from stackelberg_gym.errors import InvalidArgument
from stackelberg_gym.follower import FollowerEnv
from stackelberg_gym.parallel import parallel_env
from stackelberg_gym.solving import evaluate_commitment, solve

GAME = "IteratedMatrixGame-v0"
DILEMMA = {"game": "prisoners_dilemma", "horizon": 10}
#: Cooperation is 0.
TIT_FOR_TAT = [1, 0, 0, 1, 1]
ID = "stackelberg_gym/Follower-v0"


def arguments(game: str, params: Params) -> dict[str, Any] | None:
    """A leader of random probabilities, or of a single random vector, and others that repeat an
    action; None where a game has no followers."""
    env = parallel_env(game, params=params)
    leader, *followers = env.possible_agents
    assert leader.startswith("leader")
    actions = {}
    for agent in env.possible_agents:
        env.action_space(agent).seed(3)
        actions[agent] = env.action_space(agent).sample()
    seen, taken = env.observation_space(leader), env.action_space(leader)
    env.close()
    if not followers:
        return None
    policy: Any = Constant(actions[leader])
    if isinstance(seen, spaces.Discrete) and isinstance(taken, spaces.Discrete):
        policy = np.random.default_rng(3).dirichlet(np.ones(taken.n), int(seen.n))
    others = {agent: Constant(actions[agent]) for agent in followers[1:]}
    return {"leader": policy, "agent": followers[0], "others": others, "params": params}


class Constant:
    """A policy that repeats an action; unlike a lambda it pickles."""

    def __init__(self, action: Any) -> None:
        self.action = action

    def __call__(self, observation: Any) -> Any:
        return self.action


def play(env: Any, seed: int | None) -> list[Any]:
    """All that an episode shows when the follower draws from a space seeded with 7."""
    shown: list[Any] = [env.reset(seed=seed)]
    env.action_space.seed(7)
    while len(shown) == 1 or not (shown[-1][2] or shown[-1][3]):
        shown.append(env.step(env.action_space.sample()))
    return shown


def returns(env: FollowerEnv, table: Any, episodes: int = 1) -> list[float]:
    """Of a follower with an action for each Discrete observation."""
    totals = []
    for _ in range(episodes):
        observation, _ = env.reset()
        totals.append(0.0)
        ended = False
        while not ended:
            observation, reward, terminated, truncated, _ = env.step(table[observation])
            totals[-1] += reward
            ended = terminated or truncated
    return totals


def make(leader: Any = TIT_FOR_TAT, game: str = GAME, **more: Any) -> FollowerEnv:
    return FollowerEnv(game, leader, **{"params": DILEMMA, **more})


@pytest.mark.parametrize(("game", "params"), CASES)
def test_every_game(game: str, params: Params) -> None:
    given = arguments(game, params)
    if given is None:
        with pytest.raises(InvalidArgument, match="game: expected one with followers"):
            FollowerEnv(game, 0, params=params).reset()
        return
    env: Any = gymnasium.make(ID, game=game, **given).unwrapped
    assert isinstance(env, FollowerEnv)
    check(env)
    first = play(env, 2**64 + 3)
    play(env, None)
    assert same(first, play(env, 2**64 + 3))
    assert [type(x) for x in first[-1][1:]] == [float, bool, bool, dict]
    for observation in (results[0] for results in first):
        assert env.observation_space.contains(observation)
        assert observation.dtype == env.observation_space.dtype
    assert env.observation_space is env.observation_space
    assert env.action_space is env.action_space
    again = pickle.loads(pickle.dumps(env))
    assert again.spec.id == ID
    assert same(first, play(again, 2**64 + 3))
    again.close()
    env.close()


@pytest.mark.parametrize("leader", [TIT_FOR_TAT, [1, 0, 1, 1, 1], [0, 0, 0, 1, 1], [0] * 5])
def test_the_best_of_all_tables_is_what_solve_reports(leader: list[int]) -> None:
    env = make(leader)
    best = max(returns(env, table)[0] for table in product((0, 1), repeat=5))
    solved = solve(GAME, params=DILEMMA, leader=leader)
    assert best == solved.follower_values["follower_0"]
    assert returns(env, solved.policy)[0] == best
    env.close()


def test_known_returns() -> None:
    env = make()
    # Against tit for tat: 1 for the first step of being defected on, then 3 each; or 2 at all.
    assert returns(env, [0] * 5) == [1 + 9 * 3]
    assert returns(env, [1] * 5) == [10 * 2]
    env.close()


def test_a_mixed_leader_is_worth_what_evaluate_commitment_says() -> None:
    leader = [[0.5, 0.5], [0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.1, 0.9]]
    exact = evaluate_commitment(GAME, leader, params=DILEMMA).follower_values["follower_0"]
    policy = solve(GAME, params=DILEMMA, leader=leader).policy
    env = make(leader)
    env.reset(seed=1)
    sample = np.array(returns(env, policy, 400))
    env.close()
    error = sample.std() / np.sqrt(len(sample))
    assert 0 < error < 0.5
    assert abs(sample.mean() - exact) < 4 * error


class Rows:
    """Probabilities of a memory-one leader, as its method."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows

    def probabilities(self, observation: Any) -> Any:
        return self.rows[observation]


class Model:
    """A leader as Stable-Baselines3 has models."""

    def predict(self, observation: Any, deterministic: bool = False) -> tuple[Any, None]:
        assert deterministic
        return np.array(TIT_FOR_TAT[observation]), None


PURE = np.eye(2)[TIT_FOR_TAT]
FORMS = {
    "tuple": tuple(TIT_FOR_TAT),
    "array": np.array(TIT_FOR_TAT),
    "floats": np.array(TIT_FOR_TAT, float),
    "rows": PURE.tolist(),
    "float32": PURE.astype(np.float32),
    "function": lambda observation: TIT_FOR_TAT[observation],
    "row function": lambda observation: PURE[observation],
    "drawing": lambda observation, rng: rng.choice(2, p=PURE[observation]),
    "keyword": lambda observation, *, rng: rng.choice(2, p=PURE[observation]),
    "probabilities": Rows(PURE),
    "predict": Model(),
    "observed": [{"observation": o, "action": a} for o, a in enumerate(TIT_FOR_TAT)],
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_a_leader(form: str) -> None:
    env, plain = make(FORMS[form]), make()
    assert same(play(env, 5), play(plain, 5))
    env.close()
    plain.close()


def test_a_solution_is_a_leader() -> None:
    solution = solve("NormalForm-v0", params={"name": "conitzer_sandholm"})
    env = FollowerEnv("NormalForm-v0", solution, params={"name": "conitzer_sandholm"})
    best = max(np.mean(returns(env, [action] * 2, 300)) for action in range(2))
    env.close()
    assert best == pytest.approx(solution.follower_values["follower_0"], abs=0.15)


def test_a_vector_is_a_leader() -> None:
    target = {"defenderCovered": 0, "defenderUncovered": -1, "attackerCovered": -1}
    params = {"targets": [{**target, "attackerUncovered": 1 + k} for k in range(3)]}
    for coverage in ([0, 0, 1], [0.2, 0.3, 0.5], np.array([0, 0, 0.25])):
        env = FollowerEnv("SecurityGame-v0", coverage, params=params)
        seen, _ = env.reset(seed=0)
        assert np.allclose(seen, coverage)
        utilities = [-c + (1 - c) * (1 + k) for k, c in enumerate(seen)]
        assert env.step(int(np.argmax(utilities)))[1] == pytest.approx(max(utilities))
        env.close()


def test_a_best_responder_is_perfect() -> None:
    payoffs = np.array([[5, 0, 1, 2], [0, 5, 2, 1], [1, 2, 5, 0], [2, 1, 0, 5]], float)
    params = {"leader": [[1] * 4] * 4, "follower": payoffs.tolist(), "observeAction": True}
    env = FollowerEnv("NormalForm-v0", [0.25] * 4, params=params)
    env.reset(seed=0)
    # Observation 0: the leader has not moved; 1 + row: it has.
    respond = [None, *payoffs.argmax(axis=1).tolist()]
    assert returns(env, respond, 50) == [5.0] * 50
    shown = {int(env.reset()[0]) for _ in range(50)}
    assert shown == {1, 2, 3, 4}
    env.close()


@pytest.mark.parametrize("game", ["BanditRLGame-v0", "BertrandPlatform-v0", "GreenSecurity-v0"])
def test_it_shows_what_the_turn_based_view_shows(game: str) -> None:
    turned = aec_env(game)
    leader, *followers = turned.possible_agents
    policies = {}
    for other in (leader, *followers[1:]):
        turned.action_space(other).seed(3)
        policies[other] = Constant(turned.action_space(other).sample())
    others = {other: policies[other] for other in followers[1:]}
    env = FollowerEnv(game, policies[leader], agent=followers[0], others=others)
    played = play(env, 4)
    assert len(played) > 3
    turned.reset(seed=4)
    env.action_space.seed(7)
    for agent in turned.agent_iter():
        observation, reward, terminated, truncated, _ = turned.last()
        ended = terminated or truncated
        if agent in policies:
            turned.step(None if ended else policies[agent].action)
            continue
        shown = played.pop(0)
        assert same(shown[0], observation)
        # A reset shows no more.
        assert len(shown) == 2 or same(shown[1:4], (reward, terminated, truncated))
        turned.step(None if ended else env.action_space.sample())
    assert played == []
    env.close()
    turned.close()


def test_a_follower_that_moves_first_is_answered() -> None:
    """The allocation goes to a report; its leader sees the report only after the follower moved."""
    asked = []

    def leader(observation: Any) -> Any:
        asked.append(int(observation))
        return 0

    env = FollowerEnv("SimpleAllocation-v0", leader)
    for report in range(int(env.action_space.n)):  # type: ignore[attr-defined]
        env.reset(seed=0)
        assert len(asked) == report
        env.step(report)
    assert len(set(asked)) == 3
    env.close()


def test_the_commitment_is_observed_and_can_be_replaced() -> None:
    env = make(observe_commitment=True)
    space = env.observation_space
    assert space["commitment"] == spaces.Box(0, 1, (5, 2), np.float32)  # type: ignore[index]
    observation, _ = env.reset(seed=0, options={"unknown": 1})
    assert observation["commitment"].tolist() == PURE.tolist()
    observation["commitment"][...] = 0.5
    assert env.step(0)[0]["commitment"].tolist() == PURE.tolist()
    rows = [[0.5, 0.5]] * 5
    observation, _ = env.reset(options={"leader": rows})
    assert observation["commitment"].tolist() == rows
    # It stays, also in a copy and after a leader that does not fit.
    with pytest.raises(InvalidArgument, match="leader: expected an entry for each of 5"):
        env.reset(options={"leader": [1, 0]})
    with pytest.raises(InvalidArgument, match="observe_commitment"):
        env.reset(options={"leader": FORMS["function"]})
    for kept in (env, pickle.loads(pickle.dumps(env))):
        observation = kept.reset()[0]
        assert observation in space
        assert observation["commitment"].tolist() == rows
        assert kept.leader == rows
    env.close()
    with pytest.raises(InvalidArgument, match="observe_commitment"):
        make(Model(), observe_commitment=True).reset()


def test_environments_that_show_the_commitment_pass_the_check() -> None:
    options: dict[str, Any] = {"params": DILEMMA, "observe_commitment": True}
    check(gymnasium.make(ID, game=GAME, leader=[[0.5, 0.5]] * 5, **options))
    env = gymnasium.make("stackelberg_gym:Follower-v0", game=GAME, leader=TIT_FOR_TAT, **options)
    assert env.spec is not None
    again = gymnasium.envs.registration.EnvSpec.from_json(env.spec.to_json()).make()
    assert same(env.reset(seed=1), again.reset(seed=1))
    env.close()
    again.close()


def test_the_engine_starts_at_first_use() -> None:
    env = make()
    assert env._env._handle is None
    assert pickle.loads(pickle.dumps(env))._env._handle is None
    assert env.action_space == spaces.Discrete(2)
    assert env._env._handle is not None
    env.close()


def test_a_leader_is_replaced_for_the_coming_episodes() -> None:
    env = make([0] * 5)
    assert returns(env, [1] * 5) == [40]
    env.reset(options={"leader": [1] * 5})
    assert returns(env, [1] * 5) == [20]
    env.close()


def test_several_followers_and_policies_that_start_anew() -> None:
    class Counting(Constant):
        resets = 0

        def reset(self) -> None:
            self.resets += 1

    game = "MultiFollower-v0"
    joint = parallel_env(game)
    leader, *followers = joint.possible_agents
    spaces_ = {agent: joint.action_space(agent) for agent in joint.possible_agents}
    for k, space in enumerate(spaces_.values()):
        space.seed(k)
    policies = {agent: Counting(space.sample()) for agent, space in spaces_.items()}
    joint.close()
    assert len(followers) > 1
    for agent in followers:
        others = {other: policies[other] for other in followers if other != agent}
        env = FollowerEnv(game, policies[leader], agent=agent, others=others)
        assert env.action_space == spaces_[agent]
        env.reset(seed=0)
        env.step(policies[agent].action)
        with pytest.raises(
            InvalidArgument, match=r"others: expected a policy for each of .*got \[\]"
        ):
            FollowerEnv(game, policies[leader], agent=agent).reset()
        env.close()
    assert policies[leader].resets == len(followers)
    with pytest.raises(InvalidArgument, match="agent: expected one of follower_0, .* got None"):
        FollowerEnv(game, policies[leader]).reset()


@pytest.mark.parametrize(
    ("leader", "said"),
    [
        (None, "leader: expected a list, an array, a Solution or a policy, got None"),
        ([1, 0, 0, 1], "leader: expected an entry for each of 5 observations, got 4"),
        ([1, 0, 0, 1, 2], "leader: expected actions in Discrete.*, got 2"),
        ([1, 0, 0, 1, 0.5], "leader: expected actions in Discrete.*, got 0.5"),
        ([[0.5, 0.4]] * 5, "leader: expected probabilities of all actions"),
        ([[1.5, -0.5]] * 5, "leader: expected probabilities of all actions"),
        ([[1]] * 5, "leader: expected probabilities of all actions"),
        ([[np.nan, 1]] * 5, "leader: expected probabilities of all actions"),
        (Rows([[1, 1]] * 5), "leader: expected probabilities of all actions"),
        (lambda observation: [0.5, 0.2], "leader: expected probabilities of all actions"),
        ([{"observation": 3, "action": 0}], "leader: expected an action for the observation .*0"),
        ([{"observation": 0, "action": 0}] * 2, "leader: expected one action for the observation"),
        ([{"observation": 0}], "leader: expected an observation with its action"),
    ],
)
def test_leaders_that_do_not_fit(leader: Any, said: str) -> None:
    env = make(leader)
    with pytest.raises(InvalidArgument, match=said):
        env.reset(seed=0)
        env.step(0)
    env.close()


def test_other_arguments_that_do_not_fit() -> None:
    with pytest.raises(NameNotFound, match="IteratedMatrixGame-v0"):
        FollowerEnv("IteratedMatrixGam-v0", TIT_FOR_TAT)
    with pytest.raises(UnsupportedMode):
        make(render_mode="svg")
    with pytest.raises(InvalidArgument, match="agent: expected one of follower_0, got 'leader_0'"):
        make(agent="leader_0").reset()
    with pytest.raises(InvalidArgument, match="others: expected a policy for each of no others"):
        make(others={"follower_1": [0] * 5}).reset()
    with pytest.raises(InvalidArgument, match=r"leader: expected actions in .*Box.*, got \[2"):
        FollowerEnv("SecurityGame-v0", [2.0] * 5).reset()
    with pytest.raises(InvalidArgument, match="leader: expected an entry for each of 1 obs"):
        FollowerEnv("SecurityGame-v0", [[0.0] * 5] * 2).reset()


def test_wrong_actions_and_ends() -> None:
    env = make()
    with pytest.raises(ResetNeeded):
        env.step(0)
    env.reset(seed=0)
    with pytest.raises(InvalidAction, match="follower_0: expected an action in Discrete"):
        env.step(2)
    assert len(play(env, 0)) == 11
    with pytest.raises(ResetNeeded):
        env.step(0)
    env.reset()
    env.close()
    env.close()
    with pytest.raises(ResetNeeded):
        env.step(0)
    assert len(play(env, 0)) == 11
    env.close()


def test_a_leader_that_fails_ends_the_episode() -> None:
    def fail(observation: Any) -> int:
        if observation == 2:
            raise RuntimeError("no answer")
        return 0

    params = {"leader": [[0, 0]] * 2, "follower": [[0, 0]] * 2, "observeAction": True}
    env = FollowerEnv("NormalForm-v0", lambda observation: 7, params=params)
    with pytest.raises(InvalidAction, match="leader_0"):
        env.reset(seed=0)
    with pytest.raises(ResetNeeded):
        env.step(0)
    env.close()
    env = FollowerEnv("SimpleAllocation-v0", fail)
    env.reset(seed=0)
    with pytest.raises(RuntimeError, match="no answer"):
        for report in (0, 1, 2):
            env.reset(seed=0)
            env.step(report)
    with pytest.raises(ResetNeeded):
        env.step(0)
    env.close()


def test_render(capsys: pytest.CaptureFixture[str]) -> None:
    text, pixels, human = (make(render_mode=mode) for mode in ("ansi", "rgb_array", "human"))
    frames: list[Any] = []
    for env in (text, pixels, human):
        env.reset(seed=0)
        frames.append(env.render())
        env.step(0)
        frames.append(env.render())
    assert isinstance(frames[0], str) and frames[0] != frames[1]
    assert frames[2].dtype == np.uint8 and frames[2].ndim == 3
    assert frames[4:] == [None, None]
    assert capsys.readouterr().out == f"{frames[0]}\n{frames[1]}\n"
    for env in (text, pixels, human):
        env.close()


def test_gymnasium_vectorizes_it() -> None:
    leaders = [[0] * 5, [1] * 5]
    envs = gymnasium.vector.SyncVectorEnv(
        [
            partial(gymnasium.make, ID, game=GAME, leader=leader, params=DILEMMA)
            for leader in leaders
        ]
    )
    envs.reset(seed=0)
    rewards = envs.step(np.array([1, 1]))[1]
    envs.close()
    assert rewards.tolist() == [4, 2]


def test_the_same_episode_in_another_process(run_python: Callable[[str], str]) -> None:
    rows = [[0.5, 0.5]] * 5
    env = make(rows)
    play(env, None)
    here = play(env, 2**65 + 1)
    env.close()
    assert len({int(results[0]) for results in here}) > 3
    script = "from test_follower import make, play; print(play(make([[0.5, 0.5]] * 5), 2**65 + 1))"
    assert run_python(script) == str(here)


def test_integers_of_any_kind_are_seeds() -> None:
    env: Any = make()
    shown = env.reset(seed=3)
    drawn = env.np_random.random()
    for seed in (np.int64(3), np.uint8(3), np.array(3)):
        assert same(env.reset(seed=seed), shown)
        assert env.np_random.random() == drawn
    for wrong in (True, np.True_, -1, np.int64(-1), 3.0, "3"):
        with pytest.raises(InvalidArgument, match="seed: expected a non-negative integer"):
            env.reset(seed=wrong)
    env.close()
