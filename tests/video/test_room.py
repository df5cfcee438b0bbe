#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The disk is full from one write on, whichever it is: a sentence, no result, and when there is room
again, the same result as if nothing had been."""
import os
import resource

from clips import LONG, Clips, ffmpeg, main, run

# Writes that are tried one by one, and what comes after in steps: to the last one. Each write of
# each part is failed in tests/segments.
EVERY, STEP = (100, 1) if LONG else (3, 9)


class Room(Clips):
    def setUp(self):
        super().setUp()
        self.source = self.path("in.mkv")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=32x32:rate=24", "-f", "lavfi", "-i",
               "sine=frequency=440", "-frames:v", "12", "-shortest", "-c:v", "ffv1", "-c:a", "flac",
               self.source)

    def export(self, name, *more, **env):
        target = self.path(name)
        result = run("upscale", "--model", "nearest", *more, self.source, "-o", target,
                     GENGA_SEGMENT_SECONDS="0.2", **env)
        return target, result

    def read(self, path):
        with open(path, "rb") as file:
            return file.read()

    def check_full(self, result, target, n):
        self.assertEqual(result.code, 5, (n, result))
        self.assertIn("disk is full", result.text)
        self.assertFalse(os.path.exists(target), n)

    def test_every_write(self):
        """Segments, the journal, and joining them."""
        whole, result = self.export("whole.mp4")
        self.assertEqual(result.code, 0, result)
        kept, n = [], 1
        while True:
            target, result = self.export("out.mp4", GENGA_FAULT=f"no-room:{n}+")
            if result.code == 0:
                break
            self.check_full(result, target, n)
            left = sorted(name for name in os.listdir(self.folder) if name[0] == ".")
            kept.append("kept" in result.text)
            self.assertEqual(left, [".out.mp4.genga"] if kept[-1] else [])
            target, result = self.export("out.mp4")
            self.assertEqual(result.code, 0, result)
            self.assertEqual("Continuing" in result.text, kept[-1])
            self.assertEqual(self.read(target), self.read(whole), n)
            os.unlink(target)
            n += 1 if n < EVERY else STEP
        self.assertGreater(n, 30)
        self.assertIn(True, kept)
        self.assertNotIn(False, kept[kept.index(True):])

    def test_small_files(self):
        """A file system like FAT, whose files are never so large (here: of 100 kB): before the start."""
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=128x72:rate=24", "-frames:v", "24", self.source, "-y")
        target, result = self.export("out.mov", "--codec", "dnxhr", GENGA_FAULT="small-files:1+")
        self.assertEqual(result.code, 5, result)
        self.assertIn("FAT", result.text)
        self.assertEqual(os.listdir(self.folder), ["in.mkv"])
        target, result = self.export("out.mp4", "--crf", "0", GENGA_FAULT="small-files:1+")
        self.assertEqual(result.code, 0, result)
        self.assertIn("may become too large", result.text)

    def test_limits(self):
        """A quota of the disk and a limit of the process, before the start."""
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=128x72:rate=24", "-frames:v", "24", self.source, "-y")
        target, result = self.export("out.mov", "--codec", "dnxhr", GENGA_FAULT="small-quota:1+")
        self.assertEqual((result.code, os.listdir(self.folder)), (5, ["in.mkv"]), result)
        self.assertIn("only 100.0\u00a0kB is free", result.text)

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))

        arguments = ["upscale", "--model", "nearest", self.source, "-o"]
        result = run(*arguments, self.path("out.mov"), "--codec", "dnxhr", preexec=limit)
        self.assertEqual((result.code, os.listdir(self.folder)), (5, ["in.mkv"]), result)
        self.assertIn("ulimit -f", result.text)
        result = run(*arguments, self.path("out.mp4"), "--crf", "0", preexec=limit)
        self.assertIn("may become too large", result.text)

    def test_frames(self):
        """Pictures and their list: those that are listed are there, and the rest follows."""
        whole, result = self.export("whole/")
        self.assertEqual(result.code, 0, result)
        names = sorted(os.listdir(whole))
        for n in range(1, 10, 1 if LONG else 4):
            target, result = self.export("out/", GENGA_FAULT=f"no-room:{n}+")
            self.assertEqual(result.code, 5, (n, result))
            target, result = self.export("out/")
            self.assertEqual(result.code, 0, (n, result))
            self.assertEqual(sorted(os.listdir(target)), names)
            for name in names:
                if name.endswith(".png"):
                    self.assertEqual(self.read(os.path.join(target, name)),
                                     self.read(os.path.join(whole, name)))
                os.unlink(os.path.join(target, name))


if __name__ == "__main__":
    main()
