# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line itself: help, mistakes, the manual, what is loaded when."""
import os
import re

from support import TestCase, main, run, write_png

COMMANDS = ["upscale", "plan", "models", "model-info", "presets", "tensor", "diagnose",
            "self-test", "serve", "cluster"]
MANUAL = os.path.join(os.environ["G_TEST_SRCDIR"], "..", "data", "man", "genga-cli.1")


class Help(TestCase):
    def test_overview_names_all_commands(self):
        for arguments in (["help"], ["--help"], ["-h"]):
            text = self.check(run(*arguments), 0).out.decode()
            for command in COMMANDS:
                self.assertRegex(text, rf"(?m)^  {command}$")

    def test_each_command(self):
        for command in COMMANDS:
            text = self.check(run("help", command), 0).out
            self.assertTrue(text.startswith(b"Usage: genga-cli " + command.encode()), text)
            self.assertEqual(text, self.check(run(command, "--help"), 0).out)
            self.assertLess(max(len(line) for line in text.decode().splitlines()), 100)

    def test_manual_has_the_options_of_upscale(self):
        help_text = run("upscale", "--help").out.decode()
        flags = set(re.findall(r"(?m)^  (?:-\w, )?(--[a-z-]+)", help_text))
        with open(MANUAL, encoding="utf-8") as file:
            section = re.search(r"(?ms)^\.SH UPSCALE$(.*?)^\.SH ", file.read()).group(1)
        entries = set(re.findall(r"(?m)^\.TP\n\.B[A-Z]* .*?(--[a-z-]+)",
                                 section.replace("\\-", "-")))
        self.assertEqual(flags, entries)
        self.assertIn("--tile", flags)

    def test_plan_has_the_options_of_upscale(self):
        flags = {command: set(re.findall(r"(?m)^  (?:-\w, )?(--[a-z-]+)",
                                         run(command, "--help").out.decode()))
                 for command in ("upscale", "plan")}
        reporting = {"--progress", "--quiet", "--null"}
        self.assertEqual(flags["upscale"] - reporting, flags["plan"] - {"--json", "--measure"})
        with open(MANUAL, encoding="utf-8") as file:
            section = re.search(r"(?ms)^\.SH PLAN$(.*?)^\.SH ", file.read()).group(1)
        self.assertIn("\\-\\-json", section)
        self.assertIn("\\-\\-measure", section)

    def test_manual_has_the_options_of_other_commands(self):
        with open(MANUAL, encoding="utf-8") as file:
            manual = file.read().replace("\\-", "-")
        for command in COMMANDS[2:]:
            section = re.search(rf"(?ms)^\.SH {command.upper()}$(.*?)^\.SH ", manual).group(1)
            flags = set(re.findall(r"(?m)^  (--[a-z-]+)", run(command, "--help").out.decode()))
            if command == "serve":
                self.assertIn("All options of\n.B upscale", section)
                flags -= set(re.findall(r"(?m)^  (--[a-z-]+)",
                                        run("upscale", "--help").out.decode()))
                self.assertIn("--stdio", flags)
            for flag in flags:
                self.assertIn(flag, section)


class Mistakes(TestCase):
    def check_usage(self, *arguments):
        result = self.check(run(*arguments), 2)
        self.assertEqual(result.out, b"")
        self.assertRegex(result.text, r"\Agenga-cli: .+\n.+genga-cli help.+\n\Z")
        return result

    def test_commands(self):
        self.check_usage()
        self.check_usage("enlarge")
        self.check_usage("--scale", "2")
        self.check_usage("help", "enlarge")

    def test_options(self):
        picture = self.path("a.png")
        write_png(picture, 4, 4)
        for wrong in (["--no-such-option"], ["--scale", "17"], ["--scale", "two"], ["--scale"],
                      ["--tile", "63"], ["--tile", "64", "--overlap", "32"],
                      ["--contrast", "2.1"], ["--precision", "fp8"], ["--bit-depth", "13"],
                      ["--width", "0"], ["--width", "5", "--height", "5"], ["--fit", "5"],
                      ["--megapixels", "0"], ["--scale", "2", "--width", "100"],
                      ["--target-height", "720", "--longest", "100"],
                      ["--scale", "2", "--target-height", "720"], ["--pre-downscale", "63"],
                      ["--quality", "101"], ["--progress", "loud"], ["--overwrite=no"], ["--quiet=no"],
                      ["--max-memory", "much"], ["-o", "b.png", "--output-dir", self.folder],
                      ["-o", self.folder], ["-o", "b.png", picture]):
            with self.subTest(wrong):
                self.check_usage("upscale", picture, *wrong)
        self.assertEqual(self.files(), ["a.png"])

    def test_ranges_are_named(self):
        self.assertIn("16", self.check_usage("upscale", "a.png", "--scale", "17").text)
        self.assertIn("--fit", self.check_usage("upscale", "a.png", "--width", "3",
                                                "--height", "3").text)
        self.assertIn("31", self.check_usage("upscale", "a.png", "--tile", "64",
                                             "--overlap", "40").text)

    def test_arguments(self):
        self.check_usage("upscale")
        self.check_usage("models", "surplus")
        self.check_usage("model-info")
        self.check_usage("model-info", "one", "two")
        self.check_usage("tensor", "model", "in.safetensors")
        self.check_usage("diagnose", "surplus")
        self.check_usage("self-test", "surplus")

    def test_control_characters_stay_inside(self):
        result = self.check(run("upscale", "--\x1b[31mred\n"), 2)
        self.assertNotIn(b"\x1b", result.err)


class Start(TestCase):
    HEAVY = re.compile(rb"(libtorch|libc10|libvips|libgenga-torch|libgenga-image|libgenga-video)[^ ]*\.so")

    def test_version_loads_nothing_heavy(self):
        for arguments in (["--version"], ["--help"], ["upscale", "--help"], ["upscale", "--oops"]):
            result = run(*arguments, LD_DEBUG="files")
            self.assertIn(b"libglib", result.err)
            self.assertIsNone(self.HEAVY.search(result.err))

    def test_version(self):
        self.assertRegex(self.check(run("--version"), 0).out, rb"\Agenga-cli \d+\.\d+\.\d+\n\Z")

    def test_full_standard_output_is_an_error(self):
        with open("/dev/full", "wb") as full:
            self.check(run("--version", stdout=full), 5)

    def test_plain_locale(self):
        result = self.check(run("upscale", "--help", LC_ALL="C"), 0)
        self.assertIn(b"--scale=FACTOR", result.out)


if __name__ == "__main__":
    main()
