# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be said of a result, so that two builds' results can be held against each other: its
bytes, and where these differ what is in it."""
import contextlib
import hashlib
import json
import os
import sqlite3
import subprocess

VIDEOS = (".mkv", ".mp4", ".mov", ".webm")
# Lines of a frame list that may differ: checksums of how, and from what, the frames were made.
CHECKSUM_LINES = ("# print ", "# settings ")
# What a muxer or the clock puts into a file.
DATES = ("creation_time", "date", "filename", "size", "bit_rate", "encoder")
TIMEOUT = 300


def hash_bytes(data):
    return hashlib.sha256(data).hexdigest()[:16]


def ask(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=TIMEOUT)
    return done.stdout if done.returncode == 0 else b"cannot be read: " + done.stderr


def strip(value):
    """Without dates, and without what depends on how many bytes a muxer's headers take."""
    if isinstance(value, dict):
        return {key: strip(one) for key, one in value.items() if key.lower() not in DATES}
    return [strip(one) for one in value] if isinstance(value, list) else value


def look_at_video(path):
    """Name of a part of the file -> what is in it."""
    text = ask("ffprobe", "-v", "error", "-of", "json", "-show_data_hash", "sha256",
               "-show_streams", "-show_chapters", "-show_format", path)
    try:
        parts = strip(json.loads(text))
    except ValueError:
        return {"file": text.decode(errors="replace")}
    answer = {"format": parts["format"], "chapters": parts["chapters"]}
    for stream in parts["streams"]:
        number = stream["index"]
        answer[f"stream {number}"] = stream
        answer[f"packets of stream {number}"] = ask(
            "ffprobe", "-v", "error", "-of", "compact=p=0", "-select_streams", str(number),
            "-show_packets", "-show_data_hash", "sha256", "-show_entries",
            "packet=pts,dts,duration,flags,data_hash", path).decode().splitlines()
    return answer


def look_at_frames(path):
    """Every frame that is shown; the same where only the coding differs."""
    return ask("ffmpeg", "-v", "error", "-nostdin", "-i", path, "-map", "0:v?", "-fps_mode",
               "passthrough", "-f", "framemd5", "-").decode().splitlines()


def first_difference(old, new):
    """Where two lists or dictionaries part, in a line."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(set(old) | set(new)):
            if old.get(key) != new.get(key):
                inner = first_difference(old.get(key), new.get(key))
                return f"{key}: {inner}"
    if isinstance(old, list) and isinstance(new, list):
        for number, (a, b) in enumerate(zip(old, new)):
            if a != b:
                return f"[{number}] {first_difference(a, b)}"
        return f"{len(old)} entries, then {len(new)}"
    a, b = str(old), str(new)
    start = len(os.path.commonprefix([a, b]))
    if start > 100:  # of a long text the place
        a, b = "…" + a[start - 40:start + 100], "…" + b[start - 40:start + 100]
    return f"{a!r}, then {b!r}"


def compare_videos(old, new):
    """None, or what differs."""
    a, b = look_at_video(old), look_at_video(new)
    if a == b:
        return None
    shown = "the same frames are shown" if look_at_frames(old) == look_at_frames(new) \
        else "other frames are shown"
    return f"{first_difference(a, b)} ({shown})"


def read(path):
    """A file's bytes, without what is known to differ."""
    with open(path, "rb") as file:
        data = file.read()
    if path.endswith(".ffconcat"):
        lines = data.decode(errors="surrogateescape").splitlines(keepends=True)
        data = "".join(line for line in lines if not line.startswith(CHECKSUM_LINES)) \
            .encode(errors="surrogateescape")
    return data


def dump(path):
    """The text of a journal of segments, without the checksum of all settings."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as file:
        return [line for line in file.iterdump() if "'settings'" not in line]


def compare_text(a, b):
    old, new = a.decode(errors="replace").splitlines(), b.decode(errors="replace").splitlines()
    return first_difference(old, new)


def compare_files(old, new):
    """None where both say the same; else what differs."""
    a, b = read(old), read(new)
    if a == b:
        return None
    if old.endswith(VIDEOS):
        return compare_videos(old, new)
    if a.startswith(b"SQLite") and b.startswith(b"SQLite"):
        x, y = dump(old), dump(new)
        return None if x == y else first_difference(x, y)
    if old.endswith((".ffconcat", ".json", ".txt")):
        return compare_text(a, b)
    frames = "" if look_at_frames(old) != look_at_frames(new) else ", the same pixels"
    return f"{len(a)} bytes {hash_bytes(a)}, then {len(b)} bytes {hash_bytes(b)}{frames}"
