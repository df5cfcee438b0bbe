# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes small clips with the ffmpeg program, upscales them with genga-cli, and looks at both with
ffprobe: a reader that shares nothing with Genga's code but the libraries."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).parent.parent / "cli"))
from support import main, obey_signals, start  # noqa: E402,F401

CLI = os.environ["GENGA_CLI"]
TIMEOUT = 120
# ./dev test-long: what takes long and seldom finds more than the rest.
LONG = "GENGA_LONG" in os.environ


answers = {}


class Result:
    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.text = err.decode(errors="replace")

    def __repr__(self):
        return f"exit code {self.code}\nstdout: {self.out!r}\nstderr: {self.text}"


def run(*arguments, preexec=obey_signals, **env):
    done = subprocess.run([CLI, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=dict(os.environ, **env), timeout=TIMEOUT,
                          preexec_fn=preexec)
    return Result(done.returncode, done.stdout, done.stderr)


def ffmpeg(*arguments):
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT)
    if done.returncode:
        raise RuntimeError(f"ffmpeg {' '.join(arguments)}: {done.stderr.decode()}")
    return done.stdout


def mark_turned(source, target):
    """Copies a video, with a mark that players turn it: FFmpeg has an option for it since 6, and
    knew a tag until then."""
    tags = (("-display_rotation", "90", "-i", source, "-c", "copy", target),
            ("-i", source, "-c", "copy", "-metadata:s:v", "rotate=90", target))
    try:
        return ffmpeg(*tags[0])
    except RuntimeError:
        return ffmpeg(*tags[1])


def colours(primaries, transfer, matrix, value_range=None):
    """Options that mark a video so: FFmpeg 7 takes its frames' marks, and not the encoder's."""
    marks = f"color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}"
    return ("-vf", "setparams=" + marks + (f":range={value_range}" if value_range else ""))


def ffprobe(path, *arguments):
    """Of a file that is what it was, once."""
    info = os.stat(path)
    key = (path, info.st_ino, info.st_size, info.st_mtime_ns, arguments)
    if key not in answers:
        answers[key] = ask_ffprobe(path, *arguments)
    return json.loads(answers[key])


def ask_ffprobe(path, *arguments):
    done = subprocess.run(["ffprobe", "-v", "error", "-of", "json", *arguments, path],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True,
                          timeout=TIMEOUT)
    return done.stdout


def about(path):
    return ffprobe(path, "-show_streams", "-show_chapters")


def streams(path):
    return about(path)["streams"]


def video_stream(path):
    return next(s for s in streams(path) if s["codec_type"] == "video")


def chapters(path):
    return [(float(c["start_time"]), float(c["end_time"]), c.get("tags", {}).get("title"))
            for c in about(path)["chapters"]]


def times(path):
    """Seconds of every frame that is shown."""
    frames = ffprobe(path, "-select_streams", "v:0", "-show_entries",
                     "frame=pts_time,best_effort_timestamp_time")["frames"]
    return [float(f.get("pts_time", f.get("best_effort_timestamp_time"))) for f in frames]


def packets(path, kind):
    """Seconds and contents of all packets of a kind of streams ("a", "s")."""
    name = {"a": "audio", "s": "subtitle"}[kind]
    if not any(stream["codec_type"] == name for stream in streams(path)):
        return []
    found = ffprobe(path, "-select_streams", kind, "-show_packets", "-show_data_hash", "md5",
                    "-show_entries", "packet=stream_index,pts_time,data_hash")["packets"]
    return [(float(p["pts_time"]), p["data_hash"])
            for p in sorted(found, key=lambda packet: packet["stream_index"])]


def pixels(path, pixel_format, filters=None):
    """The bytes of all frames."""
    chain = ["-vf", filters] if filters else []
    return ffmpeg("-i", path, "-map", "0:v:0", *chain, "-fps_mode", "passthrough", "-f", "rawvideo",
                  "-pix_fmt", pixel_format, "-")


class Clips(unittest.TestCase):
    """A folder for every test, and what most of them do."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def make(self, name, *arguments, frames=24, size="64x48", source="testsrc2", rate="24000/1001"):
        path = self.path(name)
        ffmpeg("-f", "lavfi", "-i", f"{source}=size={size}:rate={rate}", *arguments, "-frames:v",
               str(frames), path)
        return path

    def upscale(self, source, name, *arguments, code=0):
        target = self.path(name)
        result = run("upscale", "--model", "nearest", "--overwrite", *arguments, source, "-o", target)
        if code is not None:
            self.assertEqual(result.code, code, result)
        self.last = result
        return target
