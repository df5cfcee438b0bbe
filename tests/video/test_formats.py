#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pixel formats of old films and games, and RGB: read, and coded like what they are."""
from clips import Clips, main, pixels, video_stream


class Formats(Clips):
    def check(self, source, off, *arguments, expected):
        """The result's pixel format, and its distance from the source."""
        target = self.upscale(source, "out.mkv", "--model", "none", "--scale", "1", *arguments)
        self.assertEqual(video_stream(target)["pix_fmt"], expected, self.last.text)
        before, after = pixels(source, "rgb24"), pixels(target, "rgb24")
        self.assertEqual(len(before), len(after))
        self.assertLessEqual(max(abs(a - b) for a, b in zip(before, after)), off)
        return self.last.text

    def test_few_bits(self):
        for name, codec, pixel_format in (("in.mov", "rpza", "rgb555le"), ("in.avi", "rawvideo", "rgb555le"),
                                          ("in.nut", "rawvideo", "rgb565le"), ("in.nut", "rawvideo", "bgr8"),
                                          ("in.nut", "rawvideo", "rgb8"),
                                          ("in.mov", "qtrle", "rgb555be")):
            with self.subTest(codec + pixel_format):
                source = self.make(name, "-c:v", codec, "-pix_fmt", pixel_format, frames=3)
                # The ffmpeg program makes 252 of the brightest of three bits.
                self.check(source, 3 if pixel_format in ("bgr8", "rgb8") else 1, "--codec", "ffv1", expected="bgr0")

    def test_black_and_white(self):
        for pixel_format in ("monob", "monow"):
            with self.subTest(pixel_format):
                source = self.make("in.nut", "-c:v", "rawvideo", "-pix_fmt", pixel_format, frames=3)
                text = self.check(source, 0, "--codec", "ffv1", expected="yuv420p")
                self.assertNotIn("resolution", text)

    def test_palette(self):
        """Colours of a palette are RGB, and opaque unless a transparent one is used."""
        for name, codec in (("in.mov", "png"), ("in.avi", "zmbv")):
            with self.subTest(codec):
                source = self.make(name, "-c:v", codec, "-pix_fmt", "pal8", frames=3)
                text = self.check(source, 0, "--codec", "ffv1", expected="bgr0")
                self.assertNotIn("finer", text)
                self.check(source, 8, "--codec", "h264", "--crf", "1", expected="yuv444p")

    def test_rgb_without_loss(self):
        source = self.make("in.mkv", "-c:v", "libx264rgb", "-qp", "0", frames=3)
        self.assertEqual(video_stream(source)["pix_fmt"], "gbrp")
        for codec in ("h264", "h265"):
            self.check(source, 0, "--codec", codec, "--profile", "lossless", expected="gbrp")
        self.check(source, 8, "--codec", "h264", "--crf", "1", expected="yuv444p")


if __name__ == "__main__":
    main()
