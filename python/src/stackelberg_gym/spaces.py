"""Gymnasium's spaces from the schemas that the engine sends, and ``ConstrainedBox``, which
Gymnasium lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from .errors import InvalidArgument

__all__ = ["ConstrainedBox", "from_schema"]

#: How far rounding may carry a sum over its bound.
_TOLERANCE = 1e-9


class ConstrainedBox(spaces.Box):
    """A box from 0 upwards whose members also keep within budgets, such as the coverage vectors of a
    security game.

    ``weights @ x.ravel() <= upper`` holds for every member. Samples are drawn in the box and scaled
    towards 0 where they exceed a budget.

    Args:
        high: upper bound of each coordinate.
        constraints: ``{"indices": [...], "values": [...], "upper": number}`` each, with values of
            at least 0.
        shape: of the members; default that of ``high``.
        dtype: of the members.
        seed: of the space's own stream.

    Raises:
        InvalidArgument: for a budget on a coordinate that is not there, or with a negative value.
    """

    def __init__(
        self,
        high: NDArray[Any],
        constraints: Sequence[Mapping[str, Any]],
        shape: Sequence[int] | None = None,
        dtype: Any = np.float64,
        seed: int | np.random.Generator | None = None,
    ) -> None:
        bounds = np.asarray(high, dtype).reshape(np.shape(high) if shape is None else tuple(shape))
        super().__init__(np.zeros_like(bounds), bounds, dtype=dtype, seed=seed)
        self.constraints = tuple(dict(constraint) for constraint in constraints)
        self.weights = np.zeros((len(self.constraints), bounds.size))
        self.upper = np.array([constraint["upper"] for constraint in self.constraints], float)
        for row, constraint in enumerate(self.constraints):
            indices, values = constraint["indices"], constraint["values"]
            if any(not 0 <= k < bounds.size for k in indices) or any(v < 0 for v in values):
                raise InvalidArgument(
                    f"constraints: expected indices from 0 to {bounds.size - 1} and values of at "
                    f"least 0, got {constraint}."
                )
            np.add.at(self.weights[row], indices, values)

    def sample(self, *args: Any, **kwargs: Any) -> NDArray[Any]:
        """A member; arguments as for ``Box.sample``."""
        return self.shrink(super().sample(*args, **kwargs))

    def shrink(self, x: NDArray[Any]) -> NDArray[Any]:
        """Scales a point of the box towards 0 until it keeps within every budget."""
        sums = self.weights @ x.ravel().astype(float)
        over = sums > self.upper
        if not over.any():
            return x
        exact = x.astype(float) * np.min(self.upper[over] / sums[over])
        shrunk = exact.astype(self.dtype)
        # Rounding to float32 may go up, and with it a sum over its bound.
        return np.where(shrunk > exact, np.nextafter(shrunk, 0, dtype=shrunk.dtype), shrunk)

    def contains(self, x: Any) -> bool:
        """Whether x is in the box and keeps within every budget, up to rounding."""
        if not super().contains(x):
            return False
        limit = self.upper + _TOLERANCE * np.maximum(1, self.upper)
        return bool(np.all(self.weights @ np.asarray(x, float).ravel() <= limit))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ConstrainedBox)
            and super().__eq__(other)
            and np.array_equal(self.weights, other.weights)
            and np.array_equal(self.upper, other.upper)
        )

    def __repr__(self) -> str:
        return f"Constrained{super().__repr__()[:-1]}, {len(self.constraints)} constraints)"


@batch_space.register(ConstrainedBox)
def _batch_constrained_box(space: ConstrainedBox, n: int = 1) -> ConstrainedBox:
    size = int(np.prod(space.shape))
    high = np.repeat(space.high[np.newaxis], n, axis=0)
    constraints = [
        {**constraint, "indices": [index + row * size for index in constraint["indices"]]}
        for row in range(n)
        for constraint in space.constraints
    ]
    return ConstrainedBox(high, constraints, dtype=space.dtype)


def from_schema(schema: Mapping[str, Any]) -> spaces.Space[Any]:
    """The space that the engine's JSON describes; Discrete and MultiDiscrete have Gymnasium's
    int64.

    Raises:
        InvalidArgument: for a kind of space that the bridge does not carry.
    """
    kind = schema["type"]
    if kind == "Discrete":
        return spaces.Discrete(schema["n"], start=schema["start"])
    if kind == "MultiDiscrete":
        start = np.asarray(schema["start"], np.int64)
        return spaces.MultiDiscrete(np.asarray(schema["nvec"], np.int64), start=start)
    if kind == "MultiBinary":
        return spaces.MultiBinary(schema["shape"])
    if kind in ("Box", "ConstrainedBox"):
        shape, dtype = tuple(schema["shape"]), np.dtype(schema["dtype"])
        low, high = (
            np.array([float(x) for x in schema[side]]).reshape(shape) for side in ("low", "high")
        )
        if kind == "ConstrainedBox":
            return ConstrainedBox(high, schema["constraints"], shape, dtype)
        return spaces.Box(low.astype(dtype), high.astype(dtype), shape, dtype.type)
    if kind == "Tuple":
        return spaces.Tuple([from_schema(part) for part in schema["spaces"]])
    if kind == "Dict":
        return spaces.Dict([(key, from_schema(part)) for key, part in schema["spaces"]])
    raise InvalidArgument(
        f"space: expected one of arrays, a Tuple or a Dict from the engine, got {kind!r}."
    )


def fits(array: NDArray[Any], shape: Sequence[int]) -> bool:
    """Whether numbers are as many along every axis as a shape has, axes of length 1 aside."""
    if array.shape == shape:
        return True
    return [n for n in array.shape if n != 1] == [n for n in shape if n != 1]
