"""The exceptions of this package, and those of Gymnasium that the engine's errors become."""

from __future__ import annotations

import re

from gymnasium import error

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


#: The engine's words for what Python calls otherwise, as patterns and what they become, in order.
_WORDS: tuple[tuple[str, str], ...] = (
    (r"^ParallelTimeLimit: expected maxCycles to be", "max_cycles: expected"),
    (r"^(StackelbergWrapper|StackelbergVectorEnv): ", ""),
    (r"^ParallelTimeLimit\.step: ", "step: "),
    (r"(, whose sum over \[.*\] is .* at most)\.$", r"\1: the space's `shrink` scales it down."),
    (r"\bagainst an oracle instead\b", "against an oracle by evaluate_commitment(..., oracle=...)"),
    (r"\bautoresetMode\b", "autoreset_mode"),
    (r"\bevaluateCommitment\b", "evaluate_commitment"),
    (r"\bhideQueries\b", "hide_queries"),
    (r"\bmaxCycles\b", "max_cycles"),
    (r"\bnumEnvs\b", "num_envs"),
    (r"\boracleOptions\b", "oracle_options"),
    (r"\boracleSeed\b", "oracle_seed"),
    (r"\bpolicyForm\b", "policy_form"),
    (r"\bresetFollowers\b", "reset_followers"),
    (r"\bresponsePhaseProbability\b", "response_phase_probability"),
    (r"\brevealPhase\b", "reveal_phase"),
    (r"\brewardDuringResponse\b", "reward_during_response"),
    (r"\brewardEpisodes\b", "reward_episodes"),
    (r"\btimeLimit(?=:)", "time_limit"),
    (r"\b(Float|Int|Uint)\d+Array\[", "["),
    (r"\b(expected|or|got) null\b", r"\1 None"),
)


def from_engine(name: str, message: str) -> Exception:
    """The exception that stands for an error frame of the engine."""
    for pattern, replacement in _WORDS:
        message = re.sub(pattern, replacement, message)
    return _CLASSES.get(name, EngineError)(message)
