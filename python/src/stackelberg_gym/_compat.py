"""What differs between the releases of Gymnasium."""

from __future__ import annotations

import gymnasium
from gymnasium.vector import VectorEnv

try:
    from gymnasium.vector import AutoresetMode
except ImportError:  # before Gymnasium 1.1
    AutoresetMode = None  # type: ignore[assignment, misc]

__all__ = ["ALL_MODES", "BEFORE_1_0", "MODES", "AutoresetMode"]

#: Before Gymnasium 1.0 a VectorEnv is an Env, and batches infos in another way.
BEFORE_1_0 = issubclass(VectorEnv, gymnasium.Env)
ALL_MODES = ("NextStep", "SameStep", "Disabled")
#: What the installed Gymnasium knows, its default first.
MODES = ALL_MODES if AutoresetMode is not None else ("SameStep",) if BEFORE_1_0 else ("NextStep",)
