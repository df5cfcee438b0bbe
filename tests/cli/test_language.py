# SPDX-License-Identifier: GPL-3.0-or-later
"""The built program in French: its own strings, the core library's and the media module's."""
import gettext
import os
import re
import pathlib
import tempfile
import unittest

import support
from translating import find_locale

PO_DIR = pathlib.Path(os.environ["GENGA_PO_DIR"])
CATALOGUE = PO_DIR / "fr" / "LC_MESSAGES" / "genga.mo"


class Language(unittest.TestCase):
    def setUp(self):
        if not CATALOGUE.exists():
            self.skipTest("this build has no translations (Debian: gettext)")
        if find_locale(PO_DIR) is None:
            self.skipTest("the C library translates in none of this machine's locales")
        with CATALOGUE.open("rb") as file:
            self.french = gettext.GNUTranslations(file).gettext

    def run_cli(self, *arguments, LC_ALL=None, LANGUAGE="fr"):
        with tempfile.TemporaryDirectory() as folder:
            return support.run(*arguments, cwd=folder, LC_ALL=LC_ALL or find_locale(PO_DIR),
                               LANGUAGE=LANGUAGE)

    def assert_says(self, text, msgid, *values):
        """Help is wrapped at blanks, so that line ends do not count."""
        sentence = self.french(msgid)
        self.assertNotEqual(sentence, msgid)
        self.assertIn(sentence % values if values else sentence, re.sub("[ \n]+", " ", text))

    def test_help(self):
        done = self.run_cli("help")
        self.assertEqual(done.code, 0, done)
        self.assert_says(done.out.decode(), "Commands:")
        self.assert_says(done.out.decode(), "Print Genga's version.")

    def test_help_of_options(self):
        done = self.run_cli("upscale", "--help")
        self.assertEqual(done.code, 0, done)
        self.assert_says(done.out.decode(), "Filters, applied after the network:")
        self.assert_says(done.out.decode(), "Quality of JPEG and lossy WebP, AVIF and JPEG XL, from 0 to 100.")
        self.assert_says(done.out.decode(), "FOLDER")

    def test_error_of_the_core(self):
        done = self.run_cli("upscale", "--quality", "101", "a.png")
        self.assertEqual(done.code, 2, done)
        self.assert_says(done.text, "%d to %d", 0, 100)

    def test_error_of_the_media_module(self):
        done = self.run_cli("upscale", "a.png")
        self.assertEqual(done.code, 3, done)
        self.assert_says(done.text, "“%s” does not exist.", "a.png")

    def test_english_stays(self):
        self.assertIn(b"Commands:", self.run_cli("help", LANGUAGE="en").out)
        self.assertIn(b"Commands:", self.run_cli("help", LC_ALL="C", LANGUAGE="").out)


if __name__ == "__main__":
    support.main()
