"""The leader's side of a game as a Gymnasium environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

from ._catalogue import metadata_of
from ._leader import LeaderArguments, Oracle, OuterInfos
from ._remote import Remote, if_usable, integer_seed, read, write_action
from .errors import InvalidArgument
from .spaces import from_schema

__all__ = ["StackelbergEnv"]


class StackelbergEnv(gymnasium.Env[Any, Any]):
    """The leader's side of a Stackelberg game (Gerstgrasser & Parkes 2023, Theorem 1).

    An episode begins with the followers' queries, each a step with reward 0; then the leader plays
    ``reward_episodes`` episodes against their response, and is done. A policy that is optimal here
    is a Stackelberg leader policy. The defaults of the options satisfy the theorem; see
    ``docs/architecture.md`` for the conditions.

    Infos hold ``phase`` (``query`` or ``play``), ``queries`` (so far), in play ``response``
    (``notion``: the equilibrium that the followers reached; ``gap``: a float, or None where it is
    not known), and with ``commitment="episode"`` of Discrete actions ``action_mask`` (int8, 1 where
    the action is open). ``committed_action`` is what a hidden query was answered with.

    The engine starts at first use. An environment pickles as its arguments.

    Args:
        game: id of a registered game, such as ``IteratedMatrixGame-v0``.
        params: parameters of the game, as ``catalogue()`` has them.
        oracle: how the followers respond: a name such as ``tabular-q``, followers in Python, or
            None for those that the game has by default.
        oracle_options: options of a named oracle, as ``catalogue()`` has them.
        oracle_seed: of an oracle that is trained beforehand.
        query_policy: answers the queries that the leader does not see; None for uniformly random
            answers.
        render_mode: ``ansi``, ``rgb_array``, ``human`` (the text is printed at every reset and
            step) or None.
        commitment: what an action fixes: this ``step``, the answer to this observation for the
            ``episode``, or the whole ``policy``, so that an episode is one step.
        policy_form: with ``commitment="policy"``: actions are ``logits`` or ``deterministic``.
        reward_episodes: episodes that the leader is paid for, or ``type-profiles``: one for each
            joint type.
        repeats: with ``commitment="episode"``, where an observation comes again: ``ask`` (with an
            action mask), ``skip`` (no such step), or ``auto``: ``skip`` where actions are vectors.
        response_phase_probability: share of the episodes whose queries are shown.
        reveal_phase: observations also say whether the step is a query.
        hide_queries: queries never are steps of the leader's.
        reward_during_response: queries that the followers simulate play with are paid, too.
        reset_followers: followers begin afresh in every episode.

    Raises:
        gymnasium.error.NameNotFound: for an unknown game.
        gymnasium.error.UnsupportedMode: for an unknown render mode.
        InvalidArgument: for malformed parameters and options, at first use.
    """

    metadata: dict[str, Any] = {"render_modes": ["human", "ansi", "rgb_array"], "render_fps": 4}

    def __init__(
        self,
        game: str,
        *,
        params: Mapping[str, Any] | None = None,
        oracle: Oracle = None,
        oracle_options: Mapping[str, Any] | None = None,
        oracle_seed: int = 0,
        query_policy: Callable[..., Any] | None = None,
        render_mode: str | None = None,
        commitment: str = "step",
        policy_form: str = "logits",
        reward_episodes: int | str = 1,
        repeats: str = "auto",
        response_phase_probability: float = 1,
        reveal_phase: bool = False,
        hide_queries: bool = False,
        reward_during_response: bool = False,
        reset_followers: bool = True,
    ) -> None:
        self._arguments = LeaderArguments.among(locals())
        self.metadata = metadata_of(game, render_mode)
        self.render_mode = render_mode
        self._handle: Remote | None = None

    @property
    def _remote(self) -> Remote:
        if self._handle is None:
            mode = "ansi" if self.render_mode == "human" else self.render_mode
            self._handle = self._arguments.open("stackelberg", renderMode=mode)
            self._infos = OuterInfos(
                self._handle.description, self.action_space, self._handle.results
            )
        return self._handle

    @cached_property
    def observation_space(self) -> spaces.Space[Any]:  # type: ignore[override]
        """What the leader sees; nothing with ``commitment="policy"``."""
        return from_schema(self._remote.description["observationSpace"])

    @cached_property
    def action_space(self) -> spaces.Space[Any]:  # type: ignore[override]
        """The leader's actions in the game, or with ``commitment="policy"`` its policies."""
        return from_schema(self._remote.description["actionSpace"])

    @cached_property
    def state_space(self) -> spaces.Space[Any]:
        """Of ``state``: an unbounded Box."""
        return from_schema(self._remote.description["stateSpace"])

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Starts an episode and returns observation and info.

        Args:
            seed: of the environment's stream, of any size; None goes on with it.
            options: ignored.
        """
        super().reset(seed=None if seed is None else integer_seed(seed))
        self._handle = if_usable(self._handle)
        self._remote.reset(seed, options)
        self._show()
        return self._observation(), self._infos.row(0)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Answers a query or plays, and returns observation, reward, terminated, truncated (always
        False) and info.

        Raises:
            gymnasium.error.InvalidAction: for an action outside the space.
            gymnasium.error.ResetNeeded: before the first reset and after the end.
        """
        remote = self._remote
        write_action(self.action_space, remote.actions, "actions", action, "action")
        remote.step()
        self._show()
        reward, end, cut = (
            remote.results[name].item() for name in ("rewards", "terminations", "truncations")
        )
        return self._observation(), reward, end == 1, cut == 1, self._infos.row(0)

    def _observation(self) -> Any:
        return read(self.observation_space, self._remote.results, "observations")

    def action_masks(self) -> NDArray[np.bool_]:
        """Which actions are open now, in the form that MaskablePPO of sb3-contrib asks for.

        Returns:
            An array of shape ``(n,)`` for Discrete(n), ``(sum(nvec),)`` for MultiDiscrete; all True
            where nothing is closed.

        Raises:
            InvalidArgument: where actions are neither.
            gymnasium.error.ResetNeeded: before the first reset, where actions may be closed.
        """
        mask = self._remote.results.get("infos/actionMask")
        if mask is not None:
            if not mask.any():
                raise ResetNeeded("action_masks: expected a running episode. Call reset.")
            return np.asarray(mask[0], bool)
        space = self.action_space
        if isinstance(space, spaces.Discrete):
            return np.ones(int(space.n), bool)
        if isinstance(space, spaces.MultiDiscrete):
            return np.ones(int(space.nvec.sum()), bool)
        raise InvalidArgument(
            f"action_masks: expected Discrete or MultiDiscrete actions, got {space}."
        )

    def state(self) -> NDArray[np.float64]:
        """What a critic may see and the leader may not: phase, game and what followers learned."""
        return self._remote.state()

    def _show(self) -> None:
        if self.render_mode == "human":
            print(self._remote.render())

    def render(self) -> str | NDArray[np.uint8] | None:
        """The frame as ``render_mode`` says: text, an RGB array (height, width, 3), or None."""
        if self.render_mode in (None, "human"):
            return None
        return self._remote.render()

    def close(self) -> None:
        """Closes the environment; again does nothing. It starts anew when it is used again."""
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()

    def __getstate__(self) -> dict[str, Any]:
        kept = {"render_mode": self.render_mode, **self._arguments.as_keywords()}
        return {"arguments": kept, "spec": self.spec}

    def __setstate__(self, state: dict[str, Any]) -> None:
        StackelbergEnv.__init__(self, **state["arguments"])
        self.spec = state["spec"]
