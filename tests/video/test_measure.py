#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan says of a video's size and memory, with and without a trial, against what a run takes."""
import json
import os
import re

from clips import Clips, ffmpeg, main, run


class Measure(Clips):
    def plan(self, *arguments):
        done = run("plan", "--json", "--model", "nearest", *arguments)
        self.assertEqual(done.code, 0, done)
        return json.loads(done.out)[0]

    def test_size_and_memory(self):
        """Pictures that are as hard to code as noise, which no table knows, within 1.5 (the picture's part)."""
        source = self.make("in.mkv", "-vf", "noise=alls=40:allf=t", "-c:v", "ffv1", frames=120, size="320x180")
        arguments = ("--preset", "veryfast", source, "-o", self.path("out.mp4"))
        guessed, measured = self.plan(*arguments), self.plan("--measure", *arguments)
        self.assertFalse(guessed["is_measured"])
        self.assertTrue(measured["is_measured"])
        self.assertEqual(os.listdir(self.folder), ["in.mkv"])
        target = self.upscale(source, "out.mp4", "--preset", "veryfast")
        size = os.path.getsize(target)
        peak = float(re.search(r"([\d.]+)\sMB of memory", self.last.text)[1]) * 1e6
        self.assertLess(guessed["disk_bytes_least"], guessed["disk_bytes"])
        self.assertGreater(size / guessed["disk_bytes"], 1.5)
        self.assertLess(max(measured["disk_bytes"] / size, size / measured["disk_bytes"]), 1.5)
        self.assertLess(max(measured["memory_bytes"] / peak, peak / measured["memory_bytes"]), 1.5, (measured, peak))

    def test_long(self):
        """Of a longer one some places are enough, and the middle counts."""
        quiet = self.make("quiet.mkv", "-c:v", "ffv1", frames=300, size="96x64", source="color")
        loud = self.make("loud.mkv", "-vf", "noise=alls=60:allf=t", "-c:v", "ffv1", frames=300, size="96x64")
        with open(self.path("list"), "w", encoding="utf-8") as file:
            file.writelines(f"file '{path}'\n" for path in (quiet, loud, quiet))
        source = self.path("in.mkv")
        ffmpeg("-f", "concat", "-safe", "0", "-i", self.path("list"), "-c", "copy", source)
        arguments = (source, "--preset", "veryfast", "-o", self.path("out.mkv"))
        measured = self.plan("--measure", *arguments)["disk_bytes"]
        size = os.path.getsize(self.upscale(source, "out.mkv", "--preset", "veryfast"))
        self.assertLess(max(measured / size, size / measured), 1.5)

    def test_copied(self):
        """Audio that is larger than the picture counts, of a part as of the whole; and none does not."""
        source = self.path("in.mkv")
        ffmpeg("-f", "lavfi", "-i", "color=size=96x64:rate=24", "-f", "lavfi", "-i", "anoisesrc=duration=4", "-shortest",
               "-c:v", "ffv1", "-c:a", "pcm_s16le", "-ac", "2", source)
        for more in ((), ("--from", "1", "--to", "2")):
            with self.subTest(more):
                arguments = ("--preset", "veryfast", *more, source, "-o", self.path("out.mkv"), "--overwrite")
                measured = self.plan("--measure", *arguments)["disk_bytes"]
                size = os.path.getsize(self.upscale(source, "out.mkv", "--preset", "veryfast", *more))
                self.assertLess(max(measured / size, size / measured), 1.5)
        without = self.plan("--measure", "--audio", "no", source, "-o", self.path("other.mkv"))["disk_bytes"]
        self.assertLess(without, size / 2)

    def test_pictures(self):
        picture = self.path("in.png")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48", "-frames:v", "1", picture)
        plan = self.plan("--measure", picture)
        self.assertIn("Only videos are measured.", plan["notices"])
        self.assertFalse(plan["is_measured"])


if __name__ == "__main__":
    main()
