"""Leader and follower as two RLlib policies that learn at the same time, over the game's PettingZoo
form.

Needs ``pip install stackelberg-gym "ray[rllib]" torch``. This is what a game is worth when nobody
commits: in the prisoner's dilemma two independent learners end where both defect, 20 for each over
ten steps, while a leader that commits gets 31 (see ``sb3_leader.py``); in ``harmony`` both find the
outcome that is best for both, 40 each.

    python rllib_game.py --game prisoners_dilemma --iterations 15
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import gymnasium
import pettingzoo
import ray
import torch
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.connectors.env_to_module import FlattenObservations
from ray.rllib.core.rl_module.default_model_config import DefaultModelConfig
from ray.rllib.core.rl_module.multi_rl_module import MultiRLModuleSpec
from ray.rllib.core.rl_module.rl_module import RLModuleSpec
from ray.rllib.env.wrappers.pettingzoo_env import ParallelPettingZooEnv
from ray.tune.registry import register_env

import stackelberg_gym

AGENTS = ("leader_0", "follower_0")


def make_config(params: dict[str, Any], seed: int) -> PPOConfig:
    """PPO with a policy for each agent, all of it in this process."""
    register_env(
        "iterated_game",
        lambda _: ParallelPettingZooEnv(
            stackelberg_gym.parallel_env("IteratedMatrixGame-v0", params=params)
        ),
    )
    network = DefaultModelConfig(fcnet_hiddens=[32], vf_share_layers=False)
    modules = {agent: RLModuleSpec(model_config=network) for agent in AGENTS}
    return (
        PPOConfig()
        .environment("iterated_game")
        .env_runners(
            num_env_runners=0,
            # One-hot rows of the Discrete observations.
            env_to_module_connector=lambda *_, **__: FlattenObservations(multi_agent=True),
        )
        .learners(num_learners=0, num_gpus_per_learner=0)
        .multi_agent(policies=set(AGENTS), policy_mapping_fn=lambda agent, *_, **__: agent)
        .rl_module(rl_module_spec=MultiRLModuleSpec(rl_module_specs=modules))
        .training(
            train_batch_size_per_learner=1000,
            minibatch_size=250,
            num_epochs=5,
            lr=0.005,
            gamma=1.0,
            lambda_=0.95,
        )
        .debugging(seed=seed, log_level="ERROR")
    )


def returns_of(result: dict[str, Any]) -> dict[str, float]:
    """Each agent's mean return in the episodes of an iteration."""
    means = result["env_runners"]["agent_episode_returns_mean"]
    return {agent: float(means[agent]) for agent in AGENTS}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Two RLlib policies in one game")
    parser.add_argument("--game", default="prisoners_dilemma", help="a named 2x2 game")
    parser.add_argument("--horizon", type=int, default=10, help="steps in an episode")
    parser.add_argument("--iterations", type=int, default=15, help="of 1000 steps each")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="file for the results")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    params = {"game": arguments.game, "horizon": arguments.horizon}
    started = time.perf_counter()
    ray.init(num_cpus=1, include_dashboard=False, logging_level="ERROR")
    algorithm = make_config(params, arguments.seed).build_algo()
    curve = []
    for iteration in range(1, arguments.iterations + 1):
        returns = returns_of(algorithm.train())
        curve.append(returns)
        shown = ", ".join(f"{agent} {value:.2f}" for agent, value in returns.items())
        print(f"iteration {iteration}: mean return {shown}", flush=True)
    algorithm.stop()
    ray.shutdown()
    if arguments.json:
        document = {
            "client": "rllib",
            "versions": {
                "ray": ray.__version__,
                "torch": torch.__version__,
                "gymnasium": gymnasium.__version__,
                "pettingzoo": pettingzoo.__version__,
            },
            "game": arguments.game,
            "seed": arguments.seed,
            "returns": curve[-1],
            "curve": curve,
            "seconds": round(time.perf_counter() - started, 2),
        }
        arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
