"""Training the net as an actor-critic, and writing it as ONNX. Needs torch, gymnasium and stable-baselines3 (extra ``learn``)."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError
from stratum_core.policy.restoration.choosing import FEATURES
from stratum_core.policy.restoration.instance import Instance
from stratum_core.policy.restoration.learned.net import OPSET
from stratum_core.ports import CancelToken, Progress, silent

PACKAGES = ("torch", "gymnasium", "stable_baselines3", "onnx", "onnxscript")
INPUTS, OUTPUTS = ("rows", "ties"), ("scores", "value")
#: environments beside each other, decisions of each before an update, passes over them
ENVIRONMENTS, STEPS, PASSES, BATCH = 32, 128, 4, 512
RATE, ENTROPY, TRACE, CLIP = 1e-3, 3e-3, 0.95, 0.2


def need_learn() -> dict[str, str]:
    """Versions of what training needs; raises InputError saying what to install."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise InputError(
            f"training needs {', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed",
            repair="call 'python3 packaging/bootstrap.py setup --extra learn'",
        )
    return {name: version(name.replace("_", "-")) for name in PACKAGES}


def fit(
    draw: Callable[[int], Instance],
    *,
    decisions: int,
    seed: int,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Any:
    """The net after ``decisions`` decisions on the instances ``draw(0)``, ``draw(1)``, ... by proximal policy optimisation.

    (Schulman et al. 2017, arXiv:1707.06347.) On one machine the same seed gives the same weights. Raises InputError, Cancelled.
    """
    need_learn()
    import torch
    from stable_baselines3 import PPO
    from stable_baselines3.common.callbacks import BaseCallback
    from stable_baselines3.common.vec_env import DummyVecEnv

    from stratum_core.policy.restoration.learned.environment import environment, policy_class

    class Told(BaseCallback):  # type: ignore[misc]
        def _on_step(self) -> bool:
            if cancel is not None:
                cancel.check()
            progress(min(self.num_timesteps, decisions), decisions, "training")
            return True

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    made = DummyVecEnv([lambda first=first: environment(draw, first, ENVIRONMENTS) for first in range(ENVIRONMENTS)])
    agent = PPO(
        policy_class(),
        made,
        n_steps=STEPS,
        batch_size=BATCH,
        n_epochs=PASSES,
        gamma=1.0,
        gae_lambda=TRACE,
        learning_rate=lambda left: RATE * left + RATE / 100,
        clip_range=CLIP,
        ent_coef=ENTROPY,
        seed=seed,
        device="cpu",
    )
    agent.learn(decisions, callback=Told())
    return agent.policy.net.eval()


def export(net: Any, file: Path) -> None:
    """Write the net as one ONNX file for any number of instances and jobs."""
    import torch

    batch, jobs = torch.export.Dim("batch"), torch.export.Dim("jobs")
    torch.onnx.export(
        net,
        (torch.rand(2, 5, len(FEATURES)), torch.rand(2, 5, 5)),
        str(file),
        input_names=list(INPUTS),
        output_names=list(OUTPUTS),
        opset_version=OPSET,
        dynamo=True,
        dynamic_shapes={"rows": {0: batch, 1: jobs}, "ties": {0: batch, 1: jobs, 2: jobs}},
        external_data=False,
        verbose=False,
    )
