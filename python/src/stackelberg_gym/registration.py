"""The environments of leaders and followers in Gymnasium's registry.

Every game and every wrapper preset of the catalogue is registered as ``stackelberg_gym/<id>``, and
as ``<id>`` for ``gymnasium.make("stackelberg_gym:<id>")``, which imports this package itself.

``gymnasium.make_vec(id, num_envs, autoreset_mode="SameStep")`` makes a ``StackelbergVectorEnv``:
all arguments are keywords of ``make_vec`` itself, since Gymnasium takes no ``vector_kwargs`` beside
a vector entry point. Under Gymnasium 0.29 it is ``make_vec(id, num_envs,
vectorization_mode="custom", vector_kwargs={...})``, with the arguments in ``vector_kwargs``.

``Follower-v0`` is ``FollowerEnv`` for any game and leader: ``gymnasium.make(
"stackelberg_gym/Follower-v0", game=..., leader=...)``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import gymnasium

from ._catalogue import games, loaded
from ._compat import BEFORE_1_0
from ._json import snake_case
from .vector import StackelbergVectorEnv

_ENV = "stackelberg_gym.stackelberg:StackelbergEnv"
_FOLLOWER_ENV = "stackelberg_gym.follower:FollowerEnv"
_VECTOR_ENV = "stackelberg_gym.vector:StackelbergVectorEnv"


def _keywords() -> dict[str, dict[str, Any]]:
    """Of each id, the keyword arguments of ``StackelbergEnv``."""
    own = {game: {"game": game} for game in games()}
    presets = copy.deepcopy(loaded()["wrapperPresets"])
    return {**own, **{preset["id"]: _preset(preset) for preset in presets}}


def _preset(preset: dict[str, Any]) -> dict[str, Any]:
    options = {snake_case(name): value for name, value in preset["options"].items()}
    return {
        "game": preset["game"],
        "params": preset["params"],
        "oracle": preset["oracle"],
        "oracle_options": preset["oracleOptions"],
        **options,
    }


def register_envs() -> None:
    """Registers all games and wrapper presets, and the followers' side, without the engine."""
    _register("Follower-v0", {}, _FOLLOWER_ENV)
    for name, kwargs in _keywords().items():
        vector = f"{__name__}:{name}" if BEFORE_1_0 else _VECTOR_ENV
        _register(name, kwargs, _ENV, vector)


def _register(
    name: str, kwargs: dict[str, Any], entry_point: str, vector_entry_point: str | None = None
) -> None:
    for registered in (f"stackelberg_gym/{name}", name):
        known = gymnasium.registry.get(registered)
        # As when the package is imported anew.
        if known and (known.entry_point, known.kwargs) == (entry_point, kwargs):
            continue
        gymnasium.register(
            registered,
            entry_point=entry_point,
            vector_entry_point=vector_entry_point,
            kwargs=kwargs,
        )


def __getattr__(name: str) -> Callable[..., StackelbergVectorEnv]:
    # Gymnasium 0.29 gives a vector entry point none of the spec's arguments: each id has its own.
    keywords = _keywords()
    if name in keywords:
        return partial(_vector_env, keywords[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _vector_env(kwargs: dict[str, Any], num_envs: int = 1, **more: Any) -> StackelbergVectorEnv:
    return StackelbergVectorEnv(num_envs=num_envs, **{**kwargs, **more})
