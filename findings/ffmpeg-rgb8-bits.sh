#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# FFmpeg's description of the pixel format rgb8 is not what its own code reads and writes.
#
# Its header has it as "packed RGB 3:3:2, (msb)3R 3G 2B(lsb)", and libswscale and the ffmpeg program
# treat it so. av_pix_fmt_desc_get() gives two bits of red at bit 6, three of green at bit 3 and three
# of blue at bit 0. A program that reads samples with av_read_image_line2() by that gets other colours:
# 146 of 255 levels off in a test picture. bgr8 is the same in both.
#
# Seen: 6.1.1 (PyAV 12.3.0) and 5.1.9 (Debian 12).
# What reads such samples has to bring its own description.
# Checked: the brightest red that the program makes is 11100000, and the description takes its first
# two bits for red and the third for green.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check av==12.3.0
venv/bin/python - <<'END'
import sys

import av

frame = av.VideoFrame(16, 1, "rgb24")
frame.planes[0].update(bytes((255, 0, 0)) * (frame.planes[0].buffer_size // 3) +
                       bytes(frame.planes[0].buffer_size % 3))
made = bytes(frame.reformat(format="rgb8").planes[0])[0]
depths = [component.bits for component in av.VideoFormat("rgb8").components]
print(f"libavutil {av.library_versions['libavutil']}: red is {made:08b}, and said are bits of red, "
      f"green, blue: {depths}")
if made != 0b11100000:
    sys.exit("red is written in another way now")
if depths != [2, 3, 3]:
    sys.exit("the description says something else now")
END
