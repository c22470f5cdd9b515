"""Every game in the form of a PettingZoo module, under its id in snake case.

Example:
    >>> from stackelberg_gym.games import iterated_matrix_game_v0
    >>> env = iterated_matrix_game_v0.env(params={"horizon": 5}, max_cycles=3)
    >>> parallel = iterated_matrix_game_v0.parallel_env()
"""

from __future__ import annotations

import re
from functools import lru_cache

from ._catalogue import games, hint
from ._pettingzoo import GameModule


@lru_cache(maxsize=1)
def _modules() -> dict[str, GameModule]:
    return {_snake_case(game): GameModule(game) for game in games()}


def _snake_case(game: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", game)
    return words.replace("-", "_").lower()


def __getattr__(name: str) -> GameModule:
    if name in _modules():
        return _modules()[name]
    raise AttributeError(f"module {__name__!r} has no game {name!r}.{hint(name, _modules())}")


def __dir__() -> list[str]:
    return list(_modules())
