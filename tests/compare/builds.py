# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the commands of a case with a build, in a folder of its own."""
import json
import os
import pathlib
import subprocess
import time

TIMEOUT = 600
SEGMENT = "1"
# What the clock, the machine or chance says.
VARYING = {"seconds", "peak_memory", "frames_per_second", "tile"}


class Build:
    def __init__(self, name, program, folder):
        self.name = name
        self.program = os.path.abspath(program)
        self.tree = str(pathlib.Path(self.program).parents[3])
        self.folder = os.path.join(folder, name)
        os.mkdir(self.folder)
        home = os.path.join(self.folder, ".home")
        self.environment = dict(os.environ, HOME=home, LC_ALL="C.UTF-8", LANGUAGE="C",
                                OMP_WAIT_POLICY="PASSIVE", GENGA_SEGMENT_SECONDS=SEGMENT,
                                XDG_DATA_HOME=home, XDG_STATE_HOME=home, XDG_CONFIG_HOME=home)
        self.environment.pop("GENGA_MODELS_PATH", None)

    def start(self, arguments, cwd):
        return subprocess.Popen([self.program, *arguments], cwd=cwd, env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)


class Ran:
    """What one build made of a case."""

    def __init__(self, build, folder):
        self.build = build
        self.folder = folder
        self.codes = []
        self.events = []  # without what varies
        self.keys = {}    # event -> the keys that it came with
        self.sentences = []
        self.trouble = None

    def get_files(self):
        found = set()
        for folder, _, names in os.walk(self.folder):
            found |= {os.path.relpath(os.path.join(folder, name), self.folder) for name in names}
        return {name for name in found if not name.endswith(".lock")}


def hide_folder(text, ran):
    """The two builds work in folders of different names, and are installed in such."""
    text = text.replace(ran.folder, "FOLDER").replace(ran.build.folder, "BUILD")
    return text.replace(ran.build.tree, "TREE")


def keep(event):
    statistics = {key: value for key, value in event.get("statistics", {}).items()
                  if isinstance(value, int)}
    kept = {key: value for key, value in event.items() if key not in VARYING}
    return dict(kept, statistics=statistics) if statistics else kept


def take_event(ran, event):
    kind = event.get("event", "?")
    ran.keys.setdefault(kind, set()).update(event)
    message = event.pop("message", None)
    if message is not None:
        ran.sentences.append(message)
    if kind != "progress":
        ran.events.append(keep(event))


def take_output(ran, out, err):
    plain = []
    for line in hide_folder(out.decode(errors="replace"), ran).splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if isinstance(event, dict):
            take_event(ran, event)
        else:
            plain.append(line)
    if plain:
        ran.events.append(plain)
    ran.sentences += hide_folder(err.decode(errors="replace"), ran).splitlines()


def count_segments(folder):
    """Finished ones, of all unfinished videos in the folder."""
    hidden = [name for name in os.listdir(folder) if name.endswith(".genga")]
    return sum(name.startswith("segment-") for one in hidden
               for name in os.listdir(os.path.join(folder, one)))


def interrupt(process, folder):
    """kill -9, once two segments have their names: then the first of them is entered. FALSE where
    the process was faster."""
    end = time.monotonic() + TIMEOUT
    while process.poll() is None and count_segments(folder) < 2 and time.monotonic() < end:
        time.sleep(0.002)
    process.kill()
    process.communicate()
    return process.returncode == -9


def run_case(build, case, folder=None):
    """All commands of a case, one after the other."""
    if folder is None:
        folder = os.path.join(build.folder, case.name)
        os.mkdir(folder)
    ran = Ran(build, folder)
    for number, command in enumerate(case.commands):
        process = build.start(command, folder)
        if number in case.killed:
            if not interrupt(process, folder):
                ran.trouble = "it was done before it could be killed"
            continue
        try:
            out, err = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            ran.trouble = "it took too long"
        ran.codes.append(process.returncode)
        take_output(ran, out, err)
    return ran
