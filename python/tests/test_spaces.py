"""Spaces from the engine's schemas, and ``ConstrainedBox``."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from cases import CASES, Params
from gymnasium import spaces
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array, iterate

from stackelberg_gym.errors import InvalidArgument
from stackelberg_gym.parallel import parallel_env
from stackelberg_gym.spaces import ConstrainedBox, fits, from_schema


@pytest.mark.parametrize(("game", "params"), CASES)
def test_spaces_of_every_game(game: str, params: Params) -> None:
    env = parallel_env(game, params=params)
    agents = env.possible_agents
    made = [env.observation_space(agent) for agent in agents]
    made += [env.action_space(agent) for agent in agents] + [env.state_space]
    for space in made:
        space.seed(3)
        member = space.sample()
        assert space.contains(member)
        space.seed(3)
        assert np.array_equal(space.sample(), member)
        restored = pickle.loads(pickle.dumps(space))
        assert restored == space
        assert copy.deepcopy(space) == space
        assert space.from_jsonable(space.to_jsonable([member]))[0] in space
        batch = batch_space(space, 3)
        batch.seed(0)
        assert all(row in space for row in iterate(batch, batch.sample()))
    check_agrees_with_engine(env)
    env.close()


def check_agrees_with_engine(env: Any) -> None:
    """The engine takes whatever Python samples."""
    for seed in range(5):
        env.reset(seed=seed)
        while env.agents:
            env.step({agent: env.action_space(agent).sample() for agent in env.agents})


def test_kinds() -> None:
    assert from_schema({"type": "Discrete", "n": 3, "start": 1}) == spaces.Discrete(3, start=1)
    assert from_schema({"type": "Discrete", "n": 3, "start": 0}).dtype == np.int64
    many = from_schema({"type": "MultiDiscrete", "nvec": [2, 3], "start": [0, 1], "shape": [2]})
    assert many == spaces.MultiDiscrete([2, 3], start=[0, 1])
    assert from_schema({"type": "MultiBinary", "shape": [2]}) == spaces.MultiBinary([2])
    box = {"type": "Box", "low": [float("-inf"), 0], "high": [1, float("inf")], "shape": [2]}
    made = from_schema({**box, "dtype": "float32"})
    low, high = np.array([[-np.inf, 0], [1, np.inf]], np.float32)
    assert made == spaces.Box(low, high, dtype=np.float32)
    one = {"type": "Discrete", "n": 2, "start": 0}
    both = from_schema({"type": "Tuple", "spaces": [one, one]})
    assert both == spaces.Tuple([spaces.Discrete(2)] * 2)
    named = from_schema({"type": "Dict", "spaces": [["b", one], ["a", one]]})
    assert list(named.spaces) == ["b", "a"]  # type: ignore[attr-defined]
    with pytest.raises(InvalidArgument, match="got 'Text'"):
        from_schema({"type": "Text"})


class TestConstrainedBox:
    @pytest.fixture
    def box(self) -> ConstrainedBox:
        """x + y <= 1 and 2 y + z <= 1.5, each at most 1."""
        return ConstrainedBox(
            np.ones(3),
            [
                {"indices": [0, 1], "values": [1, 1], "upper": 1},
                {"indices": [1, 2], "values": [2, 1], "upper": 1.5},
            ],
            seed=0,
        )

    def test_contains(self, box: ConstrainedBox) -> None:
        for member in ([0, 0, 0], [1, 0, 1], [0.5, 0.5, 0.5], [0.9, 0.1, 1]):
            assert np.array(member, float) in box
        for outside in ([1, 0.1, 0], [0, 0.75, 0.1], [-0.1, 0, 0], [0, 0, 1.1], [np.nan, 0, 0]):
            assert np.array(outside, float) not in box
        assert np.zeros(2) not in box

    def test_samples_are_members_and_reach_the_budgets(self, box: ConstrainedBox) -> None:
        samples = np.array([box.sample() for _ in range(500)])
        assert all(sample in box for sample in samples)
        assert samples.dtype == np.float64
        sums = samples @ box.weights.T
        assert np.allclose(sums.max(axis=0), [1, 1.5])
        assert samples.min() < 0.05
        assert samples.max() > 0.9

    def test_shrink(self, box: ConstrainedBox) -> None:
        assert box.shrink(np.array([1.0, 1.0, 0.0])).tolist() == [0.5, 0.5, 0.0]
        inside = np.array([0.25, 0.25, 0.25])
        assert box.shrink(inside).tolist() == inside.tolist()

    def test_seed(self, box: ConstrainedBox) -> None:
        box.seed(5)
        first = box.sample()
        box.seed(5)
        assert np.array_equal(box.sample(), first)
        assert not np.array_equal(box.sample(), first)

    def test_equality(self, box: ConstrainedBox) -> None:
        assert box == copy.deepcopy(box) == pickle.loads(pickle.dumps(box))
        other = ConstrainedBox(np.ones(3), [{"indices": [0], "values": [1], "upper": 1}])
        assert box != other
        assert box != spaces.Box(0.0, 1.0, (3,), np.float64)
        assert spaces.Box(0.0, 1.0, (3,), np.float64) != box
        assert "2 constraints" in repr(box)

    def test_batch(self, box: ConstrainedBox) -> None:
        batch = batch_space(box, 4)
        assert isinstance(batch, ConstrainedBox)
        assert batch.shape == (4, 3)
        rows = [box.sample() for _ in range(4)]
        empty: Any = create_empty_array(box, 4)
        stacked: Any = concatenate(box, rows, empty)
        assert stacked in batch
        stacked[2] = [1, 1, 0]
        assert stacked not in batch
        batch.seed(1)
        sample = batch.sample()
        assert sample in batch
        assert all(row in box for row in iterate(batch, sample))

    def test_rounding_stays_inside(self) -> None:
        box = ConstrainedBox(
            np.ones(7),
            [{"indices": list(range(7)), "values": [1] * 7, "upper": 1}],
            dtype=np.float32,
        )
        box.seed(0)
        assert all(box.sample() in box for _ in range(200))
        assert box.sample().dtype == np.float32

    def test_shrinks_what_a_network_put_out(self) -> None:
        box = ConstrainedBox(
            np.ones(7), [{"indices": list(range(7)), "values": [1] * 7, "upper": 1}]
        )
        points = np.random.default_rng(0).random((200, 7), np.float32)
        assert all(box.shrink(point) in box for point in points)


@pytest.mark.parametrize(
    ("given", "shape", "answer"),
    [
        ((4, 8), (4, 8), True),
        ((4, 1), (4,), True),
        ((), (1,), True),
        ((1, 1), (), True),
        ((8, 4), (4, 8), False),
        ((32,), (4, 8), False),
        ((0,), (1,), False),
    ],
)
def test_fits(given: tuple[int, ...], shape: tuple[int, ...], answer: bool) -> None:
    assert fits(np.zeros(given), shape) == answer
