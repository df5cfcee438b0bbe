#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has not changed is not computed again, and nobody sees it."""
import json
import os

from clips import Clips, ffmpeg, main, pixels, run, times


class Reuse(Clips):
    # A still picture, and something small in its corner that moves on twos.
    def make_still(self, name="in.mkv"):
        light = "if(between(X,2*floor(N/2),2*floor(N/2)+8)*between(Y,8,16),200,lum(X,Y))"
        return self.make(name, "-vf", "trim=end_frame=1,loop=23:1:0,setpts=N/24/TB,format=yuv444p,"
                         f"geq=lum='{light}':cb='cb(X,Y)':cr='cr(X,Y)'", "-c:v", "ffv1",
                         size="256x128", rate="24")

    def upscale_with(self, reuse, source, *arguments):
        target = self.path(f"{reuse}.mkv")
        result = run("upscale", "--model", "bicubic", "--codec", "ffv1", "--tile", "64",
                     "--overlap", "8", "--reuse", reuse, "--progress", "json", "--overwrite",
                     *arguments, source, "-o", target)
        self.assertEqual(result.code, 0, result)
        events = [json.loads(line) for line in result.out.decode().splitlines()]
        return target, next(event for event in events if event["event"] == "done")

    def compare(self, source, *arguments):
        exact, done = self.upscale_with("exact", source, *arguments)
        off, without = self.upscale_with("off", source, *arguments)
        self.assertEqual(pixels(exact, "yuv444p"), pixels(off, "yuv444p"))
        self.assertEqual(times(exact), times(off))
        self.assertEqual(without["tiles_reused"], 0)
        self.assertEqual(without["tiles"], done["tiles"])
        return done["tiles_reused"] / done["tiles"]

    def test_still_with_motion(self):
        self.assertGreater(self.compare(self.make_still()), 0.7)

    def test_passes(self):
        self.assertGreater(self.compare(self.make_still(), "--model", "nearest", "--scale", "4",
                                        "--precision", "fp32"), 0.5)

    def test_tolerance(self):
        """What differs a little keeps what was computed, and never drifts away from it."""
        source = self.make("in.mkv", "-vf", "format=gbrp,geq=r='100+N':g=100:b=100",
                           "-c:v", "ffv1", frames=7, size="64x48")
        target, done = self.upscale_with("tolerance", source, "--model", "nearest", "--tolerance", "2",
                                         "--scale", "1")
        reds = pixels(target, "gbrp")[2 * 64 * 48::3 * 64 * 48]
        self.assertEqual(list(reds), [100, 100, 100, 103, 103, 103, 106])

    def test_options_of_other_ways(self):
        source = self.make("in.mkv", "-c:v", "ffv1", frames=2)
        for reuse, unused in (("exact", ["--tolerance", "--duplicate-grid"]),
                              ("tolerance", ["--duplicate-grid"]), ("perceptual", [])):
            result = run("upscale", "--model", "nearest", "--scale", "1", "--reuse", reuse,
                         "--tolerance", "3", "--duplicate-grid", "8", "--yes", "--overwrite",
                         source, "-o", self.path("out.mkv"))
            self.assertEqual(result.code, 0, result)
            for name in ("--tolerance", "--duplicate-grid"):
                self.assertEqual(f"{name} changes nothing here" in result.text, name in unused)

    # Each picture three times, with filters, transparency or a pre-downscale on the way.
    def test_repeats(self):
        source = self.make("in.mkv", "-vf", "geq=lum='mod(X*3+Y*5+40*floor(N/3),256)':cb=128:cr=128,"
                           "format=yuva444p", "-c:v", "ffv1", frames=12, size="72x80", rate="24")
        for more in (["--sharpening", "0.5", "--scale", "3"], ["--pre-downscale", "64"],
                     ["--model", "none", "--saturation", "0.3", "--scale", "1"],
                     ["--codec", "prores", "--profile", "4444"]):
            with self.subTest(more=more):
                exact, done = self.upscale_with("exact", source, *more)
                off, without = self.upscale_with("off", source, *more)
                self.assertEqual(pixels(exact, "yuva444p"), pixels(off, "yuva444p"))
                self.assertEqual(times(exact), times(off))
                self.assertEqual(done["statistics"]["repeated_frames"], 8)
                self.assertEqual(done["statistics"]["duplicate_frames"], 8)
                self.assertEqual(done["statistics"]["unique_frames"], 4)
                self.assertEqual(without["statistics"]["repeated_frames"], 0)
                self.assertEqual(done["tiles"], without["tiles"])

    def test_loop(self):
        """Frames that came long ago are not made again, whatever the encoder takes, and are mapped to the first."""
        for pixel_format in ("yuv420p", "gbrp"):
            with self.subTest(pixel_format):
                source = self.make("in.mkv", "-vf", "format=gbrp,geq=r='25*mod(N,8)+X':g='3*Y':b=40,format=" +
                                   pixel_format, "-c:v", "ffv1", frames=24, size="64x48", rate="24")
                exact, done = self.upscale_with("exact", source, "--frame-mapping")
                off, without = self.upscale_with("off", source)
                self.assertEqual(pixels(exact, pixel_format), pixels(off, pixel_format))
                self.assertEqual(times(exact), times(off))
                self.assertEqual(done["statistics"]["repeated_frames"], 16)
                self.assertEqual(done["statistics"]["duplicate_frames"], 16)
                self.assertEqual(done["tiles"], without["tiles"])
                with open(self.path("exact_frame_mapping.json"), encoding="utf-8") as file:
                    mapping = json.load(file)["frame_mapping"]
                name = "frame_{:05d}.png".format
                self.assertEqual(mapping, {name(n): name(n % 8) for n in range(24)})

    def test_loop_with_holds(self):
        """On twos, and back again: what repeats a repeated frame is the first one, too."""
        order = "if(lt(mod(N,12),6),floor(mod(N,12)/2),2-floor(mod(N-6,12)/2))"
        source = self.make("in.mkv", "-vf", f"format=gbrp,geq=r='40*({order})+X':g='3*Y':b=40", "-c:v", "ffv1",
                           frames=36, size="64x48", rate="24")
        exact, _ = self.upscale_with("exact", source, "--frame-mapping")
        off, _ = self.upscale_with("off", source)
        self.assertEqual(pixels(exact, "gbrp"), pixels(off, "gbrp"))
        with open(self.path("exact_frame_mapping.json"), encoding="utf-8") as file:
            mapping = json.load(file)["frame_mapping"]
        first = [n // 2 if n < 6 else 2 - (n - 6) // 2 for n in range(12)] * 3
        name = "frame_{:05d}.png".format
        self.assertEqual(mapping, {name(n): name(2 * picture) for n, picture in enumerate(first)})

    def test_nearly_repeated(self):
        """Frames of which only one sample differs, the last one of any plane, are not the same."""
        for plane, x, y in (("lum", 47, 63), ("cr", 23, 31), ("a", 47, 63)):
            with self.subTest(plane=plane):
                values = {"lum": "100", "cb": "128", "cr": "128", "a": "255"}
                values[plane] = f"if(eq(X,{x})*eq(Y,{y}),90+20*floor(N/2),{values[plane]})"
                formula = ":".join(f"{name}='{value}'" for name, value in values.items())
                source = self.make("in.mkv", "-vf", "format=yuva420p,geq=" + formula, "-c:v", "ffv1",
                                   size="48x64", rate="24", frames=6)
                target, done = self.upscale_with("exact", source, "--model", "none", "--contrast",
                                                 "1.01", "--scale", "1")
                self.assertEqual(done["statistics"]["duplicate_frames"], 3)
                frames = pixels(target, "yuva444p")
                size = len(frames) // 6
                found = [frames[n * size:(n + 1) * size] for n in range(6)]
                self.assertEqual(found[::2], found[1::2])
                self.assertEqual(len(set(found)), 3)

    def test_palette(self):
        """Frames of which only the palette changes are not the same; those of which nothing does are."""
        raw, source = self.path("in.raw"), self.path("in.avi")
        with open(raw, "wb") as file:
            for n in range(6):
                file.write(bytes(range(256)) * 2)
                file.write(b"".join(bytes((i, 255 - i, 60 * (n // 2), 255)) for i in range(256)))
        ffmpeg("-f", "rawvideo", "-pixel_format", "pal8", "-video_size", "32x16", "-i", raw, "-c:v",
               "zmbv", source)
        target, done = self.upscale_with("exact", source, "--model", "nearest", "--scale", "1")
        self.assertEqual(pixels(target, "rgb24"), b"".join(
            bytes((60 * (n // 2), 255 - i % 256, i % 256)) for n in range(6) for i in range(512)))
        self.assertEqual(done["statistics"]["repeated_frames"], 3)

    def test_repeats_in_frames(self):
        """Pictures, and segments that begin with a repeated frame."""
        source = self.make("in.mkv", "-vf", "geq=lum='mod(X+40*floor(N/5),256)':cb=128:cr=128",
                           "-c:v", "ffv1", frames=20, size="32x32", rate="24")
        for target in "exact.mkv", "off.mkv":
            result = run("upscale", "--model", "nearest", "--codec", "h264", "--reuse",
                         target[:-4], source, "-o", self.path(target), GENGA_SEGMENT_SECONDS="0.3")
            self.assertEqual(result.code, 0, result)
        self.assertEqual(pixels(self.path("exact.mkv"), "yuv420p"),
                         pixels(self.path("off.mkv"), "yuv420p"))
        for target in "exact", "off":
            result = run("upscale", "--model", "nearest", "--reuse", target, source, "-o",
                         self.path(target) + "/")
            self.assertEqual(result.code, 0, result)
        names = sorted(os.listdir(self.path("off")))
        self.assertEqual(sorted(os.listdir(self.path("exact"))), names)
        for name in names:
            if name.endswith(".png"):
                with open(os.path.join(self.path("exact"), name), "rb") as a:
                    with open(os.path.join(self.path("off"), name), "rb") as b:
                        self.assertEqual(a.read(), b.read())

    def test_perceptual_is_agreed_to(self):
        source = self.make_still()
        refused = run("upscale", "--reuse", "perceptual", source)
        self.assertEqual(refused.code, 2)
        self.assertIn("--yes", refused.text)
        self.upscale_with("perceptual", source, "--yes")

    def test_mapping(self):
        """DUP-4 to DUP-6: black, white, black, black; and black again is the first black."""
        source = self.make("in.mkv", "-vf", "format=gbrp,geq=r='if(eq(N,1),255,16)':g=16:b=16",
                           "-c:v", "ffv1", frames=5, size="64x48")
        target, done = self.upscale_with("exact", source, "--model", "nearest", "--frame-mapping")
        with open(self.path("exact_frame_mapping.json"), encoding="utf-8") as file:
            mapping = json.load(file)
        name = "frame_{:05d}.png".format
        self.assertEqual(mapping["frame_mapping"],
                         {name(i): name(n) for i, n in enumerate([0, 1, 0, 0, 0])})
        self.assertEqual(mapping["total_frames"], 5)
        self.assertEqual(mapping["unique_frames"], 2)
        self.assertEqual(mapping["duplicate_percentage"], 60)
        self.assertEqual(mapping["partly_computed"], [])
        statistics = done["statistics"]
        self.assertEqual(statistics["total_frames"], 5)
        self.assertEqual(statistics["unique_frames"], 2)
        self.assertEqual(statistics["duplicate_frames"], 3)
        self.assertEqual(statistics["duplicate_percentage"], 60)

    def test_no_mapping_without_network(self):
        source = self.make_still()
        target = self.upscale(source, "out.mkv", "--model", "none", "--frame-mapping")
        self.assertIn("No frame mapping", self.last.text)
        self.assertFalse(os.path.exists(self.path("out_frame_mapping.json")))

    def test_statistics(self):
        """PERF-21: numbers that agree with one another."""
        target, done = self.upscale_with("exact", self.make_still())
        statistics = done["statistics"]
        for name in ("extraction_time", "detection_time", "upscale_time", "save_time", "total_time",
                     "fps"):
            self.assertGreaterEqual(statistics[name], 0, name)
        self.assertEqual(statistics["total_frames"], 24)
        self.assertEqual(statistics["unique_frames"] + statistics["duplicate_frames"], 24)
        self.assertEqual(statistics["duplicate_frames"], 12)
        self.assertEqual(statistics["partly_computed_frames"], 11)
        self.assertLess(done["pixels_computed"], done["pixels"] / 4)
        self.assertGreater(done["tiles_partly"], 0)
        self.assertGreater(done["peak_memory"], 1 << 20)
        self.assertGreaterEqual(done["seconds"]["work_waiting"], 0)

    def test_everything_moves(self):
        source = self.make("in.mkv", "-vf", "noise=alls=30:allf=t", "-c:v", "ffv1", frames=6,
                           size="160x96")
        self.assertEqual(self.compare(source), 0)

    def test_one_level_of_one_pixel(self):
        """The smallest difference is one; black, white, black is not black twice (DUP-4)."""
        source = self.make("in.mkv", "-vf", "format=gbrp,geq=r='if(eq(N,1)*eq(X,150)*eq(Y,90),17,16)'"
                           ":g=16:b=16", "-c:v", "ffv1", frames=3, size="160x96")
        exact, done = self.upscale_with("exact", source)
        tiles = done["tiles"] // 3
        self.assertLess(done["tiles_reused"], 2 * tiles)
        self.assertGreaterEqual(done["tiles_reused"], 2 * (tiles - 4))
        off, _ = self.upscale_with("off", source)
        self.assertEqual(pixels(exact, "gbrp"), pixels(off, "gbrp"))


if __name__ == "__main__":
    main()
