#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# FFmpeg's FFVHUFF encoder, which is lossless, blackens the last samples of colour of odd sizes.
#
# It takes half of the width, rounded down, where colour has half of it, rounded up: the last column of
# U and V decodes as 0, a green edge, and so does the last row where colour has half of the height.
# The eight-bit 4:2:0 and 4:2:2 are refused with an odd width; all others, with more bits, with
# transparency, 4:4:0 and 4:1:1 (of a width that is no multiple of 4), are written without a word.
#
# Seen: 8.1.2 (PyAV 18.1.0) and 7.0.2; 33x31, yuv440p, yuv411p, yuva420p, yuv422p10le, yuv420p16le.
# What keeps films in FFVHUFF has to make sides even first, or take another codec.
# Checked: yuv422p10le of 33x32 differs in column 16 of 17 alone, and 34x32 is lossless.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check av==18.1.0 numpy
venv/bin/python - <<'END'
import sys
from fractions import Fraction

import av
import numpy as np


def get_samples(plane):
    rows = np.frombuffer(bytes(plane), np.uint16).reshape(plane.height, plane.line_size // 2)
    return rows[:, :plane.width]


def find_columns(width):
    """Columns of U that are not what went in."""
    frame = av.VideoFrame(width, 32, "yuv422p10le")
    for plane in frame.planes:
        samples = np.random.default_rng(1).integers(1, 1024, plane.buffer_size // 2, np.uint16)
        plane.update(samples.tobytes())
    encoder = av.CodecContext.create("ffvhuff", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, 32, frame.format.name
    encoder.time_base = Fraction(1, 25)
    packets = encoder.encode(frame) + encoder.encode(None)
    decoder = av.CodecContext.create("ffvhuff", "r")
    decoder.extradata, decoder.width, decoder.height = encoder.extradata, width, 32
    decoded = decoder.decode(packets[0])[0]
    differ = get_samples(frame.planes[1]) != get_samples(decoded.planes[1])
    return sorted(set(np.argwhere(differ)[:, 1].tolist()))


odd, even = find_columns(33), find_columns(34)
print(f"FFmpeg {av.ffmpeg_version_info}: columns of colour lost of 33 pixels {odd}, of 34 {even}")
if odd != [16] or even:
    sys.exit("it does something else now")
END
