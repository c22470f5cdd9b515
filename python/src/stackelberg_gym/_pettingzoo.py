"""The games in PettingZoo's registry, and in the form of its modules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pettingzoo import AECEnv
from pettingzoo.utils.wrappers import OrderEnforcingWrapper

from ._catalogue import games
from .aec import GameAECEnv, aec_env
from .parallel import GameParallelEnv, parallel_env


def ordered_aec_env(game: str, **options: Any) -> AECEnv[str, Any, Any]:
    """``aec_env`` in PettingZoo's ``OrderEnforcingWrapper``: calls out of order are complained of."""
    return OrderEnforcingWrapper(aec_env(game, **options))


@dataclass(frozen=True)
class GameModule:
    """A game with the functions of a PettingZoo module, such as ``pettingzoo.classic.rps_v2``.

    All take ``params``, ``render_mode`` and ``max_cycles`` as keywords.
    """

    game: str

    def env(self, **options: Any) -> AECEnv[str, Any, Any]:
        """The game as ``AECEnv``, in an ``OrderEnforcingWrapper``."""
        return ordered_aec_env(self.game, **options)

    def raw_env(self, **options: Any) -> GameAECEnv:
        """The game as ``AECEnv``, without a wrapper."""
        return aec_env(self.game, **options)

    def parallel_env(self, **options: Any) -> GameParallelEnv:
        """The game as ``ParallelEnv``."""
        return parallel_env(self.game, **options)


def register_games() -> None:
    """Registers every game as ``stackelberg_gym/<id>`` in both of PettingZoo's registries.

    PettingZoo has them from 1.27 on; with an older one this does nothing.
    """
    try:
        from pettingzoo.env_registry.registration import aec_registry, parallel_registry, register
    except ImportError:
        return
    for game in games():
        name, kwargs = f"stackelberg_gym/{game}", {"game": game}
        if name not in aec_registry:
            register("aec", name, f"{__name__}:ordered_aec_env", kwargs=kwargs)
        if name not in parallel_registry:
            register("parallel", name, "stackelberg_gym.parallel:parallel_env", kwargs=kwargs)
