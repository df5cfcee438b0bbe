# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes golden.safetensors: what the shipped models make of a small drawing of our own.

    make_golden.py MODELS TRAIN      (the folders models/ and models/train/)

Needs torch. The networks are computed from their files alone, with nothing of Genga: convolutions
and PReLU in turn, pixel shuffle, the source enlarged by repetition added. To be run again whenever
a model is trained anew.
"""
import os
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

MODELS, TRAIN = sys.argv[1:3]
NAMES = ("genga-standard", "genga-fast", "genga-restore")


def drawing():
    """A part of a generated picture: 36 x 32 pixels, values of 8 bits."""
    sys.path.insert(0, TRAIN)
    import generator
    import degrade
    picture = generator.picture(4711, 0, ["portrait"])
    part = degrade.box_half(picture)[120:152, 150:186]
    return torch.from_numpy(part.copy()).permute(2, 0, 1)[None].float() / 255


def run(path, x):
    state = {key: value.float() for key, value in load_file(path).items()}
    y, index = x, 0
    while f"body.{index}.weight" in state:
        weight = state[f"body.{index}.weight"]
        y = F.prelu(y, weight) if weight.ndim == 1 else \
            F.conv2d(y, weight, state[f"body.{index}.bias"], padding=1)
        index += 1
    y = F.pixel_shuffle(y, 2) + F.interpolate(x, scale_factor=2, mode="nearest")
    return y.clamp(0, 1)


def main():
    torch.set_num_threads(1)
    tensors = {"input": drawing().contiguous()}
    for name in NAMES:
        with torch.no_grad():
            tensors[name] = run(os.path.join(MODELS, name + ".safetensors"),
                                tensors["input"]).contiguous()
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.safetensors")
    save_file(tensors, target)
    os.chmod(target, 0o644)


if __name__ == "__main__":
    main()
