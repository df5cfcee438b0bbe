#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A source that gives nothing any more: it is said, waited for, and given up at some time.

GENGA_FAULT lets a thread hang, GENGA_STALL_SECONDS makes the patience short (a fifth of it is
silent), GENGA_STALL_FOR ends the hanging.
"""
import os
import signal

from clips import Clips, ffmpeg, main, packets, pixels, run, start, times

READ, DECODE, COPY = "stall-read:30", "stall-decode:30", "stall-copy:5"


class Stall(Clips):
    def setUp(self):
        super().setUp()
        self.source = self.path("in.mkv")
        self.target = self.path("out.mkv")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24", "-f", "lavfi", "-i",
               "sine=frequency=440", "-frames:v", "48", "-shortest", "-c:v", "ffv1", "-c:a", "flac",
               self.source)

    def arguments(self, *more):
        return ["upscale", "--model", "nearest", "--codec", "ffv1", *more, self.source, "-o",
                self.target]

    def export(self, fault=None, code=0, patience="300", **env):
        if fault:
            env["GENGA_FAULT"] = fault
        self.last = run(*self.arguments(), GENGA_SEGMENT_SECONDS="0.5",
                        GENGA_STALL_SECONDS=patience, **env)
        self.assertEqual(self.last.code, code, self.last)

    def check_whole(self):
        self.assertEqual(times(self.target), times(self.source))
        self.assertEqual(packets(self.target, "a"), packets(self.source, "a"))
        os.rename(self.target, self.path("found.mkv"))
        self.export()
        self.assertEqual(pixels(self.target, "yuv420p"), pixels(self.path("found.mkv"), "yuv420p"))
        os.unlink(self.target)

    def test_given_up(self):
        """In mid-run: what is finished is kept, and the next run goes on from there."""
        for place in READ, DECODE:
            with self.subTest(place=place):
                self.export(place, code=3, patience="2")
                self.assertIn("Still waiting: no data from “in.mkv”", self.last.text)
                self.assertIn("Timed out: no data from “in.mkv”", self.last.text)
                self.assertIn("finished and kept", self.last.text)
                self.assertFalse(os.path.exists(self.target))
                self.export()
                self.assertIn("Continuing", self.last.text)
                self.check_whole()

    def test_encoder_is_started_again(self):
        """Once, from the last finished segment."""
        self.export("stall-encoder:30", patience="2")
        self.assertIn("Still waiting: the encoder (ffv1)", self.last.text)
        self.assertIn("started once more", self.last.text)
        self.assertIn("Continuing at frame 25", self.last.text)
        self.assertNotIn("finished and kept", self.last.text)
        self.check_whole()

    def test_encoder(self):
        """One that never answers ends the run with a word; what is finished is kept."""
        self.export("stall-encoder:30+", code=5, patience="2")
        self.assertEqual(self.last.text.count("started once more"), 1)
        self.assertIn("Timed out: the encoder (ffv1)", self.last.text)
        self.assertIn("finished and kept", self.last.text)
        self.export()
        self.assertIn("Continuing", self.last.text)
        self.check_whole()

    def test_encoder_answers(self):
        """After a while, which is no fault."""
        self.export("stall-encoder:30", GENGA_STALL_FOR="1", patience="4")
        self.assertIn("Still waiting: the encoder (ffv1)", self.last.text)
        self.check_whole()

    def test_tried_packets(self):
        """Packets to copy are tried before the first frame: nothing has been written."""
        self.export(COPY, code=3, patience="2")
        self.assertIn("Timed out: no data from “in.mkv”", self.last.text)
        self.assertEqual(os.listdir(self.folder), ["in.mkv"])
        self.export()
        self.check_whole()

    def test_at_once(self):
        """Nothing has been written; nothing stays."""
        self.export("stall-read:1", code=3, patience="2")
        self.assertIn("Timed out", self.last.text)
        self.assertEqual(os.listdir(self.folder), ["in.mkv"])

    def test_goes_on(self):
        self.export(READ, patience="8", GENGA_STALL_FOR="2.5")
        self.assertIn("Still waiting: no data from “in.mkv”", self.last.text)
        self.assertIn("“in.mkv” continues", self.last.text)
        self.check_whole()

    def test_encoder_keeps_its_name(self):
        """One that waits behind the next one gets another."""
        os.mkdir(self.path("other"))
        long = self.make("a.mkv", "-c:v", "ffv1", frames=150)
        other = self.make("other/in.mkv", "-c:v", "ffv1", frames=6)
        out = self.path("out")
        self.last = run("upscale", "--model", "nearest", "--codec", "ffv1", self.source, long, other,
                        "--output-dir", out, GENGA_FAULT="stall-encoder:30",
                        GENGA_SEGMENT_SECONDS="0.5", GENGA_STALL_SECONDS="2")
        self.assertEqual(self.last.code, 0, self.last)
        self.assertIn("Continuing at frame 25", self.last.text)
        self.assertEqual([len(times(os.path.join(out, name))) for name in sorted(os.listdir(out))],
                         [150, 6, 48])
        self.assertNotIn("Starting over", self.last.text)

    def test_next_one(self):
        """A source that is given up does not hold up the next, and may come back meanwhile."""
        os.mkdir(self.path("out"))
        other = self.make("other.mkv", "-c:v", "ffv1", frames=150)
        result = run("upscale", "--model", "nearest", "--codec", "ffv1", self.source, other,
                     "--output-dir", self.path("out"), GENGA_FAULT=READ, GENGA_STALL_SECONDS="1",
                     GENGA_STALL_FOR="1.2")
        self.assertNotEqual(result.code, 0)
        self.assertIn("Timed out: no data from “in.mkv”", result.text)
        (name,) = [name for name in os.listdir(self.path("out")) if not name.startswith(".in")]
        self.assertEqual(len(times(os.path.join(self.path("out"), name))), 150)

    def test_cancel(self):
        """Ctrl+C does not wait for it."""
        process = start(*self.arguments(), GENGA_FAULT=READ, GENGA_STALL_SECONDS="5")
        for line in process.stderr:
            if b"Still waiting" in line:
                break
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)


if __name__ == "__main__":
    main()
