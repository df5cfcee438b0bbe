#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Presets on the command line: saved, used, exchanged and removed."""
import json

from support import TestCase, main, run, write_png


class Presets(TestCase):
    def setUp(self):
        super().setUp()
        self.picture = self.path("picture.png")
        write_png(self.picture, 8, 6)

    def run_cli(self, *arguments):
        return run(*arguments, XDG_CONFIG_HOME=self.path("config"))

    def plan(self, *arguments):
        done = self.run_cli("plan", "--json", *arguments, self.picture)
        self.assertEqual(done.code, 0, done)
        return json.loads(done.out)[0]

    def test_use(self):
        """A preset gives what the command line does not."""
        self.assertEqual(self.run_cli("presets", "save", "--model", "nearest", "--scale", "3",
                                      "--format", "webp", "Mine").code, 0)
        plan = self.plan("--use-preset", "mine")
        self.assertTrue(plan["target"].endswith(".webp"), plan)
        self.assertEqual((plan["target_width"], plan["target_height"]), (24, 18))
        plan = self.plan("--format", "png", "--use-preset", "mine", "--width", "40")
        self.assertTrue(plan["target"].endswith(".png"), plan)
        self.assertEqual((plan["target_width"], plan["target_height"]), (40, 30))
        self.assertEqual(self.run_cli("plan", "--use-preset", "Other", self.picture).code, 2)

    def test_other_kind(self):
        """Options of a preset that are for videos are no fault for a picture; typed ones are."""
        self.plan("--use-preset", "Archive master")
        done = self.run_cli("plan", "--use-preset", "Archive master", "--codec", "av1",
                            self.picture)
        self.assertEqual(done.code, 2, done)

    def test_exchange(self):
        """A preset goes to somebody else; one that chooses files does not come in."""
        path = self.path("a.genga-preset")
        self.assertEqual(self.run_cli("presets", "export", "old dvd", path).code, 0)
        self.assertEqual(self.run_cli("presets", "export", "old dvd", path).code, 5)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertIn("model=genga-restore", text)
        for old, new, code in (("name=Old DVD", "name=Mine", 0), ("", "output-dir=/tmp\n", 3)):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace(old, new) if old else text + new)
            done = self.run_cli("presets", "import", path)
            self.assertEqual(done.code, code, done)
        listed = json.loads(self.run_cli("presets", "--json").out)
        self.assertEqual([preset["name"] for preset in listed if not preset["builtin"]], ["Mine"])
        self.assertEqual(listed[-1]["options"]["model"], "genga-restore")
        self.assertEqual(self.run_cli("presets", "remove", "Mine").code, 0)
        self.assertEqual(self.run_cli("presets", "remove", "Mine").code, 2)


main()
