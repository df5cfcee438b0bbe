#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shared clips, as ffprobe tells them, before and after: only what was asked for has changed.

Two seconds of each are taken, all streams copied. With GENGA_WHOLE_CLIPS set, the clips themselves.
"""
import os
import pathlib
import unittest

from clips import Clips, chapters, ffmpeg, ffprobe, main, packets, streams, times

CLIPS = pathlib.Path(os.environ.get("GENGA_SHARED", "missing")) / "media/clips"
WHOLE = "GENGA_WHOLE_CLIPS" in os.environ
TAGS = ("language", "title", "filename", "mimetype", "handler_name")
SHAPE = ("sample_aspect_ratio", "color_range", "color_space", "color_transfer", "color_primaries",
         "chroma_location")


def describe(stream, like=None):
    """What a copied stream keeps; of a coded one what does not follow from its codec. Where the source
    (like) says nothing, colours are guessed and then said, and muxers give names."""
    said = (like or stream).get("tags", {})
    found = {"type": stream["codec_type"],
             "tags": {name: stream.get("tags", {}).get(name) for name in TAGS if name in said},
             "disposition": {name for name, value in stream["disposition"].items() if value}}
    if stream["codec_type"] == "video":
        # No shape said and square pixels are one thing.
        found["shape"] = {name: stream.get(name, "1:1" if "aspect" in name else None) for name in SHAPE
                          if "aspect" in name or name in (like or stream)}
    else:
        found.update((name, stream.get(name)) for name in ("codec_name", "sample_rate", "channels"))
    return found


def hdr(path):
    """Mastering display and light level of the first frame."""
    frame = ffprobe(path, "-select_streams", "v:0", "-show_frames", "-read_intervals", "%+#1")["frames"][0]
    return [data for data in frame.get("side_data_list", [])
            if data["side_data_type"] in ("Mastering display metadata", "Content light level metadata")]


@unittest.skipUnless(CLIPS.is_dir(), "the shared clips are not here")
class Shared(Clips):
    def test_clips_are_there(self):
        self.assertGreater(len([name for name in dir(self) if name.startswith("test_")]), 2)

    def part(self, clip):
        if WHOLE:
            return str(clip)
        path = self.path("part" + clip.suffix)
        ffmpeg("-i", str(clip), "-map", "0", "-c", "copy", "-t", "2", path)
        return path

    def check(self, clip):
        source = self.part(clip)
        codec = ("--codec", "vp9", "--preset", "8") if clip.suffix == ".webm" else \
            ("--codec", "h265" if "hdr" in clip.name else "h264", "--preset", "ultrafast")
        target = self.upscale(source, "out" + clip.suffix, "--scale", "1", *codec)
        before, after = streams(source), streams(target)
        self.assertEqual(len(before), len(after))
        for a, b in zip(before, after):
            self.assertEqual(describe(a), describe(b, a))
        self.assertEqual(chapters(source), chapters(target))
        was, now = times(source), times(target)
        self.assertEqual(len(was), len(now))
        for a, b in zip(was, now):
            self.assertAlmostEqual(a, b, delta=2e-6)
        for kind in "as":
            for (a, was), (b, now) in zip(packets(source, kind), packets(target, kind), strict=True):
                self.assertEqual(was, now)
                self.assertAlmostEqual(a, b, delta=2e-6)
        self.assertEqual(hdr(source), hdr(target))


def add(clip):
    setattr(Shared, f"test_{clip.stem}_{clip.suffix[1:]}", lambda self: self.check(clip))


for path in sorted(CLIPS.glob("*.*")) if CLIPS.is_dir() else ():
    add(path)


if __name__ == "__main__":
    main()
