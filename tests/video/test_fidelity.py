#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of a video is lost: times, streams, chapters, tags, colour, HDR, shape."""
import re

from clips import (Clips, chapters, colours, ffmpeg, main, mark_turned, packets, pixels, run,
                   streams, times, video_stream)

COLOUR = ("color_space", "color_primaries", "color_transfer", "color_range", "chroma_location")

ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Bold
Style: Default,Sans,20,&H00FFFFFF,0

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.10,0:00:00.50,Default,,0,0,0,,Hello
Dialogue: 0,0:00:00.60,0:00:00.90,Default,,0,0,0,,{\\i1}there
"""

CHAPTERS = """;FFMETADATA1
title=A clip
artist=Nobody
[CHAPTER]
TIMEBASE=1/1000
START=0
END=500
title=Begin
[CHAPTER]
TIMEBASE=1/1000
START=500
END=1000
title=Go on
"""


def tags(stream, *names):
    return {name: stream.get("tags", {}).get(name) for name in names}


def describe(stream):
    """What has to be the same in a copied stream."""
    return (stream["codec_type"], stream.get("codec_name"), tags(stream, "language", "title"),
            {name for name, value in stream["disposition"].items() if value})


class Everything(Clips):
    """A Matroska file with all that such files hold."""

    def make_full(self):
        for name, text in (("s.ass", ASS), ("chapters.txt", CHAPTERS), ("font.ttf", "not a font")):
            with open(self.path(name), "w") as file:
                file.write(text)
        path = self.path("full.mkv")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24000/1001:duration=1",
               "-f", "lavfi", "-i", "sine=frequency=440:duration=1",
               "-f", "lavfi", "-i", "sine=frequency=880:duration=1:sample_rate=48000",
               "-i", self.path("s.ass"), "-i", self.path("chapters.txt"),
               "-map", "1:a", "-map", "0:v", "-map", "2:a", "-map", "3:s", "-map_metadata", "4",
               "-map_chapters", "4", "-attach", self.path("font.ttf"),
               "-metadata:s:t", "mimetype=application/x-truetype-font",
               "-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "2", "-c:a:0", "aac",
               "-c:a:1", "flac", "-c:s", "ass", "-metadata:s:a:0", "language=jpn",
               "-metadata:s:a:1", "language=eng", "-metadata:s:a:1", "title=Commentary",
               "-metadata:s:s:0", "language=deu", "-disposition:a:0", "default",
               "-disposition:a:1", "comment", "-disposition:s:0", "forced", path)
        return path

    def test_matroska(self):
        source = self.make_full()
        target = self.upscale(source, "out.mkv")
        before, after = streams(source), streams(target)
        self.assertEqual(len(before), 5)
        self.assertEqual([s["codec_type"] for s in before], [s["codec_type"] for s in after])
        self.assertEqual([describe(s) for s in before if s["codec_type"] != "video"],
                         [describe(s) for s in after if s["codec_type"] != "video"])
        self.assertEqual(tags(before[4], "filename", "mimetype"),
                         tags(after[4], "filename", "mimetype"))
        self.assertEqual(chapters(source), chapters(target))
        self.assertEqual(len(chapters(target)), 2)
        for kind in "as":
            self.assertEqual(packets(source, kind), packets(target, kind))
            self.assertGreater(len(packets(source, kind)), 1)
        self.assertEqual(times(source), times(target))
        self.assertEqual((after[1]["width"], after[1]["height"]), (128, 96))
        self.assertIn("libx264", self.last.text)

    def test_mp4_says_what_it_drops(self):
        source = self.make_full()
        target = self.upscale(source, "out.mp4")
        kinds = [s["codec_type"] for s in streams(target)]
        self.assertEqual(kinds[:3], ["audio", "video", "audio"])
        self.assertNotIn("attachment", kinds)
        self.assertIn("Subtitles are converted to mov_text", self.last.text)
        self.assertIn("attachment is left out", self.last.text)
        self.assertEqual([content for _, content in packets(source, "a")],
                         [content for _, content in packets(target, "a")])
        self.assertEqual(len(chapters(target)), 2)

    def spoken(self, path):
        """Times and words of the first subtitles."""
        text = ffmpeg("-i", path, "-map", "0:s:0", "-f", "srt", "-").decode()
        rows = [re.sub("<[^>]*>|{[^}]*}", "", line) for line in text.splitlines()]
        return [(rows[i], rows[i + 1]) for i in range(len(rows)) if "-->" in rows[i]]

    def test_subtitles_are_converted(self):
        """Into what each container holds, and back."""
        source = self.make_full()
        self.assertEqual([text for _, text in self.spoken(source)], ["Hello", "there"])
        for name, codec in (("s.mp4", "mov_text"), ("s.mov", "mov_text"), ("s.webm", "webvtt")):
            with self.subTest(name=name):
                target = self.upscale(source, name, "--audio", "no")
                stream = next(s for s in streams(target) if s["codec_type"] == "subtitle")
                self.assertEqual(stream["codec_name"], codec)
                self.assertEqual([text for _, text in self.spoken(target)], ["Hello", "there"])
        stream = next(s for s in streams(self.path("s.mp4")) if s["codec_type"] == "subtitle")
        self.assertEqual(tags(stream, "language"), {"language": "deu"})
        back = self.upscale(self.path("s.mp4"), "back.mkv")
        self.assertEqual([text for _, text in self.spoken(back)], ["Hello", "there"])
        self.assertIn("subrip", self.last.text)
        for (start, end), (time, _) in zip((("00:00:00,1", "00:00:00,5"),
                                            ("00:00:00,6", "00:00:00,9")),
                                           self.spoken(self.path("s.mp4")), strict=True):
            self.assertTrue(time.startswith(start) and time.split(" --> ")[1].startswith(end), time)

    def test_overlapping_lines(self):
        """In MP4 one sample ends where the next one begins: each line lasts as long as it did."""
        lines = [("0:00:00.10", "0:00:01.80", "long"), ("0:00:00.10", "0:00:00.30", "sign"),
                 ("0:00:00.10", "0:00:00.10", "never"), ("0:00:00.50", "0:00:00.60", "short"),
                 ("0:00:00.90", "0:00:01.20", "later")]
        ass = self.path("in.ass")
        with open(ass, "w", encoding="utf-8") as file:
            file.write("[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\n"
                       "Format: Name, Fontname, Fontsize, PrimaryColour\n"
                       "Style: Default,Sans,20,&H00FFFFFF\n\n[Events]\nFormat: Layer, Start, End, "
                       "Style, Name, MarginL, MarginR, MarginV, Effect, Text\n")
            file.writelines(f"Dialogue: 0,{a},{b},Default,,0,0,0,,{text}\n" for a, b, text in lines)
        source = self.path("in.mkv")
        ffmpeg("-i", self.make("plain.mkv", frames=48), "-i", ass, "-map", "0", "-map", "1", "-c:v",
               "copy", "-c:s", "ass", source)
        for name in ("out.mp4", "out.mov"):
            self.upscale(source, name)
            self.assertIn("positions may be lost", self.last.text)
            text = ffmpeg("-i", self.path(name), "-map", "0:s:0", "-f", "srt", "-").decode()
            samples = [block.splitlines()[1:] for block in text.strip().split("\n\n")]
            shown = [(rows[0].replace("00:00:0", "").replace(",", "."),
                      [re.sub("<[^>]*>", "", row) for row in rows[1:]]) for rows in samples]
            self.assertEqual(shown, [("0.100 --> 0.300", ["sign", "long"]),
                                     ("0.300 --> 0.500", ["long"]),
                                     ("0.500 --> 0.600", ["short", "long"]),
                                     ("0.600 --> 0.900", ["long"]),
                                     ("0.900 --> 1.200", ["later", "long"]),
                                     ("1.200 --> 1.800", ["long"])])

    def test_audio_off(self):
        target = self.upscale(self.make_full(), "out.mkv", "--audio", "no")
        self.assertNotIn("audio", [s["codec_type"] for s in streams(target)])

    def test_audio_that_does_not_fit(self):
        source = self.make_full()
        self.upscale(source, "out.webm", "--audio", "copy", code=5)
        self.assertIn("choose mkv", self.last.text)

    def test_derived_name_keeps_everything(self):
        source = self.make_full()
        result = run("upscale", "--model", "nearest", source)
        self.assertEqual(result.code, 0, result)
        self.assertEqual(result.out.decode().strip(), self.path("full_upscaled.mkv"))
        self.assertEqual(len(streams(self.path("full_upscaled.mkv"))), 5)


class Times(Clips):
    def make_vfr(self, name):
        """Frames 0, 1, 3, 4, 6, ... of 30 a second."""
        return self.make(name, "-vf", "select='mod(n,3)-2'", "-fps_mode", "vfr", "-c:v", "libx264",
                         "-video_track_timescale", "30000", rate="30")

    def test_variable_rate(self):
        source = self.make_vfr("in.mp4")
        steps = {round(b - a, 4) for a, b in zip(times(source), times(source)[1:])}
        self.assertEqual(len(steps), 2)
        for container in ("mp4", "mov", "mkv"):
            target = self.upscale(source, "out." + container)
            for a, b in zip(times(source), times(target), strict=True):
                self.assertAlmostEqual(a, b, delta=0.0006 if container == "mkv" else 1e-6)

    def test_last_duration(self):
        source = self.make_vfr("in.mp4")
        target = self.upscale(source, "out.mp4")
        self.assertAlmostEqual(float(video_stream(source)["duration"]),
                               float(video_stream(target)["duration"]), places=3)

    def test_new_rate(self):
        source = self.make_vfr("in.mp4")
        target = self.upscale(source, "out.mp4", "--fps", "12")
        self.assertEqual([round(t * 12, 3) for t in times(target)], list(range(24)))

    def test_late_start(self):
        source = self.make("in.mp4", "-output_ts_offset", "2.5", "-c:v", "libx264")
        target = self.upscale(source, "out.mp4")
        self.assertGreater(times(source)[0], 2.4)
        for a, b in zip(times(source), times(target), strict=True):
            self.assertAlmostEqual(a, b, places=5)


class Shape(Clips):
    def test_sample_aspect_ratio(self):
        source = self.make("in.mp4", "-vf", "setsar=32/27", "-c:v", "libx264")
        for container in ("mp4", "mov", "mkv"):
            target = self.upscale(source, "out." + container)
            self.assertEqual(video_stream(target)["sample_aspect_ratio"], "32:27")

    def test_rotation(self):
        plain = self.make("plain.mp4", "-c:v", "libx264")
        source = self.path("in.mp4")
        mark_turned(plain, source)
        rotation = video_stream(source)["side_data_list"][0]["rotation"]
        target = self.upscale(source, "out.mp4")
        self.assertEqual(video_stream(target)["side_data_list"][0]["rotation"], rotation)
        # Matroska does not hold it: frames are turned, as ffmpeg does it.
        target = self.upscale(source, "out.mkv", "--model", "none", "--scale", "1", "--codec",
                              "ffv1", "--pixel-format", "yuv444p")
        self.assertIn("are rotated", self.last.text)
        stream = video_stream(target)
        self.assertEqual((stream["width"], stream["height"]), (48, 64))
        self.assertNotIn("side_data_list", stream)
        flat = self.upscale(plain, "flat.mkv", "--model", "none", "--scale", "1", "--codec", "ffv1",
                            "--pixel-format", "yuv444p")
        self.assertEqual(pixels(target, "yuv444p"),
                         pixels(flat, "yuv444p", "transpose=" + ("clock" if rotation == -90 else
                                                              "cclock")))

    def test_rotation_where_another_container_has_to_do(self):
        """MP4 does not hold the sound, Matroska not the mark: frames are turned there, too."""
        plain = self.path("plain.mov")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24", "-f", "lavfi", "-i",
               "sine=frequency=440", "-frames:v", "24", "-shortest", "-c:v", "libx264", "-c:a",
               "pcm_mulaw", plain)
        source = self.path("in.mov")
        mark_turned(plain, source)
        result = run("upscale", "--model", "nearest", "--target-height", "96", "--suffix", "-big",
                     source)
        self.assertEqual(result.code, 0, result)
        self.assertIn("are rotated", result.text)
        target = self.path("in-big.mkv")
        stream = video_stream(target)
        self.assertEqual((stream["width"], stream["height"]), (72, 96))
        self.assertEqual([data for _, data in packets(source, "a")],
                         [data for _, data in packets(target, "a")])
        whole = self.upscale(source, "whole.mkv", "--target-height", "96")
        self.assertEqual(pixels(target, "yuv420p"), pixels(whole, "yuv420p"))

    def test_odd_source(self):
        source = self.make("in.mkv", "-vf", "scale=63:47,format=yuv420p", "-c:v", "ffv1")
        target = self.upscale(source, "out.mkv", "--scale", "1")
        stream = video_stream(target)
        self.assertEqual((stream["width"], stream["height"]), (64, 48))
        target = self.upscale(source, "out2.mkv", "--scale", "2")
        stream = video_stream(target)
        self.assertEqual((stream["width"], stream["height"]), (126, 94))

    def test_heights(self):
        source = self.make("in.mkv", "-c:v", "ffv1", size="160x96", frames=3)
        target = self.upscale(source, "out.mkv", "--target-height", "216")
        stream = video_stream(target)
        self.assertEqual((stream["width"], stream["height"]), (360, 216))
        target = self.upscale(source, "out2.mkv", "--pre-downscale", "64")
        stream = video_stream(target)
        self.assertEqual((stream["width"], stream["height"]), (212, 128))
        for option, value, size in (("--longest", "333", (334, 200)), ("--fit", "101x999", (100, 60)),
                                    ("--height", "48", (80, 48)), ("--scale", "native", (320, 192))):
            target = self.upscale(source, f"out{option}.mkv", option, value)
            stream = video_stream(target)
            self.assertEqual((stream["width"], stream["height"]), size)


class Sizes(Clips):
    """Pictures of several sizes in one stream."""

    def make_joined(self, sizes, *arguments):
        path = self.path("in.ts")
        with open(path, "wb") as file:
            for i, size in enumerate(sizes):
                part = self.make(f"{i}.ts", *(arguments or ("-c:v", "libx264", "-bf", "2")),
                                 "-output_ts_offset", str(2 * i), size=size, rate="24")
                with open(part, "rb") as data:
                    file.write(data.read())
        return path

    def test_size_changes(self):
        source = self.make_joined(["96x64", "64x48", "160x96", "96x64"])
        target = self.upscale(source, "out.mkv", "--model", "none", "--scale", "1", "--codec",
                              "ffv1", "--pixel-format", "yuv444p")
        self.assertRegex(self.last.text, r"From second 1\.9\d\d on, .* 64 × 48")
        self.assertRegex(self.last.text, r"From second 3\.9\d\d on, .* 160 × 96")
        self.assertIn("resized to 96 × 64", self.last.text)
        expected, found = times(source), times(target)
        self.assertEqual(len(found), 96)
        for a, b in zip(expected, found):
            self.assertAlmostEqual(a, b, delta=0.001)
        # As ffmpeg's own program makes of it, which resizes to the first size, too.
        theirs, ours = pixels(source, "yuv420p"), pixels(target, "yuv420p")
        size = 96 * 64 * 3 // 2
        self.assertEqual((len(theirs), len(ours)), (96 * size, 96 * size))
        for frame in 5, 30, 60, 90:
            at = frame * size
            difference = sum(abs(a - b) for a, b in zip(theirs[at:at + 96 * 64],
                                                        ours[at:at + 96 * 64]))
            self.assertLess(difference / (96 * 64), 1.5, frame)

    def test_interlaced(self):
        """The filter begins anew with each size."""
        source = self.make_joined(["96x64", "64x48"], "-vf",
                                  "tinterlace=interleave_top,setfield=tff", "-c:v", "libx264",
                                  "-flags", "+ilme+ildct", "-x264-params", "tff=1")
        target = self.upscale(source, "out.mkv", "--codec", "ffv1")
        self.assertIn("deinterlaced", self.last.text)
        self.assertIn("resized to 96 × 64", self.last.text)
        self.assertEqual(len(times(target)), len(times(source)))


class Colour(Clips):
    def check(self, flags, codec, *arguments, container="mkv", pixel_format="yuv420p"):
        source = self.make("in." + container, "-pix_fmt", pixel_format, *flags)
        target = self.upscale(source, "out." + container, "--codec", codec, *arguments)
        before, after = video_stream(source), video_stream(target)
        for name in COLOUR:
            if before.get(name, "unknown") not in ("unknown", "unspecified"):
                self.assertEqual(before[name], after.get(name), (name, codec))
        return before, after

    def test_tags(self):
        flags = ["-c:v", "libx264", *colours("smpte170m", "smpte170m", "smpte170m", "tv"),
                 "-chroma_sample_location", "topleft"]
        for codec in ("h264", "h265", "ffv1"):
            before, after = self.check(flags, codec, "--preset", "auto")
            self.assertEqual(before["color_space"], "smpte170m")

    def test_full_range(self):
        flags = ["-c:v", "libx264", *colours("bt709", "bt709", "bt709", "pc")]
        before, after = self.check(flags, "h264", container="mp4")
        self.assertEqual(after["color_range"], "pc")

    def test_untagged(self):
        """What was guessed is written, so that nobody guesses anew at the larger size."""
        source = self.make("in.mkv", "-c:v", "ffv1", "-pix_fmt", "yuv444p", frames=2,
                           size="64x480")
        target = self.upscale(source, "out.mkv", "--scale", "2")
        self.assertEqual(video_stream(target)["color_space"], "smpte170m")
        self.assertEqual(video_stream(target)["color_range"], "tv")

    def test_hdr10(self):
        master = ("G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)")
        source = self.make("in.mp4", "-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params",
                           f"log-level=none:master-display={master}:max-cll=1000,400",
                           *colours("bt2020", "smpte2084", "bt2020nc"), frames=6)
        for codec, container in (("h265", "mp4"), ("h265", "mkv"), ("h264", "mov"),
                                 ("prores", "mov")):
            target = self.upscale(source, f"{codec}.{container}", "--codec", codec)
            stream = video_stream(target)
            self.assertEqual((stream["color_transfer"], stream["color_primaries"]),
                             ("smpte2084", "bt2020"))
            self.assertIn("10", stream["pix_fmt"])
            data = {d["side_data_type"]: d for d in stream["side_data_list"]}
            light = data["Content light level metadata"]
            self.assertEqual((light["max_content"], light["max_average"]), (1000, 400))
            display = data["Mastering display metadata"]
            self.assertEqual(eval(display["red_x"]), 0.68)
            self.assertEqual(eval(display["max_luminance"]), 1000)


class Interlaced(Clips):
    def make_interlaced(self):
        return self.make("in.mkv", "-vf", "tinterlace=interleave_top,setfield=tff", "-c:v",
                         "libx264", "-flags", "+ilme+ildct", "-x264-params", "tff=1", rate="50")

    def test_deinterlaced_and_said(self):
        source = self.make_interlaced()
        target = self.upscale(source, "out.mkv", "--codec", "ffv1")
        self.assertIn("deinterlaced", self.last.text)
        self.assertEqual(times(source), times(target))
        whole = pixels(source, "yuv420p",
                       "bwdif=mode=send_frame:deint=interlaced,scale=128:96:flags=neighbor")
        ours = pixels(target, "yuv420p")
        self.assertEqual(len(whole), len(ours))
        luma = [whole[i] - ours[i] for f in range(24) for i in
                range(f * 128 * 96 * 3 // 2, f * 128 * 96 * 3 // 2 + 128 * 96)]
        self.assertLessEqual(sum(abs(d) for d in luma) / len(luma), 1.5)

    def test_left_alone(self):
        source = self.make_interlaced()
        target = self.upscale(source, "out.mkv", "--deinterlace", "no")
        self.assertNotIn("deinterlaced (", self.last.text)
        self.assertEqual(times(source), times(target))


if __name__ == "__main__":
    main()
