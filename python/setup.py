"""Puts the engine into the package: it is made from the TypeScript sources of the repository."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
ENGINE = HERE / "src" / "stackelberg_gym" / "_engine" / "engine.mjs"
#: Folders of the repository that the engine is made from.
SOURCES = ("agents", "bridge", "envs", "gymnasium", "oracles", "rendering", "solvers", "wrappers")


def is_stale(repository: Path) -> bool:
    """Whether sources of the clone are newer than the engine, as after `git pull`."""
    made = ENGINE.stat().st_mtime
    sources = [path for folder in SOURCES for path in (repository / folder).rglob("*.ts")]
    return any(path.stat().st_mtime > made for path in sources)


def ensure_engine() -> None:
    """Bundles the engine where it is missing, or older than the sources beside it.

    Raises:
        SystemExit: If it is missing and cannot be made here, or if making it fails.
    """
    repository = HERE.parent
    npm = shutil.which("npm")
    can_make = npm is not None and all(
        (repository / path).exists() for path in ("scripts/build-python.mjs", "node_modules")
    )
    if ENGINE.exists() and not (can_make and is_stale(repository)):
        return
    if not can_make:
        raise SystemExit(
            "stackelberg-gym is without its engine: install Node.js 20.19 or later, run `npm ci` and "
            "`npm run build:python` in a clone of the repository, then `pip install ./python` there."
        )
    subprocess.run([npm, "run", "build:python"], cwd=repository, check=False)
    if not ENGINE.exists():
        raise SystemExit(
            f"stackelberg-gym is without its engine: `npm run build:python` in {repository} did not "
            "make it, for the reason above."
        )


class BuildWithEngine(build_py):
    """`build_py` that has an engine to copy."""

    def run(self) -> None:
        ensure_engine()
        super().run()


class SdistWithEngine(sdist):
    """`sdist` that has an engine to pack, so that its users need no TypeScript."""

    def run(self) -> None:
        ensure_engine()
        super().run()


setup(cmdclass={"build_py": BuildWithEngine, "sdist": SdistWithEngine})
