"""Stackelberg Markov games as Gymnasium and PettingZoo environments."""

from __future__ import annotations

from ._catalogue import catalogue, loaded
from ._pettingzoo import register_games
from .aec import GameAECEnv, aec_env
from .errors import EngineError, InvalidArgument, NoExactValue, SolveFailed
from .follower import FollowerEnv
from .leader_commitment import greedy_commitment
from .oracles import OracleContext, Query, Response
from .parallel import GameParallelEnv, GameTurnEnv, parallel_env
from .registration import register_envs
from .solving import (
    BestResponse,
    Certificate,
    Evaluation,
    Solution,
    evaluate_commitment,
    solve,
)
from .spaces import ConstrainedBox
from .stackelberg import StackelbergEnv
from .vector import GameVectorEnv, StackelbergVectorEnv

__all__ = [
    "BestResponse",
    "Certificate",
    "ConstrainedBox",
    "EngineError",
    "Evaluation",
    "FollowerEnv",
    "GameAECEnv",
    "GameParallelEnv",
    "GameTurnEnv",
    "GameVectorEnv",
    "InvalidArgument",
    "NoExactValue",
    "OracleContext",
    "Query",
    "Response",
    "Solution",
    "SolveFailed",
    "StackelbergEnv",
    "StackelbergVectorEnv",
    "aec_env",
    "catalogue",
    "evaluate_commitment",
    "greedy_commitment",
    "parallel_env",
    "solve",
]

__version__: str = loaded()["version"]

register_envs()
register_games()
