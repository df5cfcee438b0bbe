#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives two builds of genga-cli the same work and holds the results against each other: bytes, and
for videos, whose muxers write dates, packets, streams and chapters; exit codes; events and their
keys. Sentences may change and are counted apart.

    compare-builds.py [--only TEXT] [--keep FOLDER] [--sentences] OLD NEW

GENGA_SHARED is the folder of shared data. It takes minutes and is no part of the tests.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import sys
import tempfile

import builds
import cases
import inputs
import looks

SHARED = pathlib.Path(os.environ.get("GENGA_SHARED") or
                      pathlib.Path(__file__).parents[3] / "shared")


class Report:
    def __init__(self):
        self.counts = collections.Counter()
        self.sentences = []

    def tell(self, outcome, name, note=""):
        self.counts[outcome] += 1
        print(f"{outcome:9} {name}{': ' + note if note else ''}", flush=True)

    def tell_compared(self, name, difference, note=""):
        self.tell("different" if difference else "equal", name, (difference or note)[:400])

    def close(self):
        if self.sentences:
            print(f"{len(self.sentences)} sentences differ")
        print("{equal} equal, {different} different, {only} only in one".format_map(
            collections.Counter(self.counts, only=self.counts["only in one"])))
        return 1 if self.counts["different"] + self.counts["only in one"] else 0


def group(events):
    """By file: several are under way at a time."""
    groups = {}
    for event in events:
        name = event if not isinstance(event, dict) else event.get("source", "all")
        groups.setdefault(str(name), []).append(event)
    return groups


def find_spoken_difference(old, new, case):
    """Of exit codes, events and their keys."""
    if old.trouble or new.trouble:
        return f"{old.trouble} / {new.trouble}"
    if case.twin:
        return None
    if old.codes != new.codes:
        return f"exit codes {old.codes}, then {new.codes}"
    if case.timing and old.keys != new.keys:
        return looks.first_difference({k: sorted(v) for k, v in old.keys.items()},
                                      {k: sorted(v) for k, v in new.keys.items()})
    a, b = group(old.events), group(new.events)
    return None if a == b else "events: " + looks.first_difference(a, b)


def compare_one_file(old, new, name):
    return looks.compare_files(os.path.join(old.folder, name), os.path.join(new.folder, name))


def compare(old, new, case, report):
    shared = sorted(old.get_files() & new.get_files())
    for name in sorted(old.get_files() ^ new.get_files()):
        report.tell("only in one", f"{case.name}/{name}",
                    "old" if name in old.get_files() else "new")
    difference = find_spoken_difference(old, new, case)
    for name in shared:
        found = compare_one_file(old, new, name)
        if case.each:
            report.tell_compared(f"{case.name}/{name}", found)
        elif found and not difference:
            difference = f"{name}: {found}"
    report.tell_compared(case.name, difference,
                         f"exit codes {new.codes}" if any(new.codes) else "")
    if not case.twin:
        report.sentences += [f"{case.name}:\n  {a}\n  {b}"
                             for a, b in zip(old.sentences, new.sentences) if a != b]


def run_across(old, new, case):
    """The old build is killed, the new one goes on in the same place."""
    begun = builds.run_case(old, cases.Case(case.name, case.commands[:1], killed=(0,)))
    folder = os.path.join(new.folder, case.name)
    os.rename(begun.folder, folder)
    ran = builds.run_case(new, cases.Case(case.name, case.commands[1:]), folder=folder)
    ran.trouble = begun.trouble or ran.trouble
    if not ran.trouble and not any("Continuing at frame" in text for text in ran.sentences):
        ran.trouble = f"it does not go on: {ran.sentences}"
    return ran


def run_both(pool, old, new, case):
    if case.across:
        return None, run_across(old, new, case)
    return [one.result() for one in (pool.submit(builds.run_case, old, case),
                                     pool.submit(builds.run_case, new, case))]


def run_all(arguments, folder):
    report = Report()
    (folder / "in").mkdir()
    inputs.make(folder / "in", SHARED)
    old, new = (builds.Build(name, program, folder)
                for name, program in (("old", arguments.old), ("new", arguments.new)))
    whole = {}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for case in cases.all_cases():
            if arguments.only and arguments.only not in case.name + case.twin:
                continue
            a, b = run_both(pool, old, new, case)
            if case.twin and case.twin in whole:
                a = whole[case.twin]
            whole[case.name] = a
            compare(a, b, case, report)
    if arguments.sentences:
        print("\n".join(report.sentences))
    return report.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--only", metavar="TEXT", help="cases whose names have it")
    parser.add_argument("--keep", metavar="FOLDER", help="where everything stays")
    parser.add_argument("--sentences", action="store_true", help="print those that differ")
    parser.add_argument("old")
    parser.add_argument("new")
    arguments = parser.parse_args()
    if arguments.keep:
        os.makedirs(arguments.keep)
        return run_all(arguments, pathlib.Path(arguments.keep).resolve())
    with tempfile.TemporaryDirectory(prefix="genga-compare-") as folder:
        return run_all(arguments, pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(main())
