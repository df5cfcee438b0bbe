#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints a table of line coverage by folder from gcovr's JSON summary; with further arguments, the
files too whose paths hold one of them."""
import collections
import json
import os
import sys


def main():
    with open(sys.argv[1]) as file:
        files = json.load(file)["files"]
    covered, total = collections.Counter(), collections.Counter()
    for one in files:
        names = {os.path.dirname(one["filename"]), "all of src"}
        if any(part in one["filename"] for part in sys.argv[2:]):
            names.add(one["filename"])
        for name in names:
            covered[name] += one["line_covered"]
            total[name] += one["line_total"]
    print("| folder | lines | run by the tests |\n|---|---:|---:|")
    for name in sorted(total):
        if total[name]:
            print(f"| {name} | {total[name]} | {100 * covered[name] / total[name]:.1f} % |")


if __name__ == "__main__":
    main()
