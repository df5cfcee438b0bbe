#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file says of its picture beside the coding: mirroring, Dolby Vision, timecodes, repeated
fields; and pictures that are videos."""
import itertools
import os
import re
import struct
import subprocess
import zlib

from clips import (Clips, colours, ffmpeg, ffprobe, main, pixels, run, streams, times,
                   video_stream)

CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


def insert(data, box, new, start=0, end=None):
    """An MP4 whose table lies at its end, with a box more in the first entry for samples."""
    at, end = start, len(data) if end is None else end
    while at < end:
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind in CONTAINERS or kind in (b"stsd", box):
            head = {b"stsd": 16, box: size}.get(kind, 8)
            inner = new if kind == box else insert(data, box, new, at + head, at + size)
            if inner is not None:
                changed = data[at + head:at + size] if kind == box else b""
                grown = struct.pack(">I", size + len(new)) + data[at + 4:at + head] + changed + inner
                return data[start:at] + grown + data[at + size:end]
        at += size
    return None


def read_elements(data):
    """Of Matroska: identifiers and contents."""
    at = 0
    while at < len(data):
        length = 9 - data[at].bit_length()
        name, at = data[at:at + length], at + length
        length = 9 - data[at].bit_length()
        size = int.from_bytes(data[at:at + length], "big") & ((1 << 7 * length) - 1)
        yield name, data[at + length:at + length + size]
        at += length + size


def write_element(name, content):
    return name + b"\x01" + len(content).to_bytes(7, "big") + content


def change_tracks(path, change):
    """Of a file without an index: `change` gets a track's number and its elements, and gives others."""
    with open(path, "rb") as file:
        data = file.read()
    at = data.rindex(b"\x16\x54\xae\x6b")  # the index names it before
    (_, tracks), *_ = read_elements(data[at:])
    end = data.index(tracks, at) + len(tracks)
    entries = [content for name, content in read_elements(tracks) if name == b"\xae"]
    changed = b"".join(write_element(b"\xae", b"".join(write_element(*part)
                                                      for part in change(n, list(read_elements(entry)))))
                       for n, entry in enumerate(entries))
    with open(path, "wb") as file:
        file.write(data[:at] + write_element(b"\x16\x54\xae\x6b", changed) + data[end:])


def cut_off(path, **sides):
    """Adds what is to be cut off to all pictures of a file without an index."""
    names = {"bottom": b"\x54\xaa", "top": b"\x54\xbb", "left": b"\x54\xcc", "right": b"\x54\xdd",
             "width": b"\x54\xb0", "height": b"\x54\xba"}
    added = b"".join(write_element(names[side], n.to_bytes(2, "big")) for side, n in sides.items())

    def change_picture(content):
        return b"".join(write_element(*part) for part in read_elements(content)
                        if part[0] not in names.values()) + added

    change_tracks(path, lambda n, parts: [(name, change_picture(content) if name == b"\xe0" else content)
                                          for name, content in parts])


LANGUAGE, LANGUAGE_BCP47 = b"\x22\xb5\x9c", b"\x22\xb5\x9d"


def languages(path):
    """Of each track: in the old manner and as BCP 47 has them. The check sum has to be right."""
    with open(path, "rb") as file:
        data = file.read()
    at = data.index(b"\x16\x54\xae\x6b", data.index(b"\x16\x54\xae\x6b") + 4)
    (_, tracks), *_ = read_elements(data[at:])
    (name, crc), *_ = read_elements(tracks)
    assert name == b"\xbf" and zlib.crc32(tracks[6:]) == int.from_bytes(crc, "little")
    entries = [dict(read_elements(content)) for name, content in read_elements(tracks) if name == b"\xae"]
    return [(entry.get(LANGUAGE), entry.get(LANGUAGE_BCP47)) for entry in entries]


class Marks(Clips):
    def patch(self, name, source, change):
        with open(source, "rb") as file:
            data = file.read()
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(change(data))
        return path

    def test_mirrored(self):
        """Left is right: kept where a file can say it, else done, as the ffmpeg program does."""
        plain = self.make("plain.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p", frames=5)

        def mirror(rows):
            def change(data):
                at = data.index(b"tkhd") + 4 + 40
                self.assertEqual(data[at:at + 4], b"\0\1\0\0")
                return data[:at] + struct.pack(">9i", *rows) + data[at + 36:]
            return change

        one, unit = 65536, 1 << 30
        for name, rows, filters in (
                ("across.mp4", (-one, 0, 0, 0, one, 0, 64 * one, 0, unit), "hflip"),
                ("down.mp4", (one, 0, 0, 0, -one, 0, 0, 48 * one, unit), "vflip"),
                ("turned.mp4", (0, one, 0, one, 0, 0, 0, 0, unit), "transpose=cclock_flip")):
            with self.subTest(name):
                source = self.patch(name, plain, mirror(rows))
                flat = self.upscale(plain, "flat.mkv", "--scale", "1", "--codec", "ffv1", "--pixel-format",
                                    "yuv444p")
                target = self.upscale(source, "out.mkv", "--scale", "1", "--codec", "ffv1", "--pixel-format",
                                      "yuv444p")
                self.assertIn("mirror", self.last.text)
                self.assertEqual(pixels(target, "yuv444p"), pixels(flat, "yuv444p", filters))
                kept = self.upscale(source, "out.mp4", "--scale", "1")
                self.assertEqual(video_stream(kept)["side_data_list"], video_stream(source)["side_data_list"])

    def test_cut_off(self):
        """What Matroska says to cut off, of all kinds of frames; display sizes are those of the rest."""
        whole = self.make("whole.mkv", "-c:v", "ffv1", "-pix_fmt", "yuv444p", frames=5)
        odd = self.make("odd.mkv", "-c:v", "ffv1", "-pix_fmt", "yuv420p", frames=5)
        for source, form, sides, crop, sar in (
                (whole, "yuv444p", {"left": 3, "top": 5, "right": 9, "bottom": 3}, "52:40:3:5", "1:1"),
                (whole, "yuv444p", {"bottom": 8, "width": 128, "height": 40}, "64:40:0:0", "2:1"),
                (whole, "yuv444p", {"bottom": 8, "width": 65535, "height": 40}, "64:40:0:0", "65535:64"),
                (odd, "yuv420p", {"left": 4, "right": 8}, "52:48:4:0", "1:1"),
                (odd, "yuv420p", {"left": 40, "right": 40}, "64:48:0:0", "1:1")):
            with self.subTest(**sides):
                path = self.path("cut.mkv")
                with open(path, "wb") as file:
                    file.write(ffmpeg("-i", source, "-c", "copy", "-f", "matroska", "-"))
                cut_off(path, **sides)
                if (sides.get("left") == 40 and
                        subprocess.run(["ffprobe", path], capture_output=True).returncode):
                    continue  # FFmpeg 7 takes no file of which more is cut off than there is
                target = self.upscale(path, "out.mkv", "--model", "none", "--scale", "1", "--codec",
                                      "ffv1")
                self.assertEqual(pixels(target, form), pixels(source, form, "crop=" + crop + ":exact=1"))
                self.assertEqual(video_stream(target)["sample_aspect_ratio"], sar)

    def test_languages(self):
        """Matroska's newer names of languages, which FFmpeg does not know, go to Matroska; else it is said."""
        tags = (b"pt-BR", None, b"zh-Hant-TW\0\0", b"ja", b"x'y", b"fr-CA")
        codes = (b"por", b"eng", b"chi", b"jpn", b"und", b"fre")
        srt = self.path("lines.srt")
        with open(srt, "w", encoding="utf-8") as file:
            file.write("1\n00:00:00,000 --> 00:00:00,200\nHello\n")
        arguments = []
        for n, code in enumerate(codes):
            arguments += [f"-metadata:s:{n}", "language=" + code.decode()]
        path = self.path("languages.mkv")
        with open(path, "wb") as file:
            file.write(ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24:duration=0.3", "-f", "lavfi", "-i",
                              "sine=duration=0.3", "-i", srt, "-map", "0", *["-map", "1"] * 4, "-map", "2", "-c:v",
                              "libx264", "-c:a", "aac", *arguments, "-f", "matroska", "-"))
        change_tracks(path, lambda n, parts: parts + [(LANGUAGE_BCP47, tags[n])] * (tags[n] is not None))
        target = self.upscale(path, "out.mkv")
        self.assertEqual(languages(target), [
            (b"por", b"pt-BR"), (b"eng", None), (b"chi", b"zh-Hant-TW"), (b"jpn", b"ja"), (b"und", None),
            (b"fre", b"fr-CA")])
        self.assertEqual([stream["tags"].get("language", "und") for stream in streams(target)],
                         [code.decode() for code in codes])
        self.assertNotIn("The language", self.last.text)
        whole = languages(target)
        os.remove(target)
        command = ("upscale", "--model", "nearest", path, "-o", target)
        lost = run(*command, GENGA_FAULT="lost-tracks:1")
        self.assertEqual(lost.code, 5, lost)
        self.assertFalse(os.path.exists(target))
        self.assertNotIn("other streams", lost.text)
        again = run(*command)
        self.assertEqual(again.code, 0, again)
        self.assertEqual(languages(target), whole)
        self.upscale(path, "out.mp4")
        said = re.findall("language “(.*?)” is not kept in full .stream (.):", self.last.text)
        self.assertEqual(said, [("pt-BR", "0"), ("zh-Hant-TW", "2"), ("fr-CA", "5")])

    def test_dolby_vision(self):
        plain = self.make("plain.mp4", "-c:v", "libx265", "-x265-params", "log-level=none", "-pix_fmt",
                          "yuv420p10le", "-tag:v", "hvc1", *colours("bt2020", "smpte2084", "bt2020nc"),
                          frames=3)

        def mark(profile, compatibility):
            record = bytes((1, 0, profile << 1, 6 << 3 | 5, compatibility << 4)) + bytes(19)
            return lambda data: insert(data, b"hvc1", struct.pack(">I4s", 32, b"dvcC") + record)

        done = run("upscale", "--model", "nearest", self.patch("5.mp4", plain, mark(5, 0)), "-o",
                   self.path("out.mp4"))
        self.assertEqual(done.code, 3, done)
        self.assertIn("profile 5", done.text)
        target = self.upscale(self.patch("8.mp4", plain, mark(8, 1)), "out.mp4", "--codec", "h265",
                              "--preset", "ultrafast")
        self.assertIn("beneath it (HDR10) is", self.last.text)
        self.assertEqual(video_stream(target)["color_transfer"], "smpte2084")

    def test_closed_captions(self):
        """In the user data of every picture: each goes with its own frame, or what is lost is said."""
        raw = self.make("in.m2v", "-c:v", "mpeg2video", "-bf", "0", "-f", "mpeg2video", frames=6,
                        rate="25", source="color")
        count = itertools.count(0x81)
        source = self.patch("cc.m2v", raw, lambda data: re.sub(
            b"\0\0\1\1", lambda _: b"\0\0\1\xb2GA94\x03\xc1\xff\xfc\x80%c\xff\0\0\1\1" % next(count), data))
        for path, codec, said in ((raw, "ffv1", False), (source, "ffv1", True)):
            self.upscale(path, "out.mkv", "--codec", codec)
            self.assertEqual("Closed captions" in self.last.text, said, self.last.text)
        # In planes, and in RGB, where frames that are all alike are computed once.
        for precision, duplicates in ("auto", False), ("fp32", True):
            target = self.upscale(source, "out.mkv", "--precision", precision)
            self.assertEqual("5 duplicates" in self.last.text, duplicates)
            self.assertNotIn("Closed captions", self.last.text)
            self.check_captions(target)

    def check_captions(self, target):
        stream = ffmpeg("-i", target, "-c", "copy", "-bsf:v", "h264_mp4toannexb", "-f", "h264", "-")
        found = re.findall(rb"GA94\x03..\xfc\x80(.)\xff", stream, re.DOTALL)
        self.assertEqual(sorted(found), [bytes([0x81 + n]) for n in range(6)])
        shown = ffprobe(target, "-select_streams", "v", "-show_frames")["frames"]
        self.assertEqual([any("Closed Captions" in entry["side_data_type"] for entry in frame["side_data_list"])
                          for frame in shown], [True] * 6)

    def test_timecode(self):
        source = self.make("in.mov", "-c:v", "libx264", "-timecode", "01:00:00:00")
        self.assertIn("data", [s["codec_type"] for s in streams(source)])
        for name in ("out.mov", "out.mp4", "out.mkv"):
            target = self.upscale(source, name)
            self.assertNotIn("left out", self.last.text)
            self.assertIn("01:00:00:00", [s.get("tags", {}).get("timecode", s.get("tags", {}).get("TIMECODE"))
                                          for s in streams(target)])

    def test_animated_avif(self):
        source = self.make("in.avif", "-c:v", "libaom-av1", "-cpu-used", "8", "-pix_fmt", "yuv420p",
                           frames=4, rate="10")
        for name in ("out.webp", "out.mkv"):
            target = self.upscale(source, name)
            if name == "out.mkv":
                self.assertEqual(len(times(target)), 4)
            self.assertIn("4 frames", self.last.text)

    def test_repeated_fields(self):
        """A film at 24 frames a second whose fields are repeated: the rate is that of its frames."""
        raw = self.make("in.m2v", "-c:v", "mpeg2video", "-bf", "0", "-g", "12", "-f", "mpeg2video",
                        frames=48, rate="30000/1001")

        def repeat(data):
            data, at, n = bytearray(data), 0, 0
            while (at := data.find(b"\0\0\1\xb5", at) + 4) > 3:
                if data[at] >> 4 == 8:
                    first, again = ((128, 2), (0, 0), (0, 2), (128, 0))[n % 4]
                    data[at + 3] = data[at + 3] & ~130 | first | again
                    data[at + 4] |= 128
                    n += 1
                elif data[at] >> 4 == 1:
                    data[at + 1] &= ~8
            return data

        source = self.path("in.vob")
        ffmpeg("-f", "mpegvideo", "-i", self.patch("repeated.m2v", raw, repeat), "-c", "copy", "-f", "vob",
               source)
        target = self.upscale(source, "out.mkv")
        shown = times(target)
        self.assertAlmostEqual(shown[-1] - shown[0], 47 * 1001 / 24000, delta=0.02)
        self.assertEqual(video_stream(target)["avg_frame_rate"], "24000/1001")


if __name__ == "__main__":
    main()
