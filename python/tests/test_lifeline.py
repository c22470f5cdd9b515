"""An engine does not outlive its client, not even in the middle of a long request."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stackelberg_gym import StackelbergEnv

SCRIPT = """
import stackelberg_gym
print("started", flush=True)
stackelberg_gym.evaluate_commitment(
    "IteratedMatrixGame-v0",
    [0, 0, 0, 0, 0],
    params={"game": "prisoners_dilemma", "horizon": 10},
    oracle="tabular-q",
    episodes=3_000_000,
)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a system that tells orphans of their parent")
def test_no_engine_outlives_a_killed_process() -> None:
    client = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert client.stdout is not None
    assert client.stdout.readline() == b"started\n"
    with pytest.raises(subprocess.TimeoutExpired):
        client.wait(timeout=1)
    client.kill()
    # The engine has the same standard error, which ends with the last process that has it.
    _, said = client.communicate(timeout=3)
    assert (client.returncode, said) == (-signal.SIGKILL, b"")


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux 2.6 for /proc/PID/fdinfo")
def test_watching_for_the_client_leaves_the_stream_blocking() -> None:
    """A stream that is not would be polled by a timer: a millisecond a step."""
    env = StackelbergEnv("NormalForm-v0", oracle=lambda observation: 0)
    env.reset(seed=0)
    child = env._remote.connection._stream._child  # type: ignore[attr-defined]
    told = Path(f"/proc/{child.pid}/fdinfo/0").read_text()
    flags = re.search(r"flags:\s*([0-7]+)", told)
    assert flags is not None and int(flags[1], 8) & os.O_NONBLOCK == 0
    env.close()
