# SPDX-License-Identifier: GPL-3.0-or-later
"""Momentum whose step on every kernel is made orthogonal; Adam for the rest."""
import torch


def orthogonal(g, rounds=5):
    """The nearest matrix with equal singular values (Newton-Schulz)."""
    x = g / (g.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    for _ in range(rounds):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    """For weights of two or more dimensions (out x the rest)."""

    def __init__(self, params, lr, momentum=.95):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["mean"] = torch.zeros_like(p)
                m = state["mean"].lerp_(p.grad, 1 - group["momentum"])
                g = p.grad.lerp(m, group["momentum"])
                o = orthogonal(g.flatten(1))
                rows, cols = o.shape
                p.add_(o.view_as(p), alpha=-group["lr"]
                       * max(1, rows / cols) ** .5)


def make(model, lr, kind):
    """Optimisers with their peak rates; kind: adam or muon."""
    if kind == "adam":
        return [torch.optim.Adam(model.parameters(), lr, betas=(.9, .99))]
    inner = [p for n, p in model.named_parameters()
             if p.ndim == 4 and n != "body.0.weight"]
    ids = {id(p) for p in inner}
    rest = [p for p in model.parameters() if id(p) not in ids]
    return [Muon(inner, lr * 5), torch.optim.Adam(rest, lr, betas=(.9, .99))]
