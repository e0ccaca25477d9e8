"""The net: two GCN and two GAT layers over the wiring of a city, and two heads; needs torch and torch-geometric (``learn``).

Trained with torch-geometric's layers; the form that is exported writes the same sums as plain operations that ONNX has.
GCN: Kipf & Welling 2017; GAT with edge features: Veličković et al. 2018. The classes are made in functions because the
program itself runs without torch.
"""

from __future__ import annotations

from typing import Any

from stratum_core.criticality.learned.features import FEATURES
from stratum_core.criticality.learned.wiring import RELATIONS

WIDTH, HEADS = 32, 4
LAYERS = ("gcn", "gat", "gat", "gcn")
SLOPE = 0.2
OPSET = 18


def trainable() -> Any:
    """The module that is trained: forward(features, edges, relations one-hot, gcn weights) -> (components, 2)."""
    from torch import nn
    from torch.nn.functional import elu
    from torch_geometric.nn import GATConv, GCNConv

    class Net(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.enter = nn.Linear(len(FEATURES), WIDTH)
            self.layers = nn.ModuleList(
                GCNConv(WIDTH, WIDTH, normalize=False, add_self_loops=False)
                if name == "gcn"
                else GATConv(WIDTH, WIDTH // HEADS, HEADS, edge_dim=len(RELATIONS), add_self_loops=False)
                for name in LAYERS
            )
            self.mixing = nn.ModuleList(nn.Linear(2 * WIDTH, WIDTH) for _ in LAYERS)
            self.leave = nn.Sequential(nn.Linear(WIDTH + len(FEATURES), WIDTH), nn.ELU(), nn.Linear(WIDTH, 2))

        def forward(self, features: Any, edges: Any, relations: Any, weights: Any) -> Any:
            import torch

            state = elu(self.enter(features))
            for name, layer, mix in zip(LAYERS, self.layers, self.mixing, strict=True):
                heard = layer(state, edges, weights) if name == "gcn" else layer(state, edges, edge_attr=relations)
                state = state + elu(mix(torch.cat([state, elu(heard)], dim=1)))
            return self.leave(torch.cat([state, features], dim=1))

    return Net()


def exportable(trained: Any) -> Any:
    """The same net with the same weights, written in plain operations."""
    import torch
    from torch import nn
    from torch.nn.functional import elu, leaky_relu

    def gathered(values: Any, target: Any, like: Any) -> Any:
        return torch.zeros_like(like).scatter_add(0, target[:, None].expand(-1, values.shape[1]), values)

    def gcn(layer: Any, state: Any, edges: Any, weights: Any) -> Any:
        moved = layer.lin(state)
        return gathered(moved[edges[0]] * weights[:, None], edges[1], moved) + layer.bias

    def gat(layer: Any, state: Any, edges: Any, relations: Any) -> Any:
        moved = layer.lin_src(state) if getattr(layer, "lin_src", None) is not None else layer.lin(state)
        by_head = moved.reshape(-1, HEADS, WIDTH // HEADS)
        per_edge = layer.lin_edge(relations).reshape(-1, HEADS, WIDTH // HEADS)
        sent, met = ((by_head * attention).sum(-1) for attention in (layer.att_src, layer.att_dst))
        score = leaky_relu(sent[edges[0]] + met[edges[1]] + (per_edge * layer.att_edge).sum(-1), SLOPE)
        target = edges[1][:, None].expand(-1, HEADS)
        top = torch.full_like(sent, -1e9).scatter_reduce(0, target, score, "amax")
        grown = torch.exp(score - top[edges[1]])
        part = grown / (gathered(grown, edges[1], sent)[edges[1]] + 1e-16)
        spread = (by_head[edges[0]] * part[:, :, None]).reshape(-1, WIDTH)
        return gathered(spread, edges[1], moved) + layer.bias

    class Plain(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.net = trained

        def forward(self, features: Any, edges: Any, relations: Any, weights: Any) -> Any:
            state = elu(self.net.enter(features))
            for name, layer, mix in zip(LAYERS, self.net.layers, self.net.mixing, strict=True):
                heard = gcn(layer, state, edges, weights) if name == "gcn" else gat(layer, state, edges, relations)
                state = state + elu(mix(torch.cat([state, elu(heard)], dim=1)))
            return self.net.leave(torch.cat([state, features], dim=1))

    return Plain()
