#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codecs and profiles: what they are called, what they hold, and that lossless is lossless."""
import os

from clips import Clips, ffmpeg, main, pixels, run, times, video_stream

# codec, profile, container, codec_name, profile as ffprobe has it, pixel format
PROFILES = [
    ("h264", "baseline", "mp4", "h264", "Constrained Baseline", "yuv420p"),
    ("h264", "main", "mp4", "h264", "Main", "yuv420p"),
    ("h264", "high", "mkv", "h264", "High", "yuv420p"),
    ("h265", "main", "mp4", "hevc", "Main", "yuv420p"),
    ("h265", "main10", "mkv", "hevc", "Main 10", "yuv420p10le"),
    ("h265", "main10-hq", "mov", "hevc", "Main 10", "yuv420p10le"),
    ("h265", "main10-fast", "mp4", "hevc", "Main 10", "yuv420p10le"),
    ("prores", "proxy", "mov", "prores", "Proxy", "yuv422p10le"),
    ("prores", "lt", "mov", "prores", "LT", "yuv422p10le"),
    ("prores", "standard", "mov", "prores", "Standard", "yuv422p10le"),
    ("prores", "hq", "mkv", "prores", "HQ", "yuv422p10le"),
    ("prores", "4444", "mov", "prores", "4444", "yuv444p12le"),
    ("prores", "4444xq", "mov", "prores", "XQ", "yuv444p12le"),
    ("av1", "main", "mp4", "av1", "Main", "yuv420p"),
    ("av1", "main", "webm", "av1", "Main", "yuv420p"),
    ("vp9", "auto", "webm", "vp9", "Profile 0", "yuv420p"),
    ("vp9", "auto", "mkv", "vp9", "Profile 0", "yuv420p"),
    ("ffv1", "lossless", "mkv", "ffv1", None, "yuv420p"),
    ("ffv1", "lossless", "mov", "ffv1", None, "yuv420p"),
]
DNXHR = [
    ("lb", "DNXHR LB", "yuv422p"), ("sq", "DNXHR SQ", "yuv422p"), ("hq", "DNXHR HQ", "yuv422p"),
    ("hqx", "DNXHR HQX", "yuv422p10le"), ("444", "DNXHR 444", "yuv444p10le"),
]
# What encodes faster and changes nothing of what is looked at.
QUICK = {"h265": ("--preset", "ultrafast"), "av1": ("--preset", "12"), "vp9": ("--preset", "8")}
# codec, profile, pixel formats that have to come back bit for bit
LOSSLESS = [
    ("h264", "lossless", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv444p10le"]),
    ("h265", "lossless", ["yuv420p", "yuv422p10le", "yuv444p12le"]),
    ("ffv1", "auto", ["yuv420p", "yuv422p10le", "yuv444p12le", "gbrp", "gbrp10le", "gbrp16le",
                      "yuva444p", "yuva420p10le", "bgra"]),
    ("vp9", "lossless", ["yuv444p", "yuv420p12le"]),
]


def enlarge(data, pixel_format):
    """Each pixel four times, for 64 x 48 pixels a plane."""
    size = 4 if pixel_format == "bgra" else 2 if pixel_format[-2:] == "le" else 1
    rows = (data[i:i + 64 * size] for i in range(0, len(data), 64 * size))
    wide = (b"".join(row[x:x + size] * 2 for x in range(0, len(row), size)) for row in rows)
    return b"".join(row * 2 for row in wide)


class Profiles(Clips):
    def check(self, source, codec, profile, container, name, found, pixel_format):
        target = self.upscale(source, f"{codec}-{profile}.{container}", "--codec", codec,
                              "--profile", profile,
                              *QUICK.get(codec, ()))
        stream = video_stream(target)
        self.assertEqual((stream["codec_name"], stream["pix_fmt"]), (name, pixel_format))
        if found is not None:
            self.assertEqual(stream.get("profile"), found)
        for a, b in zip(times(source), times(target), strict=True):
            self.assertAlmostEqual(a, b, delta=0.0011)
        return stream

    def test_all(self):
        source = self.make("in.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p", frames=5)
        for row in PROFILES:
            with self.subTest(row):
                stream = self.check(source, *row)
                if row[0] == "h265" and row[2] != "mkv":
                    self.assertEqual(stream["codec_tag_string"], "hvc1")

    def test_dnxhr(self):
        source = self.make("in.mov", "-c:v", "libx264", "-pix_fmt", "yuv420p", frames=2,
                           size="160x120")
        for profile, found, pixel_format in DNXHR:
            with self.subTest(profile):
                self.check(source, "dnxhr", profile, "mov", "dnxhd", found, pixel_format)

    def test_dnxhd(self):
        source = self.make("in.mov", "-c:v", "mpeg4", frames=2, size="1920x1080", rate="30")
        for profile in ("36", "115", "175", "220"):
            target = self.upscale(source, f"{profile}.mov", "--codec", "dnxhd", "--profile",
                                  profile, "--scale", "1")
            self.assertEqual(video_stream(target)["codec_name"], "dnxhd")
        target = self.upscale(source, "x.mov", "--codec", "dnxhd", "--profile", "175x", "--scale", "1")
        self.assertEqual(video_stream(target)["pix_fmt"], "yuv422p10le")
        self.upscale(source, "big.mov", "--codec", "dnxhd", "--profile", "115", code=2)
        self.assertIn("dnxhr", self.last.text)

    def test_encoder_as_asked(self):
        """Without a card, “auto” is software; who asks for a card is told why not."""
        source = self.make("in.mkv", "-c:v", "ffv1", frames=2, size="160x120")
        whole = pixels(self.upscale(source, "s.mkv", "--encoder", "software"), "yuv444p")
        for encoder, codec in (("auto", "h264"), ("nvenc", "h264"), ("nvenc", "h265"),
                               ("nvenc", "vp9"), ("vaapi", "h264"), ("vaapi", "h265"),
                               ("vaapi", "av1"), ("vaapi", "vp9"), ("vaapi", "prores")):
            with self.subTest(encoder=encoder, codec=codec):
                target = self.upscale(source, f"{encoder}.{codec}.mkv", "--encoder", encoder, "--codec",
                                      codec, code=None)
                if self.last.code == 0 and encoder != "auto" or "_nvenc," in self.last.text:
                    self.skipTest("there is such a card")
                said = [self.last.text.count(name) for name in ("NVENC", "VA-API")]
                self.assertEqual(said, [encoder == "nvenc", encoder == "vaapi"], self.last)
                self.assertEqual(self.last.text.count("Can't use"), int(encoder != "auto"))
                self.assertEqual(self.last.code, 0 if encoder == "auto" else 7)
                self.assertEqual(os.path.exists(target), encoder == "auto")
                if encoder == "auto":
                    self.assertEqual(pixels(target, "yuv444p"), whole)

    def test_dnxhd_rates(self):
        """DNxHD has some rates only; --fps chooses one of them."""
        source = self.make("in.mkv", "-c:v", "ffv1", frames=2, size="1280x720", rate="12")
        self.upscale(source, "x.mov", "--scale", "1", "--codec", "dnxhd", code=2)
        self.assertIn("dnxhr", self.last.text)
        self.upscale(source, "x.mov", "--scale", "1", "--codec", "dnxhd", "--fps", "25")

    def test_refusals(self):
        source = self.make("in.mkv", "-c:v", "ffv1", frames=2)
        for arguments, word in ((["--codec", "prores", "-o", "x.mp4"], "mov, mkv"),
                                (["--codec", "h264", "-o", "x.webm"], "mp4, mov, mkv"),
                                (["--codec", "h264", "--profile", "hq"], "baseline"),
                                (["--codec", "prores", "--crf", "20"], "no CRF"),
                                (["--codec", "ffv1", "--preset", "slow"], "no presets"),
                                (["--codec", "av1", "--preset", "slow"], "0 (slow) to 13"),
                                (["--pixel-format", "rgb24"], "yuv420p"),
                                (["--codec", "h264", "--crf", "60"], "0 to 51"),
                                (["--fps", "many"], "24000/1001"),
                                (["-o", "x.avi"], ".mkv")):
            with self.subTest(arguments):
                arguments = [self.path(a) if a.startswith("x.") else a for a in arguments]
                result = run("upscale", "--model", "nearest", *arguments, source)
                self.assertEqual(result.code, 2, result)
                self.assertIn(word, result.text)


class Lossless(Clips):
    """The frames that come back are those that went in, each pixel four times."""

    def test_bit_for_bit(self):
        for codec, profile, formats in LOSSLESS:
            for pixel_format in formats:
                with self.subTest(codec=codec, format=pixel_format):
                    self.check(codec, profile, pixel_format)

    def check(self, codec, profile, pixel_format):
        # No colour that RGB does not have.
        mild = "format=yuv444p,lutyuv=y=val/2+50:u=val/4+96:v=val/4+96"
        source = self.make("in.mkv", "-vf", f"{mild},format={pixel_format}", "-c:v", "ffv1",
                           "-colorspace", "rgb" if pixel_format[0] in "gb" else "bt709", frames=3)
        target = self.upscale(source, "out.mkv", "--codec", codec, "--profile", profile,
                              *(("--preset", "ultrafast") if codec[0] == "h" else ()))
        self.assertEqual(video_stream(target)["pix_fmt"], video_stream(source)["pix_fmt"])
        found = pixels(target, pixel_format)
        if "444" in pixel_format or pixel_format[0] in "gb":
            self.assertEqual(found, enlarge(pixels(source, pixel_format), pixel_format))
        else:
            # Colours between pixels are made anew when the picture grows: what another lossless
            # encoder was given is the measure.
            other = self.upscale(source, "ffv1.mkv", "--codec", "ffv1")
            self.assertEqual(found, pixels(other, pixel_format))


class Depth(Clips):
    def test_ten_bits_stay(self):
        """A ramp of more levels than 8 bits have."""
        source = self.path("in.mkv")
        ffmpeg("-f", "lavfi", "-i", "color=size=256x32:rate=5,format=yuv444p10le,geq=lum='X*3+64':"
               "cb=512:cr=512", "-frames:v", "3", "-c:v", "ffv1", source)
        for codec in ("h264", "h265", "ffv1", "vp9"):
            target = self.upscale(source, codec + ".mkv", "--codec", codec)
            self.assertIn("10", video_stream(target)["pix_fmt"])
        target = self.path("ffv1.mkv")
        data = pixels(target, "gray10le", "extractplanes=y")
        self.assertEqual(len(set(zip(data[::2], data[1::2]))), 256)

    def test_loss_is_said(self):
        source = self.make("in.mkv", "-c:v", "ffv1", "-pix_fmt", "yuv444p10le", frames=2)
        self.upscale(source, "out.mkv", "--codec", "h264", "--profile", "high")
        self.assertIn("10 bits", self.last.text)
        self.assertIn("more colour resolution", self.last.text)


class Alpha(Clips):
    def make_alpha(self):
        return self.make("in.mkv", "-vf", "format=yuva444p,geq=lum='lum(X,Y)':cb='cb(X,Y)':"
                         "cr='cr(X,Y)':a='X*4'", "-c:v", "ffv1", frames=3)

    def test_kept(self):
        source = self.make_alpha()
        for codec, container, found in (("prores", "mov", "yuva444p12le"),
                                        ("ffv1", "mkv", "yuva444p")):
            target = self.upscale(source, f"{codec}.{container}", "--codec", codec)
            self.assertEqual(video_stream(target)["pix_fmt"], found)
            alpha = pixels(target, "gray", "alphaextract")
            row = alpha[20 * 128:21 * 128]
            self.assertLess(row[4], 20)
            self.assertGreater(row[-4], 230)

    def test_vp9(self):
        target = self.upscale(self.make_alpha(), "out.webm")
        self.assertEqual(video_stream(target)["tags"]["ALPHA_MODE"], "1")
        again = self.upscale(target, "again.mkv", "--codec", "ffv1")
        self.assertIn("a", video_stream(again)["pix_fmt"].replace("yuva", "a"))

    def test_dropped_with_a_word(self):
        self.upscale(self.make_alpha(), "out.mp4")
        self.assertIn("can't keep transparency", self.last.text)
        self.upscale(self.make_alpha(), "out2.mp4", "--transparency", "no")
        self.assertNotIn("can't keep transparency", self.last.text)


if __name__ == "__main__":
    main()
