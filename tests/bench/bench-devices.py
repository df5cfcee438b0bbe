#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether engines that share a job are as fast as one with all threads.

  bench-devices.py GENGA_CLI [ROUNDS [MODEL [THREADS]]]

A clip of six segments, and a folder of pictures: by one engine on the processor with all threads, and by two
with half of them each, in turns, each after the other first, so that both have the same machine. Wall times; the
median of the ratios of all rounds."""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

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
    start = time.monotonic()
    subprocess.run([cli, "upscale", "--model", model, "--device", device, "--threads", str(threads), "--overwrite",
                    *target, source], check=True, capture_output=True)
    return time.monotonic() - start


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
            ratio = statistics.median(a / b for a, b in zip(one, two))
            print(f"{os.path.basename(source)}: one engine {statistics.median(one):.2f} s, two with half the threads "
                  f"each {statistics.median(two):.2f} s; two are {ratio:.3f} times as fast "
                  f"(all rounds: {', '.join(f'{a / b:.3f}' for a, b in zip(one, two))})")


if __name__ == "__main__":
    main()
