"""Every game with its default parameters and with every preset of the catalogue."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stackelberg_gym._catalogue import games
from stackelberg_gym.aec import GameAECEnv

Params = dict[str, Any]

GAMES = list(games())
CASES = [
    pytest.param(game, params, id=f"{game}-{preset}")
    for game, described in games().items()
    for preset, params in {"default": {}, **described["presets"]}.items()
]


def same(one: Any, other: Any) -> bool:
    """Whether two results are equal in value, type and dtype."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    return bool(one == other)


def play_turns(env: GameAECEnv, seed: int | None, turns: int = 200) -> list[Any]:
    """What every turn of an episode shows when the agents draw from spaces seeded with 7, 8, ..."""
    env.reset(seed=seed)
    for k, agent in enumerate(env.possible_agents):
        env.action_space(agent).seed(7 + k)
    shown = []
    for agent in env.agent_iter(turns):
        last = env.last()
        ended = last[2] or last[3]
        action = None if ended else env.action_space(agent).sample()
        shown.append((agent, last, action))
        env.step(action)
    return shown
