#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# x264: the same frames, settings and single thread do not always give the same bytes.
#
# With macroblock-tree rate control (presets from "veryfast" on) the encoder's decisions depend on
# what freshly allocated memory holds. MALLOC_PERTURB_ fills that memory with a chosen byte, so it
# shows: each fill gives other packets, the same fill the same ones. In a plain run it shows only
# in a program that frees and opens encoders again and again. Without mbtree, and with "ultrafast",
# which has none, the fill changes nothing. "Encode it again and compare" is no test of a file.
#
# Seen (PyAV's wheels, which carry libx264; 60 frames, one thread), beginnings of MD5 sums, medium:
#   12.3.0 no fill 72211e0f, fill 85 bd626fa3, fill 170 15ab5754; without mbtree one for all
#   18.1.0 no fill d8b84387, another time 7a21ae04, fill 85 d6d74710, fill 170 960313d4; likewise
# The sums themselves differ between processors; what is checked is which of them are equal.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/encode.py" <<'PY'
import hashlib, io
import av
import numpy as np
WIDTH, HEIGHT, FRAMES = 320, 240, 60
def encode(**options):
    file = av.open(io.BytesIO(), "w", format="matroska")
    stream = file.add_stream("libx264", rate=24, options={"threads": "1", **options})
    stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    total = hashlib.md5()
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    for n in range(FRAMES):
        planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        planes[:HEIGHT] = ((x * 3 + n * 5) ^ (y * 2 + n * 3)) & 255
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = n
        for packet in stream.encode(frame):
            total.update(bytes(packet))
    for packet in stream.encode(None):
        total.update(bytes(packet))
    return total.hexdigest()[:8]
print(encode(preset="medium"),
      encode(preset="medium", **{"x264-params": "mbtree=0"}) + encode(preset="ultrafast"))
PY

for version in 12.3.0 18.1.0; do
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install -q --disable-pip-version-check "av==$version" numpy==2.3.5
  for fill in 0 85 170 85; do
    MALLOC_PERTURB_=$fill "$folder/venv/bin/python" "$folder/encode.py"
  done | awk -v version="$version" '{ print version, $0; medium[NR] = $1; rest[$2] = 1 }
    END { exit !(medium[2] == medium[4] && medium[1] != medium[2] && medium[2] != medium[3] &&
                 length(rest) == 1) }'
  rm -rf "$folder/venv"
done
