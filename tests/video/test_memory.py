#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""However long a video is, the memory that it takes stays the same."""
import os
import subprocess
import unittest

from clips import CLI, Clips, main

FRAMES = int(os.environ.get("GENGA_MEMORY_FRAMES", "2400"))
ROOM = 20 << 10  # KiB: of each of the frames that are more, 10 KiB; one takes 147


class Memory(Clips):
    def most(self, frames):
        """KiB that the program had at most."""
        source = self.make(f"{frames}.mkv", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt",
                           "yuv420p", frames=frames)
        process = subprocess.Popen(
            [CLI, "upscale", "--model", "nearest", "--codec", "h264", "--preset", "ultrafast",
             source, "-o", self.path("out.mkv"), "--overwrite"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        return usage.ru_maxrss

    @unittest.skipIf("GENGA_SANITIZED" in os.environ, "memory says nothing under a sanitizer")
    def test_flat(self):
        short, long = self.most(FRAMES // 6), self.most(FRAMES)
        print(f"# {FRAMES // 6} frames: {short} KiB, {FRAMES} frames: {long} KiB")
        self.assertLess(long - short, ROOM)


if __name__ == "__main__":
    main()
