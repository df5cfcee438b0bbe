#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several devices that share a job: the same bytes, whoever makes what, and whoever is lost."""
import json
import os
import pathlib
import re
import sys

sys.path.append(str(pathlib.Path(__file__).parent.parent / "cli"))
import nets
from clips import Clips, ffmpeg, main, pixels, run
from support import make_pixels, write_png

SEGMENT = "0.25"
N = 6
TWO = ("--device", "cpu,cpu", "--threads", "2")
MISSING = ("--device", "cpu,vulkan:15", "--threads", "2", "--mixed-devices")
SHARES = re.compile(r"Segments made by each device: (.*)\.")


class Lanes(Clips):
    def setUp(self):
        super().setUp()
        self.model = nets.write(self.path("net.safetensors"), nets.compact())

    def make_clip(self, *more, frames=36):
        return self.make("in.mkv", *more, frames=frames, size="48x32", rate="24")

    def enlarge(self, name, *more, fault=None, code=0):
        env = {"GENGA_FAULT": fault} if fault else {}
        self.last = run("upscale", "--model", self.model, "--preset", "ultrafast", *more,
                        self.path("in.mkv"), "-o", self.path(name),
                        GENGA_SEGMENT_SECONDS=SEGMENT, **env)
        self.assertEqual(self.last.code, code, self.last)
        return self.path(name)

    def read(self, name):
        return pathlib.Path(self.path(name)).read_bytes()

    def shares(self):
        return [int(part.split()[-1]) for part in SHARES.search(self.last.text)[1].split(", ")]

    def check_same(self, *more):
        self.assertEqual(self.read("out.mp4"), self.read(os.path.basename(
            self.enlarge("one.mp4", "--device", "cpu", "--threads", "2", "--overwrite", *more))))
        self.assertFalse([name for name in os.listdir(self.folder) if name.endswith(".genga")])

    def test_same_bytes(self):
        self.make_clip()
        for more, n in (((), N), (("--fps", "30000/1001"), N), (("--from", "0.3", "--to", "1.2"), 4),
                        (("--reuse", "tolerance", "--tolerance", "2"), N)):
            with self.subTest(more=more):
                self.enlarge("out.mp4", *TWO, "--overwrite", *more)
                self.assertEqual((len(self.shares()), sum(self.shares())), (2, n), self.last)
                self.check_same(*more)
        self.enlarge("out.mp4", "--device", "cpu", "--workers", "3", "--threads", "2", "--overwrite")
        self.assertEqual((len(self.shares()), sum(self.shares())), (3, N))
        self.check_same()

    def test_frames_at_odd_times(self):
        """Segments without a frame, and one at the end."""
        self.make_clip("-vf", "select='not(between(n,8,20))'", "-fps_mode", "vfr", frames=23)
        self.enlarge("out.mp4", *TWO)
        self.check_same()

    def test_a_device_is_lost(self):
        """In the middle: the other one makes the rest, its segment among it."""
        self.make_clip()
        self.enlarge("out.mp4", *TWO, fault="lost-device:9")
        self.assertIn("The others do its work", self.last.text)
        self.assertEqual(sum(self.shares()), N)
        self.check_same()

    def test_all_devices_are_lost(self):
        """What is finished stays, and any devices go on with it."""
        self.make_clip()
        each = ("--reuse", "off")
        self.enlarge("out.mp4", *TWO, *each, fault="lost-device:27+", code=7)
        self.enlarge("out.mp4", *TWO, *each)
        self.assertLess(sum(self.shares()), N)
        self.check_same(*each)

    def test_a_crash(self):
        """No segment that is whole is made again, wherever it was in the order."""
        self.make_clip()
        self.enlarge("one.mp4", "--device", "cpu", "--threads", "2")
        for devices, place in (("cpu", "stall-segment:1,kill-ahead-kept:1"),
                               ("cpu,cpu,cpu", "stall-segment:1,kill-ahead-kept:1"),
                               ("cpu,cpu,cpu", "stall-segment:1,kill-ahead-named:1"),
                               ("cpu,cpu,cpu", "kill-after-entry:2")):
            with self.subTest(devices=devices, place=place):
                self.enlarge("out.mp4", *TWO, "--overwrite", fault=place, code=-9)
                kept = [name for name in os.listdir(self.path(".out.mp4.genga"))
                        if name.endswith(".json") or name.startswith("segment-")]
                if "stall" in place:
                    self.assertEqual(any("ahead-" in name for name in kept), "kept" in place, kept)
                self.enlarge("out.mp4", "--device", devices, "--overwrite")
                if "," in devices:
                    self.assertEqual(sum(self.shares()), N - len(kept), self.last)
                self.assertEqual(self.read("out.mp4"), self.read("one.mp4"))

    def test_unlike_devices(self):
        """Their results may differ, so that has to be allowed."""
        self.make_clip()
        self.enlarge("out.mp4", "--device", "cpu,reference", code=2)
        self.assertIn("--mixed-devices", self.last.text)
        self.enlarge("out.mp4", "--device", "cpu,reference", "--mixed-devices", "--codec", "h264",
                     "--profile", "lossless")
        self.enlarge("one.mp4", "--device", "cpu", "--codec", "h264", "--profile",
                     "lossless")
        pairs = zip(pixels(self.path("out.mp4"), "yuv420p"), pixels(self.path("one.mp4"), "yuv420p"))
        self.assertLessEqual(max(abs(a - b) for a, b in pairs), 1)
        for word, code in (("cpu,", 2), (",", 2), ("cpu,auto", 2), ("cpu,gpu7", 7)):
            with self.subTest(word=word):
                self.enlarge("none.mp4", "--device", word, "--mixed-devices", code=code)

    def test_plan(self):
        self.make_clip()
        plan = run("plan", "--json", "--model", self.model, *TWO, self.path("in.mkv"))
        self.assertEqual(json.loads(plan.out)[0]["devices"], ["cpu", "cpu"])
        plan = run("plan", "--model", self.model, "--frames", "png", *TWO, self.path("in.mkv"))
        self.assertIn("one device makes in their order", plan.out.decode())

    def test_files(self):
        """A folder of pictures, each on one of them; one that is lost leaves its picture to another."""
        os.mkdir(self.path("in"))
        names = [f"{i}.png" for i in range(8)]
        for i, name in enumerate(names):
            write_png(self.path("in/" + name), 40 + i, 24, make_pixels(40 + i, 24, i))
        for folder, more, fault in (("one", ("--device", "cpu"), ""), ("two", TWO, ""),
                                    ("lost", TWO, "lost-device:3"),
                                    ("missing", MISSING, "")):
            done = run("upscale", "--model", self.model, "--naming", "original", *more, "--output-dir",
                       self.path(folder), self.path("in"), GENGA_FAULT=fault)
            self.assertEqual(done.code, 0, done)
            self.assertEqual("another one makes it" in done.text, folder in ("lost", "missing"), done)
            for name in names:
                self.assertEqual(self.read(f"{folder}/{name}"), self.read("one/" + name), name)


if __name__ == "__main__":
    main()
