"""A leader of one's own, graded exactly: tit for tat that forgives, in the prisoner's dilemma.

Needs ``pip install stackelberg-gym``. ``evaluate_commitment`` says what the policy is worth
against the follower's best response, and what the best commitment is: the best deterministic one
(31) of a leader that does not mix, else the best of all (35). ``solve`` with this leader says what
the response is.

    python own_leader.py
"""

from __future__ import annotations

import stackelberg_gym

GAME, PARAMS = "IteratedMatrixGame-v0", {"game": "prisoners_dilemma"}


class Forgiving:
    """Cooperates (action 0) after cooperation, and after defection with probability ``mercy``.

    Observations are 0 at the start, then 1 + its own action + 2 * the follower's.
    """

    def __init__(self, mercy: float) -> None:
        self.mercy = mercy

    def probabilities(self, observation: int) -> list[float]:
        defected = observation >= 3
        return [self.mercy, 1 - self.mercy] if defected else [1.0, 0.0]


for mercy in (0, 0.25, 1):
    leader = Forgiving(mercy)
    grade = stackelberg_gym.evaluate_commitment(GAME, leader, params=PARAMS)
    response = stackelberg_gym.solve(GAME, leader=leader, params=PARAMS)
    follower = grade.follower_values["follower_0"]
    print(f"mercy {mercy:<4} leader {grade.value:5.2f} of {grade.optimum:.2f}", end="  ")
    print(f"follower {follower:5.2f} by {response.policy}")
