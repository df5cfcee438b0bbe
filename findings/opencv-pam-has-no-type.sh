#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What OpenCV writes as PAM with 16 bits or with alpha, nobody reads, OpenCV included.
#
# It leaves out the TUPLTYPE line. Netpbm's specification makes that line optional, but OpenCV's own
# reader guesses a type only for one or three channels of 8 bits, and FFmpeg's decoder and Pillow want
# the line always. Writing says that all went well. With IMWRITE_PAM_TUPLETYPE given, OpenCV and
# FFmpeg read these files.
#
# Seen: opencv-python-headless 5.0.0.93, Pillow 13.0.0, FFmpeg 7.0.2 (imageio-ffmpeg 0.6.0).
# Checked: RGBA of 8 bits and RGB of 16 bits are written and can't be read; with the type they can.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check opencv-python-headless==5.0.0.93 pillow==13.0.0 \
  imageio-ffmpeg==0.6.0
cat >check.py <<'EOF'
import subprocess

import cv2
import imageio_ffmpeg
import numpy as np
from PIL import Image, UnidentifiedImageError

print("OpenCV", cv2.__version__)


def readers():
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "quiet", "-i", "a.pam", "-f", "null", "-"]
    try:
        Image.open("a.pam").load()
        pillow = True
    except (UnidentifiedImageError, SyntaxError, ValueError):
        pillow = False
    return cv2.imread("a.pam", cv2.IMREAD_UNCHANGED), pillow, subprocess.run(command).returncode == 0


for what, kind, channels, tuple_type in (
    ("RGBA 8", np.uint8, 4, cv2.IMWRITE_PAM_FORMAT_RGB_ALPHA),
    ("RGB 16", np.uint16, 3, cv2.IMWRITE_PAM_FORMAT_RGB),
):
    picture = np.arange(16 * 16 * channels).reshape(16, 16, channels).astype(kind)
    assert cv2.imwrite("a.pam", picture)
    itself, pillow, ffmpeg = readers()
    print(what, "read by OpenCV:", itself is not None, "Pillow:", pillow, "FFmpeg:", ffmpeg)
    assert itself is None and not pillow and not ffmpeg
    assert cv2.imwrite("a.pam", picture, [cv2.IMWRITE_PAM_TUPLETYPE, tuple_type])
    itself, pillow, ffmpeg = readers()
    print(what, "with its type:", itself is not None, pillow, ffmpeg)
    assert itself is not None and ffmpeg
EOF
OPENCV_LOG_LEVEL=OFF venv/bin/python check.py
