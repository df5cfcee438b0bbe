#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what a version of Genga leaves behind when it is killed: a stored queue, the window's
settings, unfinished videos and an unfinished folder of frames. Run with the build of an older
version (set up with -Dtests=true, for its faults) in a desktop's place of its own:

    make-fixtures.py BUILD FOLDER

What is in FOLDER then is what the tests here open with today's build.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "ui"))
# The program starts itself anew within the desktop, without arguments.
for variable, argument in zip(("GENGA_OLD_BUILD", "GENGA_FIXTURES"), sys.argv[1:]):
    os.environ[variable] = str(pathlib.Path(argument).resolve())
build, target = (pathlib.Path(os.environ[name]) for name in ("GENGA_OLD_BUILD", "GENGA_FIXTURES"))
os.environ["GENGA_CLI"] = str(build / "src/cli/genga-cli")
os.environ["GENGA_WINDOW"] = str(build / "src/app/genga")
os.environ["G_TEST_SRCDIR"] = str(HERE.parent)
os.environ.update(LC_ALL="C.UTF-8", LANGUAGE="C", PYTHONDONTWRITEBYTECODE="1")

import support  # noqa: E402
from exports import EXPORTS, SEGMENT, SOURCE, SOURCE_TIME, arguments  # noqa: E402

N_FRAMES = 36


def make_source(path):
    """A clip of 36 frames with sound, a few KB."""
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=32x24:rate=24",
                    "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=8000", "-frames:v",
                    str(N_FRAMES), "-shortest", "-c:v", "libx264", "-qp", "20", "-bf", "2", "-g",
                    "12", "-c:a", "aac", "-b:a", "8k", "-fflags", "+bitexact", str(path)],
                   check=True)


def leave_export(name, export, home):
    """A video whose process was killed, or a folder of frames for which there was no more room."""
    folder = home / "videos"
    env = dict(os.environ, GENGA_SEGMENT_SECONDS=SEGMENT, GENGA_FAULT=export.fault)
    done = subprocess.run([os.environ["GENGA_CLI"], *arguments(export)], env=env, cwd=folder,
                          stdout=subprocess.DEVNULL)
    if done.returncode != export.code:
        raise RuntimeError(f"{name} ended with {done.returncode}")
    shutil.copytree(folder / export.leaves, target / name)


def write_settings(desktop):
    """A person chooses, and quits."""
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find_row("picture.png", "Waiting")
    desktop.find("spin button", "Scale").queryValue().currentValue = 16
    sharpening = desktop.find("slider", "Sharpening").queryValue()
    sharpening.currentValue = 0.5
    support.wait_for("the slider", lambda: abs(sharpening.currentValue - 0.5) < 1e-6)
    desktop.quit()
    shutil.rmtree(desktop.folder / "state")


def read_state(store, name):
    import sqlite3
    with tempfile.TemporaryDirectory() as folder:
        for file in store.glob("queue.sqlite*"):
            shutil.copy(file, folder)
        try:
            for source, state in sqlite3.connect(f"{folder}/queue.sqlite").execute(
                    "SELECT source, state FROM queue"):
                if bytes(source).endswith(b"/" + name.encode()):
                    return state
        except sqlite3.Error:
            pass
    return None


def leave_queue(desktop):
    """One that failed, one at work, and a picture and a video that wait, when it is killed."""
    shutil.copy(target / SOURCE, desktop.folder / SOURCE)
    gone = desktop.put_sample("gone.png")
    desktop.start_genga(gone, desktop.put_sample("running.png"), desktop.folder / SOURCE,
                        desktop.put_sample("waits.png"))
    desktop.find_row("waits.png", "Waiting")
    gone.unlink()
    desktop.press("Start")
    desktop.find_starting("panel", "gone.png, “")
    desktop.find_matching("panel", r"running\.png, [0-9]+ %.*")
    desktop.press("Pause")
    store = desktop.folder / "state/genga"
    support.wait_for("the list to be stored", lambda: read_state(store, "running.png") == "running")
    desktop.genga.kill()
    desktop.genga.wait()
    (target / "queue").mkdir()
    for path in store.glob("queue.sqlite*"):
        shutil.copy(path, target / "queue")


def fill(desktop):
    target.mkdir()
    make_source(target / SOURCE)
    (desktop.folder / "videos").mkdir()
    shutil.copy(target / SOURCE, desktop.folder / "videos")
    os.utime(desktop.folder / "videos" / SOURCE, (SOURCE_TIME, SOURCE_TIME))
    for name, export in EXPORTS.items():
        leave_export(name, export, desktop.folder)
    desktop.write_options(model="genga-standard")
    write_settings(desktop)
    settings = desktop.folder / "config/glib-2.0/settings/keyfile"
    (target / "settings").write_text(settings.read_text())
    leave_queue(desktop)
    version = subprocess.run(["git", "-C", str(build), "rev-parse", "--short", "HEAD"], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    ffmpeg = subprocess.run(["ffmpeg", "-version"], stdout=subprocess.PIPE, text=True).stdout
    (target / "made-with").write_text(f"genga {version}ffmpeg {ffmpeg.split()[2]}\n")


support.run([("fixtures", fill)])
