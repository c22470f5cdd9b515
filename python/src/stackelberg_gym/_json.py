"""JSON as the bridge writes it, and its names.

Numpy arrays are lists, and numbers that JSON lacks are ``{"$number": "Infinity"}``.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np


def encode(value: Any) -> bytes:
    """The bytes of a control message.

    Raises:
        TypeError: if a value has no JSON form.
    """
    return json.dumps(_plain(value), allow_nan=False).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return {"$number": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise TypeError(f"Expected numbers, strings, lists, arrays and dicts, got {value!r}.")


def snake_case(name: str) -> str:
    """A name of the engine, such as ``oracleOptions``, as Python has it."""
    return re.sub("[A-Z]", lambda match: f"_{match[0].lower()}", name)


def decode(payload: bytes | bytearray | memoryview) -> Any:
    """The value of a control message."""
    return json.loads(bytes(payload), object_hook=_number)


def _number(item: dict[str, Any]) -> Any:
    return float(item["$number"]) if item.keys() == {"$number"} else item
