#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon the window is there, how soon a large picture is, and how long the window is ever deaf.

Run by `./dev bench`, which sets the environment of the tests.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "ui"))
import support  # noqa: E402

ROUNDS = 7


class Watched:
    """The window with its debug messages, each with the time since the start."""

    def __init__(self, desktop, *files):
        environment = dict(desktop.environment, G_MESSAGES_DEBUG="genga-app")
        self.start = time.monotonic()
        desktop.genga = subprocess.Popen([os.environ["GENGA_WINDOW"], *map(str, files)],
                                         env=environment, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, text=True)
        desktop.programs.append(desktop.genga)
        self.lines = []
        threading.Thread(target=self.read, args=[desktop.genga.stdout], daemon=True).start()

    def read(self, pipe):
        """Collects lines as they come."""
        for line in pipe:
            self.lines.append((time.monotonic() - self.start, line))

    def wait(self, part):
        """Seconds from the start to the first line with `part`."""
        return support.wait_for(part, lambda: next(
            (seconds for seconds, line in self.lines if part in line), None))


def stop(desktop):
    """Ends the window."""
    desktop.genga.kill()
    desktop.genga.wait()


def bench_start(desktop):
    """From the process's start to the first frame; LibTorch must not be mapped by then."""
    seconds = []
    for _ in range(ROUNDS):
        watched = Watched(desktop)
        seconds.append(watched.wait("first frame"))
        maps = pathlib.Path(f"/proc/{desktop.genga.pid}/maps").read_text()
        for name in ["libtorch", "libvulkan", "libgenga-vulkan"]:
            support.expect(name not in maps, f"{name} is mapped")
        stop(desktop)
    print(f"# window: first frame after {1e3 * statistics.median(seconds):.0f} ms (of 300; median "
          f"of {ROUNDS}), neither LibTorch nor Vulkan mapped", flush=True)


def bench_picture(desktop):
    """A JPEG of 16 megapixels, from the start of the window, less the start alone."""
    path = desktop.folder / "large.jpg"
    subprocess.run(["convert", "-size", "4896x3264", "plasma:tomato-steelblue", "-quality", "92",
                    str(path)], check=True)
    desktop.write_options(model="none")
    seconds = []
    for _ in range(ROUNDS):
        watched = Watched(desktop, path)
        first = watched.wait("first frame")
        seconds.append(watched.wait("is read") - first)
        stop(desktop)
    print(f"# picture: a JPEG of 16 megapixels is on screen {1e3 * statistics.median(seconds):.0f} "
          f"ms after the first frame (of 1000; median of {ROUNDS})", flush=True)


def time_start(desktop, name, before):
    """Seconds from Start to the result of a new picture, after what `before` lets it do."""
    path = desktop.folder / f"{name}.png"
    subprocess.run(["convert", "-size", "1280x720", "plasma:tomato-steelblue", str(path)], check=True)
    desktop.start_genga(path)
    desktop.find("label", "Preview")
    before()
    begin = time.monotonic()
    desktop.press("Start")
    desktop.find("panel", f"{name}.png, Done")
    seconds = time.monotonic() - begin
    desktop.activate_in_window("remove-done")
    desktop.quit()
    return seconds


def bench_test(desktop):
    """What a test has made, a start does not make again, as after a preview."""
    def run_test():
        desktop.press("Test")
        desktop.find("label", "Test Result")

    desktop.write_options(model="genga-standard")
    seconds = {"preview": [], "test": []}
    for i in range(ROUNDS // 2):
        seconds["preview"].append(time_start(desktop, f"preview{i}", lambda: None))
        seconds["test"].append(time_start(desktop, f"test{i}", run_test))
    preview, test = (statistics.median(values) for values in seconds.values())
    print(f"# start: {test:.2f} s after a test, {preview:.2f} s after a preview: "
          f"{test / preview:.2f} times (of 1.1)", flush=True)


def bench_deaf(desktop):
    """The window's slowest answer to assistive technology while jobs and a preview run."""
    desktop.environment["G_MESSAGES_DEBUG"] = ""
    desktop.start_genga(*[desktop.put_sample(f"{i}.png") for i in range(12)])
    desktop.find("panel", "11.png, Waiting")
    desktop.press("Start")
    node = desktop.find("slider", "Sharpening").queryValue()
    seconds = []
    while desktop.look("panel", "11.png, Done") is None and len(seconds) < 3000:
        for _ in range(50):
            begin = time.monotonic()
            node.currentValue  # noqa: B018: asked, and thrown away
            seconds.append(time.monotonic() - begin)
            time.sleep(0.002)
    print(f"# main loop: slowest of {len(seconds)} answers while 12 pictures run "
          f"{1e3 * max(seconds):.0f} ms (of 50), median {1e3 * statistics.median(seconds):.1f} ms",
          flush=True)


support.run([
    ("first frame", bench_start),
    ("large picture", bench_picture),
    ("test and start", bench_test),
    ("main loop", bench_deaf),
])
