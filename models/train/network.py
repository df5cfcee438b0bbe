# SPDX-License-Identifier: GPL-3.0-or-later
"""The Compact network and its files."""
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn


class Compact(nn.Module):
    """3x3 convolutions with PReLU, pixel shuffle, nearest base."""

    def __init__(self, features, convs, scale=2):
        super().__init__()
        self.scale = scale
        layers = [nn.Conv2d(3, features, 3, 1, 1), nn.PReLU(features, .25)]
        for _ in range(convs):
            layers += [nn.Conv2d(features, features, 3, 1, 1),
                       nn.PReLU(features, .25)]
        last = nn.Conv2d(features, 3 * scale ** 2, 3, 1, 1)
        self.body = nn.Sequential(*layers, last)
        for layer in self.body:
            if isinstance(layer, nn.Conv2d):    # keeps the signal's size
                nn.init.kaiming_normal_(layer.weight, .25)
                nn.init.zeros_(layer.bias)
        with torch.no_grad():
            last.weight.mul_(.02)
        carry_colour(self)

    def forward(self, x):
        y = F.pixel_shuffle(self.body(x), self.scale)
        return y + F.interpolate(x, scale_factor=self.scale, mode="nearest")


def carry_colour(model):
    """Let two channels carry the colour (not the lightness) straight through.

    They are linear and the last layer enlarges them with a parabola that keeps
    the mean. Lightness drives the training so strongly that without this a
    network learns nothing at all about edges between colours. The channels
    that matter least are given up for it.
    """
    axes = torch.tensor([[1, -1, 0], [.5, .5, -1]])
    axes = axes / axes.norm(dim=1, keepdim=True)
    bend = torch.tensor([[.125, 1, -.125], [-.125, 1, .125]])
    grow = torch.einsum("ay,bx->abyx", bend, bend).reshape(4, 3, 3)
    grow[:, 1, 1] -= 1
    convs, slopes = model.body[::2], model.body[1::2]
    before = None
    with torch.no_grad():
        for conv, slope, after in zip(convs, slopes, convs[1:]):
            weight = conv.weight.flatten(1).norm(dim=1) * \
                after.weight.transpose(0, 1).flatten(1).norm(dim=1)
            here = weight.argsort()[:2]
            conv.weight[here], conv.bias[here], slope.weight[here] = 0, 0, 1
            if before is None:
                conv.weight[here, :, 1, 1] = axes
            else:
                conv.weight[:, before] = 0
                conv.weight[here, before, 1, 1] = 1
            before = here
        convs[-1].weight[:, before] = torch.einsum(
            "ic,syx->csiyx", axes, grow).reshape(-1, 2, 3, 3)


def deepen(small, convs, noise=.01):
    """The same network with inner convolutions put between its own, which
    hand on what they get until training gives them work."""
    extra = convs - (len(small.body) - 3) // 2
    assert extra >= 0
    features = small.body[0].weight.shape[0]
    model = Compact(features, convs, small.scale)
    layers, own = [], list(small.body)
    inner = [own[i:i + 2] for i in range(2, len(own) - 1, 2)]
    with torch.no_grad():
        layers += own[:2]
        for k, pair in enumerate(inner):
            layers += pair
            for _ in range((k + 1) * extra // len(inner)
                           - k * extra // len(inner)):
                conv = nn.Conv2d(features, features, 3, 1, 1)
                nn.init.normal_(conv.weight, 0, noise / features ** .5)
                nn.init.zeros_(conv.bias)
                conv.weight[range(features), range(features), 1, 1] += 1
                layers += [conv, nn.PReLU(features, 1.0)]
        layers.append(own[-1])
    model.body = nn.Sequential(*layers)
    return model


def widen(model, small):
    """Make the model compute what a narrower one of equal depth computes.

    Its channels come first; nothing flows from the new ones into the old, so
    that training alone decides what they will add.
    """
    with torch.no_grad():
        for new, old in zip(model.body, small.body):
            if isinstance(new, nn.PReLU):
                new.weight[:old.weight.shape[0]] = old.weight
                continue
            rows, cols = old.weight.shape[:2]
            new.weight[:rows] = 0
            new.weight[:rows, :cols] = old.weight
            new.bias[:rows] = old.bias


def save(model, path, metadata):
    """Half-precision .safetensors with a description."""
    state = {k: v.half().contiguous() for k, v in model.state_dict().items()}
    save_file(state, str(path), metadata)
    Path(path).chmod(0o644)


def load(path):
    """The network of a file written by save()."""
    state = load_file(str(path))
    features = state["body.0.weight"].shape[0]
    last = max(int(k.split(".")[1]) for k in state)
    scale = int((state[f"body.{last}.bias"].shape[0] / 3) ** .5)
    model = Compact(features, (last - 2) // 2, scale)
    model.load_state_dict({k: v.float() for k, v in state.items()})
    return model.eval()
