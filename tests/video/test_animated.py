#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Animated pictures in and out; Pillow says what is in them."""
import json
import os
import struct
import subprocess
import zlib

from clips import Clips, ffmpeg, main, run, times

LOOK = """
import json, sys
from PIL import Image
image = Image.open(sys.argv[1])
frames = []
for n in range(getattr(image, "n_frames", 1)):
    image.seek(n)
    rgba = image.convert("RGBA")
    frames.append({"duration": image.info.get("duration"), "pixels": list(rgba.tobytes())})
print(json.dumps({"format": image.format, "size": image.size, "loop": image.info.get("loop"),
                  "frames": frames}))
"""

MAKE = """
import sys
from PIL import Image
target, kind = sys.argv[1:]
frames = []
for n in range(4):
    frame = Image.new("RGBA", (15, 11), (200, 40 * n, 30, 255))
    for x in range(15):
        frame.putpixel((x, n), (0, 0, 0, 0))
        frame.putpixel((x, 10 - n), (10, 250, 80, 255))
    frames.append(frame)
more = {"gif": {"disposal": 2}, "png": {}, "webp": {"lossless": True, "exact": True}}[kind]
frames[0].save(target, save_all=True, append_images=frames[1:], duration=[70, 400, 30, 250],
               loop=3, **more)
"""

PILLOW = os.environ.get("GENGA_PILLOW_PYTHON", "python3")


def pillow(script, *arguments):
    return subprocess.run([PILLOW, "-c", script, *arguments], check=True, stdout=subprocess.PIPE,
                          timeout=60).stdout


def look(path):
    return json.loads(pillow(LOOK, path))


def difference(a, b):
    """The largest one of colours where both are opaque, and of alpha."""
    colour = alpha = 0
    for i in range(0, len(a), 4):
        alpha = max(alpha, abs(a[i + 3] - b[i + 3]))
        if a[i + 3] == b[i + 3] == 255:
            colour = max(colour, *(abs(a[i + c] - b[i + c]) for c in range(3)))
    return colour, alpha


class Animated(Clips):
    def make_animation(self, kind):
        path = self.path(f"in.{kind}")
        pillow(MAKE, path, kind)
        return path

    def test_webp_over_the_budget(self):
        """Refused from the file's size, and from the canvas that its header states."""
        large = self.make_animation("webp")
        os.truncate(large, 900 << 20)
        result = run("upscale", "--model", "nearest", "--max-memory", "200M", large)
        self.assertEqual(result.code, 3, result)
        self.assertIn("more than the limit of 200.0", result.text)

        wide = self.make_animation("webp")
        with open(wide, "r+b") as file:
            file.seek(12)
            self.assertEqual(file.read(4), b"VP8X")
            file.seek(24)
            file.write((16000 - 1).to_bytes(3, "little") + (16000 - 1).to_bytes(3, "little"))
        result = run("upscale", "--model", "nearest", "--max-memory", "200M", wide)
        self.assertEqual(result.code, 3, result)
        self.assertIn("16000 × 16000", result.text)
        self.assertEqual(os.listdir(self.path("")), ["in.webp"])

    def test_canvas_over_the_budget(self):
        """What a header claims is refused before a decoder sees it, whatever there is of frames."""
        for kind, place, packed in (("gif", 6, "<HH"), ("png", 16, ">II")):
            source = self.make_animation(kind)
            with open(source, "r+b") as file:
                file.seek(place)
                file.write(struct.pack(packed, 65535, 65534))
            result = run("upscale", "--model", "nearest", source)
            self.assertEqual(result.code, 3, result)
            self.assertIn("65535 × 65534", result.text)
            self.assertEqual(os.listdir(self.path("")), [os.path.basename(source)])
            os.remove(source)

    def test_every_kind_into_every_kind(self):
        # How a number of plays is written: GIF counts repetitions.
        for kind, plays in (("gif", 4), ("png", 3), ("webp", 3)):
            source = self.make_animation(kind)
            before = look(source)
            for name, loop in (("out.gif", plays - 1), ("out.png", plays), ("out.webp", plays)):
                with self.subTest(source=kind, target=name):
                    target = self.upscale(source, name, "--model", "none", "--scale", "1",
                                          "--lossless")
                    after = look(target)
                    self.assertEqual(after["size"], [15, 11])
                    self.assertEqual(after["loop"], loop)
                    self.assertEqual([f["duration"] for f in after["frames"]], [70, 400, 30, 250])
                    for old, new in zip(before["frames"], after["frames"]):
                        colour, alpha = difference(old["pixels"], new["pixels"])
                        self.assertEqual(alpha, 0)
                        self.assertLessEqual(colour, 8 if name == "out.gif" else 0)

    def test_names_follow_the_source(self):
        for kind in ("gif", "png", "webp"):
            result = run("upscale", "--model", "nearest", "--scale", "3", self.make_animation(kind))
            self.assertEqual(result.code, 0, result)
            after = look(self.path(f"in_upscaled.{kind}"))
            self.assertEqual((after["size"], len(after["frames"])), ([45, 33], 4))

    def test_still_ones_stay_pictures(self):
        source = self.path("still.gif")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=20x10", "-frames:v", "1", source)
        result = run("upscale", "--model", "nearest", source)
        self.assertEqual(result.code, 0, result)
        self.assertTrue(os.path.exists(self.path("still_upscaled.png")), os.listdir(self.folder))

    def test_to_and_from_video(self):
        video = self.upscale(self.make_animation("gif"), "out.mkv", "--codec", "ffv1")
        for found, wanted in zip(times(video), (0, .07, .47, .5), strict=True):
            self.assertAlmostEqual(found, wanted, delta=0.0011)
        source = self.make("s.mkv", "-f", "matroska", "-c:v", "ffv1", frames=12, rate="25")
        after = look(self.upscale(source, "out.gif"))
        self.assertEqual([f["duration"] for f in after["frames"]], [40] * 12)
        self.assertEqual(after["loop"], 0)
        self.assertIn("256 colours", self.last.text)

    def test_fine_units(self):
        """APNG tells lengths as fractions of 16 bits, which a video's need not fit into."""
        cases = (("90000/1501", "90000", 3, 17), ("1000/131001", "1000", 2, 131001))
        for rate, scale, n, milliseconds in cases:
            source = self.make("s.mp4", "-c:v", "libx264", "-video_track_timescale", scale,
                               frames=n, rate=rate)
            after = look(self.upscale(source, "out.apng", "--model", "none", "--scale", "1"))
            self.assertEqual(len(after["frames"]), n)
            for frame in after["frames"]:
                self.assertAlmostEqual(frame["duration"], milliseconds, delta=2)
            os.remove(self.path("out.apng"))

    def test_part(self):
        target = self.upscale(self.make_animation("webp"), "out.png", "--from", "0.07", "--to",
                              "0.5")
        self.assertEqual([f["duration"] for f in look(target)["frames"]], [400, 30])

    def test_long_chunk_before_the_animation(self):
        source = self.make_animation("png")
        with open(source, "rb") as file:
            data = file.read()
        self.assertEqual(data[37:41], b"acTL")
        chunk = b"tEXt" + b"Comment\0" + b"x" * 3000
        with open(source, "wb") as file:
            file.write(data[:33] + struct.pack(">I", len(chunk) - 4) + chunk +
                       struct.pack(">I", zlib.crc32(chunk)) + data[33:])
        after = look(self.upscale(source, "out.png"))
        self.assertEqual([f["duration"] for f in after["frames"]], [70, 400, 30, 250])

    def test_sixteen_bits(self):
        source = self.make("s.mkv", "-c:v", "ffv1", "-pix_fmt", "gbrp10le", frames=3)
        target = self.upscale(source, "out.apng")
        with open(target, "rb") as file:
            self.assertEqual(file.read(25)[24], 16)

    def test_cut_off(self):
        for kind in ("gif", "png", "webp"):
            source = self.make_animation(kind)
            size = os.path.getsize(source)
            with self.subTest(kind=kind):
                with open(source, "r+b") as file:
                    file.truncate(size - 40)
                self.upscale(source, "out.mkv", code=None)
                self.assertIn(self.last.code, (1, 3), self.last)
                self.assertFalse(os.path.exists(self.path("out.mkv")))

    def test_codec_is_refused(self):
        self.upscale(self.make_animation("gif"), "out.gif", "--codec", "h264", code=2)
        self.assertIn("has no codec", self.last.text)


if __name__ == "__main__":
    main()
