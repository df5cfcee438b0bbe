# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a written picture carries its metadata as it should.

Arguments: a picture that was written from one of pictures_make.py's "turned" ones, its width and
its height.
"""
import sys

from PIL import Image

path, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
image = Image.open(path)
exif = image.getexif()
details = exif.get_ifd(0x8769)
found = {
    "size": image.size,
    "maker": exif.get(0x010f),
    "orientation": exif.get(0x0112),
    "width": details.get(0xa002),
    "height": details.get(0xa003),
    "date": details.get(0x9003),
}
wanted = {
    "size": (width, height),
    "maker": "Maker",
    "orientation": 1,
    "width": width,
    "height": height,
    "date": "2020:02:03 04:05:06",
}
if found != wanted:
    sys.exit(f"{path}: {found} instead of {wanted}")
