#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether engines that share a job are as fast as one with all threads.

  bench-devices.py GENGA_CLI [ROUNDS [MODEL [THREADS]]]

A clip of six segments, and a folder of pictures: by one engine on the processor with all threads, and by two
with half of them each, in turns, each after the other first, so that both have the same machine. Wall times and
processor times; the median of the ratios of all rounds."""
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

os.environ["GENGA_CLI"] = sys.argv[1]
sys.path.append(str(pathlib.Path(__file__).parent.parent / "cli"))
from support import make_pixels, write_png  # noqa: E402

PICTURES = 8


def make_inputs(folder):
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=12,noise=alls=8:allf=t",
                    "-t", "6", folder + "/clip.mkv"], check=True)
    os.mkdir(folder + "/in")
    for i in range(PICTURES):
        write_png(f"{folder}/in/{i}.png", 256, 256, make_pixels(256, 256, i))


def measure(cli, folder, model, threads, device, source):
    target = (["--preset", "veryfast", "-o", folder + "/out.mp4"] if source.endswith(".mkv") else
              ["--output-dir", folder + "/out"])
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([cli, "upscale", "--model", model, "--device", device, "--threads", str(threads), "--overwrite",
                    *target, source], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    cli, *more = sys.argv[1:]
    rounds = int(more[0]) if more else 7
    model = more[1] if len(more) > 1 else "genga-fast"
    threads = int(more[2]) if len(more) > 2 else len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        make_inputs(folder)
        for source in (folder + "/clip.mkv", folder + "/in"):
            one, two = [], []
            for i in range(rounds):
                pair = [("cpu", one), ("cpu,cpu", two)]
                for device, times in pair if i % 2 else reversed(pair):
                    times.append(measure(cli, folder, model, threads, device, source))
            for at, what in enumerate(("wall", "processor")):
                pairs = [(first[at], second[at]) for first, second in zip(one, two)]
                ratios = [first / second for first, second in pairs]
                print(f"{os.path.basename(source)}, {what} time: one engine "
                      f"{statistics.median(first for first, _ in pairs):.2f} s, two with half the threads each "
                      f"{statistics.median(second for _, second in pairs):.2f} s; two are "
                      f"{statistics.median(ratios):.3f} times as fast (all rounds: "
                      f"{', '.join(f'{ratio:.3f}' for ratio in ratios)})")


if __name__ == "__main__":
    main()
