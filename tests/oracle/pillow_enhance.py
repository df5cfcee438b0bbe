# SPDX-License-Identifier: GPL-3.0-or-later
"""What Pillow's ImageEnhance makes of pictures; see tests/unit/oracle.h for the folder given.

Cases: MODE WIDTH HEIGHT SHARPNESS CONTRAST COLOUR, where a factor of 1 skips its filter.
"""
import pathlib
import sys

from PIL import Image, ImageEnhance

FILTERS = (ImageEnhance.Sharpness, ImageEnhance.Contrast, ImageEnhance.Color)

folder = pathlib.Path(sys.argv[1])
for number, line in enumerate((folder / "cases").read_text().splitlines()):
    mode, width, height, *factors = line.split()
    data = (folder / f"{number}.in").read_bytes()
    image = Image.frombytes(mode, (int(width), int(height)), data)
    for enhance, factor in zip(FILTERS, map(float, factors)):
        if factor != 1:
            image = enhance(image).enhance(factor)
    (folder / f"{number}.out").write_bytes(image.tobytes())
