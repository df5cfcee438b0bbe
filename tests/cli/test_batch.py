# SPDX-License-Identifier: GPL-3.0-or-later
"""genga-cli upscale of many files: folders, lists, names, results that are there already."""
import json
import os
import pty
import shutil
import subprocess
import unittest

from support import CLI, TIMEOUT, TestCase, environment, main, read_png, run, start, write_png


class Batch(TestCase):
    def setUp(self):
        super().setUp()
        self.state = {"XDG_STATE_HOME": self.path("state")}
        os.mkdir(self.path("in"))

    def write(self, *names):
        for name in names:
            os.makedirs(os.path.dirname(self.path("in/" + name)), exist_ok=True)
            write_png(self.path("in/" + name), 3, 3)

    def upscale(self, *arguments, code=0, **more):
        return self.check(run("upscale", "--model", "nearest", *arguments, **self.state, **more),
                          code)

    def tree(self, folder):
        return sorted(os.path.relpath(os.path.join(at, name), self.path(folder))
                      for at, _, names in os.walk(self.path(folder)) for name in names)


class Folders(Batch):
    def test_recursive_keeps_the_tree(self):
        self.write("a.png", "x/b.png", "x/y/a.png", "empty/.hidden.png")
        os.symlink(self.path("in"), self.path("in/x/back"))
        result = self.upscale("--recursive", "--output-dir", self.path("out"), self.path("in"))
        self.assertEqual(self.tree("out"),
                         ["a_upscaled.png", "x/b_upscaled.png", "x/y/a_upscaled.png"])
        self.assertIn("links are not followed", result.text)
        self.assertEqual(result.text.count("Skipped"), 1, result.text)

    def test_not_recursive_says_so(self):
        self.write("a.png", "x/b.png")
        self.assertIn("--recursive", self.upscale(self.path("in")).text)

    def test_plan_makes_nothing(self):
        self.write("x/b.png")
        result = self.check(run("plan", "--json", "--model", "nearest", "-r", "--output-dir",
                                self.path("out"), self.path("in"), **self.state), 0)
        self.assertEqual(json.loads(result.out)[0]["target"], self.path("out/x/b_upscaled.png"))
        self.assertFalse(os.path.exists(self.path("out")))

    def test_a_missing_folder_is_one_sentence(self):
        result = self.upscale(self.path("none") + "/", code=3)
        self.check_one_line(result)
        self.assertIn("does not exist", result.text)

    def test_an_output_folder_that_cannot_be_is_one_sentence(self):
        self.write("a.png", "b.png", "c.png")
        result = self.upscale("--output-dir", self.path("in/a.png"), self.path("in"), code=5)
        self.check_one_line(result)
        self.assertIn("output folder", result.text)

    def test_kinds_and_dates(self):
        self.write("a.png", "x/b.png")
        self.upscale("-r", "--folders", "kinds", "--output-dir", self.path("k"), self.path("in"))
        self.assertEqual(self.tree("k"), ["images/a_upscaled.png", "images/x/b_upscaled.png"])
        self.upscale("-r", "--folders", "dated", "--output-dir", self.path("d"), self.path("in"))
        self.assertEqual(len(os.listdir(self.path("d"))), 1)
        self.assertRegex(os.listdir(self.path("d"))[0], r"^\d{8}_\d{6}$")
        self.assertEqual(len(self.tree("d")), 2)


class Record(Batch):
    def test_a_folder_does_not_feed_on_its_results(self):
        self.write("a.png", "b_upscaled.png")
        self.upscale(self.path("in"))
        everything = ["a.png", "a_upscaled.png", "b_upscaled.png", "b_upscaled_upscaled.png"]
        self.assertEqual(self.tree("in"), everything)
        result = self.upscale("--existing", "skip", self.path("in"))
        self.assertEqual(self.tree("in"), everything)
        self.assertIn("made of “a.png”", result.text)
        # Named, it is a source; so it is without its own, and once somebody has changed it.
        os.rename(self.path("in"), self.path("moved"))
        result = self.upscale("--existing", "skip", self.path("moved"))
        self.assertEqual(self.tree("moved"), everything)
        os.remove(self.path("moved/a.png"))
        write_png(self.path("moved/b_upscaled_upscaled.png"), 4, 4)
        self.upscale("--existing", "skip", self.path("moved"))
        self.assertEqual(len(self.tree("moved")), 5, self.tree("moved"))
        self.upscale("-o", self.path("named.png"), self.path("moved/a_upscaled.png"))

    def test_a_damaged_record_is_replaced(self):
        self.write("a.png")
        os.makedirs(self.path("state/genga/results"))
        with open(self.path("state/genga/results/results.sqlite"), "wb") as file:
            file.write(b"no database at all " * 400)
        self.upscale(self.path("in"))
        self.upscale("--existing", "skip", self.path("in"))
        self.assertEqual(self.tree("in"), ["a.png", "a_upscaled.png"])


class Existing(Batch):
    def setUp(self):
        super().setUp()
        self.write("a.png", "b.png")
        write_png(self.path("in/a_upscaled.png"), 5, 5)
        self.pictures = [self.path("in/a.png"), self.path("in/b.png")]

    def size(self, name):
        return read_png(self.path("in/" + name))[0]

    def test_without_a_terminal(self):
        result = self.upscale(*self.pictures, code=1)
        self.assertIn("already exists", result.text)
        self.assertIn("1 of 2 done, 1 failed", result.text)
        self.assertEqual(self.size("a_upscaled.png"), 5)

    def test_skip(self):
        result = self.upscale("--existing", "skip", "--progress", "json", *self.pictures)
        summary = result.events[-1]
        self.assertEqual((summary["done"], summary["skipped"], summary["failed"]), (1, 1, 0))
        self.assertEqual(self.size("a_upscaled.png"), 5)
        result = self.upscale("--existing", "skip", *self.pictures)
        self.assertIn("0 of 2 done, 2 skipped, 0 failed", result.text)
        self.assertIn("a.png”: “a_upscaled.png” already exists.\n", result.text)

    def test_skip_leaves_the_name(self):
        shutil.copy(self.path("in/a.png"), self.path("in/a.jpg"))
        self.upscale("--existing", "skip", "--format", "png", self.path("in/a.png"),
                     self.path("in/a.jpg"))
        self.assertEqual((self.size("a_upscaled.png"), self.size("a_upscaled-2.png")), (5, 6))

    def test_number(self):
        for _ in range(2):
            self.upscale("--existing", "number", self.pictures[0])
        self.assertEqual([self.size(f"a_upscaled{end}.png") for end in ("", "-2", "-3")],
                         [5, 6, 6])
        self.upscale("--existing", "number", "-o", self.path("in/b.png"), self.pictures[0])
        self.assertEqual((self.size("b.png"), self.size("b-2.png")), (3, 6))

    def test_replace(self):
        self.upscale("--existing", "replace", *self.pictures)
        self.assertEqual(self.size("a_upscaled.png"), 6)
        self.upscale("--overwrite", *self.pictures)

    def test_failures_are_in_the_summary(self):
        events = self.upscale("--progress", "json", *self.pictures, code=1).events
        self.assertEqual([(each["source"], each["error"]) for each in events[-1]["failures"]],
                         [(self.pictures[0], "exists")])

    def ask(self, answers, *arguments):
        ours, theirs = pty.openpty()
        child = subprocess.Popen([CLI, "upscale", "--model", "nearest", *arguments], stdin=theirs,
                                 stderr=theirs, stdout=subprocess.PIPE,
                                 env=environment(**self.state))
        os.close(theirs)
        os.write(ours, answers)
        paths = child.communicate(timeout=TIMEOUT)[0].decode().splitlines()
        os.close(ours)
        return child.returncode, [os.path.basename(path) for path in paths]

    def test_asked(self):
        self.assertEqual(self.ask(b"x\nr\n", *self.pictures),
                         (0, ["b_upscaled.png", "a_upscaled.png"]))
        self.assertEqual(self.size("a_upscaled.png"), 6)
        code, names = self.ask(b"K\n", *self.pictures)
        self.assertEqual((code, sorted(names)), (0, ["a_upscaled-2.png", "b_upscaled-2.png"]))
        self.assertEqual(self.ask(b"S\n", *self.pictures), (0, []))


class Names(Batch):
    def test_template(self):
        self.write("a.png", "b.png")
        plan = self.check(run("plan", "--json", "--model", "nearest", "--name-template",
                              "{index}-{stem}-{model}-{scale}x-{width}x{height}",
                              self.path("in"), **self.state), 0)
        names = [os.path.basename(each["target"]) for each in json.loads(plan.out)]
        self.assertRegex(names[0], r"^1-a-[^/]+-2x-6x6\.png$")
        self.upscale("--name-template", "{index}-{stem}-{model}-{scale}x-{width}x{height}",
                     "--output-dir", self.path("out"), self.path("in"))
        self.assertEqual(self.tree("out"), names)

    def test_date(self):
        self.write("a.png")
        self.upscale("--name-template", "{stem} {date}", "--output-dir", self.path("out"),
                     self.path("in"))
        self.assertRegex(self.tree("out")[0], r"^a \d{4}-\d\d-\d\d\.png$")

    def test_mistakes(self):
        self.write("a.png")
        for text in ("", "{stam}", "{stem", "stem}", "../{stem}", "{}", "{{stem}}"):
            result = self.upscale("--name-template", text, self.path("in/a.png"), code=2)
            self.assertIn("Name template", result.text)
        self.assertEqual(self.tree("in"), ["a.png"])

    def test_nothing_leads_out_of_the_folder(self):
        self.write("a.png", "...png")
        self.upscale("--name-template", "{stem}", "--output-dir", self.path("out"),
                     self.path("in/...png"))
        self.assertEqual(len(self.tree("out")), 1)

    def test_one_stem_twice(self):
        self.write("a.png")
        shutil.copy(self.path("in/a.png"), self.path("in/a.jpg"))
        result = self.upscale("--format", "png", "--output-dir", self.path("out"),
                              self.path("in/a.png"), self.path("in/a.jpg"))
        self.assertEqual([os.path.basename(line) for line in result.out.decode().splitlines()],
                         ["a_upscaled.png", "a_upscaled-2.png"])


    def test_one_stem_in_a_list(self):
        """Other folders, other endings, listed or named: all arrive."""
        self.write("a.png", "x/a.png")
        for name in "a.jpg", "a.bmp":
            shutil.copy(self.path("in/a.png"), self.path("in/" + name))
        with open(self.path("list"), "w", encoding="utf-8") as file:
            file.write("\n".join(self.path("in/" + name) for name in ("a.png", "x/a.png", "a.jpg")))
        arguments = ("--format", "png", "--output-dir", self.path("out"), "--from-list",
                     self.path("list"), self.path("in/a.bmp"))
        everything = [f"a_upscaled{end}.png" for end in ("-2", "-3", "-4", "")]
        self.upscale(*arguments)
        self.assertEqual(self.tree("out"), everything)
        result = self.upscale("--existing", "skip", *arguments)
        self.assertIn("0 of 4 done, 4 skipped", result.text)
        self.assertEqual(self.tree("out"), everything)


class Lists(Batch):
    def test_lines_and_nul(self):
        self.write("a.png", "b b.png", "new\nline.png", "c.png")
        listed = [self.path("in/" + name) for name in ("a.png", "b b.png")]
        with open(self.path("list"), "w", encoding="utf-8") as file:
            file.write("\n".join(listed) + "\r\n\n")
        self.upscale("--from-list", self.path("list"), "--output-dir", self.path("out"),
                     self.path("in/c.png"))
        self.assertEqual(len(self.tree("out")), 3)
        done = subprocess.run([CLI, "upscale", "--model", "nearest", "--from-list", "-",
                               "--output-dir", self.path("out")],
                              input=self.path("in/new\nline.png").encode() + b"\0",
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=environment(**self.state), timeout=TIMEOUT)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("new\nline_upscaled.png", self.tree("out"))

    def test_mistakes(self):
        self.assertIn("nowhere", self.upscale("--from-list", self.path("nowhere"), code=3).text)
        self.assertIn("Missing argument", self.upscale(code=2).text)
        open(self.path("empty"), "w", encoding="utf-8").close()
        self.upscale("--from-list", self.path("empty"))


@unittest.skipUnless("GENGA_LONG" in os.environ, "takes long")
class Many(Batch):
    N = 10000

    def test_ten_thousand(self):
        """All are there, and the last ones take no more memory and descriptors than the first."""
        write_png(self.path("picture.png"), 64, 64)
        for number in range(self.N):
            os.link(self.path("picture.png"), self.path(f"in/{number:05}.png"))
        child = start("upscale", "--model", "nearest", "--progress", "json", "--output-dir",
                      self.path("out"), self.path("in"), **self.state)
        # Nothing is said there, and who says nothing can't be held up.
        n_done, samples = 0, []
        for line in child.stdout:
            event = json.loads(line)
            n_done += event["event"] == "done"
            if event["event"] == "done" and n_done % 20 == 0 and n_done < self.N:
                samples.append(self.look_at(child.pid))
        self.assertEqual((child.wait(TIMEOUT), child.stderr.read()), (0, b""))
        self.assertEqual((n_done, len(self.tree("out"))), (self.N, self.N))
        part = len(samples) // 10
        first, last = ([max(column) for column in zip(*rows)]
                       for rows in (samples[part:2 * part], samples[-part:]))
        self.assertLess(last[0] - first[0], 20 << 20)
        # What the jobs under way have open differs from moment to moment.
        self.assertLessEqual(last[1], first[1] + 8)

    def look_at(self, pid):
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            pages = int(file.read().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE"), len(os.listdir(f"/proc/{pid}/fd"))


if __name__ == "__main__":
    main()
