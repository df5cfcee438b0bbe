#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of videos: which frames are in them is known from the whole one."""
import os

from clips import Clips, chapters, ffmpeg, ffprobe, main, packets, pixels, run, streams, times

ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Bold
Style: Default,Sans,20,&H00FFFFFF,0

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.10,0:00:00.50,Default,Before
Dialogue: 0,0:00:00.80,0:00:01.40,Default,Over the beginning
Dialogue: 0,0:00:01.60,0:00:01.90,Default,Within
Dialogue: 0,0:00:02.80,0:00:03.60,Default,Over the end
Dialogue: 0,0:00:03.70,0:00:03.90,Default,After
"""

CHAPTERS = ";FFMETADATA1\n" + "".join(
    f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n"
    for start, end, title in ((0, 1500, "One"), (1500, 2500, "Two"), (2500, 4000, "Three")))

SIZE = 64 * 48 * 3


class Trim(Clips):
    """What is between two times, of sources of several kinds."""

    def make_full(self, name, *codec):
        for file_name, text in (("s.ass", ASS), ("chapters.txt", CHAPTERS)):
            with open(self.path(file_name), "w") as file:
                file.write(text)
        path = self.path(name)
        subtitles = ["-map", "2:s", "-c:s", "ass"] if name.endswith("mkv") else []
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24000/1001:duration=4",
               "-f", "lavfi", "-i", "sine=frequency=440:duration=4:sample_rate=48000",
               "-i", self.path("s.ass"), "-i", self.path("chapters.txt"), "-map", "0:v",
               "-map", "1:a", *subtitles, "-map_chapters", "3", "-c:a", "flac", "-strict", "-2",
               *codec, path)
        return path

    def frames(self, path):
        data = pixels(path, "gbrp")
        return [data[i:i + SIZE] for i in range(0, len(data), SIZE)]

    def cut(self, source, name, *arguments):
        return self.upscale(source, name, "--model", "none", "--scale", "1", "--codec", "ffv1",
                            "--pixel-format", "yuv420p", *arguments)

    def check_frames(self, source, start, stop, step=1):
        """The part has the very frames of the whole, with times that begin at 0."""
        whole, part = self.path("whole.mkv"), self.path("part.mkv")
        if not os.path.exists(whole):
            self.cut(source, "whole.mkv")
        self.cut(source, "part.mkv", "--from", str(start), "--to", str(stop))
        frames, stamps = self.frames(whole), times(whole)
        wanted = [i for i in range(len(stamps)) if start - 0.0005 <= i * 1001 / 24000 / step < stop]
        self.assertGreater(len(wanted), 2)
        self.assertEqual(self.frames(part), [frames[i] for i in wanted])
        for time, i in zip(times(part), wanted):
            self.assertAlmostEqual(time, stamps[i] - stamps[wanted[0]], delta=0.0016)

    def test_exact_in_every_container(self):
        open_gop = ("-c:v", "libx264", "-bf", "3", "-g", "24", "-keyint_min", "24", "-qp", "20",
                    "-x264-params", "open-gop=1:scenecut=0")
        for name, codec in (("s.mkv", open_gop), ("s.mp4", open_gop), ("s.ts", open_gop),
                            ("s.avi", ("-c:v", "mpeg4", "-g", "12", "-bf", "2"))):
            source = self.path(name)
            ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24000/1001:duration=4", *codec,
                   source)
            with self.subTest(source=name):
                self.check_frames(source, 0.9, 2.1)
                if name == "s.mkv":
                    self.check_frames(source, 2.044, 3.01)
            os.remove(self.path("whole.mkv"))

    def test_interlaced(self):
        source = self.make("s.mp4", "-vf", "tinterlace=interleave_top,setfield=tff", "-c:v",
                           "libx264", "-flags", "+ildct+ilme", "-g", "12", frames=60)
        self.check_frames(source, 1.05, 1.6, step=0.5)

    def test_what_is_beside(self):
        source = self.make_full("full.mkv", "-c:v", "libx264", "-g", "24")
        part = self.cut(source, "out.mkv", "--from", "1.001", "--to", "0:00:03.003")
        self.assertEqual(len(times(part)), 48)
        self.assertEqual(times(part)[0], 0)
        self.assertEqual([s["codec_type"] for s in streams(source)],
                         [s["codec_type"] for s in streams(part)])

        whole = {content: time for time, content in packets(source, "a")}
        sound = packets(part, "a")
        self.assertGreater(len(sound), 15)
        for time, content in sound:
            self.assertAlmostEqual(time, whole[content] - 1.001, delta=0.002)
        self.assertLess(sound[0][0], 0.1)
        self.assertLess(sound[-1][0], 2.002)

        events = ffprobe(part, "-select_streams", "s", "-show_entries",
                         "packet=pts_time,duration_time")["packets"]
        found = [(float(e["pts_time"]), float(e["duration_time"])) for e in events]
        for (time, length), (start, end) in zip(found, ((0, 0.399), (0.599, 0.899), (1.799, 2.002)),
                                                strict=True):
            self.assertAlmostEqual(time, start, delta=0.003)
            self.assertAlmostEqual(time + length, end, delta=0.003)

        for (start, end, title), (a, b, name) in zip(chapters(part),
                                                     ((0, 0.499, "One"), (0.499, 1.499, "Two"),
                                                      (1.499, 2.002, "Three")), strict=True):
            self.assertEqual(title, name)
            self.assertAlmostEqual(start, a, delta=0.002)
            self.assertAlmostEqual(end, b, delta=0.002)

    def test_clip(self):
        source = self.make("s.mkv", "-c:v", "ffv1", "-g", "10", frames=240, rate="24")
        whole = self.frames(self.cut(source, "whole.mkv"))
        for at, first in (("5", 60), ("0:00:01", 0), ("9.9", 120)):
            with self.subTest(at=at):
                part = self.cut(source, "clip.mkv", "--clip-at", at)
                frames = self.frames(part)
                self.assertEqual(len(frames), 120)
                self.assertEqual(frames[0], whole[first])

    def test_clip_has_a_name(self):
        source = self.make("s.mkv", "-c:v", "ffv1", frames=10)
        result = run("upscale", "--model", "nearest", "--clip-at", "0.1", source)
        self.assertEqual(result.code, 0, result)
        self.assertTrue(os.path.exists(self.path("s_upscaled_clip.mkv")), os.listdir(self.folder))

    def test_refusals(self):
        source = self.make("s.mkv", "-c:v", "ffv1", frames=10)
        for arguments, words in ((("--from", "1:2:3:4"), "is not a time"),
                                 (("--from", "-1"), "is not a time"),
                                 (("--to", "1:75"), "is not a time"),
                                 (("--from", "5", "--to", "3"), "must come after"),
                                 (("--from", "1", "--clip-at", "3"), "leave"),
                                 (("--from", "100"), "seconds long"),
                                 (("--clip-at", "100"), "seconds long")):
            with self.subTest(arguments=arguments):
                self.upscale(source, "out.mkv", *arguments, code=2)
                self.assertIn(words, self.last.text)
                self.assertFalse(os.path.exists(self.path("out.mkv")))


if __name__ == "__main__":
    main()
