#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong, and what is left behind then: nothing, and a sentence."""
import os
import resource
import shutil
import signal
import time

from clips import Clips, ffmpeg, main, obey_signals, run, start, times


class Faults(Clips):
    def results(self):
        return [name for name in os.listdir(self.folder)
                if "out" in name or name.endswith(".part")]

    def fail(self, source, code, word, *arguments, target="out.mkv", **more):
        result = run("upscale", "--model", "nearest", *arguments, source, "-o", self.path(target),
                     **more)
        self.assertEqual(result.code, code, result)
        self.assertIn(word, result.text)
        self.assertEqual(self.results(), [])
        self.assertEqual(result.out, b"")

    def make_long(self, name="in.mkv", *arguments):
        return self.make(name, *(arguments or ("-c:v", "libx264", "-g", "12")), frames=96,
                         size="160x96")

    def cut(self, source, name, share):
        path = self.path(name)
        with open(source, "rb") as whole, open(path, "wb") as part:
            data = whole.read()
            part.write(data[:int(len(data) * share)])
        return path

    def test_truncated(self):
        for name, arguments in (("in.mkv", ("-c:v", "libx264")),
                                ("in.mp4", ("-c:v", "libx264", "-movflags", "+faststart"))):
            cut = self.cut(self.make_long(name, *arguments), "cut" + name[2:], 0.5)
            result = run("upscale", "--model", "nearest", cut, "-o", self.path("out.mkv"))
            self.assertEqual(result.code, 1, result)
            self.assertIn("Incomplete source", result.text)
            self.assertIn("finished and kept", result.text)
            self.assertEqual(self.results(), [".out.mkv.genga"])
            shutil.rmtree(self.path(".out.mkv.genga"))

    def test_no_index(self):
        cut = self.cut(self.make_long("in.mp4", "-c:v", "libx264"), "cut.mp4", 0.9)
        self.fail(cut, 3, " as a video: ")

    def test_damaged(self):
        """The frames that are left are delivered, and the damage is said."""
        source = self.make_long("in.mkv", "-c:v", "mpeg4", "-g", "12")
        with open(source, "r+b") as file:
            size = os.path.getsize(source)
            for place in (0.4, 0.6):
                file.seek(int(size * place))
                file.write(b"\xa5" * 40)
        result = run("upscale", "--model", "nearest", source, "-o", self.path("out.mkv"))
        self.assertEqual(result.code, 1, result)
        self.assertIn("damaged", result.text)
        self.assertGreater(len(times(self.path("out.mkv"))), 80)

    def test_no_video(self):
        path = self.path("in.mkv")
        ffmpeg("-f", "lavfi", "-i", "sine=duration=1", path)
        self.fail(path, 3, "no video")

    def test_no_file_at_all(self):
        path = self.path("in.mp4")
        with open(path, "wb") as file:
            file.write(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(4000))
        self.fail(path, 3, " as a video: ")

    def test_playlists_are_not_followed(self):
        secret = self.make("secret.ts", "-c:v", "mpeg2video", rate="25")
        for name, text in (("in.m3u8", f"#EXTM3U\n#EXTINF:1,\n{secret}\n"),
                           ("in.mkv", f"ffconcat version 1.0\nfile '{secret}'\n")):
            with open(self.path(name), "w") as file:
                file.write(text)
            self.fail(self.path(name), 3, "")

    def test_exists_already(self):
        source = self.make("in.mkv", "-c:v", "ffv1", frames=2)
        with open(self.path("taken.mkv"), "w") as file:
            file.write("mine")
        self.fail(source, 5, "already exists", target="taken.mkv")
        with open(self.path("taken.mkv")) as file:
            self.assertEqual(file.read(), "mine")

    def test_encoder_refuses(self):
        source = self.make("in.mkv", "-c:v", "ffv1", frames=2, size="16x16")
        self.fail(source, 2, "64 × 64", "--codec", "av1")

    def test_no_room(self):
        """A file may not grow beyond a limit, as on a full disk."""
        source = self.make("in.mkv", "-c:v", "ffv1", size="160x96")

        def limit():
            obey_signals()
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))

        self.fail(source, 5, "larger than the disk allows", "--codec", "ffv1", preexec=limit)

    def start_long(self, *arguments):
        source = self.make_long()
        process = start("upscale", "--model", "bicubic", "--scale", "8", "--preset", "veryslow",
                        *arguments, source, "-o", self.path("out.mkv"))
        begun = self.path(".out.mkv.genga/unfinished")
        while process.poll() is None and not os.path.exists(begun):
            time.sleep(0.01)
        self.assertIsNone(process.poll())
        return process

    def test_kill(self):
        """What is left is hidden, and gone when the video is made after all."""
        process = self.start_long()
        process.kill()
        process.communicate()
        self.assertEqual(self.results(), [".out.mkv.genga"])
        result = run("upscale", "--model", "nearest", self.path("in.mkv"), "-o",
                     self.path("out.mkv"))
        self.assertEqual(result.code, 0, result)
        self.assertEqual(self.results(), ["out.mkv"])

    def test_interrupt(self):
        for codec in ("h264", "av1"):
            process = self.start_long("--codec", codec, "--preset", "auto")
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
            self.assertEqual(process.returncode, 130)
            self.assertEqual(self.results(), [])


if __name__ == "__main__":
    main()
