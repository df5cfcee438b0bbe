# SPDX-License-Identifier: GPL-3.0-or-later
"""Videos, animations and folders of frames in one run with pictures: which options they can use."""
import os

from clips import Clips, ffmpeg, main, run


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


if __name__ == "__main__":
    main()
