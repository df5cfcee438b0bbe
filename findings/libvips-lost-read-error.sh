#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# libvips before 8.16: an error of decoding gets lost about once in a hundred loads.
#
# The same damaged PNG, loaded again and again with fail_on="error" and more than one thread, is
# mostly refused, and now and then answered with pixels and success: the worker that saw the error
# and the thread that waits for all of them race. With one thread, or with access="sequential", it
# was refused each time. Debian 12's 8.14.1 does it, too (2 to 7 of 100).
#
# Seen (wheels pyvips-binary, pyvips 3.0.0, 2 cores, 4000 loads each):
#   8.15.3 threads 2: accepted 41
#   8.15.3 threads 1: accepted 0
#   8.16.1 threads 2: accepted 0
# A program that must notice damage reads with one thread, or checks the file itself.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/load.py" <<'PY'
import os, struct, zlib
import pyvips
WIDTH, HEIGHT, LOADS = 64, 48, 4000
pyvips.cache_set_max(0)
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def is_accepted(data):
    try:
        pyvips.Image.new_from_buffer(data, "", fail_on="error").write_to_memory()
        return True
    except pyvips.Error:
        return False


rows = b"".join(b"\0" + bytes((x * x * 7 + y * 13 + c) % 251 for x in range(WIDTH) for c in range(3))
                for y in range(HEIGHT))
pixels = bytearray(zlib.compress(rows, 6))
size = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
good = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", bytes(pixels))
damaged = bytearray(good)
damaged[8 + 25 + 8 + 178] ^= 1
end = chunk(b"IEND", b"")
assert is_accepted(good + end)
accepted = sum(is_accepted(bytes(damaged) + end) for _ in range(LOADS))
print(*map(pyvips.version, range(3)), sep=".", end=" ")
print("threads", os.environ["VIPS_CONCURRENCY"] + ":", "accepted", accepted)
PY

for version in 8.15.3 8.16.1; do
  python3 -m venv "$folder/$version"
  PKG_CONFIG=false "$folder/$version/bin/pip" install -q --disable-pip-version-check \
    pyvips==3.0.0 "pyvips-binary==$version" cffi==2.1.1
done
run () { VIPS_CONCURRENCY=$2 "$folder/$1/bin/python" "$folder/load.py" | tee -a "$folder/seen"; }
run 8.15.3 2; run 8.15.3 1; run 8.16.1 2
# The first count is chance, but not none.
printf '%s\n' '8.15.3 threads 2: accepted [1-9]' '8.15.3 threads 1: accepted 0$' \
  '8.16.1 threads 2: accepted 0$' | while read -r line; do grep -q "^$line" "$folder/seen"; done
