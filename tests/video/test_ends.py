#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is copied beside the picture: in its place in the file, and never the end of a job whose frames
are all there."""
import os

from clips import Clips, ffmpeg, ffprobe, main, packets, run, streams, times


def subtitles(path, *lines):
    with open(path, "w") as file:
        for number, (start, text) in enumerate(lines):
            file.write(f"{number + 1}\n00:00:{start:02},000 --> 00:00:{start + 1:02},000\n{text}\n\n")
    return path


def spread(path):
    """How far sound and picture are apart in a file, in seconds."""
    found = ffprobe(path, "-show_entries", "packet=codec_type,dts_time,pts_time")["packets"]
    last, worst = {}, 0
    for packet in found:
        if packet["codec_type"] in ("audio", "video"):
            last[packet["codec_type"]] = float(packet.get("dts_time", packet["pts_time"]))
        if len(last) == 2:
            worst = max(worst, abs(last["audio"] - last["video"]))
    return worst


class Times(Clips):
    def test_overlap(self):
        """Two recordings that overlap by less than a new one begins with."""
        path, data = self.path("in.ts"), b""
        for offset in ("0", "1.98"):
            part = self.path("part.ts")
            ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=2", "-f", "lavfi", "-i",
                   "sine=duration=2", "-c:v", "libx264", "-bf", "0", "-c:a", "aac",
                   "-output_ts_offset", offset, part)
            with open(part, "rb") as file:
                data += file.read()
        with open(path, "wb") as file:
            file.write(data)
        for name in ("out.mkv", "out.mp4"):
            target = self.upscale(path, name)
            self.assertEqual(len(packets(target, "a")), len(packets(path, "a")))
            self.assertEqual(len(times(target)), 100)
            heard = [time for time, _ in packets(target, "a")]
            self.assertEqual(heard, sorted(heard))

    def test_finer_than_the_source(self):
        """Packets shorter than a millisecond, which is all that the source's container knows."""
        source = self.path("in.mkv")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24:duration=1", "-f", "lavfi", "-i",
               "sine=sample_rate=48000:duration=1", "-ac", "2", "-c:v", "libx264", "-c:a", "truehd",
               "-strict", "-2", source)
        before = [content for _, content in packets(source, "a")]
        self.assertGreater(len(before), len({time for time, _ in packets(source, "a")}))
        target = self.upscale(source, "out.mp4")
        self.assertEqual([content for _, content in packets(target, "a")], before)

    def test_sparse_subtitles(self):
        """Lines that lie in the file long before they are shown hold nothing else back."""
        first = subtitles(self.path("1.srt"), (12, "a"), (27, "b"))
        second = subtitles(self.path("2.srt"), (22, "c"))
        source = self.path("in.mkv")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=5:duration=30", "-f", "lavfi", "-i",
               "sine=duration=30", "-i", first, "-i", second, "-map", "0", "-map", "1", "-map", "2",
               "-map", "3", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "ac3", source)
        for name in ("out.mkv", "out.mp4"):
            target = self.upscale(source, name, "--preset", "ultrafast")
            self.assertLess(spread(target), 1)
            self.assertEqual(len(packets(target, "a")), len(packets(source, "a")))
        target = self.upscale(source, "out.mkv", "--preset", "ultrafast")
        self.assertEqual(packets(target, "s"), packets(source, "s"))

    def test_streams_far_apart(self):
        """A source that is interleaved badly becomes a result that is not."""
        source, sound = self.path("in.mkv"), self.path("a.mkv")
        picture = self.make("v.mkv", "-c:v", "libx264", "-preset", "ultrafast", frames=100, rate="5")
        ffmpeg("-f", "lavfi", "-i", "sine=duration=20", "-c:a", "ac3", sound)
        ffmpeg("-i", picture, "-i", sound, "-map", "0", "-map", "1", "-c", "copy",
               "-max_interleave_delta", "1", source)
        target = self.upscale(source, "out.mkv", "--preset", "ultrafast")
        self.assertLess(spread(target), 1)
        self.assertEqual(packets(target, "a"), packets(source, "a"))

    def test_empty_stream(self):
        """A soundtrack that is announced and never comes."""
        sound, source = self.path("a.mkv"), self.path("in.mkv")
        ffmpeg("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "ac3", sound)
        picture = self.make("v.mkv", "-c:v", "libx264")
        ffmpeg("-i", picture, "-i", sound, "-map", "0", "-map", "1", "-c", "copy", "-bsf:a",
               "noise=drop=1", source)
        self.assertEqual(packets(source, "a"), [])
        target = self.upscale(source, "out.mp4")
        self.assertEqual(len(times(target)), 24)
        self.assertIn("is empty", self.last.text)


class Hidden(Clips):
    """A cut without coding anew: an edit list hides what lies before it, back to a key frame."""

    def setUp(self):
        super().setUp()
        whole, self.source = self.path("whole.mp4"), self.path("in.mp4")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24:duration=3", "-f", "lavfi", "-i",
               "sine=duration=3", "-c:v", "libx264", "-g", "48", "-c:a", "aac", whole)
        ffmpeg("-ss", "1.5", "-i", whole, "-c", "copy", self.source)
        self.whole = whole

    def shown(self, path):
        found = ffprobe(path, "-select_streams", "a", "-show_entries", "packet=flags")["packets"]
        return len([packet for packet in found if "D" not in packet["flags"]])

    def test_hidden_sound(self):
        """Where there are no edit lists, it is not copied: both begin together."""
        for name in ("out.mkv", "out.mov"):
            target = self.upscale(self.source, name)
            self.assertEqual(self.shown(target), self.shown(self.source))
            starts = [float(s["start_time"]) for s in streams(target)]
            self.assertLess(max(starts), 0.03, starts)
            self.assertEqual(len(times(target)), len(times(self.source)))

    def test_priming(self):
        """One packet that its decoder needs to begin with is hidden in every file."""
        target = self.upscale(self.whole, "out.mkv")
        self.assertEqual([data for _, data in packets(target, "a")],
                         [data for _, data in packets(self.whole, "a")])


class Refused(Clips):
    """The muxer fails after hours of work: there is a result, and what it lacks is said."""

    def setUp(self):
        super().setUp()
        self.source = self.path("in.mkv")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24:duration=1", "-f", "lavfi", "-i",
               "sine=duration=1", "-c:v", "libx264", "-c:a", "ac3", "-metadata", "title=Film",
               self.source)

    def fail(self, fault):
        """A result of all frames, and what was said."""
        target = self.path("out.mp4")
        done = run("upscale", "--model", "nearest", self.source, "-o", target, GENGA_FAULT=fault)
        self.assertEqual(done.code, 0, done)
        self.assertEqual(len(times(target)), len(times(self.source)))
        self.assertEqual(sorted(os.listdir(self.folder)), ["in.mkv", "out.mp4"])
        self.assertEqual(ffprobe(target, "-show_format")["format"]["tags"]["title"], "Film")
        return target, done.text

    def test_packet(self):
        target, text = self.fail("refused-packet:2,refused-packet:4")
        self.assertEqual(len(packets(target, "a")), len(packets(self.source, "a")) - 2)
        self.assertIn("2 packets of the other streams are left out", text)

    def test_end(self):
        target, text = self.fail("refused-end:1")
        self.assertEqual([s["codec_type"] for s in streams(target)], ["video"])
        self.assertIn("other streams of “out.mp4” are left out", text)

    def test_result(self):
        """It is read again before the segments go."""
        target, _ = self.fail("refused-result:1")
        self.assertEqual([s["codec_type"] for s in streams(target)], ["video"])

    def test_nothing_else_to_leave_out(self):
        """A picture that cannot be read again keeps its segments; the next run ends well."""
        target = self.path("out.mp4")
        command = ("upscale", "--model", "nearest", self.source, "-o", target)
        self.assertEqual(run(*command, GENGA_FAULT="refused-result:1+").code, 5)
        self.assertFalse(os.path.exists(target))
        done = run(*command)
        self.assertEqual(done.code, 0, done)
        self.assertIn("24 of 24 are done", done.text)
        self.assertEqual(len(streams(target)), 2)


if __name__ == "__main__":
    main()
