"""JSON as the bridge writes it, and its names.

Numpy arrays are lists, and numbers that JSON lacks are ``{"$number": "Infinity"}``.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np

from .errors import from_engine


def encode(value: Any) -> bytes:
    """The bytes of a control message.

    Raises:
        InvalidArgument: if a value has no JSON form; the message says where it is.
    """
    return json.dumps(_plain(value, ""), allow_nan=False).encode()


def _plain(value: Any, path: str) -> Any:
    if isinstance(value, np.ndarray):
        return _plain(value.tolist(), path)
    if isinstance(value, np.generic):
        return _plain(value.item(), path)
    if isinstance(value, float) and not math.isfinite(value):
        return {"$number": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, dict):
        own = f"{path}." if path else ""
        return {str(key): _plain(item, f"{own}{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{path}[{i}]") for i, item in enumerate(value)]
    if value is None or isinstance(value, (str, int, float)):
        return value
    told = f"{path}: expected numbers, strings, lists, arrays and dicts, got {value!r}."
    raise from_engine("InvalidArgument", told)


def snake_case(name: str) -> str:
    """A name of the engine, such as ``oracleOptions``, as Python has it."""
    return re.sub("[A-Z]", lambda match: f"_{match[0].lower()}", name)


def decode(payload: bytes | bytearray | memoryview) -> Any:
    """The value of a control message."""
    return json.loads(bytes(payload), object_hook=_number)


def _number(item: dict[str, Any]) -> Any:
    return float(item["$number"]) if item.keys() == {"$number"} else item
