#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clip on a real Slurm: what is killed, cancelled and tried again has the bytes of a local run."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "video"))
import slurm_server
from clips import ffmpeg
from support import main, run

N = 6
SEGMENTS = {"GENGA_SEGMENT_SECONDS": "0.5"}


def get_stopped(folder):
    """task -> process, of tasks that wait to be continued."""
    found = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if words[1:4] == [b"cluster", b"segment", os.fsencode(folder)] and state in "tT":
            found[int(words[4])] = int(entry.name)
    return found


class OnSlurm(unittest.TestCase):
    def setUp(self):
        why = slurm_server.why_not()
        if why:
            self.skipTest(why)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="genga-slurm-"))
        self.addCleanup(shutil.rmtree, self.folder)
        # Names that a careless script would stumble over.
        self.share = self.folder / "a share, “%j” $(touch gone) 'n'\n"
        self.share.mkdir()
        self.source = self.share / "in put.mkv"
        self.target = self.share / "out %A.mp4"
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24", "-t", "3", "-g", "20",
               str(self.source))
        self.slurm = slurm_server.Slurm(self.folder / "slurm", cpus=N - 1)
        self.addCleanup(self.slurm.stop)

    def submit(self, *more, **env):
        result = run("cluster", "submit", "--cpus", "1", "--model", "genga-fast", "--scale", "2",
                     *more, str(self.source), "-o", str(self.target), **SEGMENTS, **env)
        self.assertEqual(result.code, 0, result)
        self.job = str(self.target) + ".cluster"

    def get_jobs(self):
        jobs = json.loads(pathlib.Path(self.job, "slurm.json").read_text())
        return jobs["array"], jobs["join"]

    def get_status(self):
        result = run("cluster", "status", "--json", self.job)
        self.assertEqual(result.code, 0, result)
        return json.loads(result.out)

    def get_log(self):
        return "".join(path.read_text() for path in pathlib.Path(self.job).glob("log-*.txt"))

    def test_killed_cancelled_and_tried_again(self):
        self.submit(GENGA_FAULT="stop-part:1")
        array, join = self.get_jobs()
        slurm_server.wait_for("stopped tasks", lambda: len(get_stopped(self.job)) == N - 1,
                              self.slurm)
        status = self.get_status()
        self.assertEqual((status["state"], status["done"], status["tasks_running"]),
                         ("running", 0, N - 1), status)
        self.assertEqual(status["tasks_waiting"], 1)
        tasks = get_stopped(self.job)
        # The one that waits first: it would begin when another ends.
        subprocess.run(["scancel", f"{array}_5"], check=True)
        os.kill(tasks[1], signal.SIGKILL)
        for task in (0, 2, 3, 4):
            os.kill(tasks[task], signal.SIGCONT)
        self.slurm.wait_for_end(join)

        # Joining comes after all of them, and counts.
        status = self.get_status()
        self.assertEqual((status["state"], status["done"], status["tasks_missing"]),
                         ("incomplete", N - 2, 2), self.get_log())
        self.assertIn("2 of 6 tasks are not done", status["join_error"])
        self.assertFalse(self.target.exists())

        result = run("cluster", "retry", self.job)
        self.assertEqual(result.code, 0, result)
        self.assertIn("1,5", result.text)
        self.slurm.wait_for_end(self.get_jobs()[1])
        self.assertEqual(self.get_status()["state"], "done", self.get_log())
        self.compare()

    def test_cancelled_as_a_whole(self):
        self.submit("--nodes", "2", GENGA_FAULT="stop-part:1")
        array, join = self.get_jobs()
        slurm_server.wait_for("stopped tasks", lambda: len(get_stopped(self.job)) == 2, self.slurm)
        result = run("cluster", "retry", self.job)
        self.assertEqual(result.code, 2, result)
        self.assertIn("Slurm still has 6 tasks", result.text)
        result = run("cluster", "cancel", self.job)
        self.assertEqual(result.code, 0, result)
        self.slurm.wait_for_end(array)
        self.slurm.wait_for_end(join)
        self.assertFalse(self.target.exists())
        self.assertEqual(self.get_status()["tasks_waiting"], 0)

        self.assertEqual(run("cluster", "retry", self.job).code, 0)
        self.slurm.wait_for_end(self.get_jobs()[1])
        self.compare()

    def compare(self):
        local = self.share / "local.mp4"
        result = run("upscale", "--model", "genga-fast", "--scale", "2", str(self.source), "-o",
                     str(local), **SEGMENTS)
        self.assertEqual(result.code, 0, result)
        self.assertEqual(self.target.read_bytes(), local.read_bytes())
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(["slurm", self.share.name]))


if __name__ == "__main__":
    main()
