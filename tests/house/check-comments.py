#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comments in src/ say rules in words: they cite no document that is not in this repository."""
import pathlib
import re
import sys

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.DOTALL)
# The names of rules, such as those of a specification, and of documents that lie elsewhere.
RULE = re.compile(r"\b[A-Z]{2,}-\d+\b|\(F\d+\)|, F\d+\)")
KNOWN = re.compile(r"AVX-512|UTF-\d+|SHA-\d+|CRC-32|ISO-\d+|GPL-3")
DOCUMENT = re.compile(r"\b(?:reference architectures|toolkit-facts|product[ -]spec(?:ification)?|"
                      r"performance-notes|reliability-tests|training-notes|style-anchors)\b")


def find_citations(text):
    """What the comments of a source cite."""
    for found in COMMENT.finditer(text):
        if found[0].startswith('"'):
            continue
        comment = re.sub(r"\s*\n\s*\*?\s*", " ", found[0])
        yield from (name for name in RULE.findall(comment) if not KNOWN.fullmatch(name))
        yield from DOCUMENT.findall(comment)


def check_itself():
    """Whether planted citations are found, and nothing else."""
    bad = ["/* Says why (SCALE-6). */", "// DUP-3 wants it", "/* (FMT-9, F7) */",
           "/* Source: reference\n * architectures, 4.1. */"]
    good = ["/* UTF-8 by RFC 3629, a SHA-256 of it. */", '"see SCALE-6"', "int a = B-1;"]
    return all(list(find_citations(text)) for text in bad) and \
        not any(list(find_citations(text)) for text in good)


def main():
    src = pathlib.Path(sys.argv[1])
    faults = [f"{path.relative_to(src)} cites {name}" for path in sorted(src.rglob("*"))
              if path.suffix in {".c", ".cc", ".h", ".cu"}
              for name in find_citations(path.read_text())]
    print("1..2")
    print(f"{'ok' if check_itself() else 'not ok'} 1 planted citations are found")
    print(f"{'not ok' if faults else 'ok'} 2 comments cite nothing that is elsewhere")
    for fault in faults:
        print(f"# {fault}")


main()
