#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real clips: reuse of earlier frames changes no bit, with networks of two families.

The shared clips' beginnings, cut to a part of the picture, follow each other in one clip, so that this
ends within seconds. With GENGA_WHOLE_CLIPS=FRAMES each clip gives that many whole frames instead.
"""
import json
import os
import pathlib
import unittest

import nets
from clips import LONG, Clips, ffmpeg, main, run

CLIPS = pathlib.Path(os.environ.get("GENGA_SHARED", "missing")) / "media/clips"
WHOLE = int(os.environ.get("GENGA_WHOLE_CLIPS", "0"))
FRAMES = WHOLE or 5
START = "1.5"


def frames_of(path):
    """Time and checksum of every frame, in 16 bits."""
    text = ffmpeg("-i", path, "-map", "0:v:0", "-fps_mode", "passthrough", "-pix_fmt", "gbrp16le",
                  "-f", "framemd5", "-").decode()
    return [line for line in text.splitlines() if not line.startswith("#")]


@unittest.skipUnless(CLIPS.is_dir(), "the shared clips are not here")
class Exact(Clips):
    def whole(self, clip):
        path = self.path("whole.mkv")
        ffmpeg("-ss", START, "-i", str(clip), "-map", "0:v", "-fps_mode", "passthrough",
               "-frames:v", str(FRAMES), "-c:v", "ffv1", path)
        return path

    def parts(self, clips):
        inputs = [word for clip in clips for word in ("-ss", START, "-i", str(clip))]
        cut = "".join(f"[{i}:v]trim=end_frame={FRAMES},crop=256:144,setsar=1,format=yuv420p10[v{i}];"
                      for i in range(len(clips)))
        joined = "".join(f"[v{i}]" for i in range(len(clips)))
        path = self.path("parts.mkv")
        ffmpeg(*inputs, "-filter_complex", f"{cut}{joined}concat=n={len(clips)}", "-c:v", "ffv1", path)
        return path

    def upscale_with(self, reuse, model, source):
        target = self.path(reuse + ".mkv")
        result = run("upscale", "--model", model, "--codec", "ffv1", "--tile", "128", "--overlap", "16",
                     "--scale", "2", "--reuse", reuse, "--progress", "json", "--overwrite", source,
                     "-o", target)
        self.assertEqual(result.code, 0, result)
        events = [json.loads(line) for line in result.out.decode().splitlines()]
        return target, next(event for event in events if event["event"] == "done")

    def compare(self, source, shapes):
        model = nets.write(self.path("model.safetensors"), shapes)
        exact, done = self.upscale_with("exact", model, source)
        off, without = self.upscale_with("off", model, source)
        self.assertEqual(frames_of(exact), frames_of(off))
        self.assertGreaterEqual(done["frames"], FRAMES)
        self.assertEqual(without["pixels_computed"], without["pixels"])
        share = done["pixels_computed"] / done["pixels"]
        print(f"# {done['frames']} frames, {100 * share:.1f} % of the pixels computed, "
              f"{done['tiles_partly']} of {done['tiles']} tiles in part, "
              f"{done['tiles_reused']} not at all")
        return share

    def compare_all(self, shapes):
        clips = sorted(CLIPS.glob("*.*"))
        self.assertGreater(len(clips), 1)
        if not WHOLE:
            self.assertLess(self.compare(self.parts(clips), shapes), 1)
            return
        for clip in clips:
            with self.subTest(clip.name):
                print("#", clip.name)
                self.compare(self.whole(clip), shapes)

    def test_compact(self):
        self.compare_all(nets.compact())

    @unittest.skipUnless(LONG, "takes long")
    def test_esrgan(self):
        self.compare_all(nets.esrgan())


if __name__ == "__main__":
    main()
