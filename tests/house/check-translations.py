#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds po/ against the sources: nothing that people read is left out or left untranslated."""
import ast
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOOLS = ["xgettext", "msgfmt", "msgmerge", "msgattrib", "msgcat"]
MARKED = re.compile(r"\b(?:_|N_|C_|NC_|Q_|ngettext|g_dngettext|g_dpgettext2) ?\(")
KEYWORDS = ["_", "N_", "C_:1c,2", "NC_:1c,2", "g_dngettext:2,3", "g_dpgettext2:2c,3"]
FLAGS = ["g_strdup_printf:1:c-format", "g_string_append_printf:2:c-format",
         "g_set_error:4:c-format", "g_print:1:c-format", "g_printerr:1:c-format"]
STRING = re.compile(r'^(msgid|msgstr)(?:\[\d\])? ((?:".*"\n?)+)', re.MULTILINE)

# What French wants: typographic apostrophes and quotes, and blanks that do not break.
FRENCH_FAULTS = [
    (re.compile(r"\w'\w"), "a typewriter's apostrophe"),
    (re.compile("[“”]"), "English quotes"),
    (re.compile("«(?!\u00a0)|(?<!\u00a0)»"), "a quote without its no-break space"),
    (re.compile(r"(?<![\u00a0…(])([:!?](?=\s|$)|;(?=\s))"), "a mark without a no-break space before it"),
    (re.compile(r"\.\.\."), "dots for an ellipsis"),
]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, env=dict(os.environ, LC_ALL="C"))


def read_list(path):
    lines = (line.strip() for line in path.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)


def find_marked(root):
    """The sources with strings for people, as paths below the root."""
    for path in sorted((root / "src").rglob("*")):
        if path.suffix in {".c", ".cc", ".h"} and MARKED.search(without_comments(path.read_text())):
            yield path.relative_to(root).as_posix()
    for path in sorted((root / "ui").rglob("*.ui")):
        if 'translatable="' in path.read_text():
            yield path.relative_to(root).as_posix()
    for pattern in ["*.desktop.in", "*.metainfo.xml.in", "*.gschema.xml"]:
        for path in sorted((root / "data").rglob(pattern)):
            yield path.relative_to(root).as_posix()


def read_entries(text):
    """(msgid, msgstr) pairs of a file that msgcat wrote; plurals one by one."""
    msgid = None
    for kind, quoted in STRING.findall(text):
        value = "".join(ast.literal_eval(line) for line in quoted.splitlines())
        if kind == "msgid":
            msgid = value
        elif msgid:
            yield msgid, value


def find_french_faults(entries):
    for msgid, msgstr in entries:
        for pattern, what in FRENCH_FAULTS:
            if pattern.search(msgstr):
                yield f"{what}: {msgstr!r}"


class Tap:
    def __init__(self, n):
        self.number = 0
        self.failed = False
        print(f"1..{n}")

    def report(self, name, faults):
        faults = list(faults)
        self.number += 1
        self.failed |= bool(faults)
        for fault in faults:
            print(f"# {fault}")
        print(f"{'not ok' if faults else 'ok'} {self.number} {name}")


def extract(root, files, pot):
    """Complaints of xgettext about strings that cannot be looked up."""
    done = run("xgettext", "--from-code=UTF-8", "--add-location=file", "--directory", str(root),
               "--output", str(pot), *(f"--keyword={word}" for word in KEYWORDS),
               *(f"--flag={flag}" for flag in FLAGS), *files)
    return done.stderr.splitlines()


def find_gaps(po, pot, selection, what):
    merged = run("msgmerge", "--quiet", "--no-fuzzy-matching", str(po), str(pot))
    if merged.returncode != 0:
        return merged.stderr.splitlines()
    left = subprocess.run(["msgattrib", "--no-obsolete", "--no-wrap", selection], text=True,
                          input=merged.stdout, capture_output=True)
    return [f"{what}: {msgid!r}" for msgid, _ in read_entries(left.stdout)]


def main():
    root = pathlib.Path(sys.argv[1])
    po = root / "po"
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        print(f"1..0 # SKIP {', '.join(missing)} not installed (Debian: gettext)")
        return 0

    listed = read_list(po / "POTFILES.in")
    marked = list(find_marked(root))
    languages = read_list(po / "LINGUAS")
    tap = Tap(3 + 4 * len(languages))
    tap.report("POTFILES.in lists every file with strings",
               (f"po/POTFILES.in lacks {path}" for path in marked if path not in listed))
    tap.report("POTFILES.in lists nothing else",
               (f"{path} holds no strings" for path in listed if path not in marked))

    with tempfile.TemporaryDirectory() as folder:
        pot = pathlib.Path(folder) / "genga.pot"
        tap.report("strings can be extracted", extract(root, marked, pot))
        for language in languages:
            file = po / f"{language}.po"
            check = run("msgfmt", "--check", "--output-file", os.devnull, str(file))
            tap.report(f"{language}: msgfmt --check",
                       check.stderr.splitlines() if check.returncode or check.stderr else [])
            tap.report(f"{language}: nothing untranslated",
                       find_gaps(file, pot, "--untranslated", "untranslated"))
            tap.report(f"{language}: nothing fuzzy", find_gaps(file, pot, "--only-fuzzy", "fuzzy"))
            entries = read_entries(run("msgcat", "--no-wrap", str(file)).stdout)
            tap.report(f"{language}: typography",
                       find_french_faults(entries) if language == "fr" else [])
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
