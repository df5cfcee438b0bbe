#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an interrupted export goes on with: the same source, and the same frames of it."""
import os
import shutil
import sqlite3

from clips import Clips, ffmpeg, ffprobe, main, pixels, run, times

SEGMENT = "0.4"


class Resume(Clips):
    def export(self, source, name, *more, fault=None, code=0):
        env = {"GENGA_FAULT": fault} if fault else {}
        target = self.path(name)
        self.last = run("upscale", "--model", "nearest", "--codec", "ffv1", *more, source, "-o",
                        target, GENGA_SEGMENT_SECONDS=SEGMENT, **env)
        self.assertEqual(self.last.code, code, self.last)
        return target

    def interrupt(self, source, *more, after=2):
        self.export(source, "out.mkv", *more, fault=f"kill-after-entry:{after}", code=-9)

    def check(self, source, *more, goes_on):
        """The second run, and that nobody sees it."""
        target = self.export(source, "out.mkv", *more)
        self.assertEqual("Continuing" in self.last.text, goes_on, self.last)
        self.assertEqual("Starting over" in self.last.text, not goes_on, self.last)
        self.assertEqual(self.take_aside(), not goes_on and "is damaged" not in self.last.text)
        self.compare(source, target, *more)

    def take_aside(self):
        """Whether finished segments were put aside; they are removed then."""
        aside = [self.path(name) for name in os.listdir(self.folder) if ".earlier-" in name]
        for folder in aside:
            self.assertTrue([name for name in os.listdir(folder) if name.startswith("segment-")])
            shutil.rmtree(folder)
        return bool(aside)

    def compare(self, source, target, *more):
        whole = self.export(source, "whole.mkv", *more)
        self.assertEqual(times(target), times(whole))
        self.assertEqual(pixels(target, "yuv420p"), pixels(whole, "yuv420p"))
        os.unlink(target)
        os.unlink(whole)

    def make_pictures(self):
        folder = self.path("frames")
        os.mkdir(folder)
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=32x32:rate=24", "-frames:v", "36",
               os.path.join(folder, "f%03d.png"))
        return folder

    def make_other(self, path):
        """Another picture of the same size in bytes and of the same time, but for its fraction."""
        info = os.stat(path)
        with open(path, "rb") as file:
            data = file.read()
        ffmpeg("-f", "lavfi", "-i", "color=red:size=32x32", "-frames:v", "1", path)
        with open(path, "ab") as file:
            file.write(bytes(max(0, len(data) - file.tell())))
        os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns + 1))

    def test_only_the_user_allows_overwriting(self):
        """A folder of unfinished work neither replaces a file nor names another."""
        source = self.path("in.mkv")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=32x32:rate=24", "-frames:v", "36", source)
        self.interrupt(source, "--overwrite")
        target = self.path("out.mkv")
        with open(target, "w", encoding="utf-8") as file:
            file.write("precious")
        with sqlite3.connect(self.path(".out.mkv.genga/journal")) as journal:
            text = journal.execute("SELECT value FROM about WHERE name = 'options'").fetchone()[0]
            self.assertNotIn(b"overwrite", bytes(text, "utf-8") if isinstance(text, str) else text)
            journal.execute("UPDATE about SET value = ? WHERE name = 'options'",
                            (bytes(text) + b"overwrite=true\noutput-dir=/elsewhere\n",))

        self.last = run("resume", target, GENGA_SEGMENT_SECONDS=SEGMENT)
        self.assertEqual(self.last.code, 5, self.last)
        self.assertIn("already exists", self.last.text)
        with open(target, encoding="utf-8") as file:
            self.assertEqual(file.read(), "precious")

        self.last = run("resume", "--overwrite", target, GENGA_SEGMENT_SECONDS=SEGMENT)
        self.assertEqual(self.last.code, 0, self.last)
        self.assertIn("Continuing", self.last.text)
        self.compare(source, target)

    def test_folder(self):
        folder = self.make_pictures()
        for source, goes_on in ((os.path.join(folder, "f%03d.png"), True),
                                (folder, False), (os.path.join(folder, "f%03d.png"), False)):
            with self.subTest(source=source, goes_on=goes_on):
                self.interrupt(source, "--fps", "24")
                if not goes_on:
                    self.make_other(os.path.join(folder, "f003.png"))
                self.check(source, "--fps", "24", goes_on=goes_on)

    def test_folder_that_grows(self):
        folder = self.make_pictures()
        self.interrupt(folder, "--fps", "24")
        os.link(os.path.join(folder, "f005.png"), os.path.join(folder, "f099.png"))
        self.check(folder, "--fps", "24", goes_on=False)

    def test_listed_frames(self):
        """Frames that Genga wrote, whose list has their times."""
        folder = self.path("frames")
        source = self.make("in.mkv", "-c:v", "ffv1", size="32x32", frames=36, rate="24")
        result = run("upscale", "--model", "none", "--scale", "1", source, "-o", folder + "/")
        self.assertEqual(result.code, 0, result)
        self.interrupt(folder)
        self.check(folder, goes_on=True)
        self.interrupt(folder)
        path = os.path.join(folder, "frames.ffconcat")
        with open(path) as file:
            text = file.read()
        last = next(line for line in text.splitlines()[::-1] if line.startswith("# frame"))
        moved = last.rsplit(" ", 1)[0] + " 500"
        with open(path, "w") as file:
            file.write(text.replace(last, moved))
        self.check(folder, goes_on=False)

    def change_unnoticed(self, path, n):
        """Another frame number `n` in a file of raw frames, beside what is read of the file to
        know it again: 32 blocks of 256 KiB at even distances."""
        packet = ffprobe(path, "-select_streams", "v", "-show_packets")["packets"][n]
        start, block = int(packet["pos"]), 256 << 10
        step = (os.path.getsize(path) - block) // 31
        hole = next(at for at in range(start, start + int(packet["size"]) - 4096, 4096)
                    if at % step > block and at % step + 4096 < step)
        with open(path, "r+b") as file:
            file.seek(hole)
            inverted = bytes(255 - byte for byte in file.read(4096))
            file.seek(hole)
            file.write(inverted)

    def test_other_frame_where_it_goes_on(self):
        """Found only when the frame is read, which is after everything was made to go on."""
        source = self.make("in.avi", "-c:v", "rawvideo", "-pix_fmt", "bgr24", size="400x300",
                           frames=36, rate="25")
        for before, more in ((), ()), (("--threads", "1"), ("--threads", "2")):
            with self.subTest(before=before, more=more):
                self.interrupt(source, *before)
                self.change_unnoticed(source, 20)
                target = self.export(source, "out.mkv", *more)
                self.assertIn("Continuing at frame 21", self.last.text)
                self.assertIn("Starting over", self.last.text)
                self.assertTrue(self.take_aside())
                self.compare(source, target, *more)

    def make_partly_interlaced(self):
        """Half a second of fields after half a second of frames, and both once more."""
        listed = self.path("list.txt")
        fields = ["-vf", "tinterlace=interleave_top,setfield=tff", "-flags", "+ilme+ildct"]
        with open(listed, "w") as file:
            for i in range(4):
                name = f"{i}.ts"
                self.make(name, "-c:v", "libx264", "-bf", "0", *(fields if i % 2 else []),
                          "-x264-params", "keyint=6", frames=12, rate="48" if i % 2 else "24")
                file.write(f"file '{self.path(name)}'\n")
        joined = self.path("in.mkv")
        ffmpeg("-f", "concat", "-safe", "0", "-i", listed, "-c", "copy", joined)
        return joined

    def snapshot(self, folder):
        """All files below and what is in them."""
        found = {}
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as file:
                found[name] = file.read()
        return found

    def test_journal_that_cannot_be_checked(self):
        """Nothing is touched, whoever looks, and it goes on later."""
        source = self.make("in.mkv", "-c:v", "ffv1", size="32x32", frames=36, rate="24")
        self.interrupt(source)
        folder = self.path(".out.mkv.genga")
        before = self.snapshot(folder)
        for arguments in (("upscale", "--model", "nearest", "--codec", "ffv1", source, "-o",
                           self.path("out.mkv")), ("resume", self.folder)):
            result = run(*arguments, GENGA_SEGMENT_SECONDS=SEGMENT, GENGA_FAULT="check-database:1+")
            self.assertEqual(result.code, 5, result)
            self.assertIn("finished part of “out.mkv”", result.text)
            self.assertEqual(self.snapshot(folder), before)
        self.check(source, goes_on=True)

    def test_source_that_cannot_be_read(self):
        """Whether it has changed is not known: what is finished of it stays."""
        source = self.make("in.mkv", "-c:v", "ffv1", size="32x32", frames=36, rate="24")
        self.interrupt(source)
        folder = self.path(".out.mkv.genga")
        before = self.snapshot(folder)
        self.export(source, "out.mkv", fault="unreadable-source:2", code=3)
        self.assertIn("it is unknown", self.last.text)
        self.assertEqual(self.snapshot(folder), before)
        self.check(source, goes_on=True)

    def test_segment_that_cannot_be_read(self):
        """It stays with those after it; one that is damaged is made anew."""
        source = self.make("in.mkv", "-c:v", "ffv1", size="32x32", frames=36, rate="24")
        target = self.export(source, "out.mkv", fault="unreadable-segment:3", code=5)
        self.assertIn("Can't read", self.last.text)
        folder = self.path(".out.mkv.genga")
        names = sorted(name for name in os.listdir(folder) if name.startswith("segment-"))
        self.assertEqual(len(names), 4)
        self.assertIn(names[0], self.last.text)
        self.export(source, "out.mkv")
        self.assertIn("36 of 36 are done", self.last.text)
        os.unlink(target)

        self.export(source, "out.mkv", fault="unreadable-segment:3", code=5)
        with open(os.path.join(folder, names[1]), "r+b") as file:
            file.seek(100)
            file.write(bytes(100))
        self.export(source, "out.mkv", code=5)
        self.assertIn("make it again", self.last.text)
        self.assertEqual([name for name in os.listdir(folder) if name.startswith("segment-")],
                         names[:1])

    def test_damaged_journal(self):
        """It is put aside with all that belongs to it, and said, by who begins anew only."""
        source = self.make("in.mkv", "-c:v", "ffv1", size="32x32", frames=36, rate="24")
        self.interrupt(source)
        folder = self.path(".out.mkv.genga")
        with open(os.path.join(folder, "journal"), "r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * 4096)
        before = self.snapshot(folder)
        result = run("resume", self.folder)
        self.assertEqual(result.code, 5, result)
        self.assertIn("is damaged", result.text)
        self.assertEqual(self.snapshot(folder), before)
        self.check(source, goes_on=False)
        aside = [name for name in os.listdir(self.folder) if ".damaged-" in name]
        self.assertEqual(len(aside), 1)
        self.assertEqual(self.snapshot(self.path(aside[0])), before)
        self.assertFalse(os.path.exists(folder))

    def test_interlaced_later(self):
        """Wherever it goes on, the filter sees what it would have seen."""
        source = self.make_partly_interlaced()
        os.unlink(self.export(source, "whole.mkv"))
        self.assertIn("deinterlaced", self.last.text)
        for after in 2, 3:
            with self.subTest(after=after):
                self.interrupt(source, after=after)
                self.check(source, goes_on=True)


if __name__ == "__main__":
    main()
