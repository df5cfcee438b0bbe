#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# FFmpeg's JPEG 2000 encoder offers pixel formats that its decoder can't read.
#
# yuv440p10 and yuv440p12 are in the encoder's list and are encoded without a word; the decoder knows
# no such layout of more than 8 bits, says "Unknown pix_fmt" and decodes nothing. yuv440p is read.
# A program that takes the first format of the list that loses nothing of a 4:4:0 source (what a
# rotated 4:2:2 clip is) makes a film that nobody sees.
#
# Seen: 8.1.2 (PyAV 18.1.0) and 7.0.2 (imageio-ffmpeg 0.6.0).
# A list of an encoder's formats says nothing of decoders: a frame has to be tried.
# Checked: yuv440p10le and yuv440p12le are encoded and refused, yuv440p and yuv422p10le are decoded.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check av==18.1.0
venv/bin/python - <<'END'
import sys
from fractions import Fraction

import av


def is_decoded(format):
    frame = av.VideoFrame(64, 48, format)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    encoder = av.CodecContext.create("jpeg2000", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 64, 48, format
    encoder.time_base = Fraction(1, 25)
    packets = encoder.encode(frame)
    if len(packets) != 1:
        sys.exit(f"{format} is not encoded any more")
    try:
        return len(av.CodecContext.create("jpeg2000", "r").decode(packets[0])) == 1
    except av.error.FFmpegError as error:
        print(f"{format}: {error}")
        return False


listed = [format.name for format in av.codec.Codec("jpeg2000", "w").video_formats]
seen = {name: is_decoded(name) for name in ("yuv440p", "yuv422p10le", "yuv440p10le", "yuv440p12le")}
print(f"FFmpeg {av.ffmpeg_version_info}: decoded {seen}")
if "yuv440p10le" not in listed or list(seen.values()) != [True, True, False, False]:
    sys.exit("it does something else now")
END
