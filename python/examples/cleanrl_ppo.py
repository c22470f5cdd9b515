"""Proximal policy optimisation in one file, in the style of CleanRL, for gymnasium 1.1 and later.

Needs ``pip install stackelberg-gym torch``. Trains the leader of a game on the package's own vector
environment and grades the commitment that it learned against the exact optimum.

Three things that a single-file trainer has to get right on gymnasium 1.x are done here:

* Both autoreset modes. With ``next-step`` the step after an episode's end only resets: its action
  is ignored, so it is left out of the losses. With ``same-step`` the last observation of an episode
  is in ``infos["final_obs"]``.
* Termination is not truncation: a terminated episode is worth 0 from there on, a truncated one the
  critic's estimate.
* ``infos["action_mask"]``: a leader that has committed itself to an answer has to repeat it.

    python cleanrl_ppo.py --total-steps 30000 --num-envs 8 --autoreset same-step
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from gymnasium.spaces import Box, Discrete
from gymnasium.vector import AutoresetMode, VectorEnv
from torch import Tensor, nn
from torch.distributions import Categorical

import stackelberg_gym


@dataclass
class Arguments:
    """What a run is made of; each field is an option of the command line."""

    game: str = "IteratedMatrixGame-v0"
    params: str = '{"game": "prisoners_dilemma", "horizon": 10}'
    oracle: str = "contextual-policy"
    autoreset: str = "same-step"
    seed: int = 0
    total_steps: int = 30_000
    num_envs: int = 8
    num_steps: int = 128
    update_epochs: int = 4
    minibatch_size: int = 256
    learning_rate: float = 0.02
    hidden: int = 64
    gamma: float = 1.0
    gae_lambda: float = 1.0
    clip: float = 0.2
    entropy_coefficient: float = 0.0
    value_coefficient: float = 0.5
    max_grad_norm: float = 0.5
    json: str = ""


def parse_arguments() -> Arguments:
    parser = argparse.ArgumentParser(
        description="Single-file PPO for the leader of a Stackelberg game"
    )
    for name, default in vars(Arguments()).items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(default), default=default)
    return Arguments(**vars(parser.parse_args()))


class Encoder:
    """Observations as rows of float32: one-hot if they are Discrete, flat if they are a Box."""

    def __init__(self, space: gymnasium.Space[Any]) -> None:
        if isinstance(space, Discrete):
            self.start, self.width = int(space.start), int(space.n)
        elif isinstance(space, Box):
            self.width = int(np.prod(space.shape))
        else:
            raise TypeError(f"Expected Discrete or Box observations, got {space}.")
        self.space = space

    def __call__(self, observations: Any) -> Tensor:
        rows = np.asarray(observations)
        if isinstance(self.space, Discrete):
            return torch.from_numpy(np.eye(self.width, dtype=np.float32)[rows - self.start])
        return torch.from_numpy(rows.reshape(-1, self.width).astype(np.float32))


def layer(inputs: int, outputs: int, scale: float = 2**0.5) -> nn.Linear:
    linear = nn.Linear(inputs, outputs)
    nn.init.orthogonal_(linear.weight, scale)
    nn.init.zeros_(linear.bias)
    return linear


class Agent(nn.Module):
    """An actor and a critic that share nothing."""

    def __init__(self, inputs: int, actions: int, hidden: int) -> None:
        super().__init__()
        self.actor = nn.Sequential(layer(inputs, hidden), nn.Tanh(), layer(hidden, actions, 0.01))
        self.critic = nn.Sequential(layer(inputs, hidden), nn.Tanh(), layer(hidden, 1, 1.0))

    def value(self, observations: Tensor) -> Tensor:
        values: Tensor = self.critic(observations).squeeze(-1)
        return values

    def distribution(self, observations: Tensor, masks: Tensor) -> Categorical:
        """The policy among the actions that the mask allows."""
        return Categorical(logits=self.actor(observations).masked_fill(~masks, -1e9))


class Masks:
    """Which actions each row may take now; all of them where the environment does not say."""

    def __init__(self, rows: int, actions: int) -> None:
        self.shape = (rows, actions)

    def __call__(self, infos: dict[str, Any]) -> Tensor:
        if "action_mask" not in infos:
            return torch.ones(self.shape, dtype=torch.bool)
        said = np.asarray(infos.get("_action_mask", np.ones(self.shape[0], dtype=bool)))
        masks = np.asarray(infos["action_mask"], dtype=bool) | ~said[:, None]
        return torch.from_numpy(masks)


@dataclass
class Rollout:
    """Steps by rows: ``[num_steps, num_envs]``, with one more axis for observations and masks."""

    observations: Tensor
    masks: Tensor
    actions: Tensor
    logprobs: Tensor
    values: Tensor
    rewards: Tensor
    next_values: Tensor
    ended: Tensor
    valid: Tensor

    @staticmethod
    def empty(steps: int, rows: int, width: int, actions: int) -> Rollout:
        flat = (steps, rows)
        return Rollout(
            observations=torch.zeros(*flat, width),
            masks=torch.ones(*flat, actions, dtype=torch.bool),
            actions=torch.zeros(flat, dtype=torch.int64),
            logprobs=torch.zeros(flat),
            values=torch.zeros(flat),
            rewards=torch.zeros(flat),
            next_values=torch.zeros(flat),
            ended=torch.zeros(flat, dtype=torch.bool),
            valid=torch.ones(flat, dtype=torch.bool),
        )

    def advantages(self, gamma: float, gae_lambda: float) -> Tensor:
        """Generalised advantage estimates; nothing flows across the end of an episode."""
        deltas = self.rewards + gamma * self.next_values - self.values
        advantages = torch.zeros_like(deltas)
        later = torch.zeros_like(deltas[0])
        for step in range(len(deltas) - 1, -1, -1):
            later = deltas[step] + gamma * gae_lambda * later * ~self.ended[step]
            advantages[step] = later
        return advantages


class Collector:
    """Plays the policy and notes what the losses need, in either autoreset mode."""

    def __init__(self, envs: VectorEnv[Any, Any, Any], agent: Agent, arguments: Arguments) -> None:
        self.envs, self.agent = envs, agent
        action_space = envs.single_action_space
        if not isinstance(action_space, Discrete):
            raise TypeError(f"Expected Discrete actions, got {action_space}.")
        self.first_action = int(action_space.start)
        self.encode = Encoder(envs.single_observation_space)
        self.masks_of = Masks(envs.num_envs, int(action_space.n))
        self.same_step = envs.metadata["autoreset_mode"] == AutoresetMode.SAME_STEP
        self.buffer = Rollout.empty(
            arguments.num_steps, envs.num_envs, self.encode.width, int(action_space.n)
        )
        observations, infos = envs.reset(seed=arguments.seed)
        self.observations, self.masks = self.encode(observations), self.masks_of(infos)
        self.resetting = torch.zeros(envs.num_envs, dtype=torch.bool)
        self.running = np.zeros(envs.num_envs)
        self.returns: list[float] = []

    @torch.no_grad()
    def collect(self) -> Rollout:
        """``num_steps`` steps of every row. The next call overwrites what it returns."""
        for step in range(len(self.buffer.rewards)):
            self._step(step)
        return self.buffer

    def _step(self, step: int) -> None:
        buffer = self.buffer
        distribution = self.agent.distribution(self.observations, self.masks)
        actions = distribution.sample()
        buffer.observations[step], buffer.masks[step] = self.observations, self.masks
        buffer.actions[step], buffer.logprobs[step] = actions, distribution.log_prob(actions)
        buffer.values[step] = self.agent.value(self.observations)
        buffer.valid[step] = ~self.resetting

        observations, rewards, terminations, truncations, infos = self.envs.step(
            actions.numpy() + self.first_action
        )
        self.observations, self.masks = self.encode(observations), self.masks_of(infos)
        ended = np.logical_or(terminations, truncations)
        successors = self._successors(infos, ended)
        alive = torch.from_numpy(~np.asarray(terminations, dtype=bool))
        buffer.rewards[step] = torch.as_tensor(rewards, dtype=torch.float32)
        buffer.next_values[step] = self.agent.value(successors) * alive
        buffer.ended[step] = torch.from_numpy(ended)
        self._count(np.asarray(rewards), ended)
        if not self.same_step:
            self.resetting = torch.from_numpy(ended)

    def _successors(self, infos: dict[str, Any], ended: np.ndarray) -> Tensor:
        """What followed each step within its own episode."""
        if not self.same_step or not ended.any():
            return self.observations
        successors = self.observations.clone()
        for row in np.flatnonzero(ended):
            successors[row] = self.encode(np.asarray(infos["final_obs"][row])[None])[0]
        return successors

    def _count(self, rewards: np.ndarray, ended: np.ndarray) -> None:
        self.running += rewards
        self.returns.extend(self.running[ended].tolist())
        self.running[ended] = 0.0


def update(
    agent: Agent, optimizer: torch.optim.Optimizer, rollout: Rollout, arguments: Arguments
) -> None:
    """Some epochs of clipped policy gradient and value regression on one rollout."""
    advantages = rollout.advantages(arguments.gamma, arguments.gae_lambda)
    targets = advantages + rollout.values
    keep = rollout.valid
    observations, masks = rollout.observations[keep], rollout.masks[keep]
    actions, old_logprobs = rollout.actions[keep], rollout.logprobs[keep]
    advantages, targets = advantages[keep], targets[keep]
    for _ in range(arguments.update_epochs):
        for batch in torch.randperm(len(actions)).split(arguments.minibatch_size):
            distribution = agent.distribution(observations[batch], masks[batch])
            ratio = (distribution.log_prob(actions[batch]) - old_logprobs[batch]).exp()
            weights = advantages[batch]
            if len(weights) > 1:
                weights = (weights - weights.mean()) / (weights.std() + 1e-8)
            clipped = ratio.clamp(1 - arguments.clip, 1 + arguments.clip)
            policy_loss = -torch.min(ratio * weights, clipped * weights).mean()
            value_loss = 0.5 * (agent.value(observations[batch]) - targets[batch]).square().mean()
            entropy = distribution.entropy().mean()
            loss = (
                policy_loss
                + arguments.value_coefficient * value_loss
                - arguments.entropy_coefficient * entropy
            )
            optimizer.zero_grad()
            loss.backward()
            # Each by itself: the critic's errors are as large as returns, and would drown the
            # actor's gradient.
            nn.utils.clip_grad_norm_(agent.actor.parameters(), arguments.max_grad_norm)
            nn.utils.clip_grad_norm_(agent.critic.parameters(), arguments.max_grad_norm)
            optimizer.step()


def greedy_commitment(agent: Agent, space: gymnasium.Space[Any], first_action: int) -> list[int]:
    """The likeliest action at each observation, from the first observation on."""
    if not isinstance(space, Discrete):
        raise TypeError(f"Expected Discrete observations to grade, got {space}.")
    with torch.no_grad():
        logits = agent.actor(torch.eye(int(space.n)))
    return [first_action + int(action) for action in logits.argmax(dim=1)]


def main() -> None:
    arguments = parse_arguments()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)
    params = json.loads(arguments.params)
    mode = {"same-step": AutoresetMode.SAME_STEP, "next-step": AutoresetMode.NEXT_STEP}
    envs = gymnasium.make_vec(
        f"stackelberg_gym/{arguments.game}",
        num_envs=arguments.num_envs,
        vectorization_mode="vector_entry_point",
        params=params,
        oracle=arguments.oracle,
        oracle_seed=arguments.seed,
        commitment="episode",
        autoreset_mode=mode[arguments.autoreset],
    )
    started = time.perf_counter()
    action_space, width = envs.single_action_space, Encoder(envs.single_observation_space).width
    if not isinstance(action_space, Discrete):
        raise TypeError(f"Expected Discrete actions, got {action_space}.")
    agent = Agent(width, int(action_space.n), arguments.hidden)
    optimizer = torch.optim.Adam(agent.parameters(), lr=arguments.learning_rate, eps=1e-5)
    collector = Collector(envs, agent, arguments)
    steps = 0
    while steps < arguments.total_steps:
        update(agent, optimizer, collector.collect(), arguments)
        steps += arguments.num_steps * arguments.num_envs
        recent = collector.returns[-100:]
        shown = f"{np.mean(recent):.2f}" if recent else "none yet"
        print(f"step {steps}: mean return of the last {len(recent)} episodes {shown}")
    seconds = time.perf_counter() - started
    commitment = greedy_commitment(agent, envs.single_observation_space, int(action_space.start))
    envs.close()
    grade = stackelberg_gym.evaluate_commitment(arguments.game, commitment, params=params)
    print(
        f"seed {arguments.seed}: commitment {commitment} is worth {grade.value:g}"
        f" of {grade.optimum:g}, after {steps} steps in {seconds:.1f} s"
    )
    if arguments.json:
        result = {
            "client": "single-file PPO",
            "versions": {"torch": torch.__version__, "gymnasium": gymnasium.__version__},
            "autoreset": arguments.autoreset,
            "seed": arguments.seed,
            "steps": steps,
            "commitment": commitment,
            "value": grade.value,
            "optimum": grade.optimum,
            "seconds": round(seconds, 2),
        }
        Path(arguments.json).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
