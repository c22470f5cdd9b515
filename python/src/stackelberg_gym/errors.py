"""The exceptions of this package, and those of Gymnasium that the engine's errors become."""

from __future__ import annotations

import re

from gymnasium import error

from ._json import snake_case

__all__ = ["EngineError", "InvalidArgument", "NoExactValue", "SolveFailed", "from_engine"]


class EngineError(error.Error):
    """The engine could not be started, was lost, or met a fault of its own."""


class InvalidArgument(error.Error, ValueError):
    """An argument of the wrong type, shape or range; the message says what was expected and what
    came."""


class NoExactValue(error.Error):
    """The game is too large, or of a kind, for which no exact value can be computed."""


class SolveFailed(error.Error):
    """A program of a solver was infeasible, unbounded or out of time."""


_CLASSES: dict[str, type[Exception]] = {
    "InvalidArgument": InvalidArgument,
    "InvalidBound": InvalidArgument,
    "InvalidProbability": error.InvalidProbability,
    "InvalidAction": error.InvalidAction,
    "ResetNeeded": error.ResetNeeded,
    "NameNotFound": error.NameNotFound,
    "UnsupportedMode": error.UnsupportedMode,
    "DependencyNotInstalled": error.DependencyNotInstalled,
    "ClosedEnvironmentError": error.ClosedEnvironmentError,
    "NoExactValue": NoExactValue,
    "SolveFailed": SolveFailed,
}


#: Arguments of this package under the names that the engine's messages give them.
_ARGUMENTS = re.compile(
    r"\b(autoresetMode|hideQueries|maxCycles|numEnvs|oracleOptions|oracleSeed|policyForm"
    r"|resetFollowers|responsePhaseProbability|revealPhase|rewardDuringResponse|rewardEpisodes"
    r"|timeLimit(?=:))\b"
)


def from_engine(name: str, message: str) -> Exception:
    """The exception that stands for an error frame of the engine."""
    told = _ARGUMENTS.sub(lambda m: snake_case(m[0]), message)
    return _CLASSES.get(name, EngineError)(told)
