#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of frames: written, continued, read again, and never cleaned of what is somebody's."""
import os
import pathlib

from clips import Clips, ffmpeg, ffprobe, main, packets, pixels, run, streams, times


class Sequence(Clips):
    def export(self, source, name, *arguments, code=0):
        return self.upscale(source, name + "/", *arguments, code=code).rstrip("/")

    def files(self, name):
        return sorted(p.name for p in pathlib.Path(self.path(name)).iterdir())

    def make_vfr(self):
        path = self.path("s.mkv")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25", "-f", "lavfi", "-i",
               "sine=duration=2", "-vf", "select=not(mod(n\\,3)*mod(n\\,5))", "-fps_mode", "vfr",
               "-frames:v", "15", "-c:v", "ffv1", "-pix_fmt", "gbrp", "-c:a", "flac", path)
        return path

    def test_there_and_back(self):
        """Frames that were kept give the very video, with its times and its sound."""
        source = self.make_vfr()
        folder = self.export(source, "frames")
        names = self.files("frames")
        self.assertEqual(names[:2] + names[-1:],
                         ["frame_00000.png", "frame_00001.png", "frames.ffconcat"])
        self.assertEqual(len(names), 16)
        shown = ffmpeg("-i", os.path.join(folder, "frame_%05d.png"), "-f", "rawvideo", "-pix_fmt",
                       "gbrp", "-")
        whole = self.upscale(source, "whole.mkv", "--codec", "ffv1")
        self.assertEqual(shown, pixels(whole, "gbrp"))

        back = self.upscale(folder, "back.mkv", "--model", "none", "--scale", "1", "--codec",
                            "ffv1")
        self.assertEqual(pixels(back, "gbrp"), shown)
        self.assertEqual(times(back), times(source))
        self.assertEqual(packets(back, "a"), packets(source, "a"))
        self.assertEqual(len(streams(back)), 2)
        self.assertIn(f"come from “{source}”", self.last.text)

    def check_silent(self, folder, words):
        back = self.upscale(folder, "back.mkv", "--model", "none", "--scale", "1")
        self.assertEqual([s["codec_type"] for s in streams(back)], ["video"])
        self.assertIn(words, self.last.text)
        self.assertNotIn("come from", self.last.text)

    def test_sound_of_another_file(self):
        """Whoever made the list does not get at files that he does not know."""
        source = self.make_vfr()
        folder = self.export(source, "frames")
        listed = pathlib.Path(folder, "frames.ffconcat")
        good = listed.read_text()
        noted = next(line for line in good.splitlines() if line.startswith("# print "))
        private = self.path("private.mkv")
        ffmpeg("-f", "lavfi", "-i", "sine=frequency=300:duration=1", "-c:a", "flac", private)
        for text, words in ((good.replace(source, private), "private.mkv” has changed since"),
                            (good.replace(source, private).replace(noted + "\n", ""),
                             "earlier version"),
                            (good.replace(noted, "# print "), "has changed since"),
                            (good.replace(source, self.path("none.mkv")), "Can't read"),
                            (good.replace(source, self.folder), "Can't read")):
            with self.subTest(words=words):
                self.assertNotEqual(text, good)
                listed.write_text(text)
                self.check_silent(folder, words)
        listed.write_text(good)
        with open(source, "ab") as file:
            file.write(b"more")
        self.check_silent(folder, "has changed since")

    def test_list_of_an_earlier_version(self):
        """Its frames are there; the file that they are of is noted when the folder goes on."""
        source = self.make_vfr()
        folder = self.export(source, "frames")
        listed = pathlib.Path(folder, "frames.ffconcat")
        lines = [line for line in listed.read_text().splitlines() if not line.startswith("# print")]
        listed.write_text("\n".join(lines) + "\n")
        self.check_silent(folder, "earlier version")
        listed.write_text("\n".join(lines[:-4]) + "\n")
        self.export(source, "frames")
        self.assertIn("14 frames already exist", self.last.text)
        back = self.upscale(folder, "back.mkv", "--model", "none", "--scale", "1")
        self.assertEqual(packets(back, "a"), packets(source, "a"))

    def test_ffmpeg_reads_the_list(self):
        folder = self.export(self.make("s.mkv", "-c:v", "ffv1", frames=5, rate="25"), "frames")
        found = ffprobe(os.path.join(folder, "frames.ffconcat"), "-show_entries",
                        "packet=pts_time")["packets"]
        self.assertEqual([float(p["pts_time"]) for p in found], [0, .04, .08, .12, .16])

    def test_kinds(self):
        source = self.make("s.mkv", "-c:v", "ffv1", frames=2)
        for kind, ending, formats in (("png", "png", ("rgb24",)), ("png16", "png", ("rgb48be",)),
                                      ("png9", "png", ("rgb24",)),
                                      ("jpeg", "jpg", ("yuvj444p", "yuv444p")),
                                      ("webp", "webp", ("yuv420p",))):
            with self.subTest(kind=kind):
                target = self.upscale(source, kind, "--frames", kind)
                stream = streams(os.path.join(target, f"frame_00001.{ending}"))[0]
                self.assertIn(stream["pix_fmt"], formats)
                self.assertEqual((stream["width"], stream["height"]), (128, 96))

    def test_derived_name(self):
        source = self.make("s.mkv", "-c:v", "ffv1", frames=2)
        result = run("upscale", "--model", "nearest", "--frames", "png", source)
        self.assertEqual(result.code, 0, result)
        self.assertEqual(len(self.files("s_upscaled")), 3)

    def test_pictures_with_a_rate(self):
        os.mkdir(self.path("shot"))
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=32x24", "-frames:v", "12", "-start_number", "5",
               self.path("shot/p%d.png"))
        shown = ffmpeg("-start_number", "5", "-i", self.path("shot/p%d.png"), "-vf",
                       "scale=64:48:flags=neighbor", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
        for path in ("shot", "shot/p%d.png"):
            with self.subTest(path=path):
                target = self.upscale(self.path(path), "out.mkv", "--fps", "24000/1001", "--codec",
                                      "ffv1")
                self.assertEqual(pixels(target, "rgb24"), shown)
                rate = streams(target)[0]["avg_frame_rate"]
                self.assertEqual(rate, "24000/1001")

        self.upscale(self.path("shot/p%d.png"), "no.mkv", code=2)
        self.assertIn("--fps", self.last.text)
        self.upscale(self.path("shot/q%d.png"), "no.mkv", "--fps", "24", code=3)
        self.assertIn("No picture matches", self.last.text)

    def test_folder_without_a_rate_is_pictures(self):
        os.mkdir(self.path("shot"))
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=32x24", "-frames:v", "3",
               self.path("shot/p%d.png"))
        os.mkdir(self.path("out"))
        result = run("upscale", "--model", "nearest", "--output-dir", self.path("out"),
                     self.path("shot"))
        self.assertEqual(result.code, 0, result)
        self.assertEqual(len(self.files("out")), 3)

    def test_sizes_that_differ(self):
        os.mkdir(self.path("shot"))
        for n, size in ((1, "32x24"), (2, "30x24")):
            ffmpeg("-f", "lavfi", "-i", f"testsrc2=size={size}", "-frames:v", "1",
                   self.path(f"shot/p{n}.png"))
        self.upscale(self.path("shot"), "out.mkv", "--fps", "24", code=3)
        self.assertIn("p2.png", self.last.text)
        self.assertIn("30 × 24", self.last.text)

    def test_goes_on(self):
        """As after a kill: the list ends early, and one frame more is there than it tells."""
        source = self.make_vfr()
        folder = self.export(source, "frames")
        whole = {name: pathlib.Path(folder, name).read_bytes() for name in self.files("frames")}
        text = whole["frames.ffconcat"].decode()
        cut = text.index("file frame_00009.png")
        pathlib.Path(folder, "frames.ffconcat").write_text(text[:cut] + "file frame_0")
        pathlib.Path(folder, "frame_00009.png").write_bytes(b"half")
        for n in range(10, 15):
            os.remove(os.path.join(folder, f"frame_{n:05}.png"))
        kept = os.stat(os.path.join(folder, "frame_00008.png")).st_mtime_ns
        self.export(source, "frames")
        self.assertIn("9 frames already exist", self.last.text)
        self.assertEqual(os.stat(os.path.join(folder, "frame_00008.png")).st_mtime_ns, kept)
        for name, content in whole.items():
            self.assertEqual(pathlib.Path(folder, name).read_bytes(), content, name)

    def test_nothing_of_others_is_touched(self):
        source = self.make("s.mkv", "-c:v", "ffv1", frames=3)
        folder = pathlib.Path(self.path("mine"))
        folder.mkdir()
        (folder / "frame_00001.png").write_text("mine")
        self.export(source, "mine", code=5)
        self.assertIn("contains other files", self.last.text)
        self.assertEqual(self.files("mine"), ["frame_00001.png"])

        self.export(source, "frames")
        (pathlib.Path(self.path("frames")) / "notes.txt").write_text("mine")
        result = run("upscale", "--model", "bicubic", source, "-o", self.path("frames/"))
        self.assertEqual(result.code, 5, result)
        self.assertIn("other frames", result.text)
        shorter = self.make("t.mkv", "-c:v", "ffv1", frames=2)
        self.export(shorter, "frames")
        self.assertEqual(self.files("frames"),
                         ["frame_00000.png", "frame_00001.png", "frames.ffconcat", "notes.txt"])

    def check_refusal(self, target, words, *, code=5):
        """Nothing is gone after a run that wants to begin anew there."""
        before = sorted(pathlib.Path(self.folder).rglob("*"))
        self.upscale(self.path("other.mkv"), target + "/", code=code)
        self.assertIn(words, self.last.text)
        self.assertEqual(sorted(pathlib.Path(self.folder).rglob("*")), before)

    def test_lists_do_not_say_what_is_removed(self):
        """Somebody else may have written the list."""
        folder = pathlib.Path(self.export(self.make("s.mkv", "-c:v", "ffv1", frames=3), "frames"))
        self.make("other.mkv", "-c:v", "ffv1", frames=2)
        listed, frame = folder / "frames.ffconcat", folder / "frame_00001.png"
        good = listed.read_text()
        pathlib.Path(self.path("x.png")).write_text("mine")
        (folder / "notes.txt").write_text("mine")
        (folder / "sub").mkdir()
        os.rename(folder / "frame_00002.png", folder / "frame_2.png")
        for name, code, words in (("../x.png", 3, "damaged"), ("sub/x.png", 3, "damaged"),
                                  ("sub", 5, "did not write"), ("notes.txt", 5, "did not write"),
                                  ("frame_2.png", 5, "did not write"), ("frame_00002.txt", 5, "did not write"),
                                  ("frame_000002.png", 5, "did not write"),
                                  ("frame_00002.png.txt", 5, "did not write")):
            with self.subTest(name=name):
                listed.write_text(good.replace("frame_00002.png", name))
                self.check_refusal("frames", words, code=code)
        listed.write_text(good)
        frame.unlink()
        for make in (lambda: frame.symlink_to(self.path("x.png")), frame.mkdir,
                     lambda: os.mkfifo(frame)):
            make()
            self.check_refusal("frames", "did not write")
            frame.rmdir() if frame.is_dir() else frame.unlink()

        os.symlink("frames", self.path("link"))
        self.check_refusal("link", "is a symbolic link")
        self.upscale(self.path("other.mkv"), "frames/")
        self.assertEqual(self.files("frames"), ["frame_00000.png", "frame_00001.png", "frame_2.png",
                                                "frames.ffconcat", "notes.txt", "sub"])

    def test_source_is_no_target(self):
        folder = self.export(self.make("s.mkv", "-c:v", "ffv1", frames=3), "frames")
        before = self.files("frames")
        for source in (folder, os.path.join(folder, "frame_%05d.png")):
            self.export(source, "frames", "--fps", "24", code=5)
            self.assertIn("own source", self.last.text)
        self.assertEqual(self.files("frames"), before)

    def test_list_of_evil(self):
        """A list's names stay in its folder, its times go forward."""
        folder = pathlib.Path(self.export(self.make("s.mkv", "-c:v", "ffv1", frames=3), "frames"))
        good = (folder / "frames.ffconcat").read_text()
        for a, b, words in (("file frame_00001.png", "file ../s.mkv", "damaged"),
                            ("file frame_00001.png", "file /etc/passwd", "damaged"),
                            ("# time-base 1 ", "# time-base 0 ", "damaged"),
                            ("# frame 0 ", "# frame 999999 ", "do not increase")):
            with self.subTest(text=b):
                self.assertIn(a, good)
                (folder / "frames.ffconcat").write_text(good.replace(a, b))
                self.upscale(str(folder), "out.mkv", code=3)
                self.assertIn(words, self.last.text)


if __name__ == "__main__":
    main()
