"""Native vector environments: against single ones, and against Gymnasium's SyncVectorEnv."""

from __future__ import annotations

import pickle
from typing import Any

import gymnasium
import numpy as np
import pytest
from cases import CASES, GAMES, Params, same
from gymnasium import spaces
from gymnasium.error import (
    ClosedEnvironmentError,
    InvalidAction,
    NameNotFound,
    ResetNeeded,
    UnsupportedMode,
)
from gymnasium.vector import AsyncVectorEnv, SyncVectorEnv
from gymnasium.vector.utils import batch_space

from stackelberg_gym import (
    GameParallelEnv,
    GameVectorEnv,
    InvalidArgument,
    StackelbergEnv,
    StackelbergVectorEnv,
)
from stackelberg_gym._catalogue import catalogue
from stackelberg_gym._compat import ALL_MODES, BEFORE_1_0, MODES
from stackelberg_gym.registration import _keywords

PRESETS = [preset["id"] for preset in catalogue()["wrapperPresets"]]
DILEMMA = "IteratedMatrixGame-v0"
LAST, LAST_MASK = (
    ("final_observation", "_final_observation") if BEFORE_1_0 else ("final_obs", "_final_obs")
)
needs_modes = pytest.mark.skipif(len(MODES) == 1, reason="needs gymnasium 1.1 for autoreset modes")


def row(space: spaces.Space[Any], batch: Any, i: int) -> Any:
    """Member i of a batch."""
    if isinstance(space, spaces.Dict):
        return {key: row(part, batch[key], i) for key, part in space.spaces.items()}
    if isinstance(space, spaces.Tuple):
        return tuple(row(part, batch[k], i) for k, part in enumerate(space.spaces))
    return batch[i]


def info_of(infos: dict[str, Any], i: int) -> dict[str, Any]:
    """What the infos of a vector environment say of row i, as the single environment would."""
    info: dict[str, Any] = {}
    for key, values in infos.items():
        if key.startswith("_") or key in (LAST, "final_info") or not infos[f"_{key}"][i]:
            continue
        info[key] = info_of(values, i) if isinstance(values, dict) else values[i]
    if "queries" in info:
        info["queries"] = int(info["queries"])
    if "response" in info:
        gap = info["response"].get("gap")
        info["response"] = {**info["response"], "gap": None if gap is None else float(gap)}
    return info


def same_member(space: spaces.Space[Any], one: Any, other: Any) -> bool:
    if isinstance(space, spaces.Discrete):
        return bool(one == other) and one.dtype == other.dtype == space.dtype
    return same(one, other)


class Rows:
    """Single environments in lock-step, reset as the mode says: what the vector must show."""

    def __init__(self, mode: str, keywords: dict[str, Any], n: int) -> None:
        self.mode = mode
        self.envs = [StackelbergEnv(**keywords) for _ in range(n)]
        self.done = [False] * n

    def reset(self, seed: int) -> list[Any]:
        self.done = [False] * len(self.envs)
        return [env.reset(seed=seed + i) for i, env in enumerate(self.envs)]

    def step(self, i: int, action: Any) -> tuple[Any, Any]:
        """Row i's step, and its last observation and info where they are not in place."""
        env = self.envs[i]
        if self.done[i] and self.mode == "NextStep":
            self.done[i] = False
            observation, info = env.reset()
            return (observation, 0.0, False, False, info), None
        result = env.step(action)
        self.done[i] = result[2]
        if not result[2] or self.mode != "SameStep":
            return result, None
        observation, info = env.reset()
        return (observation, *result[1:4], info), (result[0], result[4])


def drawn(env: StackelbergVectorEnv, infos: dict[str, Any]) -> Any:
    """Actions that obey the masks."""
    if "action_mask" not in infos:
        return env.action_space.sample()
    return env.action_space.sample(mask=tuple(mask for mask in infos["action_mask"]))


def compare_with_rows(keywords: dict[str, Any], mode: str, steps: int, n: int = 3) -> int:
    """Asserts equality step by step, and returns how many episodes ended."""
    vector = StackelbergVectorEnv(num_envs=n, autoreset_mode=mode, **keywords)
    rows = Rows(mode, keywords, n)
    vector.action_space.seed(1)
    space, single = vector.single_observation_space, vector.single_action_space
    seed, ended = 2**65 + 11, 0
    observations, infos = vector.reset(seed=seed)
    assert batch_space(space, n) == vector.observation_space
    for i, (observation, info) in enumerate(rows.reset(seed)):
        assert same_member(space, row(space, observations, i), observation)
        assert same(info_of(infos, i), info)
    for _ in range(steps):
        actions = drawn(vector, infos)
        observations, rewards, ends, cuts, infos = vector.step(actions)
        assert vector.observation_space.contains(observations)
        assert [flow.dtype for flow in (rewards, ends, cuts)] == [np.float64, np.bool_, np.bool_]
        for i in range(n):
            action = row(single, actions, i)
            result, last = rows.step(i, action)
            assert same_member(space, row(space, observations, i), result[0])
            assert (rewards[i], ends[i], cuts[i]) == result[1:4]
            assert same(info_of(infos, i), result[4])
            if last is None:
                assert not infos.get(LAST_MASK, np.zeros(n))[i]
                continue
            ended += 1
            assert infos[LAST_MASK][i] and infos["_final_info"][i]
            assert same_member(space, infos[LAST][i], last[0])
            final = infos["final_info"]
            assert same(final[i] if BEFORE_1_0 else info_of(final, i), last[1])
        ended += int(ends.sum()) if mode != "SameStep" else 0
        if mode == "Disabled" and ends.any():
            observations, told = vector.reset(options={"reset_mask": ends})
            assert told["_phase"].tolist() == ends.tolist()
            for i in np.flatnonzero(ends):
                observation, info = rows.envs[i].reset()
                rows.done[i] = False
                assert same_member(space, row(space, observations, i), observation)
                assert same(info_of(told, i), info)
            assert not any(info_of(told, i) for i in np.flatnonzero(~ends))
            infos = merged(infos, told, ends)
    vector.close()
    for env in rows.envs:
        env.close()
    return ended


def merged(infos: dict[str, Any], told: dict[str, Any], rows: Any) -> dict[str, Any]:
    """The masks to obey after a partial reset."""
    if "action_mask" not in infos:
        return infos
    masks = np.where(rows[:, np.newaxis], told["action_mask"], infos["action_mask"])
    return {"action_mask": masks}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("preset", PRESETS)
def test_rows_play_what_single_environments_play(preset: str, mode: str) -> None:
    compare_with_rows(_keywords()[preset], mode, steps=60, n=2)


@pytest.mark.parametrize(("game", "params"), CASES)
def test_rows_of_every_game(game: str, params: Params) -> None:
    compare_with_rows({"game": game, "params": params}, MODES[-1], steps=12, n=2)


@pytest.mark.parametrize("mode", MODES)
def test_episodes_end_in_every_mode(mode: str) -> None:
    keywords = {"game": DILEMMA, "params": {"horizon": 3}, "commitment": "episode"}
    assert compare_with_rows(keywords, mode, steps=60) >= 15
    keywords = {"game": "NormalForm-v0", "commitment": "policy"}
    assert compare_with_rows(keywords, mode, steps=6) >= 9


def sync_pair(mode: str, **keywords: Any) -> tuple[Any, StackelbergVectorEnv]:
    fns = [lambda: StackelbergEnv(**keywords)] * 3
    options: dict[str, Any] = {} if len(MODES) == 1 else {"autoreset_mode": mode}
    return SyncVectorEnv(fns, **options), StackelbergVectorEnv(
        num_envs=3, autoreset_mode=mode, **keywords
    )


def assert_same_infos(native: dict[str, Any], stock: dict[str, Any]) -> None:
    """Same keys, masks, and values where the masks say that there are any."""
    assert set(native) == set(stock)
    for key, values in stock.items():
        own = native[key]
        if isinstance(values, dict):
            # A gap of None is a value there; here the mask leaves it out.
            assert_same_infos(own, {**values, "_gap": own["_gap"]} if "gap" in values else values)
        elif key.startswith("_"):
            assert own.dtype == bool and np.array_equal(own, values), key
        else:
            # Before 1.0 arrays are objects there.
            assert own.dtype == values.dtype or key == "gap" or BEFORE_1_0, key
            for i in np.flatnonzero(native[f"_{key}"]):
                assert equal(own[i], values[i]), key


def equal(one: Any, other: Any) -> bool:
    """Whether two values of an info are equal."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    return np.array_equal(one, other)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "keywords",
    [
        {"game": DILEMMA, "params": {"horizon": 2}, "commitment": "episode"},
        {"game": DILEMMA, "params": {"horizon": 2}, "oracle": "tabular-q", "reveal_phase": True},
        {"game": "SecurityGame-v0"},
        {"game": "MessageSPM-v0", "params": {"messages": 2}, "commitment": "episode"},
        {"game": "NormalForm-v0", "commitment": "policy"},
    ],
    ids=["episode", "learner", "coverage", "mechanism", "policy"],
)
def test_results_are_those_of_sync_vector_env(keywords: dict[str, Any], mode: str) -> None:
    stock, native = sync_pair(mode, **keywords)
    assert stock.observation_space == native.observation_space
    assert stock.action_space == native.action_space
    native.action_space.seed(2)
    first = [env.reset(seed=[5, 2**40, 6]) for env in (stock, native)]
    assert same(first[0][0], first[1][0])
    assert_same_infos(first[1][1], first[0][1])
    for _ in range(40):
        actions = native.action_space.sample()
        theirs, ours = stock.step(actions), native.step(actions)
        assert all(same(one, other) for one, other in zip(theirs[:4], ours[:4]))
        assert_same_infos(ours[4], theirs[4])
        ends = ours[2]
        if mode == "Disabled" and ends.any():
            first = [env.reset(options={"reset_mask": ends.copy()}) for env in (stock, native)]
            assert same(first[0][0], first[1][0])
            assert_same_infos(first[1][1], first[0][1])
    stock.close()
    native.close()


@pytest.mark.parametrize("kind", [SyncVectorEnv, AsyncVectorEnv])
def test_gymnasium_vectorizes_single_environments(kind: Any) -> None:
    keywords: dict[str, Any] = {"params": {"horizon": 2}, "commitment": "episode"}
    stock = kind([lambda: StackelbergEnv(DILEMMA, **keywords)] * 2)
    native = StackelbergVectorEnv(DILEMMA, 2, **keywords)
    assert same(stock.reset(seed=3)[0], native.reset(seed=3)[0])
    for _ in range(12):
        actions = native.action_space.sample()
        theirs, ours = stock.step(actions), native.step(actions)
        assert all(same(one, other) for one, other in zip(theirs[:4], ours[:4]))
    stock.close()
    native.close()


@needs_modes
def test_modes_and_metadata() -> None:
    from gymnasium.vector import AutoresetMode

    assert StackelbergVectorEnv(DILEMMA).metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    for mode in AutoresetMode:
        for given in (mode, mode.value):
            env = StackelbergVectorEnv(DILEMMA, 2, autoreset_mode=given)
            assert env.metadata["autoreset_mode"] is mode
            assert env.autoreset_mode is mode


def test_the_default_mode_is_gymnasiums() -> None:
    env = StackelbergVectorEnv(DILEMMA, 2)
    name = getattr(env.autoreset_mode, "value", env.autoreset_mode)
    assert name == ("SameStep" if BEFORE_1_0 else "NextStep")
    for mode in set(ALL_MODES) - set(MODES):
        with pytest.raises(InvalidArgument, match=gymnasium.__version__):
            StackelbergVectorEnv(DILEMMA, 2, autoreset_mode=mode)
    with pytest.raises(InvalidArgument, match="got 'Same'"):
        StackelbergVectorEnv(DILEMMA, 2, autoreset_mode="Same")


def test_a_learner_reaches_final_rewards_in_same_step_mode() -> None:
    mode = "SameStep"
    if mode not in MODES:
        pytest.skip("needs gymnasium 1.1 for autoreset modes")
    env = StackelbergVectorEnv(
        DILEMMA,
        4,
        params={"game": "prisoners_dilemma", "horizon": 10},
        oracle="exact-best-response",
        commitment="policy",
        policy_form="deterministic",
        autoreset_mode=mode,
    )
    env.reset(seed=0)
    # Always defect, always cooperate, a mixture, tit for tat; observation 0, 1 + row + 2 column.
    rules = np.array([[1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [1, 0, 0, 1, 1], [0, 0, 0, 1, 1]])
    for _ in range(3):
        _, rewards, ends, _, infos = env.step(rules)
        assert ends.all()
        assert rewards[:2].tolist() == [20.0, 10.0]
        assert rewards[3] == 30.0
        assert (rewards <= 31).all()
        assert infos["_final_info"].all()
    env.close()


class TestResetMask:
    """Of both vector environments."""

    @pytest.fixture(params=[StackelbergVectorEnv, GameVectorEnv])
    def env(self, request: pytest.FixtureRequest) -> Any:
        env = request.param(DILEMMA, 3)
        yield env
        env.close()

    @pytest.mark.parametrize(
        ("mask", "error", "told"),
        [
            ([True, False, True], TypeError, "numpy array"),
            (np.array([1, 0, 1]), TypeError, "dtype"),
            (np.array([True, False]), ValueError, "shape"),
            (np.array([[True, False, True]]), ValueError, "shape"),
            (np.zeros(3, bool), ValueError, "at least one True"),
        ],
    )
    def test_malformed(self, env: Any, mask: Any, error: type[Exception], told: str) -> None:
        env.reset(seed=0)
        with pytest.raises(error, match=told):
            env.reset(options={"reset_mask": mask})

    def test_before_the_first_reset(self, env: Any) -> None:
        with pytest.raises(ResetNeeded):
            env.reset(options={"reset_mask": np.array([True, False, False])})

    def test_options_stay_as_they_are(self, env: Any) -> None:
        env.reset(seed=0)
        mask = np.array([True, False, True])
        options = {"reset_mask": mask, "options": 1}
        env.reset(options=options)
        assert options == {"reset_mask": mask, "options": 1}
        assert mask.tolist() == [True, False, True]


@pytest.mark.parametrize("mode", MODES)
def test_a_mask_resets_its_rows_alone_in_every_mode(mode: str) -> None:
    env = StackelbergVectorEnv(DILEMMA, 3, commitment="episode", autoreset_mode=mode)
    env.reset(seed=0)
    _, _, _, _, infos = env.step(np.zeros(3, int))
    assert infos["queries"].tolist() == [1, 1, 1]
    mask = np.array([False, True, False])
    observations, infos = env.reset(options={"reset_mask": mask})
    assert infos["queries"].tolist() == [0, 0, 0]
    for key in ("_phase", "_queries", "_action_mask"):
        assert infos[key].tolist() == mask.tolist()
    assert infos["phase"].tolist() == [None, "query", None]
    assert observations.tolist() == [1, 0, 1]
    _, _, _, _, infos = env.step(np.zeros(3, int))
    assert infos["queries"].tolist() == [2, 1, 2]
    env.close()


@pytest.mark.parametrize(("oracle", "gap"), [("tabular-q", None), ("exact-best-response", 0.0)])
def test_a_gap_that_is_not_known_is_nan(oracle: str, gap: float | None) -> None:
    env = StackelbergVectorEnv("NormalForm-v0", 2, oracle=oracle, hide_queries=True)
    _, infos = env.reset(seed=0)
    assert infos["phase"].tolist() == ["play", "play"]
    told = infos["response"]
    if BEFORE_1_0:
        assert [row["gap"] for row in told] == [gap, gap]
    else:
        shown = np.nan if gap is None else gap
        assert np.array_equal(told["gap"], [shown, shown], equal_nan=True)
        assert told["_gap"].tolist() == [gap is not None] * 2
    env.close()


def test_seeds() -> None:
    env = StackelbergVectorEnv("SequentialPriceMechanism-v0", 3)
    env.reset(seed=7)
    shown = env.state()
    assert not np.array_equal(shown[0], shown[1])
    rows: list[Any] = [[7, 8, 9], (7, 8, 9), np.array([7, 8, 9])]
    for seeds in rows:
        env.reset(seed=seeds)
        assert np.array_equal(env.state(), shown)
    env.reset(seed=[8, None, 7])
    assert np.array_equal(env.state()[[0, 2]], shown[[1, 0]])
    for seed in (7, np.int64(7), np.array(7)):
        env.reset(seed=seed)
        assert np.array_equal(env.state(), shown)
        drawn = env.np_random.random()
        env.reset(seed=7)
        assert env.np_random.random() == drawn
    for wrong in (True, -1, np.int64(-1), 1.5, "7", np.array(True), [1, 2, -1]):
        with pytest.raises(InvalidArgument, match="seed: expected a non-negative integer"):
            env.reset(seed=wrong)  # type: ignore[arg-type]
    for wrong in ([1, 2], [1, 2, 3, 4], -1):
        with pytest.raises((ValueError, gymnasium.error.Error)):
            env.reset(seed=wrong)
    with pytest.raises(ValueError):
        env.reset(seed=[1, 2])
    env.close()


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.int64, np.uint64])
def test_integers_of_any_kind_are_actions(dtype: Any) -> None:
    env = StackelbergVectorEnv(DILEMMA, 3)
    env.reset(seed=0)
    plain = env.step([0, 1, 1])
    env.reset(seed=0)
    assert same(env.step(np.array([0, 1, 1], dtype)), plain)
    env.close()


@pytest.mark.parametrize(
    "actions",
    [
        np.zeros(3),
        np.zeros(3, np.float32),
        np.zeros(2, int),
        np.full(3, 2**32),
        np.full(3, -1),
        [0, 1, 2],
        None,
        0,
        ["0", "1", "0"],
    ],
)
def test_other_actions_are_refused(actions: Any) -> None:
    env = StackelbergVectorEnv(DILEMMA, 3)
    env.reset(seed=0)
    with pytest.raises(InvalidAction):
        env.step(actions)
    infos = env.step(np.zeros(3, int))[4]
    assert infos["queries"].tolist() == [1, 1, 1]
    env.close()


def test_the_row_of_a_wrong_action_is_told() -> None:
    env = StackelbergVectorEnv(DILEMMA, 3)
    env.reset(seed=0)
    with pytest.raises(InvalidAction, match="row 2"):
        env.step([0, 1, 2])
    env.close()


def test_order_of_calls() -> None:
    env = StackelbergVectorEnv("NormalForm-v0", 2, commitment="policy")
    actions = env.action_space.sample()
    with pytest.raises(ResetNeeded):
        env.step(actions)
    env.reset(seed=0)
    env.close()
    env.close()
    with pytest.raises(ClosedEnvironmentError):
        env.reset()
    with pytest.raises(ClosedEnvironmentError):
        env.step(actions)


@needs_modes
def test_disabled_rows_must_be_reset() -> None:
    env = StackelbergVectorEnv("NormalForm-v0", 2, commitment="policy", autoreset_mode="Disabled")
    env.reset(seed=0)
    actions = env.action_space.sample()
    assert env.step(actions)[2].all()
    with pytest.raises(ResetNeeded, match="reset"):
        env.step(actions)
    env.reset(options={"reset_mask": np.array([True, False])})
    with pytest.raises(ResetNeeded, match="1"):
        env.step(actions)
    env.reset(options={"reset_mask": np.array([False, True])})
    assert env.step(actions)[2].all()
    env.close()


def test_results_are_copies() -> None:
    env = StackelbergVectorEnv(DILEMMA, 3, params={"horizon": 3}, commitment="episode")
    kept: list[Any] = [env.reset(seed=0)]
    expected = pickle.dumps(kept)
    for _ in range(8):
        env.step(np.zeros(3, int))
    assert pickle.dumps(kept) == expected
    kept = [env.step(np.zeros(3, int))]
    expected = pickle.dumps(kept)
    for _ in range(8):
        env.step(np.ones(3, int))
    assert pickle.dumps(kept) == expected
    env.close()


def test_results_without_copies_hold_the_same_numbers() -> None:
    keywords: dict[str, Any] = {"params": {"horizon": 3}, "commitment": "episode"}
    env, plain = (StackelbergVectorEnv(DILEMMA, 3, copy=c, **keywords) for c in (False, True))
    assert same(env.reset(seed=0), plain.reset(seed=0))
    for _ in range(10):
        actions = plain.action_space.sample()
        aliased, copied = env.step(actions), plain.step(actions)
        assert same(aliased[:4], copied[:4])
        assert_same_infos(aliased[4], copied[4])
    env.close()
    plain.close()


def test_pickles_as_its_arguments() -> None:
    mode = MODES[-1]
    env = StackelbergVectorEnv(
        DILEMMA, 2, params={"horizon": 3}, commitment="episode", autoreset_mode=mode
    )
    first = env.reset(seed=1)
    other = pickle.loads(pickle.dumps(env))
    assert other.autoreset_mode == env.autoreset_mode
    assert same(other.reset(seed=1), first)
    actions = env.action_space.sample()
    assert same(other.step(actions), env.step(actions))
    env.close()
    other.close()


@pytest.mark.parametrize("mode", ["ansi", "rgb_array"])
@pytest.mark.parametrize("autoreset", MODES)
def test_rows_are_drawn_as_single_environments(mode: str, autoreset: str) -> None:
    options: dict[str, Any] = {"params": {"horizon": 2}, "repeats": "skip", "render_mode": mode}
    env = StackelbergVectorEnv(
        DILEMMA, 2, **options, commitment="episode", autoreset_mode=autoreset
    )
    assert env.metadata["render_modes"] == ["ansi", "rgb_array"] and env.render_mode == mode
    singles: list[Any] = [
        StackelbergEnv(DILEMMA, **options, commitment="episode") for _ in range(2)
    ]
    env.reset(seed=3)
    for i, single in enumerate(singles):
        single.reset(seed=3 + i)
    env.action_space.seed(1)
    ended = [False, False]
    while not all(ended):
        assert same(env.render(), tuple(single.render() for single in singles))
        actions = env.action_space.sample()
        _, _, ends, _, _ = env.step(actions)
        for i, single in enumerate(singles):
            ended[i] = single.step(actions[i])[2]
            if ended[i] and autoreset == "SameStep":
                single.reset()
        assert ends.tolist() == ended
    assert same(env.render(), tuple(single.render() for single in singles))
    for each in [env, *singles]:
        each.close()


def test_frames_need_a_mode_and_a_reset() -> None:
    env = StackelbergVectorEnv(DILEMMA)
    assert env.render() is None
    for wrong in ("human", "svg"):
        with pytest.raises(UnsupportedMode, match="ansi, rgb_array or None"):
            StackelbergVectorEnv(DILEMMA, render_mode=wrong)
    drawn = pickle.loads(pickle.dumps(StackelbergVectorEnv(DILEMMA, 2, render_mode="ansi")))
    with pytest.raises(ResetNeeded, match="reset"):
        drawn.render()
    drawn.reset(seed=0)
    assert len(drawn.render()) == 2
    drawn.close()
    for count in (0, -1, 1.5, True, "2"):
        with pytest.raises(InvalidArgument, match="num_envs"):
            StackelbergVectorEnv(DILEMMA, count)  # type: ignore[arg-type]


def test_wrappers_of_gymnasium() -> None:
    keywords: dict[str, Any] = {"params": {"game": "prisoners_dilemma"}, "commitment": "policy"}
    module: Any = gymnasium.wrappers if BEFORE_1_0 else gymnasium.wrappers.vector
    env: Any = module.RecordEpisodeStatistics(StackelbergVectorEnv(DILEMMA, 2, **keywords))
    env.reset(seed=0)
    _, rewards, ends, _, infos = env.step(env.action_space.sample())
    assert ends.all()
    assert np.allclose(np.ravel(infos["episode"]["r"]), rewards)
    env.close()
    to_list = module.VectorListInfo if BEFORE_1_0 else module.DictInfoToList
    env = to_list(StackelbergVectorEnv(DILEMMA, 2, **keywords))
    _, infos = env.reset(seed=0)
    assert [info["phase"] for info in infos] == ["query", "query"]
    *_, infos = env.step(env.action_space.sample())
    for info in infos:
        shown = info["final_info"] if BEFORE_1_0 else info
        assert shown["response"] == {"notion": "best response", "gap": 0.0}
    env.close()


@pytest.mark.skipif(not BEFORE_1_0, reason="the layout of gymnasium 0.29, which CleanRL pins")
def test_the_layout_that_cleanrl_reads() -> None:
    def leader() -> Any:
        env = gymnasium.make(
            f"stackelberg_gym/{DILEMMA}",
            params={"game": "prisoners_dilemma", "horizon": 10},
            oracle="exact-best-response",
            commitment="episode",
            repeats="skip",
        )
        env = gymnasium.wrappers.FlattenObservation(env)
        return gymnasium.wrappers.RecordEpisodeStatistics(env)

    envs: Any = SyncVectorEnv([leader, leader])
    assert envs.single_observation_space.shape == (5,)
    observations, _ = envs.reset(seed=1)
    returns = []
    for _ in range(15):
        # The first defects always, the second cooperates always.
        observations, _, ends, _, infos = envs.step(np.array([1, 0]))
        assert observations.shape == (2, 5)
        assert ("final_info" in infos) == bool(ends.any())
        for i, info in enumerate(infos.get("final_info", [])):
            if info is not None:
                assert infos["final_observation"][i].shape == (5,)
                returns.append((i, info["episode"]["r"].item(), info["episode"]["l"].item()))
    # Five queries an episode; two defectors get 2 a step, a deceived cooperator 1.
    assert sorted(set(returns)) == [(0, 20.0, 5), (1, 10.0, 5)]
    assert len(returns) == 6
    envs.close()


def test_python_followers_respond_in_every_row() -> None:
    env = StackelbergVectorEnv(
        DILEMMA,
        2,
        params={"game": "prisoners_dilemma", "horizon": 10},
        oracle=lambda observation: 1,
        commitment="policy",
        policy_form="deterministic",
    )
    env.reset(seed=0)
    _, rewards, _, _, _ = env.step([[0] * 5, [1] * 5])
    assert rewards.tolist() == [10.0, 20.0]
    env.close()


class GameRows:
    """``GameParallelEnv`` in lock-step, reset as the mode says."""

    def __init__(self, mode: str, game: str, params: Params, n: int) -> None:
        self.mode = mode
        self.envs = [GameParallelEnv(game, params=params) for _ in range(n)]

    def reset(self, seed: int) -> list[Any]:
        return [env.reset(seed=seed + i)[0] for i, env in enumerate(self.envs)]

    def step(self, i: int, actions: dict[str, Any]) -> tuple[Any, Any]:
        """Observations, rewards, ended, cut; and the last observations if not in place."""
        env = self.envs[i]
        if not env.agents and self.mode == "NextStep":
            return (env.reset()[0], dict.fromkeys(env.possible_agents, 0.0), False, False), None
        observations, rewards, ends, cuts, _ = env.step(actions)
        shown = (observations, rewards, any(ends.values()), any(cuts.values()))
        if env.agents or self.mode != "SameStep":
            return shown, None
        return (env.reset()[0], *shown[1:]), observations


def compare_games(game: str, params: Params, mode: str, steps: int) -> int:
    n, ended = 3, 0
    env = GameVectorEnv(game, n, params=params, autoreset_mode=mode)
    rows = GameRows(mode, game, params, n)
    agents = env.possible_agents
    for agent in agents:
        env.action_space(agent).seed(3)
    observations, infos = env.reset(seed=2**66)
    assert infos == {}

    def compare(shown: dict[str, Any], i: int, expected: dict[str, Any]) -> None:
        for agent in agents:
            space = env.single_observation_space(agent)
            assert shown[agent].dtype == space.dtype
            assert same_member(space, row(space, shown[agent], i), expected[agent])

    for i, expected in enumerate(rows.reset(2**66)):
        compare(observations, i, expected)
    for _ in range(steps):
        actions = {agent: env.action_space(agent).sample() for agent in agents}
        observations, rewards, ends, cuts, infos = env.step(actions)
        assert list(observations) == list(rewards) == agents
        assert ends.dtype == cuts.dtype == np.bool_ and ends.shape == cuts.shape == (n,)
        for i in range(n):
            own = {a: row(env.single_action_space(a), actions[a], i) for a in agents}
            (seen, paid, end, cut), last = rows.step(i, own)
            compare(observations, i, seen)
            assert {agent: rewards[agent][i] for agent in agents} == paid
            assert (ends[i], cuts[i]) == (end, cut)
            if last is not None:
                assert infos["_final_obs"][i]
                compare(infos["final_obs"], i, last)
        ended += int((ends | cuts).sum())
        assert infos == {} or (mode == "SameStep" and (ends | cuts).any())
        if mode == "Disabled" and (ends | cuts).any():
            observations, _ = env.reset(options={"reset_mask": ends | cuts})
            for i in np.flatnonzero(ends | cuts):
                compare(observations, i, rows.envs[i].reset()[0])
    env.close()
    for each in rows.envs:
        each.close()
    return ended


class TestGameVectorEnv:
    """All agents of a game, lane by lane."""

    @pytest.mark.parametrize("mode", ALL_MODES)
    @pytest.mark.parametrize("game", GAMES)
    def test_rows_play_what_the_parallel_view_plays(self, game: str, mode: str) -> None:
        compare_games(game, {}, mode, 25)

    @pytest.mark.parametrize("mode", ALL_MODES)
    def test_episodes_end_in_every_mode(self, mode: str) -> None:
        # Three lanes end every third step, or every fourth where a step is spent on the reset.
        ends = compare_games(DILEMMA, {"horizon": 3}, mode, 24)
        assert ends == (18 if mode == "NextStep" else 24)

    def test_spaces(self) -> None:
        env = GameVectorEnv(DILEMMA, 5)
        assert env.possible_agents == ["leader_0", "follower_0"]
        assert env.single_action_space("leader_0") == spaces.Discrete(2)
        assert env.single_observation_space("follower_0") == spaces.Discrete(5)
        assert env.action_space("leader_0") == spaces.MultiDiscrete([2] * 5)
        assert env.observation_space("leader_0") is env.observation_space("leader_0")
        with pytest.raises(InvalidArgument, match="leader_0, follower_0, got 'leader_1'"):
            env.action_space("leader_1")
        env.close()

    def test_payoffs(self) -> None:
        env = GameVectorEnv(DILEMMA, 4, params={"game": "prisoners_dilemma", "horizon": 1})
        env.reset(seed=0)
        rows, columns = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
        _, rewards, ends, cuts, _ = env.step({"leader_0": rows, "follower_0": columns})
        assert rewards["leader_0"].tolist() == [3.0, 1.0, 4.0, 2.0]
        assert rewards["follower_0"].tolist() == [3.0, 4.0, 1.0, 2.0]
        assert rewards["leader_0"].dtype == np.float64
        assert ends.all() and not cuts.any()
        env.close()

    @pytest.mark.parametrize(
        ("actions", "told"),
        [
            ({"leader_0": [0, 0]}, "actions: expected those of all agents, got none of follower_0"),
            ({"leader_0": [0.0, 0.0], "follower_0": [0, 0]}, "leader_0"),
            (
                {"leader_0": [0], "follower_0": [0, 0]},
                r"leader_0: .* for each of 2 rows, got \[0\]",
            ),
            ({"leader_0": [0, 0], "follower_0": [0, 2]}, "follower_0, row 1"),
        ],
    )
    def test_wrong_actions(self, actions: dict[str, Any], told: str) -> None:
        env = GameVectorEnv(DILEMMA, 2)
        with pytest.raises(ResetNeeded):
            env.step({"leader_0": [0, 0], "follower_0": [0, 0]})
        env.reset(seed=0)
        with pytest.raises(InvalidAction, match=told):
            env.step(actions)
        env.close()

    def test_results_are_copies(self) -> None:
        env = GameVectorEnv(DILEMMA, 2, autoreset_mode="SameStep", params={"horizon": 2})
        actions = {agent: np.zeros(2, int) for agent in env.possible_agents}
        kept = [env.reset(seed=0), env.step(actions), env.step(actions)]
        expected = pickle.dumps(kept)
        for _ in range(4):
            env.step({agent: np.ones(2, int) for agent in env.possible_agents})
        assert pickle.dumps(kept) == expected
        env.close()

    def test_arguments(self) -> None:
        with pytest.raises(NameNotFound):
            GameVectorEnv("Iterated-v0", 2)
        with pytest.raises(InvalidArgument, match="autoreset_mode"):
            GameVectorEnv(DILEMMA, 2, autoreset_mode="same")
        with pytest.raises(InvalidArgument, match="num_envs"):
            GameVectorEnv(DILEMMA, 0)

    def test_options_of_reset_are_a_dict(self) -> None:
        for env in (GameVectorEnv(DILEMMA, 2), StackelbergVectorEnv(DILEMMA, 2)):
            with pytest.raises(InvalidArgument, match="options: expected a dict .*, got 3"):
                env.reset(options=3)  # type: ignore[arg-type]
            env.close()

    def test_close_and_pickle(self) -> None:
        env = GameVectorEnv(DILEMMA, 2, params={"horizon": 2}, autoreset_mode="Disabled")
        first = env.reset(seed=5)
        other = pickle.loads(pickle.dumps(env))
        assert other.autoreset_mode == "Disabled"
        assert same(other.reset(seed=5), first)
        for each in (env, other):
            each.close()
            each.close()
        with pytest.raises(ClosedEnvironmentError):
            env.reset()
