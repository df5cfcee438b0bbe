#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well a batch of small pictures keeps the processors busy.

  bench-batch.py GENGA_CLI FOLDER [OPTIONS OF UPSCALE ...]

Upscales the folder's pictures in one run, and says how much longer that took than it had to: the
longest of what one stage alone takes, and of all processor time shared out to all processors."""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

STAGES = "read", "work", "write"


def main():
    program, folder, *options = sys.argv[1:]
    stages, first = dict.fromkeys(STAGES, 0.), None
    with tempfile.TemporaryDirectory() as out:
        start = time.monotonic()
        child = subprocess.Popen([program, "upscale", "--progress", "json", *options, "--output-dir", out, folder],
                                 stdout=subprocess.PIPE, env=dict(os.environ, XDG_STATE_HOME=out))
        n = 0
        for line in child.stdout:
            event = json.loads(line)
            if event["event"] == "started" and first is None:
                first = time.monotonic() - start
            if event["event"] == "done":
                n += 1
                for stage in STAGES:
                    stages[stage] += event["seconds"][stage]
        child.wait()
        wall = time.monotonic() - start
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    shared = (usage.ru_utime + usage.ru_stime) / len(os.sched_getaffinity(0))
    least = max(shared, *stages.values())
    print(f"{n} pictures in {wall:.2f} s ({first:.2f} s before the first); processor time {usage.ru_utime:.2f} + "
          f"{usage.ru_stime:.2f} s, shared out {shared:.2f} s; stages " +
          ", ".join(f"{name} {seconds:.2f} s" for name, seconds in stages.items()) +
          f"; {wall / least:.3f} times the least")


if __name__ == "__main__":
    main()
