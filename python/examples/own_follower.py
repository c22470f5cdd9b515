"""A follower of one's own: asks the leader, tries its replies in another game, plays the best.

Needs ``pip install stackelberg-gym``. The last lines find the leader's best commitment against it,
by trying them all.

    python own_follower.py
"""

from __future__ import annotations

from collections.abc import Generator
from itertools import product
from typing import Any

import gymnasium

import stackelberg_gym

GAME, PARAMS = "IteratedMatrixGame-v0", {"game": "prisoners_dilemma"}
trial = stackelberg_gym.parallel_env(GAME, params=PARAMS)


def payoffs(leader: Any, follower: Any) -> tuple[float, float]:
    """The follower's return and the leader's; policies are an action for each observation."""
    observations, _ = trial.reset()
    totals = {"follower_0": 0.0, "leader_0": 0.0}
    while trial.agents:
        actions = {"leader_0": leader, "follower_0": follower}
        moves = {agent: policy[observations[agent]] for agent, policy in actions.items()}
        observations, rewards, *_ = trial.step(moves)
        totals = {agent: total + rewards[agent] for agent, total in totals.items()}
    return totals["follower_0"], totals["leader_0"]


def best_reply(context: stackelberg_gym.OracleContext) -> Generator[int, int, Any]:
    """The oracle: yields queries to the leader, and returns the follower's policy."""
    answers = []
    for observation in range(5):
        answers.append((yield observation))
    best = max(product(range(2), repeat=5), key=lambda reply: payoffs(answers, reply))
    return lambda observation: best[observation]


env = gymnasium.make(f"stackelberg_gym/{GAME}", params=PARAMS, oracle=best_reply)


def worth(commitment: tuple[int, ...]) -> float:
    """What the leader is paid in an episode: queries first, with reward 0, then play."""
    observation, _ = env.reset()
    total, done = 0.0, False
    while not done:
        observation, reward, done, _, _ = env.step(commitment[observation])
        total += float(reward)
    return total


best = max(product(range(2), repeat=5), key=worth)
print(f"best commitment {list(best)}: worth {worth(best):g}")
