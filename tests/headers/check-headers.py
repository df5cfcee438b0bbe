#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every header of src/ compiles alone, and all are valid C11 and C++20; engine/torch is aside.

Alone: where NAME.c includes NAME.h before anything else, the build has shown it; the others are
compiled here, one by one. Then all headers of a room are compiled in one unit in each language.
"""
import argparse
import concurrent.futures
import pathlib
import re
import shlex
import subprocess
import tempfile

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wno-unused-function",
            "-Wno-unused-parameter"]
LANGUAGES = [("c", "cc", "c11"), ("cc", "c++", "c++20")]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]', re.MULTILINE)


def compile_unit(headers, language, flags):
    """The compiler's complaint about a file that includes nothing but `headers`, or ''."""
    suffix, compiler, standard = language
    with tempfile.NamedTemporaryFile("w", suffix="." + suffix) as unit:
        unit.writelines(f'#include "{header}"\n' for header in headers)
        unit.write("int genga_nothing (void);\n")
        unit.flush()
        done = subprocess.run([compiler, "-fsyntax-only", f"-std={standard}", *flags, unit.name],
                              capture_output=True, text=True)
    return done.stderr if done.returncode else ""


def is_first(src, header):
    """Whether the build compiles the header alone: NAME.c begins with it."""
    source = (src / header).with_suffix(".c")
    return source.exists() and INCLUDE.findall(source.read_text())[:1] == [header]


def list_cases(src, headers):
    """(name, headers, language) of everything that is compiled."""
    for header in headers:
        if not is_first(src, header):
            yield f"{header} alone", [header], LANGUAGES[0]
    for room in sorted({header.split("/")[0] for header in headers}):
        inside = [header for header in headers if header.split("/")[0] == room]
        for language in LANGUAGES:
            yield f"{room} as {language[2]}", inside, language


def check_itself():
    """Whether it finds a header that lacks an include, and one that is no C++."""
    with tempfile.TemporaryDirectory() as folder:
        src = pathlib.Path(folder)
        (src / "room").mkdir()
        (src / "room/first.h").write_text("typedef int First;\n")
        (src / "room/first.c").write_text('#define X\n#include "room/first.h"\n')
        (src / "room/lacks.h").write_text("First lacks (void);\n")
        (src / "room/lacks.c").write_text('#include "room/first.h"\n#include "room/lacks.h"\n')
        (src / "room/plain.h").write_text("extern int class;\n")
        headers = ["room/first.h", "room/lacks.h", "room/plain.h"]
        found = [name for name, part, language in list_cases(src, headers)
                 if compile_unit(part, language, [*WARNINGS, f"-I{src}"])]
    return found == ["room/lacks.h alone", "room as c++20"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("src", type=pathlib.Path)
    parser.add_argument("--cflags", default="")
    parser.add_argument("--without", action="append", default=[], help="folders to leave out")
    arguments = parser.parse_args()

    flags = [*WARNINGS, f"-I{arguments.src}",
             *shlex.split(arguments.cflags.replace("-I/", "-isystem/"))]
    headers = sorted(path.relative_to(arguments.src).as_posix()
                     for path in arguments.src.rglob("*.h")
                     if not any(path.is_relative_to(arguments.src / folder)
                                for folder in arguments.without))
    cases = list(list_cases(arguments.src, headers))
    print(f"1..{len(cases) + 1}")
    print("ok 1 planted faults are found" if check_itself() else "not ok 1 planted faults are found")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        complaints = pool.map(lambda case: compile_unit(case[1], case[2], flags), cases)
        for number, (case, complaint) in enumerate(zip(cases, complaints), 2):
            print(f"{'not ok' if complaint else 'ok'} {number} {case[0]}")
            for line in complaint.splitlines():
                print(f"# {line}")


main()
