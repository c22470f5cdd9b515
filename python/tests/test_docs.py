"""The examples of the documentation run and show what they say, and its tables are those of the catalogue.

The Python blocks of a page continue one another. Where the comment behind a line of theirs begins with ``->``, it is what the
line prints or is worth, with ``...`` for anything.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
from pathlib import Path
from typing import Any

import gymnasium
import pytest

import stackelberg_gym
from stackelberg_gym import errors
from stackelberg_gym._json import snake_case

ROOT = Path(__file__).resolve().parents[2]
MANUAL = (ROOT / "docs/python.md").read_text("utf8")
SECTION = re.search(
    r"^## From Python\n(.*?)^## ", (ROOT / "README.md").read_text("utf8"), re.MULTILINE | re.DOTALL
)
PAGES = {
    "README.md": SECTION[1] if SECTION else "",
    "docs/python.md": MANUAL,
    "python/README.md": (ROOT / "python/README.md").read_text("utf8"),
}
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
#: Line, and what it shows.
SHOWN = re.compile(r"^(.*?)  # -> (.*)$")

needs_modes = pytest.mark.skipif(
    not hasattr(gymnasium.vector, "AutoresetMode"),
    reason="the examples are written for gymnasium 1.1 and later",
)


@needs_modes
@pytest.mark.parametrize("page", PAGES)
def test_examples_show_what_they_say(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = BLOCK.findall(PAGES[page])
    assert len(blocks) > 0
    monkeypatch.chdir(tmp_path)
    scope: dict[str, Any] = {"__name__": "__example__"}
    for block in blocks:
        run(block, scope)


def run(block: str, scope: dict[str, Any]) -> None:
    """Runs the statements of a block one by one."""
    lines = block.splitlines()
    for statement in ast.parse(block).body:
        written = "\n".join(lines[statement.lineno - 1 : statement.end_lineno])
        said = SHOWN.match(lines[(statement.end_lineno or 0) - 1])
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            # As at the prompt: what an expression is worth is printed.
            exec(compile(ast.Interactive([statement]), written, "single"), scope)  # noqa: S102
        if said:
            pattern = ".*?".join(map(re.escape, said[2].split("...")))
            assert re.fullmatch(pattern, shown.getvalue().strip(), re.DOTALL), (
                f"{written}\nshows {shown.getvalue().strip()}"
            )


def test_the_command_to_try_first_prints_what_it_says() -> None:
    command = re.search(r'^python -c "(.*)"   # (.*)$', PAGES["README.md"], re.MULTILINE)
    assert command
    *before, last = command[1].split("; ")
    run("\n".join([*before, f"{last}  # -> {command[2]}"]), {})


def test_a_wrong_example_is_noticed() -> None:
    run("1 + 1  # -> 2\nprint('a b')  # -> a ...", {})
    with pytest.raises(AssertionError, match="shows 2"):
        run("1 + 1  # -> 3", {})


def rows_of(header: str) -> list[str]:
    """The rows of the manual's table with this header."""
    _, found, rest = MANUAL.partition(f"{header}\n")
    assert found, header
    return rest[: rest.index("\n\n")].split("\n")[1:]


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def code(*names: str) -> str:
    return ", ".join(f"`{name}`" for name in names)


def test_the_manual_lists_the_games() -> None:
    assert rows_of("| game | followers by default | presets |") == [
        row(code(game["id"]), code(game["oracle"]["name"]), code(*game["presets"]))
        for game in stackelberg_gym.catalogue()["games"]
    ]


def test_the_manual_lists_the_wrapper_presets() -> None:
    assert rows_of("| id | the leader's environment |") == [
        row(code(preset["id"]), preset["summary"])
        for preset in stackelberg_gym.catalogue()["wrapperPresets"]
    ]


def test_the_manual_lists_the_oracles() -> None:
    listed = code(*(oracle["name"] for oracle in stackelberg_gym.catalogue()["oracles"]))
    assert listed in " ".join(MANUAL.split())


def test_the_manual_names_every_option_with_its_default() -> None:
    for name, default in stackelberg_gym.catalogue()["wrapperOptions"].items():
        option = snake_case(name)
        shown = f'"{default}"' if isinstance(default, str) else str(default)
        assert re.search(rf"^\| `{option}` \| `{re.escape(shown)}` \|", MANUAL, re.MULTILINE), (
            option
        )


def test_the_manual_names_every_public_name_and_error() -> None:
    names = {*stackelberg_gym.__all__, *errors.__all__} - {"from_engine"}
    assert {name for name in names if not re.search(rf"\b{name}\b", MANUAL)} == set()
