#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# FFmpeg writes TIFF pictures that its own reader refuses.
#
# In 4:2:0, 4:4:0 and 4:1:0 and a height that is no multiple of the rows that share a sample of
# colour, the writer takes a strip of as many rows as there are; the reader wants a strip's rows to be
# a multiple of the shared ones even in the last strip, which TIFF does not ask for, and ends with "rps
# 31 invalid". libtiff reads the file.
#
# Seen: 8.1.2 (PyAV 18.1.0), 33x31, 34x31 and 34x33; 7.0.2, 33x31. 4:2:2, 4:1:1 and height 32 are fine.
# What converts with FFmpeg has to make TIFF in RGB; what reads with it needs libtiff for such files.
# Checked: yuv420p of 34x31 is refused by FFmpeg and read by Pillow 12.0.0, of 34x32 by both.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check av==18.1.0 pillow==12.0.0
venv/bin/python - <<'END'
import io
import sys
from fractions import Fraction

import av
from PIL import Image


def write(height):
    frame = av.VideoFrame(34, height, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    encoder = av.CodecContext.create("tiff", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 34, height, "yuv420p"
    encoder.time_base = Fraction(1, 25)
    return encoder.encode(frame)[0]


def is_read(packet):
    try:
        return len(av.CodecContext.create("tiff", "r").decode(packet)) == 1
    except av.error.InvalidDataError:
        return False


odd, even = write(31), write(32)
sizes = []
for packet in odd, even:
    with Image.open(io.BytesIO(bytes(packet))) as picture:
        picture.load()
        sizes.append(picture.size)
print(f"FFmpeg {av.ffmpeg_version_info} reads 34x31: {is_read(odd)}, 34x32: {is_read(even)}; libtiff {sizes}")
if is_read(odd) or not is_read(even) or sizes != [(34, 31), (34, 32)]:
    sys.exit("it does something else now")
END
