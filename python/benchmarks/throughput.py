"""Env-steps a second through the bridge and in Python alone, side by side. Run it by ``npm run bench:bridge``.

An env-step is one step of one lane: all agents act once. Actions are drawn beforehand. All contenders take turns within a
round, so that a change of the machine's speed meets all alike; the median over the rounds is told, with the extremes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv
from numpy.typing import NDArray
from pure_python import FOLLOWER, LEADER, IteratedPrisonersDilemma, LeaderOfPrisonersDilemma

import stackelberg_gym

GAME = "IteratedMatrixGame-v0"
PARAMS = {"game": "prisoners_dilemma", "horizon": 10}
ORACLE = "exact-best-response"
LANES = (1, 8, 64, 256, 1024, 4096, 16384)
ROUNDS = 7
#: Different joint actions that a contender goes through.
POOL = 64
#: Calls are counted in whole episodes: 10 steps in the game, with 5 queries before them on the leader's side.
PERIOD = 30
#: Env-steps a second that are asked of the bridge, by contender.
TARGETS = {
    "bridge GameVectorEnv, N=4096": 20e6,
    "bridge GameVectorEnv, N=256": 2e6,
    "bridge GameParallelEnv": 8e3,
}


class Contender:
    """Something that steps ``lanes`` lanes a call.

    Args:
        name: for the table.
        lanes: env-steps of a call.
        step: the call.
        close: ends what it needs.
    """

    def __init__(
        self, name: str, lanes: int, step: Callable[[], None], close: Callable[[], None]
    ) -> None:
        self.name = name
        self.lanes = lanes
        self.step = step
        self.close = close
        self.rates: list[float] = []
        self._calls = PERIOD

    def calibrate(self) -> None:
        """Finds how many calls take a hundredth of a second, so that the clock costs nothing."""
        while self._time() < 0.01:
            self._calls *= 2

    def _time(self) -> float:
        step = self.step
        begun = perf_counter()
        for _ in range(self._calls):
            step()
        return perf_counter() - begun

    def measure(self, seconds: float) -> float:
        """Runs for so long and returns the env-steps a second."""
        spent, calls = 0.0, 0
        while spent < seconds:
            spent += self._time()
            calls += self._calls
        return calls * self.lanes / spent

    def result(self) -> dict[str, Any]:
        """Median and extremes over the rounds."""
        return {
            "name": self.name,
            "lanes": self.lanes,
            "stepsPerSecond": statistics.median(self.rates),
            "lowest": min(self.rates),
            "highest": max(self.rates),
            "target": TARGETS.get(self.name),
        }


def drawn(n: int) -> NDArray[np.int64]:
    """Actions of ``n`` lanes, a row a call."""
    return np.random.default_rng(0).integers(0, 2, (POOL, n))


def game_vector(n: int) -> Contender:
    """All agents of n lanes through the bridge."""
    env = stackelberg_gym.GameVectorEnv(GAME, n, params=PARAMS, autoreset_mode="SameStep")
    env.reset(seed=0)
    ours, theirs = drawn(n), drawn(n)[::-1].copy()
    pool = cycle([{LEADER: ours[k], FOLLOWER: theirs[k]} for k in range(POOL)])
    return Contender(
        f"bridge GameVectorEnv, N={n}", n, lambda: void(env.step(next(pool))), env.close
    )


def leader_vector(n: int) -> Contender:
    """The leader of n lanes through the bridge, with the queries of an oracle."""
    env = stackelberg_gym.StackelbergVectorEnv(
        GAME, n, params=PARAMS, oracle=ORACLE, autoreset_mode=AutoresetMode.SAME_STEP
    )
    return vectorised(f"bridge StackelbergVectorEnv, N={n}", n, env)


def gymnasium_vector(name: str, n: int, make: Any, backend: Any) -> Contender:
    """N single environments in one of Gymnasium's vector environments."""
    env = backend([make] * n, autoreset_mode=AutoresetMode.SAME_STEP)
    return vectorised(f"{name}, N={n}", n, env)


def vectorised(name: str, n: int, env: Any) -> Contender:
    """Any of Gymnasium's vector environments."""
    env.reset(seed=0)
    pool = cycle(list(drawn(n)))
    return Contender(name, n, lambda: void(env.step(next(pool))), env.close)


def parallel(name: str, env: Any) -> Contender:
    """One PettingZoo environment, reset where it ends."""
    env.reset(seed=0)
    pool = cycle([{LEADER: a, FOLLOWER: b} for a, b in drawn(2)])

    def step() -> None:
        env.step(next(pool))
        if not env.agents:
            env.reset()

    return Contender(name, 1, step, env.close)


def leader(name: str, env: Any) -> Contender:
    """One Gymnasium environment, reset where it ends."""
    env.reset(seed=0)
    pool = cycle(list(drawn(1)[:, 0]))

    def step() -> None:
        _, _, terminated, truncated, _ = env.step(next(pool))
        if terminated or truncated:
            env.reset()

    return Contender(name, 1, step, env.close)


def turns() -> Contender:
    """One turn-based environment; a call is a turn of an agent that is alive."""
    env = stackelberg_gym.aec_env(GAME, params=PARAMS)
    env.reset(seed=0)
    pool = cycle(list(drawn(1)[:, 0]))

    def step() -> None:
        env.last()
        env.step(next(pool))
        if any(env.terminations.values()):
            env.reset()

    return Contender("bridge GameAECEnv, turns", 1, step, env.close)


def void(_: Any) -> None:
    """For lambdas that return nothing."""


def bridge_leader() -> Any:
    """A leader's environment through the bridge; picklable, for processes."""
    return stackelberg_gym.StackelbergEnv(GAME, params=PARAMS, oracle=ORACLE)


def contenders() -> list[Contender]:
    """All, in the order of the table."""
    made = [game_vector(n) for n in LANES]
    made += [leader_vector(n) for n in LANES]
    made.append(
        parallel("bridge GameParallelEnv", stackelberg_gym.parallel_env(GAME, params=PARAMS))
    )
    made.append(leader("bridge StackelbergEnv", bridge_leader()))
    made.append(turns())
    made.append(parallel("Python ParallelEnv", IteratedPrisonersDilemma()))
    made.append(leader("Python Env of the leader", LeaderOfPrisonersDilemma()))
    sync = partial(gymnasium_vector, backend=SyncVectorEnv)
    apart = partial(gymnasium_vector, backend=AsyncVectorEnv)
    made += [
        sync("SyncVectorEnv of Python Env", n, LeaderOfPrisonersDilemma) for n in (8, 64, 256, 4096)
    ]
    made += [sync("SyncVectorEnv of bridge StackelbergEnv", n, bridge_leader) for n in (8, 64, 256)]
    made.append(apart("AsyncVectorEnv of Python Env", 8, LeaderOfPrisonersDilemma))
    made.append(apart("AsyncVectorEnv of bridge StackelbergEnv", 8, bridge_leader))
    return made


def check_equal(episodes: int = 20) -> None:
    """Asserts that the game in Python and the one through the bridge play alike.

    Raises:
        AssertionError: where they differ.
    """
    ours = IteratedPrisonersDilemma()
    bridge = stackelberg_gym.parallel_env(GAME, params=PARAMS)
    rng = np.random.default_rng(1)
    for episode in range(episodes):
        assert ours.reset(seed=episode) == bridge.reset(seed=episode)
        while ours.agents:
            actions = {agent: rng.integers(2) for agent in ours.agents}
            one, other = ours.step(actions), bridge.step(actions)
            assert one == other, f"episode {episode}: Python gives {one}, the bridge {other}"
            assert ours.agents == bridge.agents
    bridge.close()


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    node = os.environ.get("STACKELBERG_GYM_NODE", "node")
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {
        "system": platform.platform(terse=True),
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "node": shown.stdout.strip(),
        "gymnasium": gymnasium.__version__,
        "numpy": np.__version__,
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def arguments() -> argparse.Namespace:
    """Of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=0.25, help="of a round, each contender")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", help="contenders whose name contains this")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target is missed")
    return parser.parse_args()


def measure_all(given: argparse.Namespace) -> list[dict[str, Any]]:
    """The table's rows."""
    everyone = contenders()
    made = [contender for contender in everyone if given.only in contender.name]
    for contender in made:
        contender.calibrate()
    for warm in (False, *[True] * given.rounds):
        for contender in made:
            rate = contender.measure(given.seconds)
            if warm:
                contender.rates.append(rate)
    for contender in everyone:
        contender.close()
    return [contender.result() for contender in made]


def show(row: dict[str, Any]) -> str:
    """A line of the table."""
    rate, lowest, highest = (
        f"{row[key]:>12,.0f}" for key in ("stepsPerSecond", "lowest", "highest")
    )
    line = f"{row['name']:<46} {rate}  ({lowest} to {highest})"
    if row["target"] is None:
        return line
    return f"{line}  target {row['target']:,.0f}: {'met' if met(row) else 'MISSED'}"


def met(row: dict[str, Any]) -> bool:
    """Whether the median reaches the target, if there is one."""
    return row["target"] is None or row["stepsPerSecond"] >= row["target"]


def main() -> int:
    """Runs the benchmark and returns the exit status."""
    given = arguments()
    facts = machine()
    print(", ".join(f"{key} {value}" for key, value in facts.items()))
    check_equal()
    print("the game in Python plays as through the bridge, step for step")
    rows = measure_all(given)
    print(f"env-steps a second, median of {given.rounds} alternating rounds (lowest to highest)")
    print("\n".join(map(show, rows)))
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(json.dumps({"machine": facts, "rows": rows}, indent=2) + "\n", "utf-8")
    return 1 if given.check and not all(map(met, rows)) else 0


if __name__ == "__main__":
    sys.exit(main())
