#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audio that a container does not take as it is: said, without loss where it had none, in its time."""
import array
import json

from clips import Clips, ffmpeg, main, run, streams

RATE = 48000


def samples(path, number_format="s16le"):
    return ffmpeg("-i", path, "-map", "0:a:0", "-ar", str(RATE), "-f", number_format, "-")


def loudest(path, start, seconds):
    """Of a part of the first channel, by the file's own times."""
    data = ffmpeg("-i", path, "-map", "0:a:0", "-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar",
                  str(RATE), "-f", "s16le", "-")
    part = array.array("h", data)[int(start * RATE):int((start + seconds) * RATE)]
    return max(abs(value) for value in part)


def sound(path):
    return [s for s in streams(path) if s["codec_type"] == "audio"]


class Sound(Clips):
    def film(self, name, *coding, audio="sine=duration=1:sample_rate=48000"):
        source = self.path(name)
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24:duration=1", "-f", "lavfi", "-i", audio,
               "-c:v", "mpeg2video" if name.endswith("vob") else "libx264", *coding, source)
        return source

    def check(self, source, name, codec, *arguments):
        target = self.upscale(source, name, "--preset", "8" if name.endswith("webm") else "ultrafast",
                              *arguments)
        self.assertEqual([s["codec_name"] for s in sound(target)], [codec], self.last.text)
        return target

    def test_samples_of_discs(self):
        """PCM of DVDs and Blu-rays is PCM, and the same samples."""
        source = self.film("in.vob", "-ac", "2", "-c:a", "pcm_s16be", "-f", "vob")
        before = samples(source)
        self.assertGreater(len(before), 4 * RATE - 8000)
        for name, codec in (("out.mkv", "pcm_s16le"), ("out.mov", "pcm_s16le"), ("out.mp4", "flac")):
            with self.subTest(name):
                target = self.check(source, name, codec)
                self.assertIn(f"is stored as {codec}", self.last.text)
                self.assertEqual(samples(target), before)
                starts = [float(s["start_time"]) for s in streams(target)]
                self.assertAlmostEqual(starts[0], starts[1], delta=0.002)

    def test_deep_samples(self):
        source = self.film("in.mkv", "-ac", "2", "-c:a", "pcm_s24le")
        target = self.check(source, "out.mp4", "flac")
        self.assertEqual(samples(target, "s32le"), samples(source, "s32le"))

    def test_without_loss_in_mov(self):
        source = self.film("in.mkv", "-c:a", "flac")
        target = self.check(source, "out.mov", "alac")
        self.assertEqual(samples(target), samples(source))

    def test_lossy(self):
        """At a rate that is told; as long as before, and at the same time."""
        source = self.film("in.mp4", "-ac", "2", "-c:a", "aac",
                           audio="sine=duration=1:sample_rate=44100,adelay=500:all=1")
        target = self.check(source, "out.webm", "opus")
        self.assertIn("encoded as opus, 160 kbit/s", self.last.text)
        for path in (source, target):
            self.assertLess(loudest(path, 0.1, 0.3), 200)
            self.assertGreater(loudest(path, 0.55, 0.3), 1000)

    def test_as_asked(self):
        source = self.film("in.mkv", "-ac", "6", "-c:a", "flac",
                           audio="sine=duration=1:sample_rate=48000,pan=5.1(side)|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0")
        for codec in ("aac", "opus", "flac"):
            target = self.check(source, "out.mkv", codec, "--audio", codec)
            self.assertEqual(sound(target)[0]["channels"], 6)
        self.assertNotIn("stored as", self.last.text)
        self.assertEqual(samples(target), samples(source))

    def test_gap(self):
        """Where the source has nothing for two seconds, there is silence for two seconds."""
        source = self.film("in.mkv", "-c:a", "pcm_s16le", "-ac", "2",
                           audio="sine=duration=1:sample_rate=48000,asetpts='PTS+if(gt(T,0.5),2,0)/TB'")
        target = self.check(source, "out.mp4", "aac", "--audio", "aac")
        self.assertLess(loudest(target, 0.8, 1.4), 200)
        self.assertGreater(loudest(target, 2.7, 0.2), 1000)

    def test_copy_only(self):
        source = self.film("in.mkv", "-c:a", "pcm_mulaw")
        target = self.path("out.mp4")
        done = run("upscale", "--model", "nearest", "--audio", "copy", source, "-o", target)
        self.assertEqual(done.code, 5, done)
        self.assertIn("--audio auto", done.text)

    def test_left_out(self):
        """Tracks by kind and by number; the plan tells the same before."""
        lines, source = self.path("lines.srt"), self.path("in.mkv")
        with open(lines, "w") as file:
            file.write("1\n00:00:00,000 --> 00:00:01,000\na line\n")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24:duration=1", "-f", "lavfi", "-i", "sine=duration=1",
               "-i", lines, "-map", "0", "-map", "1", "-map", "1", "-map", "2", "-c:a:0", "flac", "-c:a:1", "ac3",
               "-c:s", "subrip",
               "-attach", lines, "-metadata:s:t", "mimetype=text/plain", source)
        without = ("--leave-out", "audio:1,subtitles,attachments")
        planned = json.loads(run("plan", "--json", "--model", "none", *without, source).out)[0]
        self.assertEqual([(t["kind"], t["codec"], t["fate"]) for t in planned["tracks"]],
                         [("audio", "flac", "not-wanted"), ("audio", "ac3", "kept"),
                          ("subtitles", "subrip", "not-wanted"), ("attachments", "none", "not-wanted")])
        target = self.upscale(source, "out.mkv", "--preset", "ultrafast", *without)
        self.assertEqual([s["codec_name"] for s in streams(target)], ["h264", "ac3"])
        done = run("upscale", "--leave-out", "sound", source)
        self.assertEqual(done.code, 2, done)
        self.assertIn("“sound” is no track", done.text)

    def test_once_a_switch(self):
        source = self.film("in.mkv", "-c:a", "ac3")
        self.check(source, "out.mkv", "ac3", "--audio", "yes")
        self.assertEqual(sound(self.upscale(source, "none.mkv", "--audio", "no")), [])


if __name__ == "__main__":
    main()
