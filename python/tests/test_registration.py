"""Gymnasium's registry: what is in it, and that its functions work on what is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gymnasium
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.error import NameNotFound

import stackelberg_gym
from stackelberg_gym import StackelbergEnv, StackelbergVectorEnv, solve
from stackelberg_gym._catalogue import catalogue, games
from stackelberg_gym._compat import BEFORE_1_0

IDS = [*games(), *(preset["id"] for preset in catalogue()["wrapperPresets"])]
DILEMMA = "stackelberg_gym/IteratedMatrixGame-v0"
needs_1_0 = pytest.mark.skipif(BEFORE_1_0, reason="needs gymnasium 1.0 for vector entry points")


def make_vec(id: str, num_envs: int, **arguments: Any) -> Any:
    """As documented in ``stackelberg_gym.registration``."""
    if BEFORE_1_0:
        return gymnasium.make_vec(
            id, num_envs, vectorization_mode="custom", vector_kwargs=arguments
        )
    return gymnasium.make_vec(id, num_envs, **arguments)


def test_games_and_presets_have_ids_of_their_own() -> None:
    assert len(set(IDS)) == len(IDS) >= 19 + 10


@pytest.mark.parametrize("name", IDS)
def test_every_id_is_registered_and_made(name: str) -> None:
    for id in (f"stackelberg_gym/{name}", f"stackelberg_gym:{name}"):
        env = gymnasium.make(id)
        assert isinstance(env.unwrapped, StackelbergEnv)
        assert env.unwrapped.metadata["name"] == gymnasium.spec(name).kwargs["game"]
        env.close()
    vector = make_vec(f"stackelberg_gym/{name}", 2)
    assert isinstance(vector, StackelbergVectorEnv)
    assert vector.num_envs == 2
    vector.close()


@pytest.mark.parametrize("name", IDS)
def test_specs_survive_json(name: str) -> None:
    spec = gymnasium.spec(f"stackelberg_gym/{name}")
    again = EnvSpec.from_json(spec.to_json())
    assert again == spec
    assert again.kwargs == spec.kwargs


def test_a_spec_makes_its_environment_again() -> None:
    env = gymnasium.make(DILEMMA, params={"horizon": 3}, commitment="episode")
    assert env.spec is not None
    again = env.spec.make(render_mode="ansi")
    assert again.render_mode == "ansi"
    first, second = env.reset(seed=2), again.reset(seed=2)
    assert first[0] == second[0] and "action_mask" in second[1]
    assert "IteratedMatrixGame-v0" in str(again.render())
    env.close()
    again.close()
    from_json = EnvSpec.from_json(env.spec.to_json()).make()
    assert from_json.spec is not None and from_json.spec.kwargs == env.spec.kwargs
    from_json.close()


def test_arguments_of_a_preset_can_be_replaced() -> None:
    env: Any = gymnasium.make("stackelberg_gym/PrisonersDilemmaQLearning-v0", commitment="step")
    _, info = env.reset(seed=0)
    assert "action_mask" not in info
    env.close()
    env = make_vec("stackelberg_gym/PrisonersDilemmaQLearning-v0", 2, commitment="step")
    assert "action_mask" not in env.reset(seed=0)[1]
    env.close()
    kwargs = gymnasium.spec("stackelberg_gym/PrisonersDilemmaQLearning-v0").kwargs
    assert kwargs["commitment"] == "episode"


def test_unknown_names_and_arguments() -> None:
    with pytest.raises(NameNotFound, match="IteratedMatrixGame"):
        gymnasium.make("stackelberg_gym/IteratedMatrixGam-v0")
    with pytest.raises(TypeError, match="comitment"):
        gymnasium.make(DILEMMA, comitment="step")
    with pytest.raises(gymnasium.error.Error):
        gymnasium.make("stackelberg_gym/IteratedMatrixGame-v7")


@needs_1_0
def test_gymnasium_vectorizes_single_environments() -> None:
    native = gymnasium.make_vec(DILEMMA, 3, commitment="episode")
    stock = gymnasium.make_vec(DILEMMA, 3, vectorization_mode="sync", commitment="episode")
    assert isinstance(native, StackelbergVectorEnv)
    assert isinstance(stock, gymnasium.vector.SyncVectorEnv)
    assert native.action_space == stock.action_space
    assert native.reset(seed=1)[0].tolist() == stock.reset(seed=1)[0].tolist()
    native.close()
    stock.close()


def test_autoreset_mode_reaches_the_vector_environment() -> None:
    modes = getattr(gymnasium.vector, "AutoresetMode", None)
    if modes is None:
        pytest.skip("needs gymnasium 1.1 for autoreset modes")
    for mode in modes:
        env = gymnasium.make_vec(DILEMMA, 2, autoreset_mode=mode.value)
        assert env.metadata["autoreset_mode"] is mode
        env.close()


def test_importing_starts_no_engine(run_python: Callable[[str], str]) -> None:
    script = """
import subprocess
def refuse(*arguments, **options):
    raise AssertionError("a process was started")
subprocess.Popen = refuse
import gymnasium
import stackelberg_gym
env = gymnasium.make("stackelberg_gym/IteratedMatrixGame-v0", disable_env_checker=True).unwrapped
import pickle
pickle.loads(pickle.dumps(env)).close()
env.close()
stackelberg_gym.GameVectorEnv("IteratedMatrixGame-v0", 2).close()
stackelberg_gym.StackelbergVectorEnv("IteratedMatrixGame-v0", 2).close()
print("done")
"""
    assert run_python(script) == "done"


def test_the_package_is_found_by_name(run_python: Callable[[str], str]) -> None:
    script = """
import gymnasium
env = gymnasium.make("stackelberg_gym:IteratedMatrixGame-v0")
print(env.reset(seed=0)[1]["phase"])
env.close()
"""
    assert run_python(script) == "query"


def test_a_reload_is_silent(run_python: Callable[[str], str]) -> None:
    script = """
import importlib, warnings, gymnasium, stackelberg_gym
warnings.simplefilter("error")
before = dict(gymnasium.registry)
importlib.reload(stackelberg_gym)
print(gymnasium.registry == before)
"""
    assert run_python(script) == "True"


def test_ids_of_the_registry_name_their_games() -> None:
    for game in (DILEMMA, "stackelberg_gym:IteratedMatrixGame-v0"):
        assert StackelbergEnv(game).spec is None
        assert StackelbergEnv(game).metadata["name"] == "IteratedMatrixGame-v0"
        assert solve(game).value == 31
        env = stackelberg_gym.parallel_env(game)
        assert str(env.unwrapped) == str(stackelberg_gym.parallel_env("IteratedMatrixGame-v0"))
    with pytest.raises(NameNotFound, match="Did you mean 'IteratedMatrixGame-v0'"):
        solve("stackelberg_gym/IteratedMatrixGame-v1")


def test_the_catalogue_tells_parameters_and_options() -> None:
    told = catalogue()
    parameters = {game["id"]: game["parameters"]["properties"] for game in told["games"]}
    assert parameters["IteratedMatrixGame-v0"]["horizon"]["default"] == 10
    options = {kind["name"]: kind["options"] for kind in told["oracles"] + told["solvers"]}
    assert options["tabular-q"]["episodes"]["type"] == "integer"
    assert options["bandit-exact"]["ties"]["enum"] == ["leader", "against"]
    assert "episodes" not in options["wardrop-response"]
