#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a LibTorch module is linked to, and what it shows.

    check-module.py MODULE LIBRARY...

Every LIBRARY must be in its NEEDED list (the linker drops those that nothing refers to by name,
and with them the operators that they would register), no other LibTorch library and none of
Genga's may be, and the one symbol it defines is the entry point.
"""

import re
import subprocess
import sys

ENTRY = "genga_backend_get"


def read_lines(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def main():
    module, *libraries = sys.argv[1:]
    needed = {
        match[1]
        for line in read_lines("readelf", "-dW", module)
        if (match := re.search(r"\(NEEDED\).*\[(.*)\]", line))
    }
    symbols = [
        fields[7].split("@")[0]
        for line in read_lines("readelf", "--dyn-syms", "-W", module)
        if len(fields := line.split()) >= 8 and fields[4] in ("GLOBAL", "WEAK", "UNIQUE")
        if fields[6] not in ("UND", "Ndx")
    ]
    surplus = {
        name for name in needed if re.match(r"lib(torch|c10|genga)", name) and name not in libraries
    }

    checks = [(f"needs {library}", library in needed) for library in libraries]
    checks.append((f"needs nothing else of that kind {sorted(surplus)}", not surplus))
    checks.append((f"defines {ENTRY} only, not {symbols[:5]}", symbols == [ENTRY]))
    print(f"1..{len(checks)}")
    for number, (what, good) in enumerate(checks, 1):
        print(f"{'ok' if good else 'not ok'} {number} {what}")
    return 0 if all(good for _, good in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
