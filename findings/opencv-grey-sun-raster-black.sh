#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# OpenCV reads grey Sun rasters without a colour map as black, unless colour is asked for.
#
# Such a file is what OpenCV itself writes for a grey picture. Its reader turns indices to grey by the
# map, and without a map every entry is 0. No error is reported. As colour the picture is right,
# because then the indices are taken as they are; so it is in Pillow and FFmpeg.
#
# Seen: opencv-python-headless 5.0.0.93, Pillow 13.0.0.
# Checked: a ramp is written, and read three ways.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check opencv-python-headless==5.0.0.93 pillow==13.0.0
cat >check.py <<'EOF'
import cv2
import numpy as np
from PIL import Image

print("OpenCV", cv2.__version__)
ramp = np.tile(np.arange(64, dtype=np.uint8) * 4, (8, 1))
assert cv2.imwrite("ramp.ras", ramp)
grey = cv2.imread("ramp.ras", cv2.IMREAD_GRAYSCALE)
unchanged = cv2.imread("ramp.ras", cv2.IMREAD_UNCHANGED)
colour = cv2.imread("ramp.ras", cv2.IMREAD_COLOR)
print("written", ramp[0, :6], "grey", grey[0, :6], "colour", colour[0, :6, 0])
assert not grey.any() and not unchanged.any()
assert (colour == ramp[..., None]).all()
with Image.open("ramp.ras") as picture:
    assert (np.asarray(picture) == ramp).all()
EOF
venv/bin/python check.py
