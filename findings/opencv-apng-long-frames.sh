#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# OpenCV writes animated PNG with times modulo 65.536 seconds, without a word.
#
# The format has a numerator and a denominator of 16 bits each. OpenCV always writes thousandths, and
# what does not fit is cut off: a slide shown for 70 s is shown for 4.5 s. Equal frames in a row are
# merged first, so two of 40 s become one of 14.5 s although each of them fits. The same times
# are right in its WebP and GIF, and in Pillow's animated PNG.
#
# Seen: opencv-python-headless 5.0.0.93, read by itself and by Pillow 13.0.0.
# Checked: times of the same four frames in three formats.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check opencv-python-headless==5.0.0.93 pillow==13.0.0
cat >check.py <<'EOF'
import cv2
import numpy as np
from PIL import Image, ImageSequence

print("OpenCV", cv2.__version__)


def written(name, values, times):
    animation = cv2.Animation()
    animation.frames = [np.full((32, 32, 3), value, np.uint8) for value in values]
    animation.durations = times
    assert cv2.imwriteanimation(name, animation)
    return [int(time) for time in cv2.imreadanimation(name)[1].durations]


distinct = [10, 60, 110, 160], [1000, 70000, 40, 40]
for name in ("a.png", "a.webp", "a.gif"):
    print(name, distinct[1], "is read as", written(name, *distinct))
assert written("a.webp", *distinct) == distinct[1]
assert written("a.gif", *distinct) == distinct[1]
assert written("a.png", *distinct) == [1000, 70000 - 65536, 40, 40]
with Image.open("a.png") as picture:
    assert [f.info["duration"] for f in ImageSequence.Iterator(picture)][1] == 4464

twice = [10, 60, 60, 160], [1000, 40000, 40000, 40]
print("equal frames", twice[1], "are read as", written("b.png", *twice))
assert written("b.png", *twice) == [1000, 80000 - 65536, 40]

slides = [Image.new("L", (32, 32), value) for value in distinct[0]]
slides[0].save("c.png", save_all=True, append_images=slides[1:], duration=distinct[1])
with Image.open("c.png") as picture:
    assert [f.info["duration"] for f in ImageSequence.Iterator(picture)] == distinct[1]
EOF
venv/bin/python check.py
