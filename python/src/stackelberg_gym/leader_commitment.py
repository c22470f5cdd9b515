"""From what a learner found in a leader's environment to a commitment in the game."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from gymnasium import spaces

from ._players import Policy, action_json, is_policy, row_json
from .errors import InvalidArgument
from .stackelberg import StackelbergEnv
from .vector import StackelbergVectorEnv

__all__ = ["greedy_commitment"]


def greedy_commitment(env: Any, policy: Any) -> Any:
    """The commitment in the game that a policy learned in a leader's environment stands for, at its
    likeliest actions.

    Args:
        env: a ``StackelbergEnv`` or a ``StackelbergVectorEnv``, also under wrappers.
        policy: of the observations of the environment itself, in any form that
            ``evaluate_commitment`` takes; or with ``commitment="policy"`` one action of its.

    Returns:
        What ``evaluate_commitment``, ``solve(leader=...)`` and ``FollowerEnv`` take: a list of an
        action for each observation, or a function where observations are not Discrete; and with
        ``commitment="policy"`` a list: a distribution or an action for each observation, or the
        leader's vector.

    Raises:
        InvalidArgument: for another environment, or what is no policy of its.
        gymnasium.error.InvalidAction: for an action of another type or shape than the
            environment's.

    Example:
        >>> env = gymnasium.make("stackelberg_gym/SecurityCoverage-v0")
        >>> greedy_commitment(env, env.action_space.sample())  # doctest: +SKIP
        [0.51, 0.13, ...]
    """
    outer = getattr(env, "unwrapped", None)
    if not isinstance(outer, (StackelbergEnv, StackelbergVectorEnv)):
        raise InvalidArgument(f"env: expected the environment of a leader, got {env!r}.")
    if isinstance(outer, StackelbergEnv):
        seen, actions = outer.observation_space, outer.action_space
    else:
        seen, actions = outer.single_observation_space, outer.single_action_space
    likeliest = _likeliest(policy, seen, actions) if is_policy(policy) else None
    options = outer._arguments
    if options.commitment == "policy":
        action = policy if likeliest is None else likeliest(np.int64(0))
        return outer._remote.commitment(action_json(actions, action, "policy", 0))
    if likeliest is None:
        raise InvalidArgument(f"policy: expected a policy of {seen}, got {policy!r}.")
    if isinstance(seen, spaces.Discrete):
        # With the phase, the second half of the observations is play.
        first = seen.n // 2 if options.reveal_phase else 0
        rows = range(int(seen.start + first), int(seen.start + seen.n))
        return [likeliest(np.int64(observation)) for observation in rows]
    if options.reveal_phase:
        return lambda observation: likeliest((observation, np.int64(1)))
    return likeliest


def _likeliest(
    given: Any, observations: spaces.Space[Any], space: spaces.Space[Any]
) -> Callable[[Any], Any]:
    policy = Policy(given, "policy")
    policy.check_spaces(observations, space)

    def act(observation: Any) -> Any:
        answer = policy.act(observation, 0)
        if policy.is_row(space, answer):
            likeliest = int(np.argmax(row_json(answer, "policy", observation)))
            return likeliest + int(getattr(space, "start", 0))
        return action_json(space, answer, "policy", observation)

    return act
