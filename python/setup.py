"""Puts the engine into the package: it is made from the TypeScript sources of the repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
ENGINE = HERE / "src" / "stackelberg_gym" / "_engine" / "engine.mjs"
BUNDLER = "scripts/build-python.mjs"
#: What the engine is made from, in the repository.
FOLDERS = ("agents", "bridge", "envs", "gymnasium", "oracles", "rendering", "solvers", "wrappers")
FILES = ("package.json", "package-lock.json", BUNDLER)


def is_stale(repository: Path) -> bool:
    """Whether sources of the clone are newer than the engine, as after `git pull`."""
    made = ENGINE.stat().st_mtime
    sources = [repository / name for name in FILES]
    sources += [path for folder in FOLDERS for path in (repository / folder).rglob("*.ts")]
    return any(path.exists() and path.stat().st_mtime > made for path in sources)


def ensure_engine() -> None:
    """Bundles the engine where it is missing, or older than the sources beside it.

    An old one that cannot be made anew here is kept, with a warning.

    Raises:
        SystemExit: If it is missing and cannot be made here, or if making it fails.
    """
    repository = HERE.parent
    in_clone = (repository / BUNDLER).exists()
    if ENGINE.exists() and not (in_clone and is_stale(repository)):
        return
    npm = shutil.which("npm")
    if in_clone and npm is not None and (repository / "node_modules").exists():
        build(npm, repository)
    elif ENGINE.exists():
        print(
            "stackelberg-gym: the engine is older than its sources, and is kept since there is no npm or "
            "no node_modules here to make it anew: run `npm ci` and `npm run build:python`.",
            file=sys.stderr,
        )
    else:
        raise SystemExit(
            "stackelberg-gym is without its engine: install Node.js 20.19 or later, run `npm ci` and "
            "`npm run build:python` in a clone of the repository, then `pip install ./python` there."
        )


def build(npm: str, repository: Path) -> None:
    """Makes the engine.

    Raises:
        SystemExit: If that fails, so that no engine of other sources is installed.
    """
    done = subprocess.run([npm, "run", "build:python"], cwd=repository, check=False)
    if done.returncode != 0 or not ENGINE.exists():
        raise SystemExit(
            f"stackelberg-gym was not installed: `npm run build:python` in {repository} failed, for the "
            "reason above."
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
