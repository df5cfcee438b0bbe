#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Odd sources (reliability-tests I6): the result has the frames and times that a decoder gives."""
from clips import Clips, ffmpeg, main, packets, pixels, streams, times, video_stream


class Sources(Clips):
    def check(self, source, target="out.mkv", *arguments, code=0, delta=0.0011):
        """As many frames, at the same times (a millisecond is Matroska's)."""
        target = self.upscale(source, target, *arguments, code=code)
        before, after = times(source), times(target)
        self.assertEqual(len(before), len(after))
        for a, b in zip(before, after):
            self.assertAlmostEqual(a, b, delta=delta)
        return target

    def test_one_frame(self):
        self.check(self.make("in.mp4", "-c:v", "libx264", frames=1))
        self.check(self.make("in.mkv", "-c:v", "ffv1", frames=1), "out.mp4")

    def test_no_sound(self):
        target = self.check(self.make("in.mp4", "-c:v", "libx264"), "out.mp4")
        self.assertEqual(len(streams(target)), 1)

    def test_twelve_soundtracks(self):
        source, tracks = self.path("in.mkv"), []
        for i in range(12):
            tracks += ["-f", "lavfi", "-i", f"sine=frequency={200 + 50 * i}:duration=0.5"]
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24:duration=0.5", *tracks,
               *(word for i in range(13) for word in ("-map", str(i))), "-c:v", "libx264", "-c:a",
               "flac", *(word for i in range(12) for word in (f"-metadata:s:a:{i}", f"title=Track {i}")),
               source)
        target = self.check(source)
        self.assertEqual([s["tags"].get("title") for s in streams(target)[1:]],
                         [f"Track {i}" for i in range(12)])
        self.assertEqual(packets(source, "a"), packets(target, "a"))

    def test_cover_art(self):
        """A picture of the film beside it is copied, not upscaled, and never taken for the video."""
        cover, plain = self.path("cover.png"), self.make("plain.mp4", "-c:v", "libx264")
        ffmpeg("-f", "lavfi", "-i", "testsrc=size=32x32", "-frames:v", "1", cover)
        for order in (("0", "1"), ("1", "0")):
            source = self.path("in.mp4")
            art = order.index("1")
            ffmpeg("-i", plain, "-i", cover, "-map", order[0], "-map", order[1], "-c", "copy",
                   f"-disposition:v:{art}", "attached_pic", source)
            target = self.upscale(source, "out.mp4", "--overwrite")
            after = streams(target)
            self.assertEqual(len(after), 2)
            shown = next(s for s in after if s["disposition"]["attached_pic"])
            self.assertEqual((shown["codec_name"], shown["width"]), ("png", 32))
            whole = next(s for s in after if not s["disposition"]["attached_pic"])
            self.assertEqual((whole["width"], whole["height"]), (128, 96))
            self.assertEqual([s["codec_name"] for s in after],
                             [s["codec_name"] for s in streams(source)])

    def test_negative_times(self):
        """Sound that begins before zero, with what its decoder swallows: all is moved by the same."""
        source = self.path("in.mkv")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24:duration=1", "-f", "lavfi", "-i",
               "sine=duration=1", "-c:v", "libx264", "-bf", "3", "-c:a", "aac",
               "-avoid_negative_ts", "disabled", source)
        self.assertLess(packets(source, "a")[0][0], 0)
        for name in ("out.mkv", "out.mp4"):
            target = self.upscale(source, name)
            moved = {round(b - a, 2) for a, b in zip(times(source), times(target), strict=True)}
            self.assertEqual(len(moved), 1, moved)
            starts = [[float(s["start_time"]) for s in streams(path)] for path in (source, target)]
            self.assertAlmostEqual(starts[1][1] - starts[1][0], starts[0][1] - starts[0][0], delta=0.025)

    def test_gap(self):
        """Ten seconds without a frame."""
        source = self.make("in.mkv", "-vf", "setpts='if(gt(N,10),N+240,N)/24/TB'", "-fps_mode",
                           "passthrough", "-c:v", "libx264", rate="24")
        self.assertGreater(times(self.check(source))[11], 10)

    def test_recordings_in_a_row(self):
        """The second begins at zero again: it follows the first, and its sound with it."""
        path, part = self.path("in.ts"), self.path("a.ts")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=2", "-f", "lavfi", "-i",
               "sine=frequency=300:duration=2", "-c:v", "libx264", "-bf", "2", "-c:a", "mp2", part)
        with open(part, "rb") as file:
            data = file.read()
        with open(path, "wb") as file:
            file.write(data * 3)
        target = self.upscale(path, "out.mkv")
        self.assertIn("several recordings", self.last.text)
        shown = times(target)
        self.assertEqual(len(shown), 150)
        steps = [b - a for a, b in zip(shown, shown[1:])]
        self.assertGreater(min(steps), 0.03)
        self.assertLess(max(steps), 0.2)
        heard = [time for time, _ in packets(target, "a")]
        self.assertEqual(len(heard), len(packets(path, "a")))
        self.assertEqual(heard, sorted(set(heard)))
        # Picture and sound of the third lie as those of the first.
        third = len(heard) // 3 * 2
        self.assertAlmostEqual(heard[third] - shown[100], heard[0] - shown[0], delta=0.003)

    def test_no_container(self):
        """A stream of nothing but coded pictures, in their order of coding."""
        for name, codec in (("in.h264", "libx264"), ("in.hevc", "libx265")):
            source = self.make(name, "-c:v", codec, "-bf", "2", rate="24")
            target = self.upscale(source, "out.mkv")
            shown = times(target)
            self.assertEqual(len(shown), 24)
            for i, time in enumerate(shown):
                self.assertAlmostEqual(time, i / 24, delta=0.0011)

    def test_wrong_duration(self):
        """A header that promises an hour: what is missing is said."""
        source = self.make("in.mkv", "-c:v", "libx264")
        with open(source, "rb") as file:
            data = file.read()
        at = data.index(b"\x44\x89\x88")
        wrong = self.path("wrong.mkv")
        with open(wrong, "wb") as file:
            file.write(data[:at + 3] + b"\x41\x4b\x77\x40\0\0\0\0" + data[at + 11:])
        self.upscale(wrong, "out.mkv", code=1)
        self.assertIn("ncomplete source", self.last.text)

    def test_deep_and_full(self):
        """Hi10P, and 4:4:4 of 10 bits, stay what they are."""
        for pixel_format in ("yuv420p10le", "yuv444p10le", "yuv422p10le", "yuv444p12le"):
            with self.subTest(pixel_format):
                codec = "libx265" if "12" in pixel_format else "libx264"
                source = self.make("in.mkv", "-c:v", codec, "-pix_fmt", pixel_format, frames=4)
                target = self.check(source, "out.mkv", "--codec", codec[3:].replace("x", "h"))
                self.assertEqual(video_stream(target)["pix_fmt"], pixel_format)

    def test_alpha(self):
        for name, codec in (("in.mov", ("prores_ks", "-pix_fmt", "yuva444p10le")),
                            ("in.webm", ("libvpx-vp9", "-pix_fmt", "yuva420p"))):
            with self.subTest(name):
                source = self.make(name, "-vf", "format=yuva444p,geq=lum='lum(X,Y)':cb='cb(X,Y)':"
                                   "cr='cr(X,Y)':a='X*4'", "-c:v", *codec, frames=3)
                target = self.check(source, "out.mov", "--codec", "prores")
                row = pixels(target, "gray", "alphaextract")[20 * 128:21 * 128]
                self.assertLess(row[4], 24)
                self.assertGreater(row[-4], 226)

    def test_data_stream(self):
        """Chapters of an MP4 are a stream of text that no encoder knows; they stay chapters."""
        with open(self.path("c.txt"), "w") as file:
            file.write(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=One\n")
        source = self.path("in.mp4")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24:duration=1", "-i", self.path("c.txt"),
               "-map_metadata", "1", "-map_chapters", "1", "-c:v", "libx264", source)
        self.assertIn("data", [s["codec_type"] for s in streams(source)])
        target = self.check(source, "out.mp4")
        self.assertEqual([s["codec_type"] for s in streams(source)],
                         [s["codec_type"] for s in streams(target)])


class Damage(Clips):
    def test_anywhere(self):
        """200 bytes at three places: never a crash, never a success, unless a decoder sees nothing."""
        source = self.make("in.mkv", "-c:v", "libx264", "-g", "12", frames=72, size="160x96")
        with open(source, "rb") as file:
            data = file.read()
        for seed in (1, 2, 3):
            damaged = bytearray(data)
            for place in (0.31, 0.52, 0.83):
                at = int(len(data) * place) + 37 * seed
                damaged[at:at + 200] = bytes((seed * 57 + i * i) & 255 for i in range(200))
            path = self.path(f"damaged{seed}.mkv")
            with open(path, "wb") as file:
                file.write(damaged)
            target = self.upscale(path, f"out{seed}.mkv", code=1)
            self.assertRegex(self.last.text, "damaged|ncomplete")
            self.assertGreater(len(times(target)), 40)


if __name__ == "__main__":
    main()
