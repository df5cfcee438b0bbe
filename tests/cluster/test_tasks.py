#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster's job without a cluster: what tasks make, refuse, survive, and how it is joined."""
import json
import os
import pathlib
import re
import shutil
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "video"))
import support
from clips import LONG, ffmpeg, times
from support import TestCase, main, make_pixels, read_png, write_png

SBATCH = """#!/bin/sh
for word; do printf '%s\\0' "$word"; done >> "$FAKE_SLURM/submitted"
printf '\\n' >> "$FAKE_SLURM/submitted"
[ -e "$FAKE_SLURM/refuses" ] && { echo "Invalid partition name" >&2; exit 1; }
echo "$(wc -l < "$FAKE_SLURM/submitted")$(cat "$FAKE_SLURM/cluster" 2>/dev/null)"
"""
SQUEUE = """#!/bin/sh
for word; do printf '%s\\0' "$word"; done > "$FAKE_SLURM/asked"
cat "$FAKE_SLURM/queue" 2>/dev/null || exit 1
"""
N = 6


class Tasks(TestCase):
    clips = {}  # bytes by arguments, and those of results of local runs: each is made once
    locals = {}

    def setUp(self):
        super().setUp()
        self.slurm = pathlib.Path(self.path("slurm"))
        self.slurm.mkdir()
        for name, text in (("sbatch", SBATCH), ("squeue", SQUEUE),
                           ("scancel", "#!/bin/sh\n")):
            (self.slurm / name).write_text(text)
            (self.slurm / name).chmod(0o755)
        self.source = self.path("in.mkv")
        self.target = self.path("out.mp4")
        self.job = self.target + ".cluster"

    def cli(self, *arguments, code=0, fault=None, **env):
        env = dict({"GENGA_SEGMENT_SECONDS": "0.5", "FAKE_SLURM": str(self.slurm),
                    "PATH": f"{self.slurm}:{os.environ['PATH']}"}, **env)
        if fault:
            env["GENGA_FAULT"] = fault
        return self.check(support.run(*arguments, **env), code)

    def make_clip(self, *more, seconds="3"):
        self.clip = (*more, seconds)
        if self.clip not in self.clips:
            ffmpeg("-f", "lavfi", "-i", "testsrc2=size=32x24:rate=24", "-t", seconds, *more, "-g",
                   "20", self.source)
            self.clips[self.clip] = pathlib.Path(self.source).read_bytes()
        pathlib.Path(self.source).write_bytes(self.clips[self.clip])

    def submit(self, *more, code=0):
        return self.cli("cluster", "submit", "--model", "nearest", *more, self.source, "-o",
                        self.target, code=code)

    def segment(self, task, **more):
        return self.cli("cluster", "segment", self.job, str(task), **more)

    def join(self, **more):
        return self.cli("cluster", "join", self.job, **more)

    def status(self):
        return json.loads(self.cli("cluster", "status", "--json", self.job).out)

    def segments(self):
        return sorted(os.listdir(os.path.join(self.job, "segments")))

    def compare(self, *more):
        local = self.path("local.mp4")
        key = (self.clip, more)
        if key not in self.locals:
            self.cli("upscale", "--model", "nearest", *more, self.source, "-o", local)
            self.locals[key] = pathlib.Path(local).read_bytes()
            os.unlink(local)
        self.assertEqual(pathlib.Path(self.target).read_bytes(), self.locals[key])

    def change_plan(self, **values):
        path = pathlib.Path(self.job, "plan.json")
        plan = json.loads(path.read_text())
        plan.update(values)
        path.write_text(json.dumps(plan))

    # ---- what is made ----

    def test_is_the_local_run(self):
        """Whatever the order, and however often."""
        self.make_clip()
        self.submit()
        for task in reversed(range(N)):
            self.segment(task)
        made = {name: os.stat(os.path.join(self.job, "segments", name)).st_ino
                for name in self.segments()}
        self.assertEqual(len(made), 2 * N)
        self.segment("0-5")
        self.assertEqual(made, {name: os.stat(os.path.join(self.job, "segments", name)).st_ino
                                for name in self.segments()})
        self.assertEqual(self.status()["state"], "made")
        self.join()
        self.compare()
        self.assertEqual(self.segments(), [])
        self.segment(3)
        self.join()
        self.assertEqual((self.segments(), self.status()["state"]), ([], "done"))
        self.assertEqual(self.files(), ["in.mkv", "out.mp4", "out.mp4.cluster", "slurm"])

    def test_options(self):
        """A constant rate, whose frames have numbers; a part; fewer tasks than segments."""
        self.make_clip()
        slow = (("--tasks", "2", "--codec", "h265"), ("--model", "genga-fast")) if LONG else ()
        for more in (("--fps", "30000/1001", "--workers", "2"), ("--from", "0.7", "--to", "2.3"), *slow):
            with self.subTest(more=more):
                self.submit(*more)
                plan = pathlib.Path(self.job, "plan.json").read_text()
                self.assertNotIn("workers=2", plan)
                last = self.status()["tasks"] - 1
                self.segment(f"1-{last}")
                self.segment(0)
                self.join()
                own = more if more[0] != "--tasks" else more[2:]
                self.compare(*own)
                self.remove_all()

    def remove_all(self):
        os.unlink(self.target)
        for folder, _, names in os.walk(self.job, topdown=False):
            for name in names:
                os.unlink(os.path.join(folder, name))
            os.rmdir(folder)

    def test_what_memory_held(self):
        """x264 reads memory that it has not written; neither runs nor tasks may differ by that."""
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=24", "-t", "3", self.source)
        self.submit("--tasks", "2")
        self.segment(0, MALLOC_PERTURB_="7")
        self.segment(1, MALLOC_PERTURB_="170")
        self.join(MALLOC_PERTURB_="0")
        for i, fill in enumerate(("0", "85", "170") if LONG else ("85",)):
            local = self.path(f"local{i}.mp4")
            self.cli("upscale", "--model", "nearest", self.source, "-o", local,
                     MALLOC_PERTURB_=fill)
            self.assertEqual(pathlib.Path(local).read_bytes(),
                             pathlib.Path(self.target).read_bytes())

    def test_holes(self):
        """Marks without a frame between them."""
        self.make_clip("-vf", "select='lt(t,0.9)+gt(t,2.2)'", "-fps_mode", "vfr")
        self.submit()
        for tasks in ("3-5", "2", "0-1"):
            self.segment(tasks)
        self.assertIn("000003.json", self.segments())
        self.assertNotIn("000003.seg", self.segments())
        self.join()
        self.compare()

    def test_source_is_longer_than_it_says(self):
        """The last task makes what follows on it."""
        self.make_clip()
        self.submit("--tasks", "2")
        self.change_plan(segments=3)
        self.segment("0-1")
        self.assertEqual(len(self.segments()), 2 * N)
        self.join()
        self.compare()

    # ---- what is survived ----

    def test_killed(self):
        self.make_clip()
        self.submit()
        self.segment(2, fault="kill-part-named:1", code=-9)
        self.assertEqual((self.segments(), self.status()["done"]), (["000002.seg"], 0))
        self.segment(3, fault="kill-part-added:1", code=-9)
        self.assertEqual(self.status()["done"], 1)
        self.segment("0-5")
        self.join(fault="kill-before-name:1", code=-9)
        self.assertFalse(os.path.exists(self.target))
        self.join(fault="kill-after-name:1", code=-9)
        self.compare()
        self.join()
        self.assertEqual(self.status()["state"], "done")
        self.assertEqual(self.files(), ["in.mkv", "out.mp4", "out.mp4.cluster", "slurm"])

    def test_share_that_fails_now_and_then(self):
        """ESTALE and EIO: another attempt; for ever: a sentence, and nothing that counts."""
        self.make_clip()
        self.submit()
        for n in (range(1, 12) if LONG else (3, 6)):
            self.segment(0, fault=f"stale-handle:{n},share-error:{n + 2}")
            os.unlink(os.path.join(self.job, "segments", "000000.json"))
        failed = self.segment(0, fault="share-error:6+", code=5)
        self.assertIn("Input/output error. What is finished is kept.", failed.text)
        self.assertEqual(self.status()["done"], 0)
        self.segment("0-5")
        failed = self.join(fault="stale-segment:9+", code=5)
        self.assertIn("Can't read a finished segment", failed.text)
        self.assertEqual(self.status()["done"], N)
        self.join(fault="stale-handle:4,share-error:12,stale-segment:9,stale-segment:10")
        self.compare()

    def test_clocks(self):
        """Computers whose clocks are years apart: what is there is neither made anew nor refused."""
        self.make_clip()
        self.submit()
        self.segment("0-5")
        for i, name in enumerate(self.segments()):
            os.utime(os.path.join(self.job, "segments", name), (0, 4102444800 * (i % 2)))
        os.utime(os.path.join(self.job, "plan.json"), (0, 4102444800))
        made = [os.stat(os.path.join(self.job, "segments", name)) for name in self.segments()]
        self.assertEqual(self.status()["done"], N)
        self.segment("0-5")
        again = [os.stat(os.path.join(self.job, "segments", name)) for name in self.segments()]
        self.assertEqual([(one.st_ino, one.st_mtime) for one in made],
                         [(one.st_ino, one.st_mtime) for one in again])
        self.join()
        self.compare()

    def test_missing_and_damaged(self):
        self.make_clip()
        self.submit()
        self.segment("0-5")
        segments = pathlib.Path(self.job, "segments")
        (segments / "000001.json").unlink()
        failed = self.join(code=1)
        self.assertIn("1 of 6 tasks are not done", failed.text)
        self.segment(1)
        (segments / "000004.json").write_text('{"format":1,"number":4,"frames":1e3}')
        self.assertIn("Segment 4 is damaged (frames)", self.join(code=1).text)
        self.segment(4)
        data = bytearray((segments / "000002.seg").read_bytes())
        data[len(data) // 2] ^= 1
        (segments / "000002.seg").write_bytes(data)
        failed = self.join(code=5)
        self.assertIn("Segment 2 is damaged (sum). Make it again with “genga-cli cluster retry”",
                      failed.text)
        status = self.status()
        self.assertEqual((status["done"], status["tasks_missing"]), (N - 1, 1))
        self.cli("cluster", "retry", self.job)
        self.assertIn("--array=2", self.get_submitted()[2])
        self.segment(2)
        self.join()
        self.compare()
        self.assertIsNone(self.status()["join_error"])

    # ---- what is refused ----

    def test_other_computers(self):
        self.make_clip()
        self.submit("--model", "genga-fast")
        plan = json.loads(pathlib.Path(self.job, "plan.json").read_text())
        build = re.search(r"libx264\.so\.\d+ [0-9a-f]{16,}", plan["libraries"])[0]
        other = "libx264.so.1 " + "0" * 40
        self.change_plan(libraries=plan["libraries"].replace(build, other))
        self.assertIn(f"the set of libraries is “{build}” here and “{other}” in the plan",
                      self.segment(1, code=7).text)
        for key, value, words in (
                ("genga", "0.0.9", "Genga's version"), ("engine", "avx1024", "the engine"),
                ("libraries", "FFmpeg 9", "the set of libraries"), ("coding", "x", "the encoder"),
                ("settings", "3:0", "the source or the model")):
            with self.subTest(key):
                self.change_plan(**{key: value})
                failed = self.segment(1, code=7)
                self.assertIn(f"because its result would not fit the others: {words} is “",
                              failed.text)
                self.assertIn(words, self.status()["failed"][0]["error"])
                self.change_plan(**plan)
        self.assertEqual(self.segments(), ["000001.error"])
        self.segment(1)
        self.assertEqual(self.segments(), ["000001.json", "000001.seg"])

    def test_older_kernels(self):
        """A plan of an older CPU is what a newer one can make, too."""
        self.make_clip(seconds="1")
        self.cli("cluster", "submit", "--model", "genga-fast", self.source, "-o", self.target,
                 GENGA_KERNELS="plain")
        plan = json.loads(pathlib.Path(self.job, "plan.json").read_text())
        self.assertEqual((plan["device"], plan["engine"]), ("cpu", "plain"))
        self.segment("0-1")
        self.join()
        self.cli("upscale", "--model", "genga-fast", self.source, "-o", self.path("local.mp4"),
                 GENGA_KERNELS="plain")
        self.assertEqual(pathlib.Path(self.target).read_bytes(),
                         pathlib.Path(self.path("local.mp4")).read_bytes())

    def test_another_source(self):
        self.make_clip()
        self.submit()
        self.segment(0)
        self.make_clip("-vf", "negate")
        self.assertIn("the source or the model", self.segment(1, code=7).text)

    def test_strangers(self):
        self.make_clip()
        self.submit()
        os.chmod(self.job, 0o777)
        self.assertIn("not trusted", self.segment(0, code=3).text)
        os.chmod(self.job, 0o700)
        os.rename(self.job, self.path("elsewhere"))
        os.symlink(self.path("elsewhere"), self.job)
        self.segment(0, code=3)
        for text in ("", "[]", "{}", "{" * 5000, '{"format":1,"tasks":1e99}', "\xff\0"):
            pathlib.Path(self.path("elsewhere"), "plan.json").write_text(text)
            failed = self.cli("cluster", "status", self.path("elsewhere"), code=3)
            self.assertIn("is damaged", failed.text)
        self.change_plan_of_model()

    def change_plan_of_model(self):
        """A name that leads out of the folder."""
        os.unlink(self.job)
        os.rename(self.path("elsewhere"), self.job)
        shutil.rmtree(self.job)
        self.submit()
        self.change_plan(model="../../in.mkv")
        self.assertIn("is damaged (model)", self.segment(0, code=3).text)

    def test_results_that_are_there(self):
        self.make_clip()
        pathlib.Path(self.target).write_text("mine")
        self.submit(code=5)
        self.assertEqual(self.files(), ["in.mkv", "out.mp4", "slurm"])
        os.unlink(self.target)
        self.submit()
        self.segment("0-5")
        pathlib.Path(self.target).write_text("mine")
        self.join(code=5)
        self.assertEqual(pathlib.Path(self.target).read_text(), "mine")
        self.assertIn("out.mp4", self.status()["join_error"])
        os.unlink(self.target)
        self.join()
        self.compare()
        self.submit(code=5)  # the job's folder
        os.rename(self.job, self.path("earlier"))
        self.submit("--overwrite")
        self.segment("0-5")
        self.join()
        self.compare()

    def test_usage(self):
        self.make_clip()
        write_png(self.path("a.png"), 8, 8)
        for arguments, words in (
                ((self.source,), "Say where the result goes"),
                ((self.source, "-o", self.target, "--keep-frames", "results"), "--keep-frames"),
                ((self.source, "-o", self.path("out.gif")), "one video that becomes a video"),
                ((self.source, self.path("a.png"), "--output-dir", self.path("r")),
                 "one video that becomes a video"),
                ((self.path("a.png"), self.source, "--output-dir", self.path("r")),
                 "one video that becomes a video"),
                ((self.path("a.png"), self.path("b.png"), "--folder", self.path("j")),
                 "Say where the result goes"),
                ((self.source, "-o", self.target, "--nodes", "0"), "numbers from 1 on"),
                ((self.source, "-o", self.target, "--cpus", "-1"), "numbers from 1 on")):
            with self.subTest(words):
                failed = self.cli("cluster", "submit", "--model", "nearest", *arguments, code=2)
                self.assertIn(words, failed.text)
        self.assertFalse((self.slurm / "submitted").exists())
        self.assertFalse(os.path.exists(self.path("j")))
        self.cli("cluster", code=2)
        self.submit()
        self.segment(6, code=2)
        self.segment("x", code=2)

    def test_folder_with_files_of_others(self):
        """Nothing that was there is touched, whatever fails."""
        self.make_clip()
        mine = pathlib.Path(self.path("mine"))
        arguments = ("cluster", "submit", "--model", "nearest", self.source, "-o", self.target,
                     "--folder", str(mine))
        for name in ("segments/000001.seg", "model/my.pth", "task.sh"):
            with self.subTest(name):
                (mine / name).parent.mkdir(parents=True)
                (mine / name).write_text("mine")
                failed = self.cli(*arguments, code=5)
                self.assertIn("has files in it", failed.text)
                self.assertEqual([path.relative_to(mine) for path in mine.rglob("*")
                                  if path.is_file()], [pathlib.Path(name)])
                shutil.rmtree(mine)
        mine.mkdir()
        (self.slurm / "refuses").touch()
        self.cli(*arguments, code=2)
        self.assertEqual(os.listdir(mine), [])
        (self.slurm / "refuses").unlink()
        self.cli(*arguments)
        self.job = str(mine)
        (mine / "segments" / "notes").write_text("mine")
        self.segment("0-5")
        self.join()
        self.assertEqual(self.segments(), ["notes"])
        self.compare()

    def test_retry_waits_for_joining(self):
        self.make_clip()
        (self.slurm / "cluster").write_text(";north")
        self.submit()
        array, join = self.get_submitted()
        self.assertIn("--clusters=north", join)
        (self.slurm / "queue").write_text("CLUSTER: north\n2 RUNNING\n")
        failed = self.cli("cluster", "retry", self.job, code=2)
        self.assertIn("Slurm's job 2 is joining", failed.text)
        self.assertEqual(self.status()["state"], "running")
        asked = (self.slurm / "asked").read_bytes().split(b"\0")
        self.assertIn(b"--jobs=1,2", asked)
        self.assertIn(b"--clusters=north", asked)
        (self.slurm / "queue").write_text("2 PENDING\n")
        jobs = pathlib.Path(self.job, "slurm.json")
        jobs.write_text(jobs.read_text().replace(support.CLI, "/tmp/another"))
        self.cli("cluster", "retry", self.job)
        self.assertEqual(len(self.get_submitted()), 4)
        self.assertIn(support.CLI, self.get_submitted()[2])

    def test_joined_by_two(self):
        """Another process may be joining, on another computer; what it leaves is removed."""
        self.make_clip()
        self.submit()
        self.segment("0-5")
        self.join(fault="kill-before-name:1", code=-9)
        other, = [name for name in self.files() if name.startswith(".genga-joined-")]
        self.join(fault="kill-before-name:1", code=-9)
        names = [name for name in self.files() if name.startswith(".genga-joined-")]
        self.assertEqual(len(names), 2)
        self.assertIn(other, names)
        self.join()
        self.compare()
        self.assertEqual(self.files(), ["in.mkv", "out.mp4", "out.mp4.cluster", "slurm"])

    def test_source_that_lies_about_its_length(self):
        self.make_clip()
        failed = self.cli("cluster", "submit", "--model", "nearest", self.source, "-o", self.target,
                          GENGA_SEGMENT_SECONDS="0.000001", code=3)
        self.assertIn("longer than 1000000 segments", failed.text)
        self.assertEqual(self.files(), ["in.mkv", "slurm"])

    def test_slurm_refuses(self):
        self.make_clip()
        (self.slurm / "refuses").touch()
        failed = self.submit(code=2)
        self.assertIn("sbatch refused: Invalid partition name", failed.text)
        self.assertEqual(self.files(), ["in.mkv", "slurm"])
        os.unlink(self.slurm / "sbatch")
        os.rename(self.slurm / "squeue", self.slurm / "none")
        failed = self.cli("cluster", "submit", "--model", "nearest", self.source, "-o", self.target,
                          PATH="/nowhere", code=7)
        self.assertIn("Install Slurm's client", failed.text)

    def get_submitted(self):
        lines = (self.slurm / "submitted").read_bytes().split(b"\0\n")[:-1]
        return [[os.fsdecode(word) for word in line.split(b"\0")] for line in lines]

    def test_what_slurm_gets(self):
        self.make_clip()
        self.submit("--nodes", "3", "--cpus", "4", "--partition", "gpu", "--sbatch=--time=5")
        array, join = self.get_submitted()
        for words in (array, join):
            for word in ("--requeue", "--signal=B:TERM@30", "--cpus-per-task=4", "--partition=gpu",
                         "--time=5", "--open-mode=append"):
                self.assertIn(word, words)
        self.assertIn("--array=0-5%3", array)
        self.assertIn("--dependency=afterany:1", join)
        self.assertEqual(array[-4:], [os.path.join(self.job, "task.sh"), support.CLI, self.job,
                                      "segment"])
        script = pathlib.Path(self.job, "task.sh").read_text()
        self.assertNotIn("in.mkv", script)
        self.assertNotIn(self.folder, script)

    # ---- many ----

    def test_pictures(self):
        folder = pathlib.Path(self.path("scans"))
        folder.mkdir()
        for i in range(5):
            write_png(folder / f"{i}.png", 16, 8, make_pixels(16, 8, i))
        (folder / "3.png").write_bytes((folder / "3.png").read_bytes()[:60])
        results, self.job = self.path("results"), self.path("results/genga.cluster")
        arguments = ("--model", "genga-fast", "--scale", "2", str(folder), "--output-dir")
        self.cli("cluster", "submit", "--tasks", "2", *arguments, results)
        self.assertIn("--array=0-1", self.get_submitted()[0])
        self.segment(0)
        self.segment(1, code=1)
        status = self.status()
        self.assertEqual((status["done"], status["total"]), (1, 2))
        self.assertIn("1 of 3 files could not be made", status["failed"][0]["error"])
        self.join(code=1)
        write_png(folder / "3.png", 16, 8, make_pixels(16, 8, 3))
        self.segment(1)
        self.join()
        self.assertEqual(self.status()["state"], "done")
        self.cli("upscale", *arguments, self.path("local"))
        names = sorted(os.listdir(self.path("local")))
        self.assertEqual(names, sorted(name for name in os.listdir(results) if name[0].isdigit()))
        for name in names:
            self.assertEqual(read_png(os.path.join(results, name)),
                             read_png(self.path(f"local/{name}")))

    def test_pictures_in_subfolders(self):
        """One that is damaged in each task stops no other."""
        folder = pathlib.Path(self.path("scans"))
        for name in ("a/0.png", "a/1.png", "b/c/2.png", "b/c/3.png"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            write_png(folder / name, 16, 8, make_pixels(16, 8, 5))
        for name in ("a/1.png", "b/c/3.png"):
            (folder / name).write_bytes((folder / name).read_bytes()[:60])
        results, self.job = self.path("results"), self.path("results/genga.cluster")
        self.cli("cluster", "submit", "--tasks", "2", "--model", "nearest", "-r",
                 str(folder), "--output-dir", results)
        self.segment("0-1", code=1)
        self.assertEqual([failure["task"] for failure in self.status()["failed"]], [0, 1])
        for name in ("a/1.png", "b/c/3.png"):
            write_png(folder / name, 16, 8, make_pixels(16, 8, 5))
        self.segment("0-1")
        self.join()
        made = [path for path in pathlib.Path(results).rglob("*.png")]
        self.assertEqual(len(made), 4, made)
        self.assertEqual(len({path.parent for path in made}), 2, made)

    @unittest.skipUnless(LONG, "a minute of processor time")
    def test_hundreds_of_tasks_one_by_one(self):
        self.make_hundreds(range(500))

    def test_hundreds_of_tasks(self):
        self.make_hundreds(["0-499"])

    def make_hundreds(self, tasks):
        """Two hours in 500 tasks, with a frame every four seconds, are planned, made and joined."""
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=16x16:rate=1/4", "-t", "7200", "-c:v", "ffv1",
               self.source)
        started = time.monotonic()
        self.cli("cluster", "submit", "--model", "nearest", "--codec", "ffv1", "--scale", "1",
                 self.source, "-o", self.path("out.mkv"), GENGA_SEGMENT_SECONDS="14.4")
        self.job = self.path("out.mkv.cluster")
        self.assertIn("--array=0-499", self.get_submitted()[0])
        for task in tasks:
            self.segment(task)
        status = self.status()
        self.assertEqual((status["tasks"], status["done"]), (500, 500))
        n_files = sum(len(names) for _, _, names in os.walk(self.job))
        self.assertLess(n_files, 3 * 500)
        self.join()
        self.assertEqual(len(times(self.path("out.mkv"))), 1800)
        print(f"# {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
