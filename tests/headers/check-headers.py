#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiles every header of src/ alone, as C11 and as C++17; engine/torch is C++ and aside."""
import argparse
import concurrent.futures
import pathlib
import shlex
import subprocess
import tempfile

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wno-unused-function",
            "-Wno-unused-parameter"]


def compile_alone(header, source, flags):
    """The compiler's complaint about a file that includes nothing but `header`, or ''."""
    with tempfile.NamedTemporaryFile("w", suffix="." + source) as unit:
        unit.write(f'#include "{header}"\nint genga_nothing (void);\n')
        unit.flush()
        command = ["c++" if source == "cc" else "cc", "-fsyntax-only", *flags, unit.name]
        done = subprocess.run(command, capture_output=True, text=True)
    return done.stderr if done.returncode else ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("src", type=pathlib.Path)
    parser.add_argument("--cflags", default="")
    parser.add_argument("--without", action="append", default=[], help="folders to leave out")
    arguments = parser.parse_args()

    base = [*WARNINGS, f"-I{arguments.src}",
            *shlex.split(arguments.cflags.replace("-I/", "-isystem/"))]
    headers = sorted(str(path.relative_to(arguments.src)) for path in arguments.src.rglob("*.h")
                     if not any(path.is_relative_to(arguments.src / folder)
                                for folder in arguments.without))
    cases = [(header, source, standard) for header in headers
             for source, standard in (("c", "c11"), ("cc", "c++17"))]
    print(f"1..{len(cases)}")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        complaints = pool.map(
            lambda case: compile_alone(case[0], case[1], [f"-std={case[2]}", *base]), cases)
        for number, (case, complaint) in enumerate(zip(cases, complaints), 1):
            print(f"{'not ok' if complaint else 'ok'} {number} {case[0]} as {case[2]}")
            for line in complaint.splitlines():
                print(f"# {line}")


main()
