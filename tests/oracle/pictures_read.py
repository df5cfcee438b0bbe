# SPDX-License-Identifier: GPL-3.0-or-later
"""What Pillow finds in a picture: its samples, packed, go to the second path given."""
import pathlib
import sys

from PIL import Image, ImageOps

image = ImageOps.exif_transpose(Image.open(sys.argv[1]))
if image.mode == "P":
    image = image.convert("RGBA" if "transparency" in image.info else "RGB")
pathlib.Path(sys.argv[2]).write_bytes(image.tobytes())
