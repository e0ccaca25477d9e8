"""The net: it scores each waiting job by its features and by those of the jobs that its people need too; needs torch (``learn``).

The same weights for every job, sums and means over jobs in between: renumbering the jobs renumbers the scores (Zaheer et al.
2017, "Deep sets"; choice by a score over what is left as in Bello et al. 2016 and Kool et al. 2019). A score starts from the
greedy index, so an untrained net is the greedy rule. Made in functions because the program itself runs without torch.
"""

from __future__ import annotations

from typing import Any

from stratum_core.policy.restoration.choosing import FEATURES

WIDTH, LAYERS = 64, 3
OPSET = 18
#: weight of the greedy index before training, small enough that other jobs are tried; what stands for one that may not be taken
GREEDY, NEVER = 1.5, -1e9


def scorer() -> Any:
    """The module: forward(rows (batch, jobs, FEATURES), ties (batch, jobs, jobs)) -> scores (batch, jobs), value (batch, 1)."""
    import torch
    from torch import nn
    from torch.nn.functional import elu

    class Net(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.enter = nn.Linear(len(FEATURES), WIDTH)
            self.layers = nn.ModuleList(nn.Linear(4 * WIDTH, WIDTH) for _ in range(LAYERS))
            self.leave = nn.Linear(WIDTH, 1)
            self.worth = nn.Sequential(nn.Linear(2 * WIDTH, WIDTH), nn.ELU(), nn.Linear(WIDTH, 1))
            self.greedy = nn.Parameter(torch.tensor(GREEDY))
            nn.init.zeros_(self.leave.weight)
            nn.init.zeros_(self.leave.bias)

        def forward(self, rows: Any, ties: Any) -> Any:
            waits = (rows[..., -1:] > 0).to(rows.dtype)
            count = waits.sum(1, keepdim=True).clamp(min=1.0)
            state = elu(self.enter(rows)) * waits
            for layer in self.layers:
                mean = (state.sum(1, keepdim=True) / count).expand_as(state)
                most = state.amax(1, keepdim=True).expand_as(state)
                state = (state + elu(layer(torch.cat([state, ties @ state, mean, most], dim=-1)))) * waits
            scores = self.leave(state).squeeze(-1) + self.greedy * rows[..., 4]
            scores = torch.where(rows[..., 0] > 0, scores, torch.full_like(scores, NEVER))
            pooled = torch.cat([state.sum(1) / count.squeeze(1), state.amax(1)], dim=-1)
            return scores, self.worth(pooled)

    return Net()
