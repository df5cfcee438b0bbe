#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clears what is left of a folder in the table of names of installed ELF files: clear-runpath.py
FOLDER FILE...

Meson writes a shorter RUNPATH over the one of the build folder, and leaves the rest of it behind.
The files are named from the prefix; nothing else in them changes.
"""
import os
import pathlib
import struct
import sys

PT_LOAD, PT_DYNAMIC = 1, 2
DT_STRTAB, DT_STRSZ = 5, 10


def find_names(data):
    """(offset, size) of the table of names of a 64-bit little-endian file."""
    start, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    segments = [struct.unpack_from("<IIQQQQ", data, start + i * size) for i in range(count)]
    dynamic = next(segment for segment in segments if segment[0] == PT_DYNAMIC)
    tags = dict(reversed(list(struct.iter_unpack(
        "<qQ", data[dynamic[2]:dynamic[2] + dynamic[5] // 16 * 16]))))
    at = tags[DT_STRTAB]
    offset = next(at - segment[3] + segment[2] for segment in segments
                  if segment[0] == PT_LOAD and segment[3] <= at < segment[3] + segment[5])
    return offset, tags[DT_STRSZ]


def clear(data, folder):
    """The data without the folder's name and what follows it up to the end of that string."""
    offset, size = find_names(data)
    names = data[offset:offset + size]
    while (at := names.find(folder)) >= 0:
        end = names.index(b"\0", at)
        names = names[:at] + bytes(end - at) + names[end:]
    return data[:offset] + names + data[offset + size:]


def main():
    folder = sys.argv[1].encode()
    prefix = pathlib.Path(os.environ["MESON_INSTALL_DESTDIR_PREFIX"])
    for name in sys.argv[2:]:
        path = prefix / name
        if path.is_file() and (data := path.read_bytes()).startswith(b"\x7fELF\x02\x01"):
            path.write_bytes(clear(data, folder))


main()
