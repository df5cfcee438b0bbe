#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""However long a video is, the memory that it takes stays the same."""
import json
import os
import subprocess
import time

from clips import CLI, Clips, main

FRAMES = int(os.environ.get("GENGA_MEMORY_FRAMES", "3000"))
ROOM = 20 << 20


def resident(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Memory(Clips):
    def follow(self, *arguments):
        """Pairs of frames done and bytes, and what the program said at its end."""
        process = subprocess.Popen([CLI, "upscale", "--progress", "json", *arguments],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL)
        samples, done = [], None
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "progress" and event.get("frames_done"):
                samples.append((event["frames_done"], resident(process.pid)))
            elif event["event"] == "done":
                done = event
        self.assertEqual(process.wait(), 0)
        return samples, done

    def test_flat(self):
        source = self.make("in.mkv", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt",
                           "yuv420p", frames=FRAMES)
        start = time.monotonic()
        samples, done = self.follow("--model", "nearest", "--codec", "h264", "--preset",
                                    "ultrafast", source, "-o", self.path("out.mkv"))
        self.assertEqual(done["frames"], FRAMES)
        early = [size for frames, size in samples if FRAMES / 5 < frames <= FRAMES / 2]
        late = [size for frames, size in samples if frames > FRAMES / 2]
        print(f"# {FRAMES} frames in {time.monotonic() - start:.1f} s: "
              f"{max(early, default=0) >> 10} KiB, then {max(late, default=0) >> 10} KiB")
        if early and late:
            self.assertLess(max(late) - min(early), ROOM)
            self.assertLess(max(early) - min(late), ROOM)


if __name__ == "__main__":
    main()
