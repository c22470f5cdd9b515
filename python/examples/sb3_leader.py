"""Stable-Baselines3's PPO as the leader, graded against the exact optimum.

Needs ``pip install stackelberg-gym stable-baselines3``. The leader of an iterated matrix game
answers the follower's five queries, one for each observation it can meet, and is then paid for an
episode against the follower's response. Which commitment it learned is read off the network and
graded exactly: no number here comes from training rewards.

``repeats="skip"`` lets the environment answer where the leader has already committed itself.
Without it those steps carry an ``action_mask``, which Stable-Baselines3's PPO does not look at, but
MaskablePPO of sb3-contrib does.

    python sb3_leader.py --game prisoners_dilemma --steps 20000 --seeds 5 --json result.json
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import stable_baselines3
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecEnv

import stackelberg_gym

GAME = "IteratedMatrixGame-v0"


def make_leader(params: dict[str, Any], oracle: str, seed: int) -> gymnasium.Env[Any, Any]:
    """The leader's side of the game as an ordinary single-agent environment."""
    return gymnasium.make(
        f"stackelberg_gym/{GAME}",
        params=params,
        oracle=oracle,
        oracle_seed=seed,
        commitment="episode",
        repeats="skip",
    )


def learn(envs: VecEnv, steps: int, seed: int) -> PPO:
    """PPO with one logit for each observation and action, as fast to learn as a table."""
    model = PPO(
        "MlpPolicy",
        envs,
        n_steps=128,
        batch_size=256,
        n_epochs=4,
        gamma=1.0,
        gae_lambda=1.0,
        learning_rate=0.05,
        policy_kwargs={"net_arch": []},
        seed=seed,
        device="cpu",
    )
    return model.learn(steps)


def greedy_commitment(model: PPO) -> list[int]:
    """The likeliest action at each observation, from the first observation on."""
    space = model.observation_space
    assert isinstance(space, gymnasium.spaces.Discrete)
    observations = np.arange(space.start, space.start + space.n)
    actions, _ = model.predict(observations, deterministic=True)
    return [int(action) for action in actions]


def run(params: dict[str, Any], oracle: str, steps: int, seed: int) -> dict[str, Any]:
    """Trains one leader and grades what it learned."""
    started = time.perf_counter()
    envs = make_vec_env(lambda: make_leader(params, oracle, seed), n_envs=8, seed=seed)
    model = learn(envs, steps, seed)
    envs.close()
    commitment = greedy_commitment(model)
    grade = stackelberg_gym.evaluate_commitment(GAME, commitment, params=params)
    return {
        "seed": seed,
        "steps": model.num_timesteps,
        "commitment": commitment,
        "value": grade.value,
        "optimum": grade.optimum,
        "seconds": round(time.perf_counter() - started, 2),
    }


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Stable-Baselines3 PPO as a Stackelberg leader")
    parser.add_argument("--game", default="prisoners_dilemma", help="a named 2x2 game")
    parser.add_argument("--horizon", type=int, default=10, help="steps in an episode of the game")
    parser.add_argument("--oracle", default="contextual-policy", help="how the follower responds")
    parser.add_argument("--steps", type=int, default=20_000, help="leader steps a seed")
    parser.add_argument("--seeds", type=int, default=5, help="seeds 0, 1, ...")
    parser.add_argument("--json", type=Path, help="file for the results")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    torch.set_num_threads(1)
    params = {"game": arguments.game, "horizon": arguments.horizon}
    print("seed   steps  commitment       value  optimum  seconds")
    runs = []
    for seed in range(arguments.seeds):
        result = run(params, arguments.oracle, arguments.steps, seed)
        runs.append(result)
        print(
            f"{seed:4d} {result['steps']:7d}  {result['commitment']}  {result['value']:5g}"
            f"  {result['optimum']:7g}  {result['seconds']:7.1f}",
            flush=True,
        )
    mean = statistics.mean(result["value"] for result in runs)
    print(f"mean value {mean:g} of {runs[0]['optimum']:g}")
    if arguments.json:
        versions = {
            "stable_baselines3": stable_baselines3.__version__,
            "torch": torch.__version__,
            "gymnasium": gymnasium.__version__,
            "numpy": np.__version__,
        }
        document = {"client": "stable-baselines3", "versions": versions, "mean": mean, "runs": runs}
        arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
