# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures as raw RGB behind two 32-bit numbers, their size; see tests/unit/oracle.h.

Cases: a path from the folder of the project's data.
"""
import pathlib
import struct
import sys

from PIL import Image

folder = pathlib.Path(sys.argv[1])
data = pathlib.Path(__file__).resolve().parents[2] / "data"
for number, line in enumerate((folder / "cases").read_text().splitlines()):
    image = Image.open(data / line).convert("RGB")
    (folder / f"{number}.out").write_bytes(struct.pack("<ii", *image.size) + image.tobytes())
