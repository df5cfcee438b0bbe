#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every usual container with its usual sound and subtitles into every container that is written:
ffprobe reads the result, and each stream is there as it was, or in another form that is said, or
left out, which is said before the start.

docs/streams.md is what this finds: test_matrix.py --write PATH makes it anew."""
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

from clips import LONG, Clips, ffmpeg, main, run, streams

TARGETS = ("mkv", "mp4", "mov", "webm")
TEXTS = ("subrip", "ass", "webvtt", "mov_text")

# container -> (its format, the picture's codec, sound, subtitles)
SOURCES = {
    "mkv": ("matroska", "libx264", ("aac", "ac3", "eac3", "dca", "truehd", "flac", "alac", "tta", "libvorbis",
                                    "libopus", "libmp3lame", "mp2", "pcm_s16le", "pcm_s24le", "wmav2"),
            ("subrip", "ass", "webvtt", "hdmv_pgs_subtitle")),
    "mp4": ("mp4", "libx264", ("aac", "ac3", "libmp3lame", "alac", "libopus"), ("mov_text",)),
    "mov": ("mov", "mpeg4", ("aac", "pcm_s16le", "pcm_s24be", "pcm_f32le", "alac"), ("mov_text",)),
    "webm": ("webm", "libvpx", ("libvorbis", "libopus"), ("webvtt",)),
    "ts": ("mpegts", "mpeg2video", ("mp2", "ac3", "aac", "libopus"), ()),
    "m2ts": ("mpegts", "libx264", ("ac3", "pcm_bluray", "truehd", "dca"), ("hdmv_pgs_subtitle",)),
    "vob": ("vob", "mpeg2video", ("ac3", "mp2", "pcm_dvd"), ("dvdsub",)),
    "avi": ("avi", "mpeg4", ("libmp3lame", "ac3", "pcm_s16le"), ()),
    "ogv": ("ogv", "libtheora", ("libvorbis", "libopus", "flac"), ()),
    "mxf": ("mxf", "mpeg2video", ("pcm_s16le", "pcm_s24le"), ()),
    "wmv": ("asf", "wmv2", ("wmav2", "libmp3lame"), ()),
    "flv": ("flv", "flv", ("aac",), ()),
}

SRT = "1\n00:00:00,000 --> 00:00:00,100\nHello\n\n2\n00:00:00,120 --> 00:00:00,200\nthere\n"
CODING = {"webm": ("--codec", "vp9", "--preset", "8")}


def make_bitmaps():
    """Subtitles of a Blu-ray: one picture of 8 x 2 pixels, and nothing after it."""
    def segment(time, kind, data):
        return b"PG" + struct.pack(">IIBH", time * 90, 0, kind, len(data)) + data

    def composition(number, objects):
        return struct.pack(">HHBHBBBB", 64, 36, 0x10, number, 0x80, 0, 0, len(objects)) + b"".join(objects)

    window = struct.pack(">BBHHHH", 1, 0, 8, 8, 8, 2)
    line = b"\0\x88\1\0\0"
    picture = struct.pack(">HBB", 0, 0, 0xc0) + (len(line) * 2 + 4).to_bytes(3, "big") + struct.pack(
        ">HH", 8, 2) + line * 2
    return b"".join((
        segment(20, 0x16, composition(0, [struct.pack(">HBBHH", 0, 0, 0, 8, 8)])), segment(20, 0x17, window),
        segment(20, 0x14, b"\0\0\1\xeb\x80\x80\xff"), segment(20, 0x15, picture), segment(20, 0x80, b""),
        segment(150, 0x16, composition(1, [])), segment(150, 0x17, window), segment(150, 0x80, b"")))


def make_clip(folder, name):
    """A clip with all that its container usually has."""
    kind, picture, sounds, subtitles = SOURCES[name]
    path, srt, sup = (os.path.join(folder, file) for file in (f"in.{name}", "in.srt", "in.sup"))
    pathlib.Path(srt).write_text(SRT, encoding="utf-8")
    pathlib.Path(sup).write_bytes(make_bitmaps())
    rate, size = ("25", "720x576") if name == "mxf" else ("25", "64x36")
    arguments = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration=0.24", "-f", "lavfi", "-i",
                 "sine=sample_rate=48000:duration=1.1", "-i", srt, "-i", sup, "-map", "0:v"]
    arguments += ["-map", "1:a"] * len(sounds)
    for codec in subtitles:
        arguments += ["-map", "2:s" if codec in TEXTS else "3:s"]
    arguments += ["-c:v", picture, "-pix_fmt", "yuv420p", "-ac", "2", "-strict", "-2"]
    for n, codec in enumerate(sounds):
        arguments += [f"-c:a:{n}", codec]
    for n, codec in enumerate(subtitles):
        arguments += [f"-c:s:{n}", "copy" if codec == "hdmv_pgs_subtitle" else codec]
    if name == "m2ts":
        arguments += ["-mpegts_m2ts_mode", "1"]
    ffmpeg(*arguments, "-f", kind, path)
    return path


def others(path):
    """Sound and subtitles: index and codec."""
    return [(s["codec_type"], s["index"], s.get("codec_name", "unknown")) for s in streams(path)
            if s["codec_type"] in ("audio", "subtitle")]


def find_fates(path, notices):
    """What is said of each stream: its codec in the result, None where it is left out."""
    fates = []
    for kind, index, codec in others(path):
        said = [n for n in notices if re.search(rf"\((?:stream )?{index}: ", n)]
        made = [m for n in said if (m := re.search(r"(?:encoded as|stored as|converted to) (\w+)", n))]
        dropped = any("left out" in n for n in said)
        if any("is empty" in n for n in said):
            continue
        assert len(made) + dropped <= 1, said
        fates.append((kind, codec, None if dropped else made[0][1] if made else codec))
    return fates


def convert(folder, source, name):
    """Runs a plan and the job; the fates of all streams, and what is wrong."""
    target = os.path.join(folder, f"out.{name}")
    arguments = ["--model", "nearest", "--overwrite", *CODING.get(name, ("--codec", "h264", "--preset", "ultrafast")),
                 source, "-o", target]
    planned = run("plan", "--json", *arguments)
    done = run("upscale", *arguments)
    if planned.code or done.code:
        return [], f"exit codes {planned.code} and {done.code}: {planned.text} {done.text}"
    fates = find_fates(source, json.loads(planned.out)[0]["notices"])
    later = find_fates(source, done.text.splitlines())
    if fates != later:
        return fates, f"planned {fates}, done {later}"
    try:
        streams(target)
    except subprocess.CalledProcessError as error:
        return fates, f"ffprobe: {error.stderr}: {done.text}"
    for kind in ("audio", "subtitle"):
        expected = [codec for its, _, codec in fates if its == kind and codec is not None]
        # Both are the same to MP4.
        found, expected = ([("mp3" if codec == "mp2" else codec) for codec in codecs] for codecs in
                           ([codec for its, _, codec in others(target) if its == kind], expected))
        if found != expected:
            return fates, f"{kind}: said {expected}, found {found}: {done.text}"
    frames = sum(s["codec_type"] == "video" for s in streams(target))
    return fates, None if frames == 1 else f"{frames} videos"


def describe(kind, codec, fate):
    if fate is None:
        return "left out"
    return "as it is" if fate == codec else f"{'encoded' if kind == 'audio' else 'converted'}: {fate}"


def make_table(found):
    """Markdown of {(kind, codec, target): set of fates}."""
    lines = ["<!-- SPDX-License-Identifier: GPL-3.0-or-later -->", "# What becomes of sound and subtitles", "",
             "Made by `python3 tests/video/test_matrix.py --write docs/streams.md` from what `genga-cli plan` says,",
             "with FFmpeg 5.1: the clips of that test have the usual streams of 12 containers. `--audio` chooses",
             "otherwise. What is not as it is, is said before the start.", ""]
    for kind, title in (("audio", "Sound"), ("subtitle", "Subtitles")):
        lines += [f"| {title} | {' | '.join(TARGETS)} |", "|---" * (1 + len(TARGETS)) + "|"]
        for codec in sorted({key[1] for key in found if key[0] == kind}):
            cells = [" or ".join(sorted(describe(kind, codec, fate) for fate in found[kind, codec, target])) or "-"
                     for target in TARGETS]
            lines.append(f"| {codec} | {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def collect(folder, wanted):
    """Of all pairs that are wanted: fates by kind, codec and target; and complaints."""
    found, wrong = {}, []
    for source in SOURCES:
        targets = [target for target in TARGETS if (source, target) in wanted]
        path = make_clip(folder, source) if targets else None
        for target in targets:
            fates, complaint = convert(folder, path, target)
            if complaint:
                wrong.append(f"{source} to {target}: {complaint}")
            for kind, codec, fate in fates:
                found.setdefault((kind, codec, target), set()).add(fate)
    return found, wrong


ALL = [(source, target) for source in SOURCES for target in TARGETS]
# Each container once, and each target; the one with nearly all codecs with all.
SAMPLE = [(source, TARGETS[(n + 1) % len(TARGETS)]) for n, source in enumerate(SOURCES)] + [
    ("mkv", "mp4"), ("mkv", "webm")]


class Matrix(Clips):
    def test_streams(self):
        found, wrong = collect(self.folder, ALL if LONG else SAMPLE)
        self.assertEqual(wrong, [])
        page = pathlib.Path(__file__).parents[2] / "docs" / "streams.md"
        table = page.read_text(encoding="utf-8")
        if "FFmpeg 5.1" not in run("diagnose").out.decode():
            return
        rows = {cells[1].strip(): [cell.strip() for cell in cells[2:6]]
                for cells in (line.split("|") for line in table.splitlines() if line.startswith("|"))}
        for (kind, codec, target), fates in found.items():
            cell = rows[codec][TARGETS.index(target)]
            for fate in fates:
                self.assertIn(describe(kind, codec, fate), cell.split(" or "), (codec, target))
        if LONG:
            self.assertEqual(make_table(found), table)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        with tempfile.TemporaryDirectory() as scratch:
            all_found, complaints = collect(scratch, ALL)
        print("\n".join(complaints), file=sys.stderr)
        pathlib.Path(sys.argv[2]).write_text(make_table(all_found), encoding="utf-8")
        sys.exit(bool(complaints))
    main()
