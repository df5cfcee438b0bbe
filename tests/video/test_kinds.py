#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds of files that first bytes do not tell: what FFmpeg opens is read, with all its frames."""
import os

from clips import Clips, ffmpeg, main, packets, pixels, run

PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=0.4")
SOUND = ("-f", "lavfi", "-i", "sine=duration=0.4:sample_rate=48000")
DV = ("-f", "lavfi", "-i", "testsrc2=size=720x576:rate=25:duration=0.12", "-f", "lavfi", "-i",
      "anullsrc=r=48000:cl=stereo:d=0.12")
GXF = ("-f", "lavfi", "-i", "testsrc2=size=720x576:rate=25:duration=0.12", "-f", "lavfi", "-i",
       "anullsrc=r=48000:cl=mono:d=0.12")


class Kinds(Clips):
    def check(self, source):
        target = self.upscale(source, "out.mkv", "--codec", "h264", "--preset", "ultrafast")
        self.assertEqual(len(pixels(target, "gray")), 4 * len(pixels(source, "gray")))
        self.assertEqual(len(packets(target, "a")), len(packets(source, "a")))

    def test_containers(self):
        for name, arguments in (
                ("in.m2ts", (*PICTURE, *SOUND, "-c:v", "libx264", "-c:a", "ac3", "-mpegts_m2ts_mode", "1")),
                ("in.rm", (*PICTURE, *SOUND, "-c:v", "rv20", "-c:a", "ac3")),
                ("in.wtv", (*PICTURE, *SOUND, "-c:v", "mpeg2video", "-c:a", "mp2")),
                ("in.dv", (*DV, "-c:v", "dvvideo", "-pix_fmt", "yuv420p")),
                ("in.swf", (*PICTURE, "-c:v", "flv1")),
                ("in.ivf", (*PICTURE, "-c:v", "libvpx")),
                ("in.3gp", (*PICTURE, *SOUND, "-c:v", "mpeg4", "-c:a", "aac")),
                ("in.nut", (*PICTURE, *SOUND, "-c:v", "mpeg4", "-c:a", "mp2")),
                ("in.mxf", (*PICTURE, *SOUND, "-c:v", "mpeg2video", "-c:a", "pcm_s16le")),
                ("in.gxf", (*GXF, "-c:v", "mjpeg", "-pix_fmt", "yuvj422p", "-c:a", "pcm_s16le")),
                ("in.roq", (*PICTURE[:3], "testsrc2=size=64x64:rate=30:duration=0.4", "-c:v", "roqvideo")),
                ("in.m4v", (*PICTURE, "-c:v", "mpeg4", "-f", "m4v")),
                ("in.y4m", (*PICTURE,))):
            with self.subTest(name):
                source = self.path(name)
                ffmpeg(*arguments, source)
                # The name says nothing.
                os.rename(source, self.path("in"))
                self.check(self.path("in"))

    def cut(self, name, change, *arguments):
        made, source = self.path("made"), self.path(name)
        ffmpeg(*PICTURE, *SOUND, *arguments, made)
        with open(made, "rb") as file:
            data = change(file.read())
        with open(source, "wb") as file:
            file.write(data)
        return source

    def test_roq_that_is_cut_off(self):
        """Its demuxer has one word for the end and for a chunk that is not all there."""
        picture = (*PICTURE[:3], "testsrc2=size=64x64:rate=30:duration=0.4")
        source = self.path("in.roq")
        ffmpeg(*picture, "-f", "lavfi", "-i", "sine=duration=0.4:sample_rate=22050", "-c:v", "roqvideo",
               "-c:a", "roq_dpcm", source)
        self.upscale(source, "whole.mkv")
        ffmpeg(*picture, "-c:v", "roqvideo", source)
        with open(source, "r+b") as file:
            file.truncate(os.path.getsize(source) - 100)
        done = run("upscale", "--model", "nearest", source, "-o", self.path("cut.mkv"))
        self.assertEqual(done.code, 1, done)
        self.assertIn("cut off", done.text)

    def test_transport_streams(self):
        coding = ("-c:v", "mpeg2video", "-c:a", "mp2", "-f", "mpegts")
        self.check(self.cut("middle.ts", lambda data: data[301:], *coding))
        self.check(self.cut("204.ts", lambda data: b"".join(
            data[i:i + 188] + bytes(16) for i in range(0, len(data), 188)), *coding))

    def test_padding(self):
        self.check(self.cut("in.mpg", lambda data: bytes(2048) + data, "-c:v", "mpeg2video", "-c:a",
                            "mp2", "-f", "vob"))

    def test_segment(self):
        """An MP4 that begins as pieces of streams do."""
        self.check(self.cut("in.mp4", lambda data: b"\0\0\0\x18stypmsdh\0\0\0\0msdhmsix" + data,
                            "-c:v", "libx264", "-c:a", "aac", "-movflags",
                            "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4"))

    def test_no_video(self):
        """Sound alone, noise, and a name that promises more: the sentence speaks of videos."""
        ffmpeg(*SOUND, self.path("in.mp3"))
        with open(self.path("in.rm"), "wb") as file:
            file.write(bytes((i * i * 31 + i // 7) % 251 for i in range(5000)))
        for name in ("in.mp3", "in.rm"):
            done = run("upscale", "--model", "nearest", self.path(name), "-o", self.path("out.mkv"))
            self.assertEqual(done.code, 3, done)
            self.assertIn("video", done.text)


if __name__ == "__main__":
    main()
