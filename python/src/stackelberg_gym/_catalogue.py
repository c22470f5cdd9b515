"""What the engine offers, without starting it.

``catalogue.json`` is written from the TypeScript definitions.
"""

from __future__ import annotations

import copy
import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from gymnasium.error import NameNotFound, UnsupportedMode

from .errors import InvalidArgument


@lru_cache(maxsize=1)
def loaded() -> dict[str, Any]:
    """As ``catalogue``, but shared and not to be changed."""
    path = Path(__file__).parent / "catalogue.json"
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def catalogue() -> dict[str, Any]:
    """What there is, without starting the engine: a dict of the caller's own.

    ``games`` (``id``, ``summary``, ``renderModes``, the default ``oracle``, ``parameters`` as JSON
    schema and ``presets``: parameters by name), ``wrapperPresets`` (ids with arguments of
    ``StackelbergEnv``), ``oracles`` and ``solvers`` (``name``, ``summary`` and ``options``: ``type``,
    ``default`` and ``description`` by name), ``wrapperOptions`` (their defaults, in the engine's
    camel case) and ``version``.
    """
    return copy.deepcopy(loaded())


@lru_cache(maxsize=1)
def games() -> dict[str, dict[str, Any]]:
    """Id of each game, and what the catalogue says of it."""
    return {game["id"]: game for game in loaded()["games"]}


def check_game(game: str) -> str:
    """The game's id, also of one that is written as in Gymnasium's registry.

    Raises:
        gymnasium.error.NameNotFound: with the closest match.
    """
    bare = re.sub("^stackelberg_gym[/:]", "", game) if isinstance(game, str) else game
    if bare in games():
        return bare
    raise NameNotFound(f"Unknown game {game!r}.{hint(game, games())} Known: {', '.join(games())}.")


def hint(name: str, known: Iterable[str]) -> str:
    """What may be meant by an unknown name, as a sentence with a space before it; or nothing."""
    near = difflib.get_close_matches(str(name), known, 1)
    return f" Did you mean {near[0]!r}?" if near else ""


def check_params(params: Mapping[str, Any] | None) -> dict[str, Any]:
    """A copy of a game's parameters.

    Raises:
        InvalidArgument: unless they are a dict or None.
    """
    if params is not None and not isinstance(params, Mapping):
        raise InvalidArgument(f"params: expected a dict of parameters by name, got {params!r}.")
    return dict(params or {})


#: Of all views but vectors, which do not draw as they go.
SCALAR_MODES = ("human", "ansi", "rgb_array")


def metadata_of(
    game: str, render_mode: str | None, offered: Sequence[str] = SCALAR_MODES
) -> dict[str, Any]:
    """Metadata of the views of a game.

    Raises:
        gymnasium.error.UnsupportedMode: if the view of the game has no such render mode.
    """
    game = check_game(game)
    drawn = bool(games()[game]["renderModes"])
    modes = [mode for mode in offered if drawn or mode == "human"]
    if render_mode is not None and render_mode not in modes:
        raise UnsupportedMode(
            f"render_mode: expected one of {', '.join(modes)} or None, got {render_mode!r}."
        )
    return {"name": game, "render_modes": modes, "render_fps": 4, "is_parallelizable": True}
