#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two hours of video, killed at half and resumed: every frame at its time, and memory stays flat."""
import json
import os
import signal
import subprocess
import unittest

import clips
from clips import CLI, LONG, Clips, ffprobe, main

FRAMES = int(os.environ.get("GENGA_HOURS_FRAMES", "172800"))
ROOM = 20 << 10  # KiB
HOURS = clips.TIMEOUT = 7000


@unittest.skipUnless(LONG, "takes minutes; see ./dev test-long")
class Hours(Clips):
    def get_memory(self, process):
        """KiB that the program has now."""
        with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))

    def export(self, until):
        """Runs until so many frames are done, or to the end; the memory after each twentieth."""
        target = self.path("out.mkv")
        process = subprocess.Popen(
            [CLI, "upscale", "--model", "nearest", "--codec", "h264", "--preset", "ultrafast",
             "--progress", "json", self.source, "-o", target], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        memory, notices = {}, []
        for line in process.stdout:
            event = json.loads(line)
            done = event.get("frames_done") or 0
            notices += [event["message"]] if event["event"] == "notice" else []
            if event["event"] == "progress" and done > 0:
                memory.setdefault(done * 20 // FRAMES, self.get_memory(process))
            if done >= until and until < FRAMES:
                process.send_signal(signal.SIGKILL)
                break
        process.communicate(timeout=HOURS)
        return target, process.returncode, memory, notices

    def check_flat(self, memory):
        """From the second twentieth on, when all that there will be is there."""
        values = [kib for part, kib in sorted(memory.items())][1:]
        print("# KiB:", *values)
        self.assertGreater(len(values), 5)
        self.assertLess(max(values) - min(values), ROOM)

    @unittest.skipIf("GENGA_SANITIZED" in os.environ, "memory says nothing under a sanitizer")
    def test_half_and_half(self):
        self.source = self.make("in.mkv", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt",
                                "yuv420p", frames=FRAMES, size="64x36", rate="24")
        target, code, memory, _ = self.export(FRAMES // 2)
        self.assertEqual(code, -signal.SIGKILL)
        self.check_flat(memory)
        target, code, memory, notices = self.export(FRAMES)
        self.assertEqual(code, 0, notices)
        self.assertIn("Continuing at frame", " ".join(notices))
        self.check_flat(memory)
        found = [[packet["pts"] for packet in ffprobe(
            path, "-select_streams", "v", "-show_entries", "packet=pts")["packets"]]
            for path in (self.source, target)]
        self.assertEqual(len(found[1]), FRAMES)
        self.assertEqual(sorted(found[1]), sorted(found[0]))


if __name__ == "__main__":
    main()
