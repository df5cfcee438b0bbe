# SPDX-License-Identifier: GPL-3.0-or-later
"""What genga-cli may still do while it reads foreign files: its own business and nothing else."""
import json
import os
import unittest

from support import TestCase, main, read_png, run, write_compact, write_png

SANITIZED = os.environ.get("GENGA_SANITIZED") is not None
TRIED = ["write", "read", "program", "connection", "local connection"]


def can_confine():
    sandbox = json.loads(run("diagnose", "--json").out)["sandbox"]
    return sandbox["landlock"] >= 2 and sandbox["system_call_filter"]


class Breach(TestCase):
    """From inside a job, where a decoder runs, everything is tried that none of them needs."""

    def setUp(self):
        super().setUp()
        if not can_confine():
            self.skipTest("this kernel can't confine programs")
        os.mkdir(self.path("outside"))
        os.mkdir(self.path("inside"))
        self.source = self.path("inside/picture.png")
        write_png(self.source, 12, 9)
        with open(self.path("outside/secret"), "wb") as file:
            file.write(b"secret")

    def breach(self, *arguments):
        result = run("upscale", *arguments, GENGA_FAULT="breach:1",
                     GENGA_BREACH=self.path("outside"))
        self.check(result, 0)
        lines = [line.split(": ") for line in result.text.splitlines()
                 if line.startswith("breach")]
        if not lines:
            self.skipTest("this build can't inject faults")
        return {line[1]: line[2] for line in lines}

    def test_all_is_denied_and_the_job_goes_on(self):
        for more in ([], ["--model", "none"], ["-o", self.path("inside/large.avif")]):
            with self.subTest(more=more):
                tried = self.breach("--overwrite", self.source, *more)
                self.assertEqual(list(tried), TRIED)
                for what, answer in tried.items():
                    if not (SANITIZED and what == "program"):
                        self.assertIn(answer, ("Permission denied", "Operation not permitted"))
        self.assertEqual(os.listdir(self.path("outside")), ["secret"])

    def test_without(self):
        tried = self.breach("--no-sandbox", self.source)
        self.assertEqual(tried, dict.fromkeys(TRIED, "done"))
        self.assertIn("written", os.listdir(self.path("outside")))


class Allowed(TestCase):
    """What people do with links and folders works as before."""

    def setUp(self):
        super().setUp()
        for name in ("elsewhere", "pictures", "models"):
            os.mkdir(self.path(name))
        write_png(self.path("elsewhere/picture.png"), 12, 9)
        write_compact(self.path("elsewhere/own.safetensors"))

    def size(self, name):
        width, height = read_png(self.path(name))[:2]
        return width, height

    def test_links(self):
        os.symlink("../elsewhere/picture.png", self.path("pictures/link.png"))
        os.symlink(self.path("elsewhere/own.safetensors"), self.path("models/own.safetensors"))
        done = run("upscale", "--models-dir", self.path("models"), "--model", "own",
                   self.path("pictures"))
        self.check(done, 0)
        self.assertEqual(self.size("pictures/link_upscaled.png"), (24, 18))

    def test_new_folders(self):
        done = run("upscale", "--model", self.path("elsewhere/own.safetensors"), "--output-dir",
                   self.path("new/deep"), self.path("elsewhere"))
        self.check(done, 0)
        self.assertEqual(self.size("new/deep/picture_upscaled.png"), (24, 18))

    def test_relative_names(self):
        done = run("upscale", "--model", "own.safetensors", "-o", "../pictures/large.png",
                   "picture.png", cwd=self.path("elsewhere"))
        self.check(done, 0)
        self.assertEqual(self.size("pictures/large.png"), (24, 18))


if __name__ == "__main__":
    main()
