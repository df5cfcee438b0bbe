# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes small files that claim to be enormous pictures, into the folder given."""
import pathlib
import struct
import sys
import zlib

from PIL import Image

folder = pathlib.Path(sys.argv[1])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, stream):
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", stream) + chunk(b"IEND", b""))


def deflated_zeros(size):
    """A zlib stream of zeros, a million at a time: flushed blocks repeat byte for byte."""
    step = 1 << 20
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(step)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(step)) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    rest = packer.compress(bytes(size % step)) + packer.flush()
    check = struct.pack(">I", (size % 65521) << 16 | 1)
    return first + again * (size // step - 1) + rest + check


def jpeg(width, height):
    """Quantisation and Huffman tables, a frame header, a scan that is over at once."""
    def segment(marker, data):
        return struct.pack(">BBH", 0xff, marker, len(data) + 2) + data
    codes = bytes([1] + [0] * 15) + b"\0"
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"\1\x11\0\2\x11\0\3\x11\0"
    return (b"\xff\xd8" + segment(0xdb, b"\0" + b"\1" * 64) + segment(0xc0, frame) +
            segment(0xc4, b"\0" + codes) + segment(0xc4, b"\x10" + codes) +
            segment(0xda, b"\3\1\0\2\0\3\0\0\x3f\0") + bytes(64) + b"\xff\xd9")


def webp():
    """A lossless WebP whose header says 16383 pixels a side."""
    path = folder / "small.webp"
    Image.new("RGB", (16, 16)).save(path, lossless=True)
    data = bytearray(path.read_bytes())
    at = data.index(b"VP8L") + 9
    bits = struct.unpack_from("<I", data, at)[0] & ~0xfffffff
    struct.pack_into("<I", data, at, bits | 16382 | 16382 << 14)
    return bytes(data)


def gif_of_frames(n, side=1):
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\2\2\x44\1\0"
    return (b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" +
            frame * n + b"\x3b")


def webp_of_frames(n):
    path = folder / "small.webp"
    Image.new("RGB", (1, 1)).save(path, lossless=True)
    still = path.read_bytes()[12:]
    frame = b"\0" * 12 + b"\0\0\0\0" + still
    animated = b"ANMF" + struct.pack("<I", len(frame)) + frame
    head = b"VP8X" + struct.pack("<I", 10) + b"\2" + bytes(9) + b"ANIM" + struct.pack("<I", 6)
    body = b"WEBP" + head + bytes(6) + animated * n
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff_of_strips():
    entries = [(256, 4, 1, 1), (257, 4, 1, 0x7fffffff), (258, 3, 1, 8), (259, 3, 1, 1),
               (262, 3, 1, 1), (273, 4, 0x7fffffff, 200), (277, 3, 1, 1), (278, 4, 1, 1),
               (279, 4, 0x7fffffff, 200)]
    return (b"II*\0" + struct.pack("<IH", 8, len(entries)) +
            b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(400))


(folder / "pixels.png").write_bytes(png(30000, 30000, deflated_zeros(30000 * 90001)))
(folder / "header.png").write_bytes(png(100000, 100000, b"")[:33])
(folder / "claims.png").write_bytes(png(100000, 100000, zlib.compress(bytes(1000))))
(folder / "claims.jpg").write_bytes(jpeg(65500, 65500))
(folder / "claims.webp").write_bytes(webp())
(folder / "frames.gif").write_bytes(gif_of_frames(1000000))
(folder / "frames.webp").write_bytes(webp_of_frames(1000000))
(folder / "canvas.gif").write_bytes(gif_of_frames(1, 65535))
(folder / "strips.tiff").write_bytes(tiff_of_strips())


def box(kind, data, version=None):
    head = b"" if version is None else struct.pack(">I", version << 24)
    return struct.pack(">I4s", 8 + len(head) + len(data), kind) + head + data


def grid(width, height, tile, rows, columns):
    """An AVIF whose picture is a grid of one coded tile, over and over (ISO/IEC 23008-12, 6.6.2.3)."""
    n = rows * columns
    plan = struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, width, height)
    items = b"".join(box(b"infe", struct.pack(">HH4sB", number, 0, kind, 0), 2)
                     for number, kind in ((1, b"grid"), (2, b"av01")))
    tiles = struct.pack(">HH", 1, n) + struct.pack(">H", 2) * n
    sizes = [box(b"ispe", struct.pack(">II", *size), 0) for size in ((width, height), (tile, tile))]
    coded = box(b"av1C", b"\x81\x00\x0c\x00")
    depths = box(b"pixi", b"\x03\x08\x08\x08", 0)
    owners = struct.pack(">IHBBBHBBBB", 2, 1, 2, 1, 4, 2, 3, 2, 3 | 0x80, 4)

    def meta(offset):
        places = struct.pack(">HHHHHHIIHHHHII", 0x4400, 2, 1, 1, 0, 1, 0, len(plan), 2, 0, 0, 1,
                             offset, 64)
        return box(b"meta", box(b"hdlr", struct.pack(">I4s12sB", 0, b"pict", b"", 0), 0) +
                   box(b"pitm", struct.pack(">H", 1), 0) + box(b"iloc", places, 1) +
                   box(b"iinf", struct.pack(">H", 2) + items, 0) +
                   box(b"iref", box(b"dimg", tiles), 0) +
                   box(b"iprp", box(b"ipco", sizes[0] + sizes[1] + coded + depths) +
                       box(b"ipma", owners, 0)) + box(b"idat", plan), 0)

    head = box(b"ftyp", b"avif" + bytes(4) + b"avifmif1miaf")
    offset = len(head) + len(meta(0)) + 8
    return head + meta(offset) + box(b"mdat", bytes(range(64)))


# A large picture of few bytes; a small one of tens of thousands of tiles; tiles that are large.
(folder / "grid.avif").write_bytes(grid(16000, 16000, 512, 32, 32))
(folder / "tiles.avif").write_bytes(grid(256, 256, 64, 255, 256))
(folder / "large-tiles.avif").write_bytes(grid(4000, 4000, 30000, 1, 1))
