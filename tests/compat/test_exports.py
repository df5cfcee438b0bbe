#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What earlier versions left unfinished goes on where the bytes would be the same, and else stays.

The bytes are the same only with the libraries that the earlier version had: with others, the tests
say so and look that nothing is lost.
"""
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import zlib

HERE = pathlib.Path(__file__).parent
sys.path += [str(HERE.parent / "video"), str(HERE.parent / "cli")]

from clips import Clips, ffmpeg, main, packets, times  # noqa: E402
from support import run  # noqa: E402
from exports import EXPORTS, SEGMENT, SOURCE, SOURCE_TIME, arguments  # noqa: E402

VERSIONS = sorted(path.parent for path in HERE.glob("*/made-with"))
N_DONE = 24


def get_libraries():
    text = subprocess.run(["ffmpeg", "-version"], stdout=subprocess.PIPE, check=True, text=True)
    return "ffmpeg " + text.stdout.split()[2]


def describe(path):
    """Every frame that is shown, and all sound."""
    frames = ffmpeg("-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-")
    return ([line.split(",")[2:] for line in frames.decode().splitlines() if line[0] != "#"],
            times(path), packets(path, "a"))


def read_segments(folder):
    return {path.name: path.read_bytes() for path in pathlib.Path(folder).glob("segment-*")}


def read_files(folder):
    """Name -> bytes and inode of the pictures that a folder's list has."""
    with open(os.path.join(folder, "frames.ffconcat")) as file:
        names = [line.split()[1] for line in file if line.startswith("file ")]
    paths = [pathlib.Path(folder) / name for name in names]
    return {path.name: (path.read_bytes(), path.stat().st_ino) for path in paths}


def set_about(folder, **more):
    """The journal has an absolute path of the source, and a checksum of all settings."""
    with sqlite3.connect(os.path.join(folder, "journal")) as journal:
        for name, value in more.items():
            journal.execute("UPDATE about SET value = ? WHERE name = ?",
                            (value.encode(), name))
    journal.close()


def get_content(data):
    """A PNG's chunks, its rows inflated, without a resolution; other files as they are."""
    if not data.startswith(b"\x89PNG"):
        return data
    chunks, rows = [], b""
    at = 8
    while at < len(data):
        length = int.from_bytes(data[at:at + 4], "big")
        kind, body = data[at + 4:at + 8], data[at + 8:at + 8 + length]
        if kind == b"IDAT":
            rows += body
        elif kind != b"pHYs":
            chunks.append((kind, body))
        at += 12 + length
    return chunks, zlib.decompress(rows)


class Exports(Clips):
    wholes = {}  # command -> what it makes

    def unpack(self, version, name):
        """What is left, and the source beside it; answers the export and its folder."""
        for one in os.listdir(self.folder):
            shutil.rmtree(self.path(one)) if os.path.isdir(self.path(one)) \
                else os.unlink(self.path(one))
        self.source = self.path(SOURCE)
        shutil.copy(version / SOURCE, self.source)
        os.utime(self.source, (SOURCE_TIME, SOURCE_TIME))
        folder = self.path(EXPORTS[name].leaves)
        shutil.copytree(version / name, folder)
        os.chmod(folder, 0o700)  # as it was made; a checkout has its own modes
        return EXPORTS[name], folder

    def run_cli(self, *command):
        self.last = run(*command, cwd=self.folder, GENGA_SEGMENT_SECONDS=SEGMENT)
        self.assertEqual(self.last.code, 0, self.last)

    def compare(self, export, *more):
        """With what an undisturbed run makes."""
        command = [*arguments(export, "whole.mkv"), *more]
        if str(command) not in self.wholes:
            self.run_cli(*command)
            self.wholes[str(command)] = describe(self.path("whole.mkv"))
        self.assertEqual(describe(self.path(export.target)), self.wholes[str(command)])

    def find_aside(self, segments):
        """A folder with all these segments."""
        return next((name for name in os.listdir(self.folder)
                     if read_segments(self.path(name)) == segments), None)

    def check(self, version, export, segments):
        """That the last run went on, and how; or, with other libraries, that it kept all that there
        is."""
        if get_libraries() in (version / "made-with").read_text().splitlines():
            self.assertIn(f"Continuing at frame {N_DONE + 1}: {N_DONE} of", self.last.text)
            self.assertEqual([name for name in os.listdir(self.folder) if name[0] == "."], [])
        else:
            print(f"# {version.name} had other libraries than {get_libraries()}")
            self.assertIsNotNone(self.find_aside(segments), os.listdir(self.folder))
            return ()
        return export.goes_on_as

    def each_export(self, function):
        """Calls it for each version and export: the export, its folder, the version."""
        for version in VERSIONS:
            for name in EXPORTS:
                if name != "frames" and (version / name).is_dir():
                    with self.subTest(version=version.name, name=name):
                        function(*self.unpack(version, name), version)

    def test_same_command(self):
        def check(export, folder, version):
            segments = read_segments(folder)
            self.assertEqual(len(segments), 2)
            self.run_cli(*arguments(export))
            self.compare(export, *self.check(version, export, segments))
        self.each_export(check)

    def test_resume(self):
        def check(export, folder, version):
            segments = read_segments(folder)
            set_about(folder, source=self.source)
            self.run_cli("resume", ".")
            self.compare(export, *self.check(version, export, segments))
        self.each_export(check)

    def test_unknown_version(self):
        """The same source and options, but nobody can tell how the segments were made: the video
        begins anew, and they stay."""
        export, folder = self.unpack(VERSIONS[0], "x264")
        segments = read_segments(folder)
        set_about(folder, source=self.source, settings="0" * 64)
        self.run_cli(*arguments(export))
        self.assertNotIn("Continuing", self.last.text)
        aside = self.find_aside(segments)
        self.assertIsNotNone(aside, os.listdir(self.folder))
        self.assertIn(aside, self.last.text)
        self.compare(export)

    def test_frames(self):
        """A folder of pictures."""
        for version in VERSIONS:
            export, folder = self.unpack(version, "frames")
            before = read_files(folder)
            self.run_cli(*arguments(export))
            self.assertIn(f"{len(before)} frames already exist", self.last.text)
            after = read_files(folder)
            self.assertEqual({name: after[name] for name in before}, before)
            self.run_cli(*arguments(export, "whole"))
            # Earlier versions made up a resolution, and deflated in another way.
            whole = read_files(self.path("whole"))
            self.assertEqual({name: get_content(data) for name, (data, _) in after.items()},
                             {name: get_content(data) for name, (data, _) in whole.items()})


if __name__ == "__main__":
    main()
