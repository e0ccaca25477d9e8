"""The decisions of the crews as a gymnasium environment, and the net as a policy of stable-baselines3; needs ``learn``.

An episode is one instance. What a choice costs is by how much it raises the people-hours that are left at least, in parts of
the greedy order's, so the return of an episode is how far its order is above the bound at the start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from stratum_core.policy.restoration.choosing import FEATURES
from stratum_core.policy.restoration.instance import Instance
from stratum_core.policy.restoration.learned.course import Course
from stratum_core.policy.restoration.learned.net import scorer
from stratum_core.policy.restoration.orders import greedy

#: jobs for which an observation has room
ROOM = 20
#: brings rewards to about 1
SCALE = 20.0


def environment(draw: Callable[[int], Instance], first: int, stride: int) -> Any:
    """An environment whose episodes are ``draw(first)``, ``draw(first + stride)`` and so on."""
    import gymnasium

    class Repairs(gymnasium.Env):  # type: ignore[misc]
        def __init__(self) -> None:
            self.observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (ROOM * (len(FEATURES) + ROOM),), np.float32)
            self.action_space = gymnasium.spaces.Discrete(ROOM)
            self._number = first

        def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
            given = draw(self._number)
            self._number += stride
            self._course, self._whole = Course(given), max(greedy(given).people_hours, 1e-9)
            self._before = self._course.outlook()
            return observed(self._course), {}

        def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
            self._course.take(int(action))
            after = self._course.outlook()
            reward = -SCALE * (after - self._before) / self._whole
            self._before = after
            return observed(self._course), reward, self._course.done, False, {}

    return Repairs()


def observed(course: Course) -> Any:
    """(ROOM * (FEATURES + ROOM),) what the policy is told, with room left empty."""
    n = course.given.jobs
    out = np.zeros((ROOM, len(FEATURES) + ROOM), dtype=np.float32)
    if not course.done:
        out[:n, : len(FEATURES)] = course.rows
        out[:n, len(FEATURES) : len(FEATURES) + n] = course.ties
    return out.ravel()


def policy_class() -> Any:
    """The policy that stable-baselines3 trains: scores are logits, what may not be taken is never drawn."""
    import torch
    from stable_baselines3.common.distributions import CategoricalDistribution
    from stable_baselines3.common.policies import BasePolicy

    class Policy(BasePolicy):  # type: ignore[misc]
        def __init__(self, observation_space: Any, action_space: Any, lr_schedule: Any, **_: Any) -> None:
            super().__init__(observation_space, action_space)
            self.net = scorer()
            self.optimizer = torch.optim.Adam(self.net.parameters(), lr=lr_schedule(1), eps=1e-5)

        def _told(self, obs: Any) -> tuple[Any, Any]:
            scores, value = self.net(*unpacked(obs))
            return CategoricalDistribution(ROOM).proba_distribution(scores), value

        def forward(self, obs: Any, deterministic: bool = False) -> tuple[Any, Any, Any]:
            chance, value = self._told(obs)
            actions = chance.get_actions(deterministic=deterministic)
            return actions, value, chance.log_prob(actions)

        def evaluate_actions(self, obs: Any, actions: Any) -> tuple[Any, Any, Any]:
            chance, value = self._told(obs)
            return value, chance.log_prob(actions), chance.entropy()

        def predict_values(self, obs: Any) -> Any:
            return self._told(obs)[1]

        def _predict(self, observation: Any, deterministic: bool = False) -> Any:
            return self._told(observation)[0].get_actions(deterministic=deterministic)

        def reset_noise(self, n_envs: int = 1) -> None:
            """No noise of its own."""

    return Policy


def unpacked(obs: Any) -> tuple[Any, Any]:
    """Rows and ties of a batch of observations."""
    table = obs.reshape(-1, ROOM, len(FEATURES) + ROOM)
    return table[..., : len(FEATURES)], table[..., len(FEATURES) :]
