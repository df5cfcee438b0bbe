#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upscales a picture with spandrel and Pillow: spandrel_upscale.py MODEL SOURCE TARGET

The whole picture at once, in fp32 on the CPU, rounded once: what Genga is compared with.
"""
import sys

import numpy
import torch
from PIL import Image
from spandrel import ModelLoader


def main():
    model_path, source_path, target_path = sys.argv[1:]
    model = ModelLoader().load_from_file(model_path).eval()
    picture = numpy.asarray(Image.open(source_path).convert("RGB"), dtype=numpy.float32) / 255
    with torch.inference_mode():
        output = model(torch.from_numpy(picture).permute(2, 0, 1)[None])
    pixels = output[0].clamp(0, 1).mul(255).round().byte().permute(1, 2, 0).numpy()
    Image.fromarray(pixels).save(target_path, compress_level=1)


main()
