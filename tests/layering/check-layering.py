#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the #include lines of src/ against the call table of src/DESIGN.md.

Calls go down: app | cli -> job -> steps | models -> engine -> nets -> weights -> core; media calls
nothing but core. Heavy libraries are included in one folder each.
"""
import pathlib
import re
import sys

# folder -> the folders it may include, itself aside
TABLE = {
    "core": set(),
    "weights": {"core"},
    "nets": {"core", "weights"},
    "engine": {"core", "weights", "nets"},
    "engine/torch": {"core", "weights", "nets", "engine"},
    "media": {"core"},
    "steps": {"core", "engine"},
    "models": {"core", "weights", "nets", "engine"},
    "job": {"core", "weights", "nets", "engine", "media", "models", "steps"},
    "cli": {"core", "weights", "nets", "engine", "media", "models", "steps", "job"},
    "app": {"core", "weights", "nets", "engine", "media", "models", "steps", "job"},
}

# what a system header begins with -> the folders that may include it
LIBRARIES = {
    r"(torch|ATen|c10|caffe2)/": {"engine/torch"},
    r"cuda": {"engine/torch"},
    r"(vips/|libav|libsw|zimg)": {"media"},
    r"(gtk/|adwaita|gdk)": {"app"},
    r"json-glib/": {"cli", "job", "app"},
    r"sqlite3": {"job"},
    r"zlib": {"weights", "media"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)


def get_room(path):
    """The table's folder that a path relative to src/ lies in."""
    parts = path.parts
    return "engine/torch" if parts[:2] == ("engine", "torch") else parts[0]


def find_faults(path, room, text):
    """Sentences about the includes of one file that the tables do not allow."""
    for quote, name in INCLUDE.findall(text):
        if quote == '"' and "/" in name:
            target = get_room(pathlib.Path(name))
            if target != room and target not in TABLE[room]:
                yield f"{path} includes {name}: {room} must not call {target}"
        for pattern, rooms in LIBRARIES.items():
            if re.match(pattern, name) and room not in rooms:
                yield f"{path} includes <{name}>, which belongs to {', '.join(sorted(rooms))}"


def check_itself():
    """The check finds what it is there to find."""
    probe = '#include "job/job.h"\n#include <vips/vips.h>\n#include "core/error.h"\n'
    return len(list(find_faults("probe.c", "steps", probe))) == 2


def main():
    src = pathlib.Path(sys.argv[1])
    files = sorted(path for path in src.rglob("*")
                   if path.suffix in {".c", ".h", ".cc", ".cu", ".cuh"})
    faults = [fault for path in files
              for fault in find_faults(path.relative_to(src), get_room(path.relative_to(src)),
                                       path.read_text())]
    print("1..2")
    print("ok 1 the check finds planted faults" if check_itself() else "not ok 1")
    print(f"{'not ok' if faults else 'ok'} 2 {len(files)} files keep to the table")
    for fault in faults:
        print(f"# {fault}")


main()
