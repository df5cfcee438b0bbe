#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An installation is whole, runs wherever it is put, and tells nothing of where it was built."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(os.environ["G_TEST_SRCDIR"]) / "cli"))
os.environ.setdefault("GENGA_CLI", "genga-cli")
from support import main, read_png, write_png  # noqa: E402

BUILD = os.environ["GENGA_BUILD"]
SOURCE = os.environ["GENGA_SOURCE"]
TORCH_ROOT = os.environ["GENGA_TORCH_ROOT"]
BINDIR = os.environ["GENGA_BINDIR"]
MODULEDIR = os.environ["GENGA_MODULEDIR"]
HAS_WINDOW = bool(os.environ["GENGA_HAS_WINDOW"])

FILES = (
    "share/doc/genga/manual/manual.html", "share/doc/genga/manual/compare.png",
    "share/doc/genga/COPYING", "share/doc/genga/README.md", "share/doc/genga/NEWS.md",
    "share/man/man1/genga-cli.1", "share/locale/fr/LC_MESSAGES/genga.mo",
    "share/genga/models/genga-standard.safetensors", "share/genga/models/catalogue.json",
    "share/bash-completion/completions/genga-cli", "share/zsh/site-functions/_genga-cli",
    "share/fish/vendor_completions.d/genga-cli.fish", "lib/systemd/user/genga-server.socket",
    "lib/systemd/user/genga-server.service", "lib/systemd/user/genga-watch@.service",
)
WINDOW_FILES = (
    "share/applications/io.github.genga.Genga.desktop",
    "share/applications/io.github.genga.Genga.Upscale.desktop",
    "share/dbus-1/interfaces/io.github.genga.Genga.Queue.xml",
    "share/metainfo/io.github.genga.Genga.metainfo.xml",
    "share/icons/hicolor/scalable/apps/io.github.genga.Genga.svg",
    "share/icons/hicolor/symbolic/apps/io.github.genga.Genga-symbolic.svg",
    "share/dbus-1/services/io.github.genga.Genga.service",
    "share/glib-2.0/schemas/io.github.genga.Genga.gschema.xml",
    "share/man/man1/genga.1", MODULEDIR + "/gschemas.compiled",
)


def install(target):
    """Without the symbols for debuggers, as packages are: they hold paths by design."""
    subprocess.run([os.environ["GENGA_MESON"], "install", "-C", BUILD, "--no-rebuild", "--quiet",
                    "--strip", "--destdir", target], check=True, capture_output=True)


class Moved(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="genga install ")
        root = pathlib.Path(cls.folder.name)
        cls.home = root / "home"
        cls.home.mkdir()
        install(str(root / "destdir"))
        cls.prefix = root / "another place"
        shutil.move(str(root / "destdir") + os.environ["GENGA_PREFIX"], cls.prefix)
        shutil.rmtree(root / "destdir")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_elsewhere(self, *command):
        """From a folder that is not the installation's, by somebody who has no settings; nothing
        leads to the build."""
        env = {name: value for name, value in os.environ.items()
               if not name.startswith(("GENGA", "XDG_", "GSETTINGS", "LD_"))}
        env.update(HOME=str(self.home), GSETTINGS_BACKEND="memory")
        return subprocess.run(command, cwd="/", env=env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)

    def start(self, program, *arguments):
        return self.run_elsewhere(self.prefix / BINDIR / program, *arguments)

    def test_is_whole(self):
        wanted = FILES + (WINDOW_FILES if HAS_WINDOW else ())
        self.assertEqual([name for name in wanted if not (self.prefix / name).is_file()], [])

    def test_manual(self):
        """Its links lead to what is installed, and its tables are the program's own."""
        folder = self.prefix / "share/doc/genga/manual"
        for page in folder.glob("*.html"):
            text = page.read_text()
            for target in re.findall(r'(?:href|src)="([^"]+)"', text):
                name, _, anchor = target.partition("#")
                if "://" in target:
                    continue
                self.assertTrue((folder / name).exists(), (page.name, target))
                if anchor and not name:
                    self.assertIn(f'id="{anchor}"', text)
        manual = (folder / "manual.html").read_text()
        self.assertIn("<code>--pre-downscale=PIXELS</code>", manual)
        self.assertIn("<td>genga-restore</td><td>2x</td>", manual)

    def test_versions(self):
        for program in ("genga-cli",) + (("genga",) if HAS_WINDOW else ()):
            done = self.start(program, "--version")
            self.assertEqual(done.returncode, 0, done)
            self.assertRegex(done.stdout, r"\d+\.\d+")

    def test_upscale(self):
        source, target = self.home / "in.png", self.home / "out.png"
        write_png(source, 8, 6)
        done = self.start("genga-cli", "upscale", str(source), "-o", str(target), "--model",
                          "genga-fast", "--device", "reference")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(read_png(target)[:2], (16, 12))

    def test_finds_what_it_came_with(self):
        done = self.start("genga-cli", "models")
        self.assertIn("genga-standard", done.stdout, done)

    def complete(self, *words):
        """What bash offers for the last word."""
        script = self.prefix / "share/bash-completion/completions/genga-cli"
        program = self.prefix / BINDIR / "genga-cli"
        done = self.run_elsewhere(
            "bash", "-c", 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
            '_genga_cli "$1" "${@: -1}" "${@: -2:1}"; printf "%s\n" "${COMPREPLY[@]}"',
            "bash", script, program, *words)
        return done.stdout.split()

    def test_completion(self):
        commands = self.complete("")
        self.assertTrue({"upscale", "plan", "resume", "diagnose"} <= set(commands), commands)
        self.assertNotIn("genga-cli", commands)
        self.assertEqual(self.complete("upscale", "--output-d"), ["--output-dir"])
        self.assertEqual(self.complete("upscale", "--model", "genga-s"), ["genga-standard"])
        self.assertEqual(self.complete("upscale", "pict"), [])

    def test_no_build_path(self):
        """Neither that of the sources, nor of the build, nor of the LibTorch of who built it."""
        paths = [path for path in (BUILD, SOURCE, TORCH_ROOT) if path]
        found = [(str(file.relative_to(self.prefix)), path)
                 for file in self.prefix.rglob("*") if file.is_file() and not file.is_symlink()
                 for path in paths if path.encode() in file.read_bytes()]
        self.assertEqual(found, [])


if __name__ == "__main__":
    main()
