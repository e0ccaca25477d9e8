"""Training the net on examples, and writing it as ONNX. Needs torch and torch-geometric (extra ``learn``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.criticality.learned.features import Inputs, share
from stratum_core.criticality.learned.net import OPSET, exportable, trainable
from stratum_core.criticality.learned.shipped import INPUTS
from stratum_core.criticality.learned.wiring import RELATIONS
from stratum_core.errors import InputError
from stratum_core.model.fields import Floats, Ints
from stratum_core.ports import CancelToken, Progress, silent

PACKAGES = ("torch", "torch_geometric", "onnx", "onnxscript")
RATE, DECAY, CLIP = 5e-3, 1e-3, 1.0
#: weight of the share lost beside the question whether anything is lost, and where its penalty turns linear
SHARE_WEIGHT, BEND = 8.0, 0.05


@dataclass(frozen=True)
class Lesson:
    """A city and what the outages of ``chosen`` lose (share of all that could be lost)."""

    inputs: Inputs
    chosen: Ints
    lost: Floats


def need_torch() -> dict[str, str]:
    """Versions of what training needs; raises InputError saying what to install."""
    if any(find_spec(name) is None for name in PACKAGES):
        raise InputError(
            "training needs PyTorch and its graph layers, which are not installed",
            repair="call 'pip install torch==2.13.0 torch-geometric onnx onnxscript' in this environment (CPU build)",
        )
    return {name: version(name.replace("_", "-")) for name in PACKAGES}


def fit(
    lessons: Sequence[Lesson], *, epochs: int, seed: int, progress: Progress = silent, cancel: CancelToken | None = None
) -> Any:
    """The trained module; on one machine the same lessons and seed give the same weights. Raises InputError, Cancelled."""
    need_torch()
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    net, rng, done, token = trainable(), np.random.default_rng(seed), 0, cancel or CancelToken()
    given = [(tensors(lesson.inputs), torch.tensor(lesson.chosen), _target(lesson)) for lesson in lessons]
    steps = epochs * len(given)
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for _ in range(epochs):
        for i in rng.permutation(len(given)):
            token.check()
            known, chosen, target = given[i]
            optimiser.zero_grad()
            _loss(net(*known)[chosen], target).backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), CLIP)
            optimiser.step()
            schedule.step()
            done += 1
            progress(done, steps, "training")
    return net.eval()


def tensors(known: Inputs) -> tuple[Any, Any, Any, Any]:
    """What the net is given, in the order of INPUTS."""
    import torch

    wired = known.wired
    relations = torch.eye(len(RELATIONS))[torch.tensor(wired.relation)]
    return (
        torch.tensor(known.features),
        torch.tensor(wired.edges),
        relations,
        torch.tensor(wired.gcn_weights(), dtype=torch.float32),
    )


def _target(lesson: Lesson) -> Any:
    import torch

    return torch.tensor(share(lesson.lost, 1.0), dtype=torch.float32)


def _loss(out: Any, target: Any) -> Any:
    from torch.nn.functional import binary_cross_entropy_with_logits, smooth_l1_loss

    something = target > 0
    loss = binary_cross_entropy_with_logits(out[:, 0], something.float())
    if bool(something.any()):
        loss = loss + SHARE_WEIGHT * smooth_l1_loss(out[something, 1], target[something], beta=BEND)
    return loss


def export(trained: Any, lesson: Lesson, file: Path) -> None:
    """Write the net as one ONNX file for any number of components and edges; ``lesson`` is what it is traced with."""
    import torch

    components, edges = torch.export.Dim("components"), torch.export.Dim("edges")
    dynamic = {"features": {0: components}, "edges": {1: edges}, "relations": {0: edges}, "weights": {0: edges}}
    torch.onnx.export(
        exportable(trained).eval(),
        tensors(lesson.inputs),
        str(file),
        input_names=list(INPUTS),
        output_names=["heads"],
        opset_version=OPSET,
        dynamo=True,
        dynamic_shapes=dynamic,
        external_data=False,
        verbose=False,
    )
