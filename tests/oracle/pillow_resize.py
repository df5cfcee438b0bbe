# SPDX-License-Identifier: GPL-3.0-or-later
"""What Pillow's Lanczos makes of pictures; see tests/unit/oracle.h for the folder given.

Cases: u8|f32 CHANNELS WIDTH HEIGHT NEW_WIDTH NEW_HEIGHT. Channels are resized one by one, f32 in
Pillow's mode F.
"""
import pathlib
import sys

import numpy
from PIL import Image

TYPES = {"u8": numpy.uint8, "f32": numpy.float32}

folder = pathlib.Path(sys.argv[1])
for number, line in enumerate((folder / "cases").read_text().splitlines()):
    name, *numbers = line.split()
    channels, width, height, new_width, new_height = map(int, numbers)
    data = numpy.fromfile(folder / f"{number}.in", TYPES[name]).reshape(height, width, channels)
    resized = [
        numpy.asarray(
            Image.fromarray(numpy.ascontiguousarray(data[:, :, c])).resize(
                (new_width, new_height), Image.LANCZOS
            )
        )
        for c in range(channels)
    ]
    numpy.stack(resized, axis=2).tofile(folder / f"{number}.out")
