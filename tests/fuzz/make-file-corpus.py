#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the seeds of the fuzz corpus that are no models: small pictures' files and blocks of
metadata, lists, options, presets, a catalogue, rows and messages, whole and broken.

Usage: make-file-corpus.py [FOLDER]    (default: corpus/ beside this file)

Files in a corpus folder that this script does not know stay. It wants python3-gi for messages.
"""
import json
import pathlib
import struct
import sys
import zlib

from gi.repository import GLib


def be32(number):
    return struct.pack(">I", number)


def le32(number):
    return struct.pack("<I", number)


# --- PNG; a sum of 0 is made right by the targets that look at it ---

def chunk(name, data, right=True):
    return be32(len(data)) + name + data + (be32(zlib.crc32(name + data)) if right else bytes(4))


def png(*chunks, end=True):
    head = chunk(b"IHDR", be32(1) + be32(1) + bytes((8, 0, 0, 0, 0)), False)
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0"), False)
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + pixels + (chunk(b"IEND", b"") if end else b"")


def pngs():
    chroma = [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000]
    yield "plain", png()
    yield "text", png(chunk(b"tEXt", b"Comment\0hello", False), chunk(b"zTXt", b"a\0\0x", False),
                      chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta/>", False))
    yield "colours", png(chunk(b"gAMA", be32(45455), False),
                         chunk(b"cHRM", b"".join(map(be32, chroma)), False),
                         chunk(b"pHYs", be32(11811) * 2 + b"\1", False))
    yield "gamma", png(chunk(b"gAMA", be32(100000), False))
    yield "srgb", png(chunk(b"sRGB", b"\0", False))
    for primaries, transfer in ((12, 13), (9, 1), (5, 4), (6, 5), (11, 8), (1, 13), (1, 16), (99, 1)):
        yield "cicp-%d-%d" % (primaries, transfer), \
            png(chunk(b"cICP", bytes((primaries, transfer, 0, 1)), False))
    yield "cicp-narrow", png(chunk(b"cICP", bytes((12, 13, 0, 0)), False))
    profile = b"\nexif\n      14\n" + b"49492a0008000000" + b"\n000000000000\n"
    yield "profile", png(chunk(b"tEXt", b"Raw profile type exif\0" + profile, False),
                         chunk(b"zTXt", b"Raw profile type iptc\0\0" + zlib.compress(profile), False))
    yield "profile-broken", png(chunk(b"zTXt", b"Raw profile type xmp\0\0" + zlib.compress(b"\nxmp\n 9\n3x"),
                                      False), chunk(b"tEXt", b"Raw profile type xmp\0\nxmp", False))
    yield "wrong-sum", png(chunk(b"tEXt", b"Comment\0hello")[:-1] + b"?")
    yield "shape", png(chunk(b"pHYs", be32(2) + be32(1) + b"\0", False))
    yield "no-end", png(end=False)
    yield "cut", png()[:-20]
    yield "long", png(be32(0x7fffffff) + b"tEXt")
    yield "long-kept", png(be32(0xffffffff) + b"gAMA")
    frames = chunk(b"acTL", be32(2) + be32(3), False)
    yield "apng", png(frames, chunk(b"fcTL", bytes(26), False))
    yield "apng-short", png(chunk(b"acTL", b"\0", False))
    yield "apng-many", png(chunk(b"acTL", be32(0xffffffff) + be32(0), False))


# --- JPEG, GIF, WebP ---

def segment(marker, data):
    return bytes((0xff, marker)) + struct.pack(">H", len(data) + 2) + data


def jpegs():
    jfif = lambda unit: b"JFIF\0\1\2" + bytes((unit,)) + struct.pack(">HH", 300, 150) + bytes(2)
    scan = segment(0xda, b"\1\1\0\0\x3f\0") + b"\0\xff\xd9"
    yield "comments", b"\xff\xd8" + segment(0xe0, jfif(1)) + segment(0xfe, b"one") \
        + b"\xff" + segment(0xfe, b"two") + scan
    yield "centimetres", b"\xff\xd8" + segment(0xe0, jfif(2)) + scan
    yield "shape", b"\xff\xd8" + segment(0xe0, jfif(0)) + scan
    yield "cut", b"\xff\xd8" + segment(0xfe, b"comment")[:-5]
    yield "short", b"\xff\xd8\xff\xfe\0\1"
    yield "empty", b"\xff\xd8" + segment(0xfe, b"") + segment(0xe0, b"JF") + scan


def gif(*blocks, flags=0, table=b"", end=b";"):
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, flags, 0, 0) + table + b"".join(blocks) + end


def extension(label, *blocks):
    return b"!" + bytes((label,)) + b"".join(bytes((len(b),)) + b for b in blocks) + b"\0"


def gifs():
    image = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2" + b"\2\x4c\1\0"
    coloured = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0x80) + bytes(6) + b"\2" + b"\2\x4c\1\0"
    loop = extension(0xff, b"NETSCAPE2.0", b"\1\5\0")
    xmp = b"!\xff\x0bXMP DataXMP<x/>\1" + bytes(range(255, -1, -1)) + b"\0"
    yield "one", gif(image)
    yield "loop", gif(loop, extension(0xf9, b"\0\0\0\0"), image, image)
    yield "tables", gif(coloured, coloured, flags=0x80, table=bytes(6))
    yield "comments", gif(extension(0xfe, b"one", b"two"), extension(0xfe, b"three"), xmp, image, image)
    yield "no-end", gif(image, image, end=b"")
    yield "cut", gif(loop, image)[:-3]
    yield "other-application", gif(extension(0xff, b"ANIMEXTS1.0", b"\1\0\0"),
                                   extension(0xff, b"x"), image, image)
    yield "strange", gif(b"?", image)
    yield "no-times", gif(extension(0xff, b"NETSCAPE2.0", b"\1\0\0"), image, image)
    yield "other-block", gif(extension(0xff, b"NETSCAPE2.0", b"\2\0\0\0\0"), image, image)


def riff(name, data):
    return name + le32(len(data)) + data + b"\0" * (len(data) % 2)


def webp(*parts, size=None):
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + le32(len(body) if size is None else size) + body


def webps():
    frame = riff(b"ANMF", bytes(16) + riff(b"VP8L", b"/\0\0\0\0"))
    head = riff(b"VP8X", bytes((2, 0, 0, 0)) + bytes(6))
    yield "animated", webp(head, riff(b"ANIM", b"\0\0\0\0\3\0"), frame, frame)
    yield "one", webp(riff(b"VP8 ", b"odd"))
    yield "lossless", webp(head, riff(b"VP8L", b"/\0\0\0\0"), frame, frame)
    yield "cut", webp(head, frame, frame)[:-8]
    yield "lies", webp(head, frame, frame, size=0xffffffff)
    yield "long", webp(head, b"ANMF" + le32(0xfffffff0), frame)
    yield "short", webp()[:11]


# --- TIFF and EXIF ---

def tiff(directories, order="<", more=b"", big=False):
    """Directories of (tag, type, count, value) one behind the other, then more bytes."""
    number = lambda code, value: struct.pack(order + code, value)
    out = (b"II" if order == "<" else b"MM") + number("H", 43 if big else 42)
    out += number("H", 8) + number("H", 0) + number("Q", 16) if big else number("I", 8)
    for i, entries in enumerate(directories):
        part = number("Q" if big else "H", len(entries))
        for tag, kind, count, value in entries:
            part += number("H", tag) + number("H", kind)
            if big:
                part += number("Q", count) + number("Q", value)
            elif kind == 3 and count == 1:
                part += number("I", 1) + number("H", value) + bytes(2)
            else:
                part += number("I", count) + number("I", value)
        end = len(out) + len(part) + (8 if big else 4)
        out += part + number("Q" if big else "I", end if i + 1 < len(directories) else 0)
    return out + more


def exifs():
    first = [(0x100, 3, 1, 10), (0x101, 4, 1, 20), (0x10f, 2, 6, 200), (0x112, 3, 1, 6)]
    resolution = [(0x11a, 5, 1, 160), (0x11b, 5, 1, 168), (0x128, 3, 1, 2)]
    for order in "<>":
        name = "little" if order == "<" else "big"
        more = struct.pack(order + "IIII", 300, 1, 150, 1) + bytes(60)
        yield name + "-plain", tiff([first], order)
        yield name + "-resolution", tiff([first + resolution], order, bytes(160 - 98) + more)
        yield name + "-below", tiff([first + [(0x8769, 4, 1, 80)], []], order,
                                    bytes(80 - 80) + tiff([[(0xa002, 4, 1, 10), (0xa003, 3, 1, 20)]],
                                                          order)[8:])
        yield name + "-thumbnail", tiff([first, [(0x201, 4, 1, 100), (0x202, 4, 1, 20)]], order,
                                        bytes(40))
        yield name + "-itself", tiff([[(0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0xa005, 4, 1, 8)]], order)
        yield name + "-centimetres", tiff([resolution[:2] + [(0x128, 3, 1, 3)]], order,
                                          bytes(160 - 50) + more)
        yield name + "-twice", tiff([first + resolution + resolution], order, bytes(30) + more)
        yield name + "-far", tiff([[(0x11a, 5, 1, 0xfffffff8), (0x11b, 5, 1, 4), (0x128, 3, 1, 2)]], order)
        yield name + "-iptc", tiff([[(0x83bb, 7, 12, 26)]], order, b"\x1c\2\5\0\3abc\x1c\2\5\0")
        yield name + "-words", tiff([[(0x83bb, 4, 3, 26), (0x10e, 2, 8, 26)]], order,
                                    b"\x1c\2\5\0\7abcdefg")
    yield "prefixed", b"Exif\0\0" + tiff([first])
    yield "bigtiff", tiff([[(0x100, 4, 1, 1)], [(0x100, 4, 1, 1)]], big=True)
    yield "pages", tiff([first, first, first])
    yield "circle", b"II*\0" + le32(8) + struct.pack("<H", 0) + le32(8)
    yield "circle-full", tiff([first])[:8 + 2 + 48] + le32(8)
    yield "empty", b""
    yield "short", b"II*\0\x08"
    yield "lies", b"II*\0" + le32(8) + b"\xff\xff" + bytes(40)


def boxes():
    start = bytes((0, 0, 0, 12)) + b"JXL \r\n\x87\n" + be32(20) + b"ftypjxl \0\0\0\0jxl "
    box = lambda name, data: be32(len(data) + 8) + name + data
    exif = bytes(4) + tiff([[(0x112, 3, 1, 6)]])
    yield "tags", start + box(b"Exif", exif) + box(b"xml ", b"<x/>") + be32(0) + b"jxlc\xff\x0a"
    yield "large", start + be32(1) + b"xml " + struct.pack(">Q", 20) + b"<x/>" + be32(7) + b"jxlc"
    yield "huge", start + be32(1) + b"xml " + struct.pack(">Q", 1 << 63)
    yield "offset", start + box(b"Exif", be32(0xfffffff0) + b"II*\0")
    yield "bare", b"\xff\x0a\0\0"
    yield "two", start + box(b"xml ", b"<x/>") + box(b"xml ", b"<y/>")


def blocks():
    def resource(number, data, name=b""):
        head = b"8BIM" + struct.pack(">H", number) + bytes((len(name),)) + name
        head += b"\0" * (len(head) % 2) + be32(len(data)) + data
        return head + b"\0" * (len(data) % 2)
    records = b"\x1c\2\5\0\5title\x1c\2\x50\0\2me"
    yield "iptc", b"Photoshop 3.0\0" + resource(0x3ed, b"odd", b"name") + resource(0x404, records)
    yield "iptc-bare", records
    record = lambda number, kind, data: bytes((0x1c, number, kind)) + struct.pack(">H", len(data)) + data
    yield "iptc-full", record(1, 90, b"\x1b%G") + record(2, 25, b"a") + record(2, 25, "é<&>".encode()) \
        + record(2, 55, b"20261130") + record(2, 60, b"123456+0100") + record(2, 120, b"x\x01y") \
        + record(2, 80, b"me") + record(2, 10, b"1") + record(3, 1, b"odd") + b"\0\0"
    yield "iptc-dates", record(2, 55, b"20260000") + record(2, 60, b"12") + record(2, 5, b"\xe9")
    yield "iptc-none", b"Photoshop 3.0\0" + resource(0x3ed, bytes(16))
    yield "iptc-lies", b"Photoshop 3.0\0" + resource(0x404, records)[:9] + b"\xff" * 20
    yield "iptc-name", b"Photoshop 3.0\0" + b"8BIM\4\4\xff" + bytes(20)
    yield "xmp", b"<x:xmpmeta tiff:ImageWidth='10' tiff:ImageLength=\"20\" tiff:Orientation='6'>" \
        b"<exif:PixelXDimension>10</exif:PixelXDimension></x:xmpmeta>"
    yield "xmp-broken", b"tiff:ImageWidth='\xff\xfe"


# --- BMP ---

def bmp(bits, width=3, height=2, compression=0, header=40, used=0, more=b"", palette=None, data=None):
    stride = (width * bits + 31) // 32 * 4
    if palette is None:
        palette = bytes(range(4)) * (used or 1 << bits) if bits <= 8 else b""
    offset = 14 + header + len(palette) + (12 if header == 40 and compression == 3 else 0)
    if header == 12:
        head = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        head = struct.pack("<IiiHHIIIIII", header, width, height, 1, bits, compression, 0, 0, 0, used, 0)
    pixels = bytes(i & 255 for i in range(stride)) * abs(height) if data is None else data
    return b"BM" + le32(0) + le32(0) + le32(offset) + head + more + palette + pixels


def bmps():
    masks = struct.pack("<III", 0xf800, 0x7e0, 0x1f)
    for bits in (1, 4, 8, 16, 24, 32):
        yield "bits-%d" % bits, bmp(bits)
    yield "core", bmp(8, header=12, palette=bytes(768))
    yield "top-down", bmp(24, height=-2)
    yield "used", bmp(8, used=5)
    yield "masks", bmp(16, compression=3, more=masks)
    yield "masks-alpha", bmp(32, compression=3, header=56,
                             more=struct.pack("<IIII", 0xff, 0xff00, 0xff0000, 0xff000000))
    yield "masks-six", bmp(32, compression=6,
                           more=struct.pack("<IIII", 0xff, 0xff00, 0, 0xff000000))
    yield "compressed", bmp(8, compression=1)
    yield "cut", bmp(24)[:-3]
    yield "no-palette", bmp(8, palette=b"", data=b"")
    yield "wide", bmp(24, width=1 << 23, data=bytes(9))
    yield "too-wide", bmp(24, width=1 << 25, data=b"")
    yield "lowest", bmp(24, height=-(1 << 31), data=b"")
    yield "bits-7", bmp(7)
    yield "far", bmp(8, header=0x7fffffff, data=b"")
    yield "short", b"BM" + bytes(20)


# --- texts ---

def frame_lists():
    head = "ffconcat version 1.0\n# genga frames 1\n"
    frame = lambda i, pts, n=1: "file %06d.png\nduration 0.04\n# frame %d %d\n" % (i, pts, n)
    full = head + "# time-base 1 24000\n# rate 24000 1001\n# plays 0\n# aspect 8 9\n" \
        "# colour 9 16 9 1\n# mastering 1 2 3 4 5 6 7 8 900 1\n# light 1000 400\n" \
        "# settings 3:abc\n# of /a%20b.mkv\n# print abc\n" + frame(0, 0, 1001) + frame(1, 1001, 1001)
    yield "whole", full + "# complete\n"
    yield "interrupted", full + "file 000002"
    yield "backwards", head + frame(0, 5) + frame(1, 4)
    yield "path", head + "file ../x.png\n# frame 0 1\n"
    yield "hidden", head + "file .x.png\n# frame 0 1\n"
    yield "huge", head + "# time-base 2147483647 1\n" + frame(0, 1 << 60) + frame(1, (1 << 61) - 1, 1)
    yield "number", head + "# time-base 1 0\n"
    yield "rate", head + "# rate 0 0\n# plays 4294967296\n"
    yield "uri", head + "# of %zz\n# of %00\n" + frame(0, 0)
    yield "colour", head + "# colour 0 0 0 0\n"
    yield "other", "ffconcat version 1.0\nfile 'a b.png'\n"
    yield "other-file", head + "file other.png\n# frame 0 1\n" + frame(1, 1)
    yield "empty", head


def sequences():
    for name, text in frame_lists():
        yield name, ".\n" + text
    yield "named", ".\nffconcat version 1.0\n# genga frames 1\nfile a_7.png\n# frame 0 1\n" \
        "file a_8.png\n# frame 2 1\n# complete\n"
    yield "earlier", ".\nffconcat version 1.0\n# genga frames 1\n# of /dev/null\n" \
        "file 000000.png\n# frame 0 1\n"
    for i, pattern in enumerate(("a_%d.png", "%06d.png", "%6d.png", "b%d.png", "%d%d.png", "a_%13d.png",
                                 "%.png", "_%d.png", "x/%03d", ".")):
        yield "pattern-%d" % i, pattern


def option_texts():
    yield "some", "scale=4\nmodel=a\\\\b \\303\\244\nformat=png\nquality=90\nlossless=no\n"
    yield "sizes", "fit=1920x1080\nwidth=auto\nmegapixels=2.5\nlongest=100\nfps=24000/1001\n"
    yield "times", "from=1:30.5\nto=0:02:00\nclip-at=12\nbackground=#ff8000\n"
    yield "names", "naming=template\nname-template={stem}_{model}-{scale}x{width}-{index}{date}\n"
    for i, pattern in enumerate(("{nothing}", "a/b", "{stem", "stem}", "", "..", "{stem}" * 60, "{}")):
        yield "pattern-%d" % i, "naming=template\nname-template=%s\n" % pattern
    yield "bytes", "max-memory=1.5G\nmax-memory=800MiB\nmax-memory=auto\nmax-memory=1e30T\n"
    yield "wrong", "scale=99999999999\nscale\n=\nunknown=1\nmodel=\\\nfit=0x0\naudio=yes\n"
    yield "octal", "suffix=\\000\\377\\n\\t\nmodel=\\377\n"
    yield "strength", "denoise=nan\nsharpening=0x1p-3\nsharpening=1e-400\nstrength=inf\n"


def presets():
    group = "[Genga Preset]\n"
    yield "plain", group + "name=Mine\nmodel=genga-standard\nscale=2\nformat=png\n"
    yield "translated", group + "name=Mine\nname[fr]=Mien\nscale=3\n"
    yield "escaped", group + "name=a\\tb\\s\nmodel=a\\sb\n"
    yield "path", group + "name=a\nmodel=../x.pth\n"
    yield "local", group + "name=a\noutput-dir=/tmp\n"
    yield "unknown", group + "name=a\nnothing=1\n"
    yield "value", group + "name=a\nscale=0\n"
    yield "contradiction", group + "name=a\nwidth=100\nfit=10x10\n"
    yield "long", group + "name=" + "a" * 61 + "\n"
    yield "nameless", group + "scale=2\n"
    yield "strange", "[Other]\nname=a\n"
    yield "pattern", group + "name=a\nnaming=template\nname-template={stem}\n"


def catalogues():
    sha = "0" * 64
    file = {"name": "a.pth", "size": 1000, "sha256": sha, "url": "https://example.org/a.pth"}
    model = {"id": "a", "name": "A 2x", "page": "https://example.org/a", "author": "me",
             "family": "esrgan", "licence": "MIT", "scale": 2, "tags": ["anime", "2x"], "files": [file]}
    rules = [{"name": "small", "if": {"width": [None, 500], "noise": [0.5, None]},
              "take": [{"model": "a"}, {"tags": ["anime"]}]},
             {"name": "any", "if": {}, "take": [{"tags": [1]}, 2, {"model": "b"}]}]
    licences = {"MIT": {"name": "MIT License", "url": "https://example.org/mit"}, "X": 3}

    def catalogue(**changes):
        return json.dumps({"format": 1, "licences": licences, "rules": rules,
                           "models": [{**model, **changes}]})
    yield "whole", catalogue()
    yield "twice", json.dumps({"format": 1, "models": [model, model]})
    for key, value in (("id", "-"), ("id", 1), ("page", "http://a"), ("page", "https://u@a/"),
                       ("scale", 0), ("scale", 1e30), ("tags", [1]), ("tags", "a"), ("files", [1]),
                       ("files", [{}]), ("files", [{**file, "name": "../a.pth"}]),
                       ("files", [{**file, "sha256": "x"}]), ("files", [{**file, "size": 1 << 40}]),
                       ("files", [{"name": "a.pth", "url": "https://a"}]), ("licence", "X"),
                       ("licence", "Y"), ("name", "a\nb"), ("files", [file] * 17)):
        yield "%s-%08x" % (key, zlib.crc32(json.dumps(value).encode())), catalogue(**{key: value})
    yield "deep", "[" * 20
    yield "escaped", '{"a\\"[[[": "\\\\"}'
    yield "list", "[]"
    yield "format", '{"format": 2, "models": []}'
    yield "no-models", '{"format": 1}'
    yield "no-object", '{"format": 1, "models": [null]}'


# --- rows and messages ---

def small(number):
    return bytes((0, number & 0xff))


def text(words, kind=3):
    return bytes((kind, len(words))) + words


def times(n, step):
    return bytes((5, n, step))


def journal_rows():
    def row(number, first, size, n=4, delay=0, last=0, durations=None):
        return b"\1" + small(number) + small(first) + small(delay) + small(size) + times(n, 10) \
            + times(n if durations is None else durations, 1) + text(b"coding", 4) + small(0) \
            + small(last) + small(40) + text(b"print")
    rows = b"\1\0" + row(0, 0, 1) + row(1, 4, 2)
    yield "two", rows
    yield "three", rows + row(2, 8, 3, last=1)
    yield "four", rows + row(2, 8, 3) + row(3, 12, 4)
    yield "gap", rows + row(3, 12, 4)
    yield "frames", b"\1\0" + row(0, 0, 1) + row(1, 5, 2)
    yield "delay", b"\1\0" + row(0, 0, 1, delay=4)
    yield "uneven", b"\1\0" + row(0, 0, 1, durations=3)
    yield "no-frames", b"\1\0" + row(0, 0, 1, n=0)
    yield "nothing", b"\1\1"
    yield "about", b"\1\1" + b"".join(b"\0" + text(n) + text(b"5", 4) for n in
                                      (b"settings", b"source", b"options", b"threads", b"joined"))
    yield "not-text", b"\1\1" + b"\0" + text(b"settings") + small(3) + b"\0" + text(b"source") + b"\6"
    yield "file", b"\0SQLite format 3\0" + bytes(84)
    yield "empty-file", b"\0"


def result_rows():
    row = lambda source: text(b"name", 4) + small(1) + small(2) + source
    yield "beside", b"\1" + row(text(b"/nowhere/source.png", 4))
    yield "there", b"\1" + row(text(b"/dev/null", 4))
    yield "gone", b"\1" + row(text(b"/nowhere/x.png", 4)) + row(text(b"/dev/null", 3))
    yield "number", b"\1" + row(small(5))
    yield "nothing", b"\1" + row(b"\6")
    yield "empty", b"\1" + row(text(b"", 4))
    yield "file", b"\0SQLite format 3\0" + bytes(84)
    yield "empty-file", b"\0"


def variant(kind, value):
    return GLib.Variant(kind, value).get_data_as_bytes().get_data()


def path(words):
    return GLib.Variant("ay", words + b"\0")


def job_rows():
    told = {"error": GLib.Variant("(sis)", ("genga-error-quark", 3, "Can't read it.")),
            "notices": GLib.Variant("as", ["one", "two"]), "model": GLib.Variant("s", "m" * 300),
            "source_width": GLib.Variant("i", 5), "read_seconds": GLib.Variant("d", 1.5),
            "name": path(b"a.png"), "subfolder": path(b"a/b"), "index": GLib.Variant("u", 3),
            "date": GLib.Variant("x", 5)}
    for state in ("failed", "running", "queued", "cancelled", "done", "?"):
        yield state, state.encode() + b"\nscale=2\n\n" + variant("a{sv}", told)
    yield "above", b"failed\nscale=x\n\n" + variant("a{sv}", {"subfolder": path(b"../a")})
    yield "io-error", b"failed\n\n\n" + variant("a{sv}", {
        "error": GLib.Variant("(sis)", ("g-io-error-quark", 14, "x"))})
    yield "bare", b"queued"


def dict_parcels():
    """Models as processes hand them over: 256 bytes, and what lies in them."""
    layers = "@a(ssauua(ibadms)dd) [('Input', 'i', @au [], 1, @a(ibadms) [], 0., 0.), %s]"
    prelu = "('PReLU', 'p', [0], 1, [(0, false, [3.], nothing)], 0., 0.)"
    conv = ("('Convolution', 'c', [0], 1, [(0, false, [3.], nothing), (1, false, [1.], nothing), "
            "(6, false, [9.], nothing)], 0., 0.)")
    nodes = "just (1, <(13, @a(ssasasa(sudxsm(syaxaxut)ayax)) [%s], @(siax) ('x', 1, [1, 3, -1, -1]), " \
            "@(siax) ('y', 1, [1, 3, -1, -1]))>)"
    attribute = "('a', %d, 1., 2, 's', %s, @ay %s, @ax %s)"
    weight = "('w', 1, [3, 3, 1, 1], [3, 1, 1, 1], 0, 0)"
    shapes = "('sizes', 4, [4], [1], 0, 192)"
    for name, tensors, network in (
            ("plain", "('a', 1, [2, 3], [3, 1], 0, 8), ('b', 2, [0], [1], 1, 0)", "nothing"),
            ("outside", "('a', 1, [65], [1], 0, 0)", "nothing"),
            ("ncnn", "('w', 1, [3], [1], 0, 0)", "just (2, <(['a', 'b'], %s)>)" % (layers % prelu)),
            ("ncnn-conv", "('w', 1, [3, 3, 1, 1], [3, 1, 1, 1], 0, 0)",
             "just (2, <(['a', 'b'], %s)>)" % (layers % conv)),
            ("onnx", weight, nodes % "('', 'Conv', ['x', 'w'], ['y'], [])"),
            ("onnx-relu", weight, nodes % "('', 'Relu', ['x'], ['y'], [])"),
            ("onnx-attributes", weight + ", " + shapes,
             nodes % ("('', 'Conv', ['x', 'w'], ['y'], [%s, %s, %s])" % (
                 attribute % (7, "nothing", "[]", "[1, 1]"),
                 attribute % (6, "nothing", "[0, 0, 128, 63]", "[]"),
                 attribute % (4, "just " + weight, "[]", "[]")))),
            ("onnx-mismatch", weight, nodes % ("('', 'Conv', ['x', 'w'], ['y'], [%s])" % (
                attribute.replace("'a'", "'pads'") % (7, "nothing", "[0, 0, 128, 63]", "[]"))))):
        kind = GLib.VariantType.new("(aya{ss}a(ayb)a(syaxaxut)m(uv))")
        text = "(b'm.pth', {'name': 'N'}, @a(ayb) [], [%s], %s)" % (tensors, network)
        numbers = struct.pack("<48f", *(i / 8 for i in range(48))) + struct.pack("<8q", 1, 3, 2, 2, 0, 0, 0, 0)
        yield name, numbers + GLib.Variant.parse(kind, text, None, None).get_data_as_bytes().get_data()


def messages():
    job = {"source": path(b"/a.png"), "target": path(b"/b.png"), "options": GLib.Variant("s", "scale=2\n"),
           "name": path(b"n"), "subfolder": path(b"s"), "index": GLib.Variant("u", 1),
           "date": GLib.Variant("x", 2), "waits": GLib.Variant("b", False), "memory": GLib.Variant("b", True)}
    tile = (64, 64, 0, 0, 8, 8, 0, 768)
    tiles = [("key", 1 << 20, [tile], 0), (None, 0, [], -1), ("far", 9, [tile], 7)]
    progress = (0.5, 1, 2, True, 3, 4, 24.0, 5, 6.0, 7.0)
    paths = [b"/a\0", b"/b\0"]
    yield "setup", b"\0" + variant("(aayaayaayaayaay)", (paths, [], paths, [], []))
    yield "run", b"\1" + variant("(ua{sv}a(msta(iiiiiitt)i))", (7, job, tiles))
    yield "run-bare", b"\1" + variant("(ua{sv}a(msta(iiiiiitt)i))", (7, {}, []))
    yield "pause", b"\2" + variant("(ub)", (7, True))
    yield "state", b"\5" + variant("(u(duubttdtdd)ayas)", (7, progress, bytes(2000), ["a", "b"]))
    yield "state-nan", b"\5" + variant("(u(duubttdtdd)ayas)",
                                       (7, (float("nan"),) + progress[1:], b"", []))
    yield "ended", b"\6" + variant("(umaym(sis)ma{sv}a(msta(iiiiiitt)i))", (7, b"/b\0", None, None, tiles))
    yield "error", b"\7" + variant("(sis)", ("genga-error-quark", 1, "x"))
    yield "error-other", b"\7" + variant("(sis)", ("", -1, ""))
    frame = {"size": GLib.Variant("(ii)", (16, 16)), "pixels": GLib.Variant("(uut)", (0, 2, 48)),
             "colour": GLib.Variant("(yyyyu)", (1, 1, 1, 0, 9)), "icc": GLib.Variant("ay", b"icc")}
    yield "frame", b"\x08" + variant("a{sv}", frame)
    yield "frame-large", b"\x08" + variant("a{sv}", {**frame, "size": GLib.Variant("(ii)", (1 << 30, 1 << 30))})
    yield "frame-flat", b"\x08" + variant("a{sv}", {**frame, "size": GLib.Variant("(ii)", (16, 0))})
    yield "frame-stride", b"\x08" + variant("a{sv}", {**frame, "pixels": GLib.Variant("(uut)", (2, 3, 51))})
    yield "frame-strange", b"\x08" + variant("a{sv}", {**frame, "pixels": GLib.Variant("(uut)", (9, 9, 1))})
    yield "tiles", b"\x09" + variant("a(msta(iiiiiitt)i)", tiles)
    sent = lambda kind, value, n_fds=0: struct.pack("<III", kind, len(value), n_fds) + value
    boxed = variant("v", GLib.Variant("(ub)", (7, True)))
    yield "channel", b"\x0a" + sent(2, boxed) + sent(3, variant("v", GLib.Variant("u", 7)))
    yield "channel-strange", b"\x0a" + sent(2, boxed[:-1] + b"?") + sent(3, boxed)
    yield "channel-cut", b"\x0a" + sent(2, boxed) + sent(3, boxed)[:-4]
    yield "channel-large", b"\x0a" + struct.pack("<III", 1, 0xffffffff, 0)
    yield "channel-fds", b"\x0a" + sent(2, boxed, 17) + sent(2, boxed, 2)
    yield "channel-short", b"\x0a\1"


def strips():
    png_state = struct.pack("<i", 3) + bytes(15) + struct.pack("<QIIII", 0, 1, 2, 4, 0) + bytes(6)
    tiff_state = struct.pack("<II", 0, 2) + bytes(2 * 15)
    yield "record", b"\1\3" + struct.pack("<q", 5) + b"state"
    yield "record-more", b"\1\3" + struct.pack("<q", 11)
    yield "record-less", b"\1\3" + struct.pack("<q", -1)
    yield "record-short", b"\1\3abc"
    yield "file", b"\0" + variant("(ssuay)", ("sum", "2:b", 3, b"12345678"))
    yield "file-other", b"\0" + variant("(ssuay)", ("sum", "4:c", 3, b""))
    yield "file-cut", b"\0abc"
    yield "png", b"\2" + png_state
    yield "png-short", b"\2\1"
    yield "png-rows", b"\2" + struct.pack("<i", -1) + png_state[4:]
    yield "png-lies", b"\2" + png_state[:19] + b"\xff" * 24
    yield "tiff", b"\3" + tiff_state
    yield "tiff-past", b"\3" + struct.pack("<II", 9, 0) + bytes(72)
    yield "tiff-strips", b"\3" + struct.pack("<II", 1, 0) + struct.pack("<Q", 1 << 63)
    yield "tiff-lies", b"\3" + b"\xff" * 8
    yield "tiff-short", b"\3\0"


def write(folder, seeds):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in seeds:
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)


def all_of(*kinds):
    for kind in kinds:
        for name, data in kind():
            yield kind.__name__.rstrip("s") + "-" + name, data


def main():
    corpus = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "corpus")
    write(corpus / "animation", all_of(gifs, webps, pngs))
    write(corpus / "bmp", bmps())
    write(corpus / "catalogue", catalogues())
    write(corpus / "dict-parcel", dict_parcels())
    write(corpus / "frame-list", frame_lists())
    write(corpus / "job-row", job_rows())
    write(corpus / "journal", journal_rows())
    write(corpus / "message", messages())
    write(corpus / "metadata", all_of(exifs, blocks))
    write(corpus / "options", option_texts())
    write(corpus / "preset", presets())
    write(corpus / "results", result_rows())
    write(corpus / "sequence", sequences())
    write(corpus / "strips", strips())
    write(corpus / "structure", all_of(pngs, exifs, gifs, webps))
    write(corpus / "tags", all_of(pngs, jpegs, gifs, exifs, boxes))


if __name__ == "__main__":
    main()
