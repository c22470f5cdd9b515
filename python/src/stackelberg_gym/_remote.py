"""An environment in the engine: its schema, the arrays of its messages, and its calls."""

from __future__ import annotations

import operator
import sys
import weakref
from collections.abc import Mapping, Sequence
from typing import Any, SupportsIndex, Union

import numpy as np
from gymnasium import spaces
from gymnasium.error import InvalidAction
from numpy.typing import NDArray

from ._connection import COMMIT, HEADER, STEP, Connection, acquire, release
from .errors import InvalidArgument
from .spaces import fits

Array = NDArray[Any]
Fields = Mapping[str, Array]
#: A seed of any size, one for each row, or None to go on with the stream.
Seed = Union[SupportsIndex, Sequence["SupportsIndex | None"], NDArray[np.integer[Any]], None]


class Remote:
    """A handle on an environment of the engine. What ``results`` and ``final`` show is overwritten
    by the next call.

    Args:
        request: the fields of a ``make`` request.
        connection: to use instead of the shared one, for environments with callables.
    """

    def __init__(self, request: Mapping[str, Any], connection: Connection | None = None) -> None:
        self.connection = acquire() if connection is None else connection
        try:
            self.description: dict[str, Any] = self.connection.request("make", **request)
        except BaseException:
            release(self.connection)
            raise
        self.handle: int = self.description["env"]
        self._finalizer = weakref.finalize(self, _abandon, self.connection, self.handle)
        # Then the connection ends as a whole.
        self._finalizer.atexit = False
        layouts = self.description["layouts"]
        results, final = layouts["results"]["size"], layouts["final"]["size"]
        self._outgoing = bytearray(HEADER.size + layouts["actions"]["size"])
        incoming = bytearray(HEADER.size + results + final)
        self._incoming = memoryview(incoming)
        #: The arrays that the next step sends.
        self.actions: Fields = _views(layouts["actions"], self._outgoing, HEADER.size)
        #: The arrays of the last reset, step or commit.
        self.results: Fields = _views(layouts["results"], incoming, HEADER.size)
        #: Last observations and infos of the rows that just ended, where ``step`` returned True.
        self.final: Fields = _views(layouts["final"], incoming, HEADER.size + results)

    def reset(
        self,
        seed: Seed = None,
        options: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> None:
        """Starts an episode; what it shows is then in ``results``."""
        payload = self.connection.request(
            "reset", self.handle, seed=_seed(seed), options=_options(options), **fields
        )
        self._incoming[HEADER.size : HEADER.size + len(payload)] = payload

    def step(self) -> bool:
        """Sends ``actions``; returns whether rows ended, so that ``final`` is valid."""
        return bool(self._exchange(STEP))

    def commit(self) -> None:
        """Sends the first movers' ``actions``; the others' observations are then in ``results``."""
        self._exchange(COMMIT)

    def _exchange(self, kind: int) -> int:
        return self.connection.exchange(kind, self.handle, self._outgoing, self._incoming)[1]

    def state(self) -> NDArray[np.float64]:
        """The global state."""
        return np.frombuffer(self.connection.request("state", self.handle), np.float64).copy()

    def render(self, row: int = 0) -> str | NDArray[np.uint8] | None:
        """The frame as text or as pixels, by the mode that the environment was made with."""
        answer = self.connection.request("render", self.handle, row=row)
        if isinstance(answer, dict):
            text: str | None = answer["text"]
            return text
        width, height = np.frombuffer(answer, np.uint32, 2)
        return np.frombuffer(answer, np.uint8, offset=8).reshape(height, width, 3).copy()

    def commitment(self, action: Any) -> Any:
        """What a whole policy as one action (JSON) commits the leader to."""
        return self.connection.request("commitment", self.handle, action=action)["commitment"]

    def close(self) -> None:
        """Closes the environment, and with it an engine of its own.

        Does nothing the second time, and never fails: the engine hears of it with the next request.
        """
        self._finalizer()


def if_usable(remote: Remote | None) -> Remote | None:
    """The environment itself, or None where its engine was lost or is another process's, so that
    ``reset`` makes it anew."""
    if remote is None or not remote.connection.lost:
        return remote
    remote.close()
    return None


def _abandon(connection: Connection, handle: int) -> None:
    connection.forget(handle)
    release(connection)


def _views(layout: Mapping[str, Any], buffer: bytearray, start: int) -> dict[str, Array]:
    def view(field: Mapping[str, Any]) -> Array:
        dtype = np.dtype(field["dtype"])
        if sys.byteorder == "big":
            dtype = dtype.newbyteorder("<")
        count = int(np.prod(field["shape"], dtype=np.int64))
        offset = start + field["offset"]
        return np.frombuffer(buffer, dtype, count, offset).reshape(field["shape"])

    return {field["name"]: view(field) for field in layout["fields"]}


def _seed(seed: Any) -> str | list[str | None] | None:
    if is_list(seed):
        return [_seed_text(each) for each in seed]
    return _seed_text(seed)


def is_list(seed: Any) -> bool:
    """Whether it is a seed for each row."""
    return np.ndim(seed) > 0


def _seed_text(seed: Any) -> str | None:
    return None if seed is None else str(integer_seed(seed))


def integer_seed(seed: Any) -> int:
    """A seed as an int, whatever integer it is given as.

    Raises:
        InvalidArgument: unless it is an integer of at least 0.
    """
    try:
        number = operator.index(seed)
    except TypeError:
        number = -1
    if number < 0 or isinstance(seed, (bool, np.bool_)):
        raise InvalidArgument(f"seed: expected a non-negative integer, got {seed!r}.")
    return number


def check_options(options: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The options of ``reset``; none for None.

    Raises:
        InvalidArgument: unless they are a dict or None.
    """
    if options is not None and not isinstance(options, Mapping):
        raise InvalidArgument(f"options: expected a dict of options by name, got {options!r}.")
    return options or {}


def _options(options: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the engine knows of the options; others are ignored, as in Gymnasium."""
    mask = check_options(options).get("reset_mask")
    return {} if mask is None else {"resetMask": np.asarray(mask).tolist()}


def leaf_names(space: spaces.Space[Any], name: str) -> list[str]:
    """Names of the fields that hold members of a space."""
    if isinstance(space, spaces.Dict):
        return [
            leaf for key, part in space.spaces.items() for leaf in leaf_names(part, f"{name}/{key}")
        ]
    if isinstance(space, spaces.Tuple):
        return [
            leaf for i, part in enumerate(space.spaces) for leaf in leaf_names(part, f"{name}/{i}")
        ]
    return [name]


def read(space: spaces.Space[Any], fields: Fields, name: str) -> Any:
    """A member of a space from its fields: a copy, of the space's dtype."""
    if isinstance(space, spaces.Dict):
        return {key: read(part, fields, f"{name}/{key}") for key, part in space.spaces.items()}
    if isinstance(space, spaces.Tuple):
        return tuple(read(part, fields, f"{name}/{i}") for i, part in enumerate(space.spaces))
    field = fields[name]
    if isinstance(space, spaces.Discrete):
        return space.dtype.type(field.flat[0])
    return field.reshape(space.shape).astype(space.dtype)


def read_rows(space: spaces.Space[Any], fields: Fields, name: str, copy: bool = True) -> Any:
    """``read`` for fields with a row a member: a batch as ``gymnasium.vector.utils.batch_space``
    has it.

    Args:
        space: of a single member.
        fields: of a message.
        name: of the members' fields.
        copy: False for arrays that the next message overwrites, where the dtype allows it.
    """
    if isinstance(space, spaces.Dict):
        return {
            key: read_rows(part, fields, f"{name}/{key}", copy)
            for key, part in space.spaces.items()
        }
    if isinstance(space, spaces.Tuple):
        return tuple(
            read_rows(part, fields, f"{name}/{i}", copy) for i, part in enumerate(space.spaces)
        )
    return fields[name].astype(space.dtype, copy=copy)


def write(space: spaces.Space[Any], fields: Fields, name: str, value: Any) -> None:
    """Puts a member of a space into its fields.

    Raises:
        TypeError, ValueError, OverflowError: if the value does not fit the fields without loss; the
        engine checks the range.
    """
    if isinstance(space, spaces.Dict):
        for key, part in space.spaces.items():
            write(part, fields, f"{name}/{key}", value[key])
    elif isinstance(space, spaces.Tuple):
        for i, part in enumerate(space.spaces):
            write(part, fields, f"{name}/{i}", value[i])
    else:
        put(fields[name], value, name)


def write_action(
    space: spaces.Space[Any],
    fields: Fields,
    name: str,
    action: Any,
    who: str,
    rows: int | None = None,
) -> None:
    """``write`` for actions.

    Args:
        space: of the action.
        fields: of the coming message.
        name: of the action's fields.
        action: a member of the space, or a batch of them where the fields have rows.
        who: whose action it is, for the error.
        rows: how many there are in a batch, for the error.

    Raises:
        gymnasium.error.InvalidAction: if it does not fit the fields; the engine checks the range.
    """
    try:
        write(space, fields, name, action)
    except (TypeError, ValueError, KeyError, IndexError, OverflowError) as failure:
        each = "" if rows is None else f" for each of {rows} rows"
        raise InvalidAction(
            f"{who}: expected an action in {space}{each}, got {action!r}."
        ) from failure


def put(field: Array, value: Any, name: str) -> None:
    """Copies numbers into a field of another dtype and with other axes of length 1; nothing but
    float precision is lost."""
    array = np.asarray(value)
    integral = field.dtype.kind in "iu"
    if array.dtype.kind not in ("iub" if integral else "iubf") or not fits(array, field.shape):
        kind = "integers" if integral else "numbers"
        raise InvalidArgument(f"{name}: expected {kind} of shape {field.shape}, got {value!r}.")
    field[...] = array.reshape(field.shape)
    if (
        integral
        and array.dtype != field.dtype
        and not np.array_equal(field, array.reshape(field.shape))
    ):
        raise InvalidArgument(f"{name}: expected integers within {field.dtype}, got {value!r}.")
