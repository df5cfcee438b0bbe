# SPDX-License-Identifier: GPL-3.0-or-later
"""Videos, animations and folders of frames in one run with pictures: which options they can use."""
import os
import re
import shutil

from clips import Clips, ffmpeg, main, run, times


class Unused(Clips):
    """Options that change nothing for what is made."""

    def setUp(self):
        super().setUp()
        self.video = self.make("v.mkv", "-c:v", "ffv1", frames=3)
        self.gif = self.make("g.gif", frames=3)
        self.picture = self.path("p.png")
        ffmpeg("-i", self.video, "-frames:v", "1", self.picture)
        self.state = {"XDG_STATE_HOME": self.path("state")}

    def plan(self, *arguments, code=0):
        result = run("plan", "--model", "nearest", *arguments, **self.state)
        self.assertEqual(result.code, code, result)
        return result.text

    def test_refused_where_nothing_can_use_it(self):
        frames = ["-o", self.path("f") + os.sep]
        for what, sources in (("--fps 24", [self.picture]), ("--encoder software", [self.picture]),
                              ("--audio no", [self.picture]), ("--crf 20", [self.gif]),
                              ("--target-height 128", [self.picture]),
                              ("--keep-frames source", [self.picture, self.picture]),
                              ("--codec h265", [self.video, *frames]),
                              ("--format webp", [self.video]), ("--quality 80", [self.video]),
                              ("--compression lzw", [self.video, self.gif]),
                              ("--subsampling 420", [self.video])):
            with self.subTest(what):
                text = self.plan(*sources, *what.split(), code=2)
                self.assertIn(what.split()[0] + " is only for", text)
        run_too = run("upscale", "--fps", "24", self.picture, **self.state)
        self.assertEqual((run_too.code, sorted(os.listdir(self.folder))),
                         (2, ["g.gif", "p.png", "state", "v.mkv"]), run_too)

    def test_said_where_some_can(self):
        for what, n in (("--fps 24", 1), ("--crf 20", 2), ("--quality 80", 1), ("--codec h265", 1),
                        ("--compression lzw", 2)):
            sources = [self.picture, self.video] + ([self.gif] if n == 2 else [])
            with self.subTest(what):
                self.assertIn(f"it changes nothing for {n} of {len(sources)} files",
                              self.plan(*sources, *what.split()))

    def test_what_is_used_is_no_mistake(self):
        for what, sources in (("--fps 24", [self.video]), ("--fps 24", [self.gif]),
                              ("--quality 80", [self.picture]), ("--fps 0", [self.picture]),
                              ("--quality 80 --frames jpeg", [self.video]),
                              ("--quality 80 --keep-frames all", [self.video])):
            with self.subTest(what):
                self.assertNotIn("only for", self.plan(*sources, *what.split()))

    def test_a_file_that_is_not_there_is_said_first(self):
        self.assertIn("does not exist", self.plan(self.path("none.mkv"), "--fps", "24", code=3))

    def test_rates_end_at_60(self):
        self.plan(self.video, "--fps", "60000/1001")
        self.assertIn("0 to 60", self.plan(self.video, "--fps", "61", code=2))


class Batch(Clips):
    """A video, an animation and a picture, in a folder with another one below."""

    def setUp(self):
        super().setUp()
        os.makedirs(self.path("in/below"))
        self.video = self.make("in/v.mkv", "-c:v", "ffv1", frames=3)
        shutil.copy(self.video, self.path("in/below/w.mkv"))
        self.make("in/g.gif", frames=3)
        ffmpeg("-i", self.video, "-frames:v", "1", self.path("in/p.png"))
        self.env = {"XDG_STATE_HOME": self.path("state")}

    def go(self, *arguments, code=0):
        result = run("upscale", "--model", "nearest", *arguments, **self.env)
        self.assertEqual(result.code, code, result)
        return result.text

    def tree(self, folder):
        return sorted(os.path.relpath(os.path.join(at, name), self.path(folder))
                      for at, _, names in os.walk(self.path(folder)) for name in names)

    ALL = ["below/w_upscaled.mkv", "g_upscaled.gif", "p_upscaled.png", "v_upscaled.mkv"]

    def test_existing(self):
        whole = ["-r", "--output-dir", self.path("out"), self.path("in")]
        self.go(*whole)
        self.assertEqual(self.tree("out"), self.ALL)
        before = [os.stat(self.path("out/" + name)).st_mtime_ns for name in self.ALL]
        self.assertIn("4 skipped", self.go(*whole, "--existing", "skip"))
        self.assertIn("4 failed", self.go(*whole, code=1))
        self.assertEqual(before, [os.stat(self.path("out/" + name)).st_mtime_ns for name in self.ALL])
        self.go(*whole, "--existing", "number")
        self.assertEqual(self.tree("out"), sorted(self.ALL + [name.replace("led.", "led-2.")
                                                              for name in self.ALL]))
        self.go(*whole, "--existing", "replace")
        self.assertEqual(len(self.tree("out")), 8)
        for name, old in zip(self.ALL, before):
            self.assertNotEqual(os.stat(self.path("out/" + name)).st_mtime_ns, old, name)

    def test_layouts(self):
        for layout, top in (("kinds", ""), ("dated", r"\d{8}_\d{6}/")):
            self.go("-r", "--folders", layout, "--output-dir", self.path(layout), self.path("in"))
            for name, found in zip(["images/p_upscaled.png", "videos/below/w_upscaled.mkv",
                                    "videos/g_upscaled.gif", "videos/v_upscaled.mkv"],
                                   self.tree(layout)):
                self.assertRegex(found, rf"\A{top}{re.escape(name)}\Z")

    def test_list_and_template(self):
        with open(self.path("list"), "w", encoding="utf-8") as file:
            file.write("\n".join([self.path("in/g.gif"), self.path("in/v.mkv")]))
        self.go("--from-list", self.path("list"), "--output-dir", self.path("out"),
                "--name-template", "{index}-{stem}-{model}-{width}x{height}")
        self.assertEqual(self.tree("out"), ["1-g-nearest-128x96.gif", "2-v-nearest-128x96.mkv"])

    def test_folders_of_frames(self):
        command = ["--frames", "png", "--output-dir", self.path("out"), self.video]
        self.go(*command)
        first = self.tree("out")
        self.assertEqual(len(first), 4, first)
        self.assertIn("already contains other frames", self.go(*command, code=5))
        self.assertIn("Skipped", self.go(*command, "--existing", "skip"))
        for n in (2, 3):
            self.go(*command, "--existing", "number")
            self.assertEqual(sorted(os.listdir(self.path("out"))),
                             ["v_upscaled"] + [f"v_upscaled-{i}" for i in range(2, n + 1)])
        self.go("--existing", "number", "-o", self.path("out/v_upscaled/"), self.video)
        self.assertEqual(len(os.listdir(self.path("out"))), 4)
        os.remove(self.path("out/v_upscaled/frame_00000.png"))
        self.go(*command, "--existing", "replace")
        self.assertEqual(len(self.tree("out/v_upscaled")), 4)

    def test_a_folder_of_frames_goes_on_before_it_is_numbered(self):
        command = ["--frames", "png", "--output-dir", self.path("out"), self.video]
        self.go(*command)
        path = self.path("out/v_upscaled/frames.ffconcat")
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines(keepends=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write("".join(lines[:-1]))
        self.assertIn("continuing with the rest", self.go(*command, "--existing", "number"))
        self.assertEqual(os.listdir(self.path("out")), ["v_upscaled"])

    def test_frames_are_no_pictures_of_a_folder(self):
        self.go("-o", self.path("in/frames/"), self.video)
        self.go("--keep-frames", "upscaled", "-o", self.path("in/kept.mkv"), self.video)
        text = self.go("-r", "--output-dir", self.path("out"), self.path("in"))
        self.assertEqual(text.count("It is a folder of frames"), 2, text)
        self.assertEqual(self.tree("out"), self.ALL)
        self.go("--output-dir", self.path("out"), self.path("in/frames"))
        self.assertIn("frames_upscaled.mkv", self.tree("out"))

    def test_shots_in_subfolders(self):
        for shot in ("a", "b"):
            os.makedirs(self.path("shots/" + shot))
            ffmpeg("-i", self.video, self.path(f"shots/{shot}/%03d.png"))
        self.go("-r", "--fps", "12", "--output-dir", self.path("out"), self.path("shots"))
        self.assertEqual(self.tree("out"), ["a_upscaled.mkv", "b_upscaled.mkv"])


class Interrupted(Clips):
    def test_goes_on_beside_the_result_that_is_there(self):
        source = self.make("in.mkv", "-c:v", "ffv1", frames=36, rate="24", size="32x32")
        target = self.path("out.mkv")
        short = {"GENGA_SEGMENT_SECONDS": "0.5"}
        done = run("upscale", "--model", "nearest", "--codec", "ffv1", source, "-o", target,
                   GENGA_FAULT="kill-after-entry:1", **short)
        self.assertEqual(done.code, -9, done)
        with open(target, "w", encoding="utf-8") as file:
            file.write("precious")
        done = run("resume", "--existing", "skip", target, **short)
        self.assertEqual((done.code, "Skipped" in done.text), (0, True), done)
        done = run("resume", "--existing", "number", target, **short)
        self.assertEqual((done.code, "Continuing" in done.text), (0, True), done)
        self.assertEqual(sorted(os.listdir(self.folder)), ["in.mkv", "out-2.mkv", "out.mkv"])
        self.assertEqual(len(times(self.path("out-2.mkv"))), 36)

    def test_another_source_leaves_it_alone(self):
        """What was interrupted stays for its own source, whichever name another one asks for."""
        source = self.make("in.mkv", "-c:v", "ffv1", frames=36, rate="24", size="32x32")
        other = self.make("other.mkv", "-c:v", "ffv1", frames=6, rate="24", size="32x32")
        target = self.path("out.mkv")
        with open(target, "w", encoding="utf-8") as file:
            file.write("old")

        def upscale(source, *more, **env):
            return run("upscale", "--model", "nearest", "--codec", "ffv1", *more, source, "-o", target,
                       GENGA_SEGMENT_SECONDS="0.5", **env)

        done = upscale(source, "--overwrite", GENGA_FAULT="kill-after-entry:1")
        self.assertEqual(done.code, -9, done)
        done = upscale(other, "--existing", "number")
        self.assertEqual((done.code, "Starting over" in done.text), (0, False), done)
        self.assertEqual(len(times(self.path("out-2.mkv"))), 6)
        done = upscale(source, "--overwrite")
        self.assertEqual((done.code, "Continuing" in done.text), (0, True), done)
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ["in.mkv", "other.mkv", "out-2.mkv", "out.mkv"])


if __name__ == "__main__":
    main()
