"""PettingZoo's own tests over every game and preset, its registry and its modules."""

from __future__ import annotations

import importlib.util
import pickle
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from cases import CASES, GAMES, Params
from gymnasium import spaces
from gymnasium.error import InvalidAction
from pettingzoo.test import (
    api_test,
    max_cycles_test,
    parallel_api_test,
    parallel_seed_test,
    render_test,
    seed_test,
    state_test,
)
from pettingzoo.utils.wrappers import BaseWrapper, OrderEnforcingWrapper

from stackelberg_gym import games as modules
from stackelberg_gym._catalogue import games
from stackelberg_gym._pettingzoo import GameModule, register_games
from stackelberg_gym.aec import GameAECEnv, aec_env
from stackelberg_gym.parallel import parallel_env

# What PettingZoo's tests may warn of here; any other warning fails the test.
HARMLESS = (
    # An observation of a Discrete space is a number.
    "Observation is not a NumPy array",
    # A leader and its followers see different things.
    "Agents have different observation space sizes",
    "The class of observation spaces is different between two agents",
    "Observations between agents are different classes",
    "Observations have different number of dimensions",
    "Observations are different shapes",
    # The leader of MatrixDesign-v0 sees a MultiDiscrete.
    "Observation space for each agent probably should be",
    # With some parameters a coordinate can have one value only.
    "Agent's maximum and minimum action space values are equal",
    "Agent's maximum and minimum observation space values are equal",
    # A game may begin in zeros.
    "Observation numpy array is all zeros",
    "State numpy array is all zeros",
    # The state is whatever the rules keep, of no known bounds.
    "Environment's minimum state space value is -infinity",
    "Environment's maximum state space value is infinity",
    "State is a single number",
)


@contextmanager
def only_harmless_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for start in HARMLESS:
            warnings.filterwarnings("ignore", message=start)
        yield


class ZerosWithinBounds(BaseWrapper[str, Any, Any]):
    """Moves actions of zeros, which ``api_test`` gives whatever the bounds are, into their box."""

    def step(self, action: Any) -> None:
        space = self.action_space(self.agent_selection)
        if isinstance(space, spaces.Box) and action is not None and not np.any(action):
            action = np.clip(action, space.low, space.high)
        super().step(action)


def refuses_zeros(env: GameAECEnv) -> bool:
    env.reset()
    space = env.action_space(env.agent_selection)
    return isinstance(space, spaces.Box) and not space.contains(np.zeros_like(space.low))


@pytest.mark.parametrize(("game", "params"), CASES)
class TestEveryPreset:
    def test_api(self, game: str, params: Params) -> None:
        env = aec_env(game, params=params)
        with only_harmless_warnings():
            api_test(ZerosWithinBounds(env) if refuses_zeros(env) else env, num_cycles=100)
        env.close()

    def test_parallel_api(self, game: str, params: Params) -> None:
        env = parallel_env(game, params=params)
        with only_harmless_warnings():
            parallel_api_test(env, num_cycles=100)
        env.close()

    def test_seed(self, game: str, params: Params) -> None:
        with only_harmless_warnings():
            seed_test(lambda: aec_env(game, params=params), num_cycles=100)
            parallel_seed_test(lambda: parallel_env(game, params=params), num_cycles=100)

    def test_state(self, game: str, params: Params) -> None:
        turned, joint = aec_env(game, params=params), parallel_env(game, params=params)
        with only_harmless_warnings():
            state_test(turned, joint, num_cycles=20)
        turned.close()
        joint.close()

    def test_render(self, game: str, params: Params) -> None:
        with only_harmless_warnings():
            render_test(lambda render_mode: aec_env(game, params=params, render_mode=render_mode))

    def test_max_cycles(self, game: str, params: Params) -> None:
        lengths = {play(game, params, seed)[0] for seed in range(20)}
        with only_harmless_warnings():
            # The released test plays without a seed and wants 4 cycles of every episode.
            if min(lengths) >= 4 and len(lengths) == 1:
                max_cycles_test(Module(game, params))
        for max_cycles in (1, 4):
            check_limit(game, params, max_cycles)


class Module:
    """A PettingZoo module with parameters of the game."""

    def __init__(self, game: str, params: Params) -> None:
        self.env = lambda **options: GameModule(game).env(params=params, **options)
        self.parallel_env = lambda **options: parallel_env(game, params=params, **options)


def play(
    game: str, params: Params, seed: int, max_cycles: int | None = None
) -> tuple[int, dict[str, bool], dict[str, bool]]:
    """Length and last flags of an episode with actions that the seed draws."""
    env = parallel_env(game, params=params, max_cycles=max_cycles)
    env.reset(seed=seed)
    for k, agent in enumerate(env.agents):
        env.action_space(agent).seed(seed + k)
    steps = 0
    terminations: dict[str, bool] = {}
    truncations: dict[str, bool] = {}
    while env.agents:
        actions = {agent: env.action_space(agent).sample() for agent in env.agents}
        _, _, terminations, truncations, _ = env.step(actions)
        steps += 1
    env.close()
    return steps, terminations, truncations


@pytest.mark.parametrize("name", ["iterated_matrix_game_v0", "bertrand_platform_v0"])
def test_max_cycles_of_modules(name: str) -> None:
    with only_harmless_warnings():
        max_cycles_test(getattr(modules, name))


def check_limit(game: str, params: Params, max_cycles: int) -> None:
    """A limit cuts an episode, and leaves one alone that is shorter."""
    natural, *flags = play(game, params, 3)
    length, terminations, truncations = play(game, params, 3, max_cycles)
    assert length == min(natural, max_cycles)
    if natural < max_cycles:
        assert [terminations, truncations] == flags
    else:
        assert all(truncations.values())


def test_zeros_are_refused_where_the_box_excludes_them() -> None:
    cases: list[Any] = [case.values for case in CASES]
    refusing = {game for game, params in cases if refuses_zeros(aec_env(game, params=params))}
    assert refusing == {"UnrelatedScheduling-v0"}
    env = aec_env("UnrelatedScheduling-v0")
    env.reset(seed=0)
    with pytest.raises(InvalidAction, match="leader_0: expected an action in Box"):
        env.step(np.zeros(3))
    env.close()


@pytest.mark.parametrize("game", GAMES)
def test_module(game: str) -> None:
    name = next(name for name in dir(modules) if getattr(modules, name).game == game)
    module = getattr(modules, name)
    assert name.replace("_", "") == game.replace("-", "").lower()
    env, raw, joint = module.env(max_cycles=1), module.raw_env(), module.parallel_env()
    assert isinstance(env, OrderEnforcingWrapper)
    assert type(raw) is GameAECEnv
    assert str(env) == str(raw) == str(joint) == game
    assert repr(raw) == f"GameAECEnv({game})"
    assert repr(joint) == f"GameParallelEnv({game})"
    with pytest.raises(AttributeError, match="before reset"):
        env.agents  # noqa: B018
    with only_harmless_warnings():
        seed_test(module.env, num_cycles=10)
    for made in (env, raw, joint):
        made.close()


def test_unknown_module_names_the_closest() -> None:
    with pytest.raises(AttributeError, match="Did you mean 'normal_form_v0'"):
        modules.norml_form_v0  # noqa: B018
    with pytest.raises(ImportError):
        from stackelberg_gym.games import chess_v6  # noqa: F401


def test_modules_pickle() -> None:
    module = modules.normal_form_v0
    assert pickle.loads(pickle.dumps(module)) == module


has_registry = importlib.util.find_spec("pettingzoo.env_registry") is not None


@pytest.mark.skipif(not has_registry, reason="PettingZoo before 1.27 has no registry")
class TestRegistry:
    @pytest.mark.parametrize("game", GAMES)
    def test_make(self, game: str) -> None:
        from pettingzoo.env_registry.registration import make

        env: Any = make("aec", f"stackelberg_gym/{game}")
        joint: Any = make("parallel", f"stackelberg_gym/{game}", max_cycles=1)
        assert str(env) == str(joint) == game
        joint.reset(seed=0)
        joint.step({agent: joint.action_space(agent).sample() for agent in joint.agents})
        assert joint.agents == []
        env.close()
        joint.close()

    def test_params_and_names(self) -> None:
        from pettingzoo.env_registry.registration import make, spec

        name = "stackelberg_gym/IteratedMatrixGame-v0"
        env: Any = make("parallel", name, params={"horizon": 3, "game": "stag_hunt"})
        assert env.unwrapped.params == {"horizon": 3, "game": "stag_hunt"}
        env.close()
        assert spec("aec", "stackelberg_gym/IteratedMatrixGame_v0").id == name
        assert isinstance(spec("parallel", name).entry_point, str)


def test_older_pettingzoo_has_no_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pettingzoo.env_registry.registration", None)
    register_games()


def test_import_is_light(run_python: Callable[[str], str]) -> None:
    script = """
import time, gymnasium, pettingzoo, pettingzoo.utils.wrappers, subprocess
def refuse(*_, **__): raise AssertionError("started a process")
subprocess.Popen = refuse
start = time.process_time()
import stackelberg_gym, stackelberg_gym.games
stackelberg_gym.games.normal_form_v0.env()
print(time.process_time() - start)
"""
    assert min(float(run_python(script)) for _ in range(3)) < 0.1


def test_every_game_is_in_the_catalogue() -> None:
    assert len(games()) == len(dir(modules)) >= 19
