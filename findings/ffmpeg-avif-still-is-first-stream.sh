#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# FFmpeg shows an animated AVIF as two videos, and its still picture is the first one.
#
# The file has a still for programs that know no animation. FFmpeg up to 6.1 reads the animation
# alone; later versions read items of HEIF files as well and put the still first, as a video of one
# frame. Both are marked as default. Whoever takes the first video stream, as most programs do
# ("0:v:0", streams.video[0]), gets a picture instead of an animation, and who copies all streams
# gets one more. av_find_best_stream() finds the animation.
#
# Seen: PyAV 18.1.0 (libavformat 62.12) and FFmpeg 7.1 (Debian 13) have the still first; PyAV 12.3.0
#   (libavformat 60.16) has one stream, with all four frames.
# Checked: the file of four frames has one stream with the old version, and with the new one two,
#   the first of which gives one frame, and the best of which is the second.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

for version in 18.1.0 12.3.0; do
  python3 -m venv "$version"
  "$version/bin/pip" install -q --disable-pip-version-check "av==$version"
done
18.1.0/bin/pip install -q --disable-pip-version-check numpy==2.3.5

18.1.0/bin/python - 2> /dev/null <<'EOF'
import av, numpy
with av.open("moving.avif", "w") as out:
    stream = out.add_stream("libsvtav1", rate=10)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
    for value in 0, 60, 120, 180:
        pixels = numpy.full((64, 64, 3), value, numpy.uint8)
        out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
    out.mux(stream.encode())
EOF

cat > look.py <<'EOF'
import av
with av.open("moving.avif") as file:
    streams = [stream.frames for stream in file.streams.video]
with av.open("moving.avif") as file:
    first = sum(1 for _ in file.decode(video=0))
print(f"libavformat {av.library_versions['libavformat']}: frames of each stream {streams},"
      f" decoded of the first: {first}")
raise SystemExit((streams, first) != (([4], 4) if av.__version__ == "12.3.0" else ([1, 4], 1)))
EOF
12.3.0/bin/python look.py
18.1.0/bin/python look.py
