#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sandbox costs: the same commands with and without it, in turns.

  bench-sandbox.py GENGA_CLI VIDEO [ROUNDS]

Three kinds of work: a video, 1,000 pictures of 48x32 pixels in one run, and a picture of one pixel,
which is all start. In each round both take their turn, the other one first every second time, so
that what the machine does meanwhile meets both. Printed is the ratio of times with and without, its
median over the rounds and where the middle half lies; of processor time, too, which other work on
the machine changes less. For starts, it is the difference in milliseconds."""
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib

N_PICTURES = 1000


def write_png(path, width, height, seed):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = b"".join(b"\0" + bytes((x * 5 + y * 3 + c * 50 + seed) % 256 for x in range(width) for c in range(3))
                    for y in range(height))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def run(command, is_fenced):
    """Seconds on the clock, and of processors."""
    with tempfile.TemporaryDirectory() as out:
        argv = command + ["--output-dir", out] + ([] if is_fenced else ["--no-sandbox"])
        start = time.perf_counter()
        child = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 env=dict(os.environ, XDG_STATE_HOME=out))
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{' '.join(argv)}: exit code {child.returncode}")
    return wall, usage.ru_utime + usage.ru_stime


def compare(command, rounds):
    """Pairs of (with, without), each of (wall, processors)."""
    run(command, True), run(command, False)  # what is read from the disk once
    pairs = []
    for turn in range(rounds):
        first = run(command, turn % 2 == 0)
        second = run(command, turn % 2 == 1)
        pairs.append((first, second) if turn % 2 == 0 else (second, first))
    return pairs


def tell(name, pairs):
    for index, what in enumerate(("clock", "processors")):
        ratios = [fenced[index] / plain[index] for fenced, plain in pairs]
        quarter = statistics.quantiles(ratios, n=4)
        seconds = statistics.median(plain[index] for _, plain in pairs)
        print(f"{name}, {what}: {statistics.median(ratios):.4f} (middle half {quarter[0]:.4f} to {quarter[2]:.4f}; "
              f"without the sandbox {seconds:.2f} s)", flush=True)


def main():
    program, video = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 9
    upscale = [program, "upscale"]
    with tempfile.TemporaryDirectory() as folder:
        pictures = pathlib.Path(folder, "pictures")
        pictures.mkdir()
        for i in range(N_PICTURES):
            write_png(pictures / f"{i:04}.png", 48, 32, i)
        single = pathlib.Path(folder, "single.png")
        write_png(single, 1, 1, 0)
        pairs = compare(upscale + ["--model", "nearest", str(single)], rounds * 5)
        more = [1000 * (fenced[0] - plain[0]) for fenced, plain in pairs]
        quarter = statistics.quantiles(more, n=4)
        print(f"start: {statistics.median(more):+.1f} ms (middle half {quarter[0]:+.1f} to {quarter[2]:+.1f})", flush=True)
        tell(f"{N_PICTURES} pictures", compare(upscale + ["--model", "bicubic", str(pictures)], rounds))
    tell("video", compare(upscale + [video], rounds))


if __name__ == "__main__":
    main()
