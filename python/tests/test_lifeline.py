"""An engine does not outlive its client, not even in the middle of a long request."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

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
