#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings that begin anywhere, at any time, and streams of different lengths: nothing is damaged
or missing because of it."""
from clips import Clips, ffmpeg, main, packets, pixels, streams, times

PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=3,format=yuv420p")
SOUND = ("-f", "lavfi", "-i", "sine=duration=3")


class Starts(Clips):
    def compare(self, source, target):
        """The frames that the ffmpeg program shows of either, within rounding of colours."""
        before, after = pixels(source, "gray"), pixels(target, "gray")
        self.assertEqual(len(before), len(after))
        for at in range(0, len(before), 64 * 48):
            off = sum(abs(a - b) for a, b in zip(before[at:at + 64 * 48], after[at:at + 64 * 48]))
            self.assertLess(off / (64 * 48), 1.5)

    def cut(self, name, *arguments):
        """A transport stream without its first sixth."""
        whole, source = self.path("whole.ts"), self.path(name)
        ffmpeg(*PICTURE, *SOUND, *arguments, whole)
        with open(whole, "rb") as file:
            data = file.read()
        with open(source, "wb") as file:
            file.write(data[len(data) // 188 // 6 * 188:])
        return source

    def test_between_key_frames(self):
        """What refers to frames that are not there is left out, as the ffmpeg program does it."""
        for codec in (("libx264", "-g", "25"), ("libx264", "-x264-params", "open-gop=1:keyint=25:bframes=3"),
                      ("mpeg2video", "-g", "25", "-bf", "2")):
            with self.subTest(codec):
                source = self.cut("in.ts", "-c:v", *codec, "-c:a", "mp2")
                target = self.upscale(source, "out.mkv", "--scale", "1", "--codec", "ffv1")
                self.compare(source, target)
                if codec[0] == "libx264":
                    self.assertIn("begins between two key frames", self.last.text)
                # Picture and sound keep their distance.
                before, after = ([float(s["start_time"]) for s in streams(path)] for path in (source, target))
                self.assertAlmostEqual(before[1] - before[0] - (times(source)[0] - before[0]),
                                       after[1] - after[0], delta=0.003)

    def test_damaged_as_a_whole(self):
        """No key frame at all: better all of it than nothing, and it is said."""
        source, part = self.cut("in.ts", "-c:v", "libx264", "-g", "500", "-c:a", "mp2"), self.path("a.ts")
        ffmpeg("-i", source, "-c", "copy", "-copyinkf", part)
        self.upscale(part, "out.mkv", code=None)
        self.assertIn(self.last.code, (1, 3))

    def test_times(self):
        """A clock that passes its end, and one that begins before nought."""
        for offset in ("95441.5", "-3"):
            with self.subTest(offset):
                source = self.path("in.ts")
                ffmpeg(*PICTURE, *SOUND, "-c:v", "libx264", "-bf", "2", "-c:a", "aac", "-muxdelay", "0",
                       "-output_ts_offset", offset, source)
                if offset != "-3":
                    self.assertLess(min(times(source)), 0)
                target = self.upscale(source, "out.mkv")
                was, now = times(source), times(target)
                self.assertEqual(len(now), 75)
                for a, b in zip(was, now):
                    self.assertAlmostEqual(a - was[0], b - now[0], delta=0.0011)
                self.assertEqual(len(packets(target, "a")), len(packets(source, "a")))

    def test_sound_goes_on(self):
        """The file's one duration is not the picture's."""
        for name, coding in (("in.wmv", ("-c:v", "wmv2", "-c:a", "wmav2")),
                             ("in.wtv", ("-c:v", "mpeg2video", "-c:a", "mp2")),
                             ("in.rm", ("-c:v", "rv20", "-c:a", "ac3")),
                             ("in.flv", ("-c:v", "flv1", "-c:a", "mp3"))):
            with self.subTest(name):
                source = self.path(name)
                ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=1", "-f", "lavfi", "-i",
                       "sine=duration=9:sample_rate=44100", *coding, source)
                target = self.upscale(source, "out.mkv")
                self.assertEqual(len(times(target)), 25)
                self.assertEqual(len(packets(target, "a")), len(packets(source, "a")))


if __name__ == "__main__":
    main()
