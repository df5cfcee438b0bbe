#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# FFmpeg's MP4 muxer loses the header of copied TrueHD where FLAC is encoded beside it.
#
# The FLAC encoder's last packet has no samples, but a new header. For it the muxer makes the headers
# of all its tracks anew from their extradata, of which TrueHD has none: its header came from its
# first packet. The trailer then fails ("Cannot write moov atom before TrueHD packets"), so the whole
# file cannot be read, and the ffmpeg program answers 0 all the same.
#
# Seen with the ffmpeg program of Debian 12:
#   5.1.9: with FLAC beside it the file is broken, alone it is whole
# A program that writes both does not hand on the encoder's last, empty packet.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

ffmpeg -v error -f lavfi -i sine=duration=1 -f lavfi -i sine=duration=1 -map 0 -map 1 -ac 2 \
  -c:a:0 truehd -strict -2 -c:a:1 pcm_s16le in.mkv
ffmpeg -v error -i in.mkv -map 0:0 -c copy -strict -2 alone.mp4 || true
ffmpeg -v error -i in.mkv -map 0 -c:a:0 copy -c:a:1 flac -strict -2 beside.mp4 || true

ffmpeg -version | head -n 1
is_whole() {
  ffprobe -v quiet -show_streams "$1" >/dev/null
}
is_whole alone.mp4 || { echo "TrueHD alone is not whole, either"; exit 1; }
if is_whole beside.mp4; then
  echo "TrueHD beside FLAC is whole now"
  exit 1
fi
echo "TrueHD beside FLAC makes a file that cannot be read"
