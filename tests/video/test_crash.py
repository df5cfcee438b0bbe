#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An export that is killed goes on where it was, and nobody sees it in the result.

GENGA_SEGMENT_SECONDS makes segments short, GENGA_FAULT ends the process (or makes the disk full)
at places in the code.
"""
import os
import random
import shutil
import time

from clips import LONG, Clips, ffmpeg, main, run, start

SEGMENT = "0.5"
N_FRAMES = 60

# codec, container and what makes it fast
CODECS = [
    ("h264", "mp4", ["--preset", "veryfast"]),
    ("h265", "mkv", ["--preset", "ultrafast"]),
    ("prores", "mov", []),
    ("ffv1", "mkv", []),
]
# where a process is killed, and at which passing
PLACES = [
    ("kill-segment-written", 2), ("kill-segment-named", 2), ("kill-before-entry", 2),
    ("kill-after-entry", 2), ("kill-segment-written", 5), ("kill-join", 1), ("kill-joined", 1),
    ("kill-before-name", 1), ("kill-after-name", 1), ("kill-removed", 1),
]
# What depends on the codec: segments of two runs in one file.
OTHERS = [("kill-before-entry", 2), ("kill-joined", 1)]


def describe(path):
    """Every frame that is shown, its time and what it looks like; and all sound."""
    lines = ffmpeg("-i", path, "-map", "0:v", "-map", "0:a?", "-fps_mode", "passthrough", "-c:a",
                   "copy", "-f", "framemd5", "-").decode().splitlines()
    rows = [line.split(",") for line in lines if line[0] != "#"]
    return [[row[2:] for row in rows if int(row[0]) == stream] for stream in range(2)]


class Crash(Clips):
    def setUp(self):
        super().setUp()
        self.source = self.path("in.mkv")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24", "-f", "lavfi", "-i",
               "sine=frequency=440", "-frames:v", str(N_FRAMES), "-shortest", "-c:v", "libx264",
               "-bf", "2", "-g", "24", "-c:a", "aac", self.source)

    def arguments(self, target, *more, source=None):
        return ["upscale", "--model", "nearest", *more, source or self.source, "-o", target]

    def export(self, name, *more, fault=None, code=0, segment=SEGMENT, source=None, **env):
        target = self.path(name)
        if fault:
            env["GENGA_FAULT"] = fault
        self.last = run(*self.arguments(target, *more, source=source),
                        GENGA_SEGMENT_SECONDS=segment, **env)
        self.assertEqual(self.last.code, code, self.last)
        return target

    def leftovers(self):
        return [name for name in os.listdir(self.folder) if name[0] == "."]

    def compare(self, whole, found):
        """`whole` may be a description already."""
        self.assertEqual(self.leftovers(), [])
        self.assertEqual(describe(whole) if isinstance(whole, str) else whole, describe(found))

    def test_short_clip(self):
        """Two seconds and a half are several segments, without being told so."""
        target = self.path("out.mkv")
        done = run(*self.arguments(target, "--preset", "ultrafast"), GENGA_FAULT="kill-after-entry:1")
        self.assertEqual(done.code, -9, done)
        done = run(*self.arguments(target, "--preset", "ultrafast"))
        self.assertEqual(done.code, 0, done)
        self.assertIn("Continuing at frame 25", done.text)
        whole = self.path("whole.mkv")
        self.assertEqual(run(*self.arguments(whole, "--preset", "ultrafast")).code, 0)
        self.compare(whole, target)

    def test_every_step(self):
        for codec, container, more in CODECS:
            more = ["--codec", codec, *more]
            whole = describe(self.export(f"{codec}.{container}", *more))
            self.assertEqual(len(whole[0]), N_FRAMES)
            self.assertGreater(len(whole[1]), N_FRAMES / 2)
            for place, n in PLACES if LONG or codec == "h264" else OTHERS:
                with self.subTest(codec=codec, place=place, n=n):
                    name = f"{codec}-{place}{n}.{container}"
                    target = self.export(name, *more, fault=f"{place}:{n}", code=-9)
                    named = place in ("kill-after-name", "kill-removed")
                    self.assertEqual(os.path.exists(target), named)
                    self.export(name, *more)
                    self.assertIn(target, self.last.out.decode())
                    self.compare(whole, target)

    def test_any_moment(self):
        """Killed again and again, after times that nobody chose."""
        rng = random.Random(20)
        more = ["--codec", "h264", "--preset", "veryfast"]
        whole = self.export("whole.mkv", *more)
        target = self.path("out.mkv")
        for _ in range(100 if LONG else 6):
            process = start(*self.arguments(target, *more), GENGA_SEGMENT_SECONDS=SEGMENT)
            time.sleep(rng.uniform(0.02, 0.5))
            process.kill()
            process.communicate()
            if os.path.exists(target):
                break
        if self.leftovers() or not os.path.exists(target):
            self.export("out.mkv", *more)
        self.compare(whole, target)

    def test_resume(self):
        """Without the command that it was begun with; and what is left of another is not mixed."""
        more = ["--codec", "h264", "--preset", "veryfast", "--saturation", "0.5"]
        whole = self.export("whole.mkv", *more)
        target = self.export("out.mkv", *more, fault="kill-after-entry:3", code=-9)
        self.last = run("resume", self.folder, GENGA_SEGMENT_SECONDS=SEGMENT)
        self.assertEqual(self.last.code, 0, self.last)
        self.assertIn("frame 37: 36 of", self.last.text)
        self.compare(whole, target)
        self.assertEqual(run("resume", target).code, 3)
        other = self.export("other.mkv", "--codec", "ffv1", fault="kill-after-entry:3", code=-9)
        self.export("other.mkv", *more)
        self.assertIn("Starting over", self.last.text)
        aside, = self.leftovers()
        self.assertIn(".other.mkv.genga.earlier-", aside)
        shutil.rmtree(self.path(aside))
        self.compare(whole, other)

    def test_lookalikes(self):
        """Where frames are made of earlier ones that only look like them, too."""
        fade = self.path("fade.mkv")
        ffmpeg("-f", "lavfi", "-i", f"color=gray:size=64x48:rate=24,fade=in:0:{N_FRAMES}",
               "-frames:v", str(N_FRAMES), "-c:v", "ffv1", fade)
        for more in [["--reuse", "tolerance"], ["--reuse", "perceptual", "--yes"]]:
            with self.subTest(more=more):
                more += ["--tolerance", "9", "--codec", "ffv1"]
                whole = self.export("whole.mkv", *more, "--overwrite", source=fade)
                self.assertLess(len({frame[-1] for frame in describe(whole)[0]}), N_FRAMES)
                target = self.export("out.mkv", *more, "--overwrite", source=fade,
                                     fault="kill-after-entry:3", code=-9)
                self.export("out.mkv", *more, "--overwrite", source=fade)
                self.assertIn("Continuing", self.last.text)
                self.compare(whole, target)

    def test_full_disk(self):
        """What is finished stays, and the same command goes on."""
        whole = self.export("whole.mkv", "--codec", "ffv1")
        target = self.export("out.mkv", "--codec", "ffv1", fault="no-room:60+", code=5)
        self.assertIn("The disk is full", self.last.text)
        self.assertIn("kept", self.last.text)
        self.assertFalse(os.path.exists(target))
        self.export("out.mkv", "--codec", "ffv1")
        self.assertIn("Continuing", self.last.text)
        self.compare(whole, target)

    def test_encoder_fails(self):
        target = self.export("out.mkv", fault="encoder:40", code=5)
        self.assertIn("The encoder (libx264) failed", self.last.text)
        self.export("out.mkv")
        self.compare(self.export("whole.mkv"), target)


if __name__ == "__main__":
    main()
