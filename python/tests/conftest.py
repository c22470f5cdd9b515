"""What the tests share: one engine for the whole run, and Python processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from stackelberg_gym._connection import acquire, release


@pytest.fixture(scope="session", autouse=True)
def _engine() -> Iterator[None]:
    """Keeps the shared engine from ending with each test's last environment."""
    connection = acquire()
    yield
    release(connection)


@pytest.fixture
def run_python() -> Callable[[str], str]:
    """Runs a script in a new process, and returns what it printed."""

    def run(script: str) -> str:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run
