#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters and Lanczos resizes of one thread against Pillow's, in turns, with the same bytes.

  bench-filters.py BUILD/tests/bench/bench-filters PICTURE [--rounds N]

Processor time, so that what else runs on the machine counts little; the picture is repeated to
2560 x 1440."""
import argparse
import os
import subprocess
import tempfile
import time

import numpy as np
from PIL import Image, ImageEnhance, __version__

WIDTH, HEIGHT, RUNS = 2560, 1440, 3
RESIZES = (((1280, 720), (2560, 1440)), ((2560, 1440), (1920, 1080)), ((2560, 1440), (853, 480)))


def time_pillow(function):
    best = 1e9
    for _ in range(RUNS):
        start = time.process_time()
        result = function()
        best = min(best, time.process_time() - start)
    return best * 1e3, np.asarray(result)


def enhance(image):
    """As people chain them."""
    image = ImageEnhance.Sharpness(image).enhance(1.5)
    image = ImageEnhance.Contrast(image).enhance(1.1)
    return ImageEnhance.Color(image).enhance(1.2)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("picture")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    tile = np.asarray(Image.open(arguments.picture).convert("RGB"))
    whole = np.tile(tile, (HEIGHT // tile.shape[0] + 1, WIDTH // tile.shape[1] + 1, 1))[:HEIGHT, :WIDTH]
    print(f"Pillow {__version__}, milliseconds of one thread, best of {arguments.rounds * RUNS}")
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "in"), os.path.join(folder, "out")
        cases = [("enhance", (WIDTH, HEIGHT), (WIDTH, HEIGHT))] + [("resize", *sizes) for sizes in RESIZES]
        for what, size, new_size in cases:
            picture = np.ascontiguousarray(whole[:size[1], :size[0]])
            image = Image.fromarray(picture)
            picture.tofile(source)
            ours, theirs = 1e9, 1e9
            for _ in range(arguments.rounds):
                done = subprocess.run([arguments.program, what, source, str(size[0]), str(size[1]), "3",
                                       str(new_size[0]), str(new_size[1]), target, str(RUNS)],
                                      capture_output=True, text=True, check=True)
                ours = min(ours, float(done.stdout))
                seconds, result = time_pillow(
                    (lambda: enhance(image)) if what == "enhance" else
                    (lambda: image.resize(new_size, Image.Resampling.LANCZOS)))
                theirs = min(theirs, seconds)
            same = np.abs(np.fromfile(target, np.uint8).reshape(result.shape).astype(int) - result)
            print(f"{what} {size[0]}x{size[1]} to {new_size[0]}x{new_size[1]}: Pillow {theirs:.1f}, Genga {ours:.1f}, "
                  f"{theirs / ours:.2f}x; {100 * (same > 0).mean():.2f} % of the bytes differ, by {same.max()} at most")


if __name__ == "__main__":
    main()
