#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much faster a server makes small pictures larger than a command for each does.

  bench-serve.py GENGA_CLI PICTURE [ROUNDS [OTHER_CLI [OPTION...]]]

The PNG picture goes to `genga-cli serve` in batches of eight, and to one `genga-cli upscale` after the other,
in turns, so that both have the same machine. What a command takes before its picture is measured with one of
8x8 pixels and taken off once. Wall times and processor times; the median of all rounds. With OTHER_CLI, the
commands are that build's; further options are the server's alone."""
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

os.environ["GENGA_CLI"] = sys.argv[1]
sys.path.append(str(pathlib.Path(__file__).parent.parent / "serve"))

from client import OK, Server, read_file
from support import write_png

BATCH = 8
OPTIONS = ["--model", "genga-fast", "--scale", "2", "--format", "png"]


def get_ticks(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run_command(source, folder):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([sys.argv[4] if len(sys.argv) > 4 else sys.argv[1], "upscale", *OPTIONS, "--overwrite", "-o", folder + "/large.png", source],
                   check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (time.monotonic() - start,
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def ask(server, images):
    before, start = get_ticks(server.process.pid), time.monotonic()
    answer = server.ask(images)
    assert answer.status == OK, answer
    return (time.monotonic() - start) / BATCH, (get_ticks(server.process.pid) - before) / BATCH


def main():
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 15
    picture = read_file(sys.argv[2])
    served, alone, start_up = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        write_png(folder + "/tiny.png", 8, 8)
        server = Server(*OPTIONS, *sys.argv[5:], stderr=subprocess.DEVNULL)
        ask(server, [picture] * BATCH)
        for _ in range(rounds):
            served.append(ask(server, [picture] * BATCH))
            alone.append(run_command(sys.argv[2], folder))
            start_up.append(run_command(folder + "/tiny.png", folder))
        server.end()
    for at, what in enumerate(("wall", "processor")):
        times = [statistics.median(sample[at] for sample in samples) for samples in (served, alone, start_up)]
        print(f"{what} time a picture: server {1000 * times[0]:.1f} ms, command {1000 * times[1]:.1f} ms, of which "
              f"start {1000 * times[2]:.1f} ms; server {times[1] / times[0]:.2f} times as fast, "
              f"{(times[1] - times[2]) / times[0]:.2f} times without the start")


if __name__ == "__main__":
    main()
