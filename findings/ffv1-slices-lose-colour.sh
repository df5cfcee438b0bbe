#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# FFmpeg's FFV1 encoder, which is lossless, loses colours of 4:1:1 and 4:1:0 pictures with slices.
#
# Where four pixels share a sample of colour and a side of the picture is 6 more than a multiple of
# 8, the last column (or row) of colour samples lies in no slice, and decodes as 0. Such pictures
# are DV of 60 Hz countries (4:1:1) cut to odd sizes, and Indeo or SVQ (4:1:0). Several slices are
# the default from version 3 on.
#
# Seen: 7.0.2 (imageio-ffmpeg 0.6.0) and 5.1.9 (Debian 12's program), 46x46 and 54x54 and 1438x722,
#   yuv411p and yuv410p; sides that are multiples of 4, or 2 more than one of 8, are lossless.
# One slice is lossless always, which a program can ask for where colours are that sparse.
# Checked: 46x46 in yuv411p is the same with one slice and another with four; 4:2:0 is the same.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check imageio-ffmpeg==0.6.0
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1

# format, slices: whether what is decoded is what was encoded
is_lossless ()
{
  "$ffmpeg" -v error -y -f lavfi -i testsrc2=size=46x46:rate=5 -frames:v 2 -pix_fmt "$1" in.yuv
  "$ffmpeg" -v error -y -f rawvideo -video_size 46x46 -pixel_format "$1" -i in.yuv \
    -c:v ffv1 -level 3 -slices "$2" out.mkv
  "$ffmpeg" -v error -y -i out.mkv -pix_fmt "$1" out.yuv
  if cmp -s in.yuv out.yuv; then
    echo "$1, $2 slices: lossless"
  else
    echo "$1, $2 slices: changed"
    return 1
  fi
}

is_lossless yuv420p 4
is_lossless yuv411p 1
is_lossless yuv410p 1
if is_lossless yuv411p 4 || is_lossless yuv410p 4; then
  echo "FFV1 keeps sparse colours in slices now"
  exit 1
fi
