#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a source while it is read. GENGA_FAULT stops the process at a frame of the
source, or while the result is joined, until the file is as the test wants it.
"""
import os
import signal

from clips import Clips, ffmpeg, main, packets, pixels, start, times

N_FRAMES = 96
FRAME, JOIN = "stop-frame:60", "stop-join:1"


class Source(Clips):
    def setUp(self):
        super().setUp()
        self.source = self.path("in.mkv")
        self.target = self.path("out.mkv")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=24", "-f", "lavfi", "-i",
               "sine=frequency=440", "-frames:v", str(N_FRAMES), "-shortest", "-c:v", "ffv1",
               "-c:a", "flac", self.source)

    def leftovers(self):
        return os.path.exists(self.path(".out.mkv.genga"))

    def export(self, place, change, code):
        """`change` is done to the source while the process stands still at a place."""
        process = start("upscale", "--model", "nearest", "--codec", "ffv1", self.source, "-o",
                        self.target, GENGA_FAULT=place, GENGA_SEGMENT_SECONDS="0.5")
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        self.assertTrue(os.WIFSTOPPED(status), status)
        change()
        process.send_signal(signal.SIGCONT)
        _, text = process.communicate(timeout=60)
        self.text = text.decode()
        self.assertEqual(process.returncode, code, self.text)

    def check_whole(self, source):
        self.assertFalse(self.leftovers())
        self.assertEqual(times(self.target), times(source))
        self.assertEqual(packets(self.target, "a"), packets(source, "a"))
        whole = self.upscale(source, "whole.mkv", "--codec", "ffv1")
        self.assertEqual(pixels(self.target, "yuv420p"), pixels(whole, "yuv420p"))

    def check_kept(self, word):
        """A sentence, no result, and what is finished."""
        self.assertIn(word, self.text)
        self.assertIn("finished and kept", self.text)
        self.assertFalse(os.path.exists(self.target))
        self.assertTrue(self.leftovers())

    def test_removed(self):
        """The file is open, twice, and stays until it is read."""
        kept = self.path("kept.mkv")
        for place in FRAME, JOIN:
            with self.subTest(place=place):
                os.link(self.source, kept)
                self.export(place, lambda: os.unlink(self.source), 0)
                self.check_whole(kept)
                os.unlink(self.target)
                os.rename(kept, self.source)

    def test_replaced(self):
        """A new file under the old name is another one."""
        kept = self.path("kept.mkv")
        os.link(self.source, kept)
        other = self.make("other.mkv", "-c:v", "ffv1", frames=5)
        self.export(FRAME, lambda: os.replace(other, self.source), 0)
        self.check_whole(kept)

    def test_truncated(self):
        whole = os.path.getsize(self.source)
        for place in FRAME, JOIN:
            for size in whole // 2, 0:
                with self.subTest(place=place, size=size):
                    kept = self.path("kept.mkv")
                    ffmpeg("-i", self.source, "-map", "0", "-c", "copy", kept)
                    self.export(place, lambda: os.truncate(self.source, size), 1)
                    self.check_kept("changed while it was being read")
                    os.rename(kept, self.source)

    def test_changed(self):
        def write():
            with open(self.source, "r+b") as file:
                file.seek(os.path.getsize(self.source) * 3 // 4)
                file.write(bytes(1000))

        self.export(FRAME, write, 1)
        self.check_kept("changed while it was being read")

    def test_grows(self):
        """Somebody is still writing it."""
        def write():
            with open(self.source, "ab") as file:
                file.write(bytes(1000))

        self.export(JOIN, write, 1)
        self.check_kept("changed while it was being read")


if __name__ == "__main__":
    main()
