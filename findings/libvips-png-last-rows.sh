#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# libvips: a damaged PNG whose fault lies near the end of its pixels loads without an error.
#
# fail_on="error" asks libvips to refuse what is damaged. Through libspng it stops reading once the
# last row is there, so the check sum of the last IDAT chunk (and zlib's own) is never compared:
# a flipped bit in the last bytes gives wrong pixels and success. All single-bit flips of the
# pixels of a 24 x 16 picture were tried (in one thread, without libvips' cache).
#
# Seen (wheels pyvips-binary, pyvips 3.0.0):
#   8.15.3 flips 8080 refused 7926 wrong pixels 105
#   8.16.1 flips 8080 refused 7926 wrong pixels 105
#   8.18.7 flips 8080 refused 8080 wrong pixels 0
# The 49 others change only the check sum or the padding. 8.18.7's wheel decodes otherwise. A program
# that must notice damage compares the check sums itself.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/flip.py" <<'PY'
import random, struct, zlib
import pyvips
WIDTH, HEIGHT = 24, 16
pyvips.cache_set_max(0)
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def load(data):
    return pyvips.Image.new_from_buffer(data, "", fail_on="error").write_to_memory()
noise = random.Random(7)
rows = b"".join(b"\0" + bytes((x * 4 + y * 3) & 255 ^ noise.randrange(4)
                              for x in range(WIDTH) for _ in "rgb") for y in range(HEIGHT))
pixels = zlib.compress(rows, 6)
head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0))
png = head + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
good, flips, refused, wrong = load(png), 0, 0, 0
for position in range(8 * (len(pixels) + 4)):
    data = bytearray(png)
    data[len(head) + 8 + position // 8] ^= 1 << position % 8
    flips += 1
    try:
        wrong += load(bytes(data)) != good
    except pyvips.Error:
        refused += 1
print(*map(pyvips.version, range(3)), sep=".", end=" ")
print("flips", flips, "refused", refused, "wrong pixels", wrong)
PY

for version in 8.15.3 8.16.1 8.18.7; do
  python3 -m venv "$folder/$version"
  PKG_CONFIG=false "$folder/$version/bin/pip" install -q --disable-pip-version-check \
    pyvips==3.0.0 "pyvips-binary==$version" cffi==2.1.1
  VIPS_CONCURRENCY=1 "$folder/$version/bin/python" "$folder/flip.py"
done | tee "$folder/seen"
sed -n 's/^#   \(8\.1.*\)/\1/p' "$0" | diff - "$folder/seen"
