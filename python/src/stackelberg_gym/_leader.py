"""What the leader's environments share: their arguments, and the infos that they read by schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Union

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from ._catalogue import check_game, check_params, loaded
from ._connection import acquire, release
from ._json import snake_case
from ._players import LeaderHandler
from ._remote import Fields, Remote, leaf_names, read, read_rows
from .oracles import named, oracle_fields

#: A name, None for the game's own followers, or followers in Python (see ``oracles``).
Oracle = Union[str, Callable[..., Any], Mapping[str, Callable[..., Any]], None]


@dataclass(frozen=True)
class LeaderArguments:
    """What a leader's environment is made from; ``StackelbergEnv`` says what each means."""

    game: str
    params: Mapping[str, Any] | None
    oracle: Oracle
    oracle_options: Mapping[str, Any] | None
    oracle_seed: int
    query_policy: Callable[..., Any] | None
    commitment: str
    policy_form: str
    reward_episodes: int | str
    repeats: str
    response_phase_probability: float
    reveal_phase: bool
    hide_queries: bool
    reward_during_response: bool
    reset_followers: bool

    @classmethod
    def among(cls, scope: Mapping[str, Any]) -> LeaderArguments:
        """Takes its fields from the local variables of a constructor with arguments of the same
        names.

        Raises:
            gymnasium.error.NameNotFound: for an unknown game.
            InvalidArgument: for parameters that are no dict.
        """
        scope = {**scope, "game": check_game(scope["game"])}
        check_params(scope["params"])
        return cls(**{field.name: scope[field.name] for field in fields(cls)})

    def as_keywords(self) -> dict[str, Any]:
        """The arguments again, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def open(self, view: str, **request: Any) -> Remote:
        """Makes the environment in the engine: in one of its own where Python answers for followers
        or leader.

        Raises:
            InvalidArgument: if the engine refuses an argument, or ``oracle`` or ``query_policy`` is
                nothing that can be called.
        """
        options = {name: getattr(self, snake_case(name)) for name in loaded()["wrapperOptions"]}
        request.update(view=view, game=self.game, params=dict(self.params or {}), options=options)
        request["oracleSeed"] = self.oracle_seed
        python_oracle = not named(self.oracle, self.oracle_options)
        connection = acquire(private=python_oracle or self.query_policy is not None)
        try:
            request.update(oracle_fields(connection, self.oracle, self.oracle_options))
            if self.query_policy is not None:
                handler = LeaderHandler(self.query_policy, "query_policy")
                request["queryPolicy"] = connection.register(handler)
        except BaseException:
            release(connection)
            raise
        return Remote(request, connection)


class OuterInfos:
    """Reads infos from the fields of a message: ``infos`` of the present step or ``finalInfos`` of
    rows that ended.

    Args:
        description: what the engine said of the environment.
        action_space: of a single environment.
        arrays: the fields of the message.
        prefix: of their names.
    """

    def __init__(
        self,
        description: Mapping[str, Any],
        action_space: spaces.Space[Any],
        arrays: Fields,
        prefix: str = "infos",
    ) -> None:
        self._phases = np.array(description["phases"], object)
        self._notions = np.array(description["notions"], object)
        self._action_space = action_space
        own = f"{prefix}/"
        self._fields = {
            name[len(own) :]: array for name, array in arrays.items() if name.startswith(own)
        }

    def row(self, i: int) -> dict[str, Any]:
        """The info of one row, as ``StackelbergEnv`` documents it."""
        f = self._fields
        info: dict[str, Any] = {
            "phase": self._phases[f["phase"][i]],
            "queries": int(f["queries"][i]),
        }
        if f["response/present"][i]:
            gap = float(f["response/gap"][i]) if f["response/gap/present"][i] else None
            info["response"] = {"notion": self._notions[f["response/notion"][i]], "gap": gap}
        if "actionMask" in f:
            info["action_mask"] = f["actionMask"][i].copy()
        if "committedAction/present" in f and f["committedAction/present"][i]:
            names = leaf_names(self._action_space, "committedAction")
            part = {name: f[name][i] for name in names}
            info["committed_action"] = read(self._action_space, part, "committedAction")
        return info

    def batch(self, rows: NDArray[np.bool_]) -> dict[str, Any]:
        """The infos of all rows as arrays, each with a mask ``_key`` of the rows that have it.

        Args:
            rows: which rows are reported at all.
        """
        f = self._fields
        infos: dict[str, Any] = {
            "phase": _only(rows, self._phases[f["phase"]]),
            "_phase": rows.copy(),
            "queries": f["queries"] * rows.astype(np.int64),
            "_queries": rows.copy(),
        }
        told = rows & f["response/present"].view(bool)
        if told.any():
            known = told & f["response/gap/present"].view(bool)
            infos["response"] = {
                "notion": _only(told, self._notions[f["response/notion"]]),
                "_notion": told.copy(),
                "gap": np.where(known, f["response/gap"], np.nan),
                "_gap": known,
            }
            infos["_response"] = told
        if "actionMask" in f:
            infos["action_mask"] = f["actionMask"] * rows[:, np.newaxis].astype(np.int8)
            infos["_action_mask"] = rows.copy()
        if "committedAction/present" in f:
            fixed = rows & f["committedAction/present"].view(bool)
            if fixed.any():
                infos["committed_action"] = read_rows(self._action_space, f, "committedAction")
                infos["_committed_action"] = fixed
        return infos


def _only(rows: NDArray[np.bool_], values: NDArray[np.object_]) -> NDArray[np.object_]:
    values[~rows] = None
    return values
