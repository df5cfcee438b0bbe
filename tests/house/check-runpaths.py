#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where programs and modules look for libraries: in folders that are named from the root or from
where they lie, never in the folder in which somebody happens to start them."""
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

DT_STRTAB, DT_RPATH, DT_RUNPATH = 5, 15, 29
PT_LOAD, PT_DYNAMIC = 1, 2


def read_segments(data, wide, order):
    """(type, offset, address, size) of each."""
    start, = struct.unpack_from(order + ("Q" if wide else "I"), data, 32 if wide else 28)
    size, count = struct.unpack_from(order + "HH", data, 54 if wide else 42)
    for at in range(start, start + size * count, size):
        if wide:
            kind, _, offset, address, _, length = struct.unpack_from(order + "IIQQQQ", data, at)
        else:
            kind, offset, address, _, length = struct.unpack_from(order + "IIIII", data, at)
        yield kind, offset, address, length


def read_runpaths(data):
    """The entries of DT_RPATH and DT_RUNPATH of an ELF file."""
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    entry = struct.Struct(order + ("qQ" if wide else "iI"))
    segments = list(read_segments(data, wide, order))
    tags = [entry.unpack_from(data, at) for kind, offset, _, length in segments
            if kind == PT_DYNAMIC for at in range(offset, offset + length, entry.size)]
    strings = next((value for tag, value in tags if tag == DT_STRTAB), 0)
    start = next((offset + strings - address for kind, offset, address, length in segments
                  if kind == PT_LOAD and address <= strings < address + length), 0)
    for tag, value in tags:
        if tag in (DT_RPATH, DT_RUNPATH):
            yield from data[start + value:data.index(b"\0", start + value)].decode().split(":")


def find_built(build):
    """What this build makes; there may be other files of earlier ones."""
    targets = json.loads((build / "meson-info" / "intro-targets.json").read_text())
    return [pathlib.Path(name) for target in targets if target["type"] in
            ("executable", "shared library", "shared module") for name in target["filename"]]


def find_faults(paths, homes=()):
    """How many ELF files there are among these, and what is wrong with them."""
    faults, count = [], 0
    for path in paths:
        data = path.read_bytes() if path.is_file() else b""
        if not data.startswith(b"\x7fELF"):
            continue
        count += 1
        for entry in read_runpaths(data):
            if not (entry.startswith("/") or entry.split("/")[0] == "$ORIGIN"):
                faults.append(f"{path}: relative: “{entry}”")
            if any(os.path.normpath(entry).startswith(home + "/") for home in homes):
                faults.append(f"{path}: in a home folder: “{entry}”")
    return count, faults


def report(number, name, faults):
    print(f"{'not ' if faults else ''}ok {number} {name}")
    for fault in faults:
        print(f"# {fault}")


def main():
    build, meson, least = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    homes = ["/home", "/root", os.path.expanduser("~").rstrip("/")]
    print("TAP version 13\n1..2")
    count, faults = find_faults(find_built(build))
    report(1, f"{count} files in the build folder", faults if count else ["there is none"])
    with tempfile.TemporaryDirectory() as name:
        done = subprocess.run([meson, "install", "-C", str(build), "--no-rebuild", "--quiet", "--tags",
                               "runtime", "--destdir", name], capture_output=True, text=True)
        faults = [done.stdout + done.stderr] if done.returncode else []
        count, more = find_faults(sorted(pathlib.Path(name).rglob("*")),
                                  [home for home in homes if home])
        if count < least:
            faults.append(f"there are fewer than {least}")
        report(2, f"{count} installed files", faults + more)


main()
