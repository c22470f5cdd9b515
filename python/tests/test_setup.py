"""``setup.py``: which engine is put into the package, in a clone that is made up here."""

from __future__ import annotations

import os
import runpy
import stat
import sys
import types
from pathlib import Path
from typing import Any, Callable

import pytest

SETUP = Path(__file__).resolve().parents[1] / "setup.py"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="its npm is a shell script")


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with sources, node_modules, an engine that is newer, and an npm that fails."""
    commands = {"build_py": type("build_py", (), {}), "sdist": type("sdist", (), {})}
    stub: Any = types.ModuleType("setuptools")
    stub.setup = lambda **_options: None
    monkeypatch.setitem(sys.modules, "setuptools", stub)
    for name, command in commands.items():
        module = types.ModuleType(f"setuptools.command.{name}")
        setattr(module, name, command)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    for file in ("package.json", "package-lock.json", "scripts/build-python.mjs", "bridge/json.ts"):
        write(tmp_path / file, at=1000)
    (tmp_path / "node_modules").mkdir()
    write(engine(tmp_path), at=2000)
    write(tmp_path / "python" / "setup.py", SETUP.read_text())
    use_npm(tmp_path, "echo no such type >&2; exit 2")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    return tmp_path


def write(path: Path, text: str = "", at: int = 3000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (at, at))


def engine(clone: Path) -> Path:
    return clone / "python" / "src" / "stackelberg_gym" / "_engine" / "engine.mjs"


def use_npm(clone: Path, script: str) -> None:
    npm = clone / "bin" / "npm"
    write(npm, f"#!/bin/sh\n{script}\n")
    npm.chmod(stat.S_IRWXU)


def ensure_engine(clone: Path) -> None:
    ensure: Callable[[], None] = runpy.run_path(str(clone / "python" / "setup.py"))["ensure_engine"]
    ensure()


def test_an_engine_newer_than_its_sources_is_kept(clone: Path) -> None:
    ensure_engine(clone)
    assert engine(clone).stat().st_mtime == 2000


@pytest.mark.parametrize(
    "source",
    ["bridge/json.ts", "package.json", "package-lock.json", "scripts/build-python.mjs"],
)
def test_sources_that_do_not_build_fail_the_installation(clone: Path, source: str) -> None:
    write(clone / source)
    with pytest.raises(SystemExit, match=r"was not installed: .* failed, for the reason above\.$"):
        ensure_engine(clone)


def test_an_old_or_missing_engine_is_made(clone: Path) -> None:
    use_npm(clone, f"echo made by $1 $2 > {engine(clone)}")
    write(clone / "bridge" / "json.ts")
    ensure_engine(clone)
    assert engine(clone).read_text() == "made by run build:python\n"
    engine(clone).unlink()
    ensure_engine(clone)
    assert engine(clone).exists()


def test_a_build_that_makes_nothing_fails_the_installation(clone: Path) -> None:
    use_npm(clone, "exit 0")
    engine(clone).unlink()
    with pytest.raises(SystemExit, match="was not installed"):
        ensure_engine(clone)


def test_an_old_engine_that_cannot_be_made_anew_is_kept_with_a_warning(
    clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (clone / "node_modules").rmdir()
    ensure_engine(clone)
    assert capsys.readouterr().err == ""
    write(clone / "bridge" / "json.ts")
    ensure_engine(clone)
    assert "the engine is older than its sources" in capsys.readouterr().err
    engine(clone).unlink()
    with pytest.raises(SystemExit, match="without its engine: install Node.js"):
        ensure_engine(clone)


def test_a_source_distribution_needs_no_clone(clone: Path) -> None:
    (clone / "scripts" / "build-python.mjs").unlink()
    write(clone / "package-lock.json")
    ensure_engine(clone)
    assert engine(clone).stat().st_mtime == 2000
