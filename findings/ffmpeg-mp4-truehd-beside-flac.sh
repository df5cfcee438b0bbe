#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# FFmpeg's MP4 muxer loses the header of copied TrueHD where FLAC is encoded beside it.
#
# The FLAC encoder's last packet has no samples, but a new header. For it the muxer makes the headers
# of all its tracks anew from their extradata, of which TrueHD has none: its header came from its
# first packet. The trailer then fails ("Cannot write moov atom before TrueHD packets"), so the whole
# file can't be read. The advice in the message, delay_moov, is about another case.
#
# Seen: 7.0.2 (imageio-ffmpeg 0.6.0) leaves an unreadable file and answers 234; 5.1.9 (Debian 12's
#   program) leaves the same and answers 0, as if all were well. TrueHD alone is whole with both.
# A program that writes both does not hand on the encoder's last, empty packet.
# Checked: with 7.0.2 the file with both can't be read, the one with TrueHD alone can.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check imageio-ffmpeg==0.6.0
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1

"$ffmpeg" -v error -f lavfi -i sine=duration=1 -f lavfi -i sine=duration=1 -map 0 -map 1 -ac 2 \
  -c:a:0 truehd -strict -2 -c:a:1 pcm_s16le in.mkv
"$ffmpeg" -v error -i in.mkv -map 0:0 -c copy -strict -2 alone.mp4
code=0
"$ffmpeg" -v error -i in.mkv -map 0 -c:a:0 copy -c:a:1 flac -strict -2 beside.mp4 || code=$?
echo "exit code with FLAC beside it: $code"

"$ffmpeg" -v error -i alone.mp4 -f null -
if "$ffmpeg" -v quiet -i beside.mp4 -f null -; then
  echo "TrueHD beside FLAC is whole now"
  exit 1
fi
echo "TrueHD alone is whole; beside FLAC the file can't be read"
