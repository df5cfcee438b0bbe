#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue as people know it: it outlives the window, says why something failed, and hands
results on."""
import contextlib
import os
import pathlib
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zlib

import support
from support import expect

sys.path.append(str(pathlib.Path(__file__).parent.parent / "cli"))
from translating import find_locale  # noqa: E402


def read_pixels(path):
    """Width, height and colours of a picture."""
    import gi
    gi.require_version("GdkPixbuf", "2.0")
    from gi.repository import GdkPixbuf
    picture = GdkPixbuf.Pixbuf.new_from_file(str(path))
    if not picture.get_has_alpha():
        picture = picture.add_alpha(False, 0, 0, 0)
    return picture.get_width(), picture.get_height(), picture.get_pixels()


def read_stored_state(desktop, name):
    """What a copy of the stored list says of a picture: the window keeps the list locked."""
    with tempfile.TemporaryDirectory() as folder:
        for file in (desktop.folder / "state/genga").glob("queue.sqlite*"):
            shutil.copy(file, folder)
        with contextlib.suppress(sqlite3.Error), \
                contextlib.closing(sqlite3.connect(f"{folder}/queue.sqlite")) as store:
            for source, state in store.execute("SELECT source, state FROM queue"):
                if bytes(source).endswith(b"/" + name.encode()):
                    return state
    return None


def test_come_back(desktop):
    """After quitting, what is unfinished is there again, in its order and with its reasons."""
    desktop.write_options(model="nearest", scale="3")
    gone = desktop.put_sample("gone.png")
    desktop.start_genga(desktop.put_sample("done.png"), gone)
    desktop.find_row("gone.png", "Waiting")
    gone.unlink()
    desktop.press("Start")
    desktop.find_row("done.png", "Done")
    failed = desktop.find_starting("panel", "gone.png, “")
    sentence = failed.name
    expect("does not exist" in sentence, f"the row says {sentence!r}")
    desktop.drop([desktop.put_sample("waits.png")])
    desktop.find_row("waits.png", "Waiting")
    desktop.quit()

    desktop.start_genga()
    desktop.find_row("waits.png", "Waiting")
    desktop.find("panel", sentence)
    desktop.find("label", "480 × 270 to 1440 × 810")
    expect(not desktop.look_for_all("panel", "done.png, Done"), "what was done came back")
    desktop.press("Start")
    desktop.find_row("waits.png", "Done")
    desktop.quit()


def test_killed(desktop):
    """The same after the process was killed at work; a picture that has vanished says so."""
    desktop.write_slow_options()
    desktop.start_genga(desktop.put_sample("first.png"), desktop.put_sample("second.png"),
                        desktop.put_sample("third.png"))
    desktop.find_row("third.png", "Waiting")
    desktop.press("Start")
    desktop.find_matching("panel", r"first\.png, [0-9]+ %.*")
    desktop.press("Pause")
    support.wait_for("the list to be stored",
                     lambda: read_stored_state(desktop, "first.png") == "running")
    desktop.genga.kill()
    desktop.genga.wait()
    expect(not list(desktop.folder.glob("*_upscaled*")), "something half done was left")
    (desktop.folder / "second.png").unlink()

    desktop.start_genga()
    desktop.find_row("first.png", "Stopped")
    row = desktop.find_starting("panel", "second.png, “")
    expect("does not exist" in row.name, f"the row says {row.name!r}")
    desktop.keep_screenshot("came back")
    desktop.quit()


def list_workers(desktop):
    """The processes in which the window's jobs run."""
    tasks = pathlib.Path(f"/proc/{desktop.genga.pid}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    return [child for child in children
            if pathlib.Path(f"/proc/{child}/comm").read_text().startswith("genga-job-work")]


def test_worker_killed(desktop):
    """Where the process of a job dies, its row says so; the window lives and the others are done."""
    desktop.write_slow_options()
    desktop.start_genga(desktop.put_sample("slow.png"))
    desktop.find_row("slow.png", "Waiting")
    desktop.press("Start")
    desktop.find_matching("panel", r"slow\.png, [0-9]+ %.*")
    workers = list_workers(desktop)
    expect(len(workers) == 1, f"{len(workers)} processes work")
    os.kill(workers[0], signal.SIGSEGV)
    row = desktop.find_starting("panel", "slow.png, The process that worked on “slow.png”")
    expect("ended too soon (Segmentation fault)" in row.name, f"the row says {row.name!r}")
    expect(not list(desktop.folder.glob("*_upscaled*")), "something half done was left")
    desktop.drop([desktop.put_sample("next.png")])
    desktop.find_row("next.png", "Waiting")
    desktop.press("Start")
    desktop.find_matching("panel", r"next\.png, [0-9]+ %.*")
    desktop.press("Stop")
    desktop.find_row("next.png", "Stopped")
    desktop.quit()


def test_damaged(desktop):
    """A damaged file of the queue is put aside, and the window opens."""
    desktop.write_options(model="nearest")
    state = desktop.folder / "state/genga"
    state.mkdir(parents=True)
    (state / "queue.sqlite").write_bytes(b"nothing that anybody could read" * 100)
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find_row("picture.png", "Waiting")
    desktop.find_starting("label", "Can't read the list of unfinished files")
    desktop.quit()
    expect(len(list(state.glob("queue.sqlite.2*"))) == 1, "it was not put aside")


def test_log_and_retry(desktop):
    """What is known of a job that failed can be read and copied; it can be tried again, and its
    result has the name that it would have had."""
    desktop.write_options(model="nearest")
    picture = desktop.put_sample("picture.png")
    desktop.start_genga(picture)
    desktop.find_row("picture.png", "Waiting")
    picture.rename(desktop.folder / "elsewhere.png")
    desktop.press("Start")
    desktop.press("Show Log")
    log = desktop.find("text", "Log").queryText()
    text = log.getText(0, -1)
    expect(str(picture) in text and "does not exist" in text, f"the log is {text!r}")
    desktop.keep_screenshot("log")
    desktop.press("Copy the Log")
    expect(desktop.read_clipboard("text").strip() == text.strip(), "the copy is something else")
    desktop.key("Escape", "Log")
    (desktop.folder / "elsewhere.png").rename(picture)
    desktop.press("Try Again")
    desktop.find_row("picture.png", "Done")
    expect((desktop.folder / "picture_upscaled.png").exists(), "the result has another name")
    for name in ["Show Log", "Open the Result", "Show in Folder", "Remove from List"]:
        desktop.find("push button", name)
    desktop.press("Show Log")
    text = desktop.find("text", "Log").queryText().getText(0, -1)
    expect("Model: nearest" in text and "960 × 540" in text, f"the log is {text!r}")
    desktop.key("Escape", "Log")
    desktop.quit()


def test_results(desktop):
    """Results are saved under other names and formats, never over a file without asking, and copied
    as pictures."""
    desktop.write_options(model="nearest")
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.press("Start")
    desktop.find_row("picture.png", "Done")
    result = desktop.folder / "picture_upscaled.png"

    desktop.key("ctrl+shift+s")
    copy = desktop.folder / "copy.png"
    desktop.type(str(copy), "Save Result As")
    desktop.find("label", "Saved the result as “copy.png”.")
    expect(copy.read_bytes() == result.read_bytes(), "the copy is no copy")
    desktop.key("ctrl+shift+s")
    desktop.type(str(desktop.folder / "other.webp"), "Save Result As")
    desktop.find("label", "Saved the result as “other.webp”.")
    expect((desktop.folder / "other.webp").read_bytes()[8:12] == b"WEBP", "it is no WebP")

    copy.write_text("dear to me")
    desktop.key("ctrl+shift+s")
    desktop.type(str(copy), "Save Result As")
    replace = "_Replace Replace"  # as GTK 4.8 calls a button with a mnemonic
    desktop.find("push button", replace)
    expect(copy.read_text() == "dear to me", "a file was replaced without asking")
    desktop.press(replace)
    support.wait_for("the copy", lambda: copy.read_bytes() == result.read_bytes())

    desktop.key("ctrl+c")
    desktop.find("label", "Copied the result to the clipboard.")
    pasted = desktop.folder / "pasted.png"
    desktop.read_clipboard("picture", pasted)
    expect(read_pixels(pasted) == read_pixels(result), "the clipboard has something else")
    desktop.quit()


def test_beside(desktop):
    """The list is below the view or beside it, is remembered, and below where there is no room."""
    desktop.write_options(model="nearest")
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find_row("picture.png", "Waiting")
    window = desktop.get_window("Genga")

    def get_list_width():
        pictures = desktop.find("list", "Pictures and Videos").queryComponent()
        return pictures.getExtents(support.get_window_coordinates()).width

    def resize(width):
        subprocess.run(["xdotool", "windowsize", "--sync", window, str(width), "700"], check=True)
    below = get_list_width()
    desktop.key("shift+F9")
    support.wait_for("the list beside the view", lambda: get_list_width() < below - 300)
    desktop.keep_screenshot("beside")
    resize(500)
    support.wait_for("the list below the view", lambda: get_list_width() > 400)
    resize(360)
    done = subprocess.run(["xdotool", "getwindowgeometry", "--shell", window], check=True,
                          capture_output=True, text=True)
    expect("WIDTH=360\n" in done.stdout, f"the window can't be narrow: {done.stdout}")
    resize(1080)
    desktop.quit()
    stored = (desktop.folder / "config/glib-2.0/settings/keyfile").read_text()
    expect("queue-beside=true" in stored, f"the settings are {stored!r}")


def write_bomb(path):
    """A PNG that says that it is 30000 pixels wide and high, and has one row."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    head = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) +
                     chunk(b"IDAT", zlib.compress(bytes(90001))) + chunk(b"IEND", b""))


def test_bad_sources(desktop):
    """Folders, texts and bombs: each says what is wrong with it, and the rest goes on."""
    desktop.write_options(model="nearest")
    bomb = desktop.folder / "bomb.png"
    write_bomb(bomb)
    notes = desktop.folder / "notes.txt"
    notes.write_text("no picture\n")
    desktop.put_sample("folder/inside.png")
    (desktop.folder / "folder/readme.txt").write_text("no picture either\n")
    desktop.start_genga()
    desktop.drop([desktop.folder / "folder", notes, bomb])
    desktop.find_row("inside.png", "Waiting")
    desktop.find("label", "Skipped 1 file in the folder that is not a picture or video.")
    desktop.press("Start")
    desktop.find_row("inside.png", "Done")
    for name, words in [("bomb.png", "damaged"), ("notes.txt", "picture")]:
        row = desktop.find_starting("panel", f"{name}, “")
        expect(words in row.name, f"the row says {row.name!r}")
    desktop.keep_screenshot("bad sources")
    desktop.quit()


def test_getting_in(desktop):
    """Pictures come from the clipboard and from the dialog."""
    desktop.write_options(model="nearest")
    picture = desktop.put_sample("elsewhere/chosen.png")
    desktop.start_genga()
    owner = desktop.start([sys.executable, str(support.CLIPBOARD), "own", str(picture)],
                          stdout=subprocess.PIPE)
    expect(owner.stdout.readline() == b"ready\n", "the clipboard could not be had")
    desktop.key("ctrl+v")
    desktop.find_starting("panel", "Pasted ")
    pasted = list(desktop.folder.rglob("Pasted *.png"))
    expect(len(pasted) == 1 and pasted[0].read_bytes() == picture.read_bytes(),
           f"what was pasted is {pasted}")
    desktop.key("ctrl+o")
    desktop.type(str(picture), "Open Pictures and Videos", first="ctrl+l")
    desktop.find_row("chosen.png", "Waiting")
    desktop.quit()


def get_order(desktop):
    """The names of the rows, from top to bottom."""
    rows = [node for node in desktop.look("list", "Pictures and Videos") if node is not None]
    return [row.name.split(".png")[0] for row in rows]


def wait_for_order(desktop, *names):
    """Until the list has these rows."""
    def has_order():
        with contextlib.suppress(Exception):  # something of it has just gone
            return get_order(desktop) == list(names)
        return False
    support.wait_for(f"the order {names}", has_order)


def count_selected(desktop):
    """How many rows are selected."""
    import pyatspi
    return sum(1 for row in desktop.look("list", "Pictures and Videos")
               if row.getState().contains(pyatspi.STATE_SELECTED))


def test_several(desktop):
    """Several rows are selected, moved, removed and brought back, and upscaled again at once; a row
    that is done says what it has cost."""
    desktop.write_options(model="nearest")
    desktop.start_genga(*(desktop.put_sample(f"{letter}.png") for letter in "abc"))
    wait_for_order(desktop, "a", "b", "c")
    window = desktop.get_window("Genga")
    subprocess.run(["xdotool", "windowmove", "--sync", window, "0", "0"], check=True)
    place = map(str, find_row_centre(desktop, "a.png", "Waiting"))
    subprocess.run(["xdotool", "mousemove", *place, "click", "1"], check=True)
    desktop.key("shift+Down")
    support.wait_for("two rows to be selected", lambda: count_selected(desktop) == 2)
    desktop.key("alt+Down")
    wait_for_order(desktop, "c", "a", "b")
    support.wait_for("both rows to be selected", lambda: count_selected(desktop) == 2)
    desktop.activate_in_window("remove-selected")
    wait_for_order(desktop, "c")
    desktop.find("label", "Removed 2 files from the list.")
    desktop.press("Undo Undo")
    wait_for_order(desktop, "c", "a", "b")

    desktop.press("Start")
    for letter in "abc":
        desktop.find_row(f"{letter}.png", "Done")
    desktop.find_matching("label", r"480 × 270 to 960 × 540, [0-9.]+.kB in ([0-9.]+ s|[0-9:]+)")
    for letter in "abc":
        (desktop.folder / f"{letter}_upscaled.png").unlink()
    desktop.key("ctrl+a")
    support.wait_for("all rows to be selected", lambda: count_selected(desktop) == 3)
    desktop.activate_in_window("upscale-again")
    support.wait_for("all results to be there again", lambda: len(
        list(desktop.folder.glob("?_upscaled.png"))) == 3)
    for letter in "abc":
        desktop.find_row(f"{letter}.png", "Done")
    desktop.activate_in_window("remove-done")
    desktop.find("label", "Removed 3 files from the list.")
    support.wait_for("the list to be empty",
                     lambda: not desktop.look_for_all("panel", "a.png, Done"))
    desktop.quit()


def get_place(node):
    """The rectangle of a thing in its window: left, top, right, bottom."""
    box = node.queryComponent().getExtents(support.get_window_coordinates())
    return box.x, box.y, box.x + box.width, box.y + box.height


def find_row_centre(desktop, name, state):
    """Where the text of a row is, in a window at the screen's edge."""
    left, top, _, bottom = get_place(desktop.find_row(name, state))
    return left + 150, (top + bottom) // 2


def start_file_manager(desktop):
    """A window at the lower right that files can be dropped on, and what shows files."""
    manager = desktop.start(
        [sys.executable, str(pathlib.Path(__file__).with_name("file-manager.py"))],
        stdout=subprocess.PIPE, text=True)
    expect(manager.stdout.readline() == "ready\n", "there is no file manager")
    subprocess.run(["xdotool", "windowmove", "--sync", desktop.get_window("File Manager"), "1150",
                    "770"], check=True)
    return manager


def test_drags(desktop):
    """Rows that are selected are dragged together, to another place of the list and out of it."""
    desktop.write_options(model="nearest")
    manager = start_file_manager(desktop)
    desktop.start_genga(*(desktop.put_sample(f"{letter}.png") for letter in "abcd"))
    wait_for_order(desktop, "a", "b", "c", "d")
    window = desktop.get_window("Genga")
    subprocess.run(["xdotool", "windowmove", "--sync", window, "0", "0", "windowsize", "--sync",
                    window, "1080", "800", "windowactivate", "--sync", window], check=True)
    desktop.key("shift+F9")  # beside the view there is room for all of them
    support.wait_for("room for the rows", lambda: get_place(
        desktop.find("list", "Pictures and Videos"))[0] > 300)
    for letter, modifier in (("a", ""), ("c", "ctrl")):
        x, y = find_row_centre(desktop, f"{letter}.png", "Waiting")
        keys = (["keydown", modifier], ["keyup", modifier]) if modifier else ([], [])
        subprocess.run(["xdotool", *keys[0], "mousemove", str(x), str(y), "click", "1", *keys[1]],
                       check=True)
    support.wait_for("two rows to be selected", lambda: count_selected(desktop) == 2)
    last = find_row_centre(desktop, "d.png", "Waiting")
    first = find_row_centre(desktop, "a.png", "Waiting")
    desktop.drag(first, [(first[0], first[1] + 30), (last[0], last[1] - 20), last])
    wait_for_order(desktop, "b", "d", "a", "c")
    expect(count_selected(desktop) == 2, "they are not selected any more")

    desktop.press("Start")
    for letter in "abcd":
        desktop.find_row(f"{letter}.png", "Done")
    start = find_row_centre(desktop, "c.png", "Done")
    desktop.drag(start, [(start[0] + 40, start[1]), (900, 700), (1100, 800), (1210, 830)])
    files = [manager.stdout.readline().strip() for _ in range(3)]
    expected = ["dropped"] + [str(desktop.folder / f"{letter}_upscaled.png") for letter in "ac"]
    expect(files == expected, f"the file manager has got {files}")
    manager.kill()
    desktop.quit()


def press_in(desktop, title, name):
    """Presses a button of one window, where others have such a button, too."""
    window = desktop.find("frame", title)
    waiting = [window]
    while waiting:
        node = waiting.pop()
        if support.get_role(node) == "push button" and node.name == name:
            node.queryAction().doAction(0)
            return
        waiting.extend(child for child in node if child is not None)
    raise AssertionError(f"there is no “{name}” in “{title}”")


def test_gallery(desktop):
    """Finished results are in the gallery, the latest first, also those whose rows have gone; their
    folder is shown."""
    desktop.write_options(model="nearest")
    manager = start_file_manager(desktop)
    desktop.start_genga(*(desktop.put_sample(f"{letter}.png") for letter in "ab"))
    desktop.find_row("b.png", "Waiting")
    desktop.key("ctrl+g")
    desktop.find("frame", "Results")
    desktop.find("label", "No Results Yet")
    desktop.check_names()
    desktop.press("Start")
    desktop.find_row("b.png", "Done")

    def get_names():
        with contextlib.suppress(Exception):  # something of it has just gone
            grid = next(node for node in desktop.walk() if node.name == "Results" and
                        support.get_role(node) not in ("frame", "push button", "label"))
            return [item.name for item in grid if item is not None]
        return None
    support.wait_for("the results",
                     lambda: get_names() == ["b_upscaled.png", "a_upscaled.png"])
    desktop.check_names()
    desktop.keep_screenshot("gallery")
    press_in(desktop, "Results", "Show in Folder")
    line = manager.stdout.readline().strip()
    expect(line == f"shown {desktop.folder / 'a_upscaled.png'}", f"the file manager is told {line}")
    desktop.key("Escape", "Results")
    desktop.activate_in_window("remove-done")
    support.wait_for("the list to be empty",
                     lambda: not desktop.look_for_all("panel", "a.png, Done"))
    desktop.press("Open Folder")
    line = manager.stdout.readline().strip()
    expect(line == f"shown {desktop.folder / 'b_upscaled.png'}", f"the file manager is told {line}")
    desktop.key("ctrl+g")
    support.wait_for("the results to be there still", lambda: len(get_names() or []) == 2)
    manager.kill()
    desktop.quit()


TOAST = "Can't read the list of unfinished files"
# What cannot be seen, as GTK 4.8 does not say: the buttons of the empty page, and the line, which is
# behind everything.
ELSEWHERE = {"Open…", "Paste", "Models", "Line Between Before and After"}


def find_covered(desktop):
    """What can be pressed or changed below the toast that stays."""
    toast = desktop.find_starting("label", TOAST).parent
    left, top, right, bottom = get_place(toast)
    inside = set()
    waiting = [toast]
    while waiting:
        node = waiting.pop()
        inside.add(node)
        waiting.extend(child for child in node if child is not None)
    for node in desktop.walk():
        if support.get_role(node) not in support.OPERATED - {"list item", "progress bar"} or \
                node.name in ELSEWHERE or node in inside or \
                not node.getState().contains(support.get_visible()):
            continue
        box = get_place(node)
        if box[0] < right and left < box[2] and box[1] < bottom and top < box[3]:
            yield node.name


def test_toasts(desktop):
    """Toasts cover nothing that can be pressed, wherever the list is and however narrow it is."""
    desktop.write_options(model="nearest")
    state = desktop.folder / "state/genga"
    state.mkdir(parents=True)
    (state / "queue.sqlite").write_bytes(b"nothing that anybody could read" * 100)
    desktop.start_genga(*(desktop.put_sample(f"{letter}.png") for letter in "abc"))
    wait_for_order(desktop, "a", "b", "c")
    window = desktop.get_window("Genga")

    def check(what):
        covered = set()

        def is_free():
            covered.clear()
            covered.update(find_covered(desktop))
            return not covered
        try:
            support.wait_for(f"nothing to be covered {what}", is_free)
        except TimeoutError:
            raise AssertionError(f"{what}, a toast covers {covered}") from None
        desktop.keep_screenshot(f"toast {what}")
    check("below")
    desktop.key("shift+F9")
    support.wait_for("the list beside the view", lambda: get_place(
        desktop.find("list", "Pictures and Videos"))[0] > 300)
    check("beside")
    subprocess.run(["xdotool", "windowsize", "--sync", window, "360", "640"], check=True)
    check("narrow")
    desktop.key("F9")
    desktop.find("combo box", "Size")
    check("narrow with options")
    desktop.quit()


def test_short_list(desktop):
    """What a short list does not need is the picture's."""
    def get_height():
        _, top, _, bottom = get_place(desktop.find("image", "Picture Before and After"))
        return bottom - top
    desktop.write_options(model="nearest")
    desktop.start_genga(desktop.put_sample("a.png"))
    desktop.find_row("a.png", "Waiting")
    _, top, _, bottom = get_place(desktop.find_row("a.png", "Waiting"))
    alone = get_height()
    desktop.drop([desktop.put_sample(f"{letter}.png") for letter in "bcd"])
    wait_for_order(desktop, "a", "b", "c", "d")
    support.wait_for("the list to grow", lambda: get_height() <= alone - (bottom - top))
    grown = get_height()
    x, y = find_row_centre(desktop, "a.png", "Waiting")
    subprocess.run(["xdotool", "windowactivate", "--sync", desktop.get_window("Genga"), "mousemove",
                    str(x), str(y), "click", "1"], check=True)
    desktop.key("ctrl+a")
    support.wait_for("all rows to be selected", lambda: count_selected(desktop) == 4)
    desktop.activate_in_window("remove-selected")
    desktop.press("Undo Undo")
    support.wait_for("the list to be as high again", lambda: get_height() == grown)
    desktop.quit()


def start_login_manager(desktop):
    """What stands for logind on the bus that the window takes for the system's."""
    manager = desktop.start(
        [sys.executable, str(pathlib.Path(__file__).with_name("login-manager.py"))],
        stdout=subprocess.PIPE, text=True)
    expect(manager.stdout.readline() == "ready\n", "there is no login manager")
    desktop.environment["DBUS_SYSTEM_BUS_ADDRESS"] = os.environ["DBUS_SESSION_BUS_ADDRESS"]
    return manager


def choose_finish(desktop, state):
    """What becomes of the computer once all is done."""
    from gi.repository import GLib
    desktop.activate_in_window("when-finished", GLib.Variant("s", state))


def test_when_finished(desktop):
    """The computer is shut down once all is done and nobody says no, and only for this run; new
    files end the countdown."""
    manager = start_login_manager(desktop)
    desktop.write_options(model="nearest")
    desktop.start_genga(desktop.put_sample("one.png"))
    desktop.find_row("one.png", "Waiting")
    choose_finish(desktop, "suspend")
    desktop.press("Start")
    desktop.find("label", "Suspend the Computer?")
    subprocess.run([os.environ["GENGA_WINDOW"], str(desktop.put_sample("two.png"))], check=True,
                   env=desktop.environment, timeout=support.SECONDS)
    desktop.find_row("two.png", "Waiting")
    support.wait_for("the question to go",
                     lambda: desktop.look("label", "Suspend the Computer?") is None)
    choose_finish(desktop, "suspend")
    desktop.press("Start")
    desktop.find("label", "Suspend the Computer?")
    desktop.answer("Cancel")
    support.wait_for("the question to go",
                     lambda: desktop.look("label", "Suspend the Computer?") is None)

    desktop.drop([desktop.put_sample("three.png")])
    desktop.find_row("three.png", "Waiting")
    choose_finish(desktop, "shut-down")
    desktop.press("Start")
    desktop.find("label", "Shut Down the Computer?")
    desktop.find_matching("label", "All files are finished. It happens in [0-9]+ seconds?.")
    desktop.answer("Shut Down Now")
    expect(manager.stdout.readline() == "PowerOff\n", "something else was asked for")
    manager.kill()
    desktop.quit()


def test_countdown(desktop):
    """A question about a file that exists already is answered before anything happens to the
    computer; then it is suspended without anybody's help."""
    support.need_faults()
    manager = start_login_manager(desktop)
    desktop.environment["GENGA_FAULT"] = "short-countdown:1+"
    desktop.write_options(model="nearest", existing="ask")
    (desktop.folder / "two_upscaled.png").write_text("dear to me")
    desktop.start_genga(desktop.put_sample("one.png"), desktop.put_sample("two.png"))
    desktop.find_row("two.png", "Waiting")
    choose_finish(desktop, "suspend")
    desktop.press("Start")
    desktop.find("label", "“two_upscaled.png” Exists Already")
    desktop.find_row("one.png", "Done")
    state = desktop.get_state_in_window("when-finished")
    expect(state == "suspend", f"the wish is {state!r}")
    expect(desktop.look("label", "Suspend the Computer?") is None, "it counts already")
    desktop.answer("Skip")
    expect(manager.stdout.readline() == "Suspend\n", "something else was asked for")
    expect((desktop.folder / "two_upscaled.png").read_text() == "dear to me", "it was replaced")
    manager.kill()
    desktop.quit()


def test_watched_folder(desktop):
    """What comes into a folder is upscaled by itself and once."""
    inbox = desktop.folder / "in"
    inbox.mkdir()
    desktop.write_options(model="nearest")
    settings = desktop.folder / "config/glib-2.0/settings/keyfile"
    with settings.open("a") as file:
        file.write(f"watched-folders=[(b'{inbox}', '')]\n")
    desktop.start_genga()
    desktop.put_sample("in/one.png")
    desktop.find_row("one.png", "Done, Own options")
    expect((inbox / "upscaled/one_upscaled.png").exists(), "the result is not there")
    desktop.quit()
    desktop.start_genga()
    desktop.put_sample("in/sub/two.png")
    desktop.find_row("two.png", "Done, Own options")
    broken = inbox / "three.png"
    broken.write_bytes((inbox / "one.png").read_bytes()[:999])
    desktop.find_starting("panel", "three.png, “")
    desktop.put_sample("in/three.png")
    desktop.find_row("three.png", "Done, Own options")
    expect(desktop.look_for_starting("panel", "one.png") is None, "it is made again")
    desktop.key("ctrl+comma")
    desktop.find("frame", "Preferences")
    desktop.check_names()
    desktop.press(f"Stop Watching {inbox}")
    support.wait_for("the setting", lambda: str(inbox) not in settings.read_text())
    desktop.key("Escape", "Preferences")
    desktop.quit()


def test_pause_in_use(desktop):
    """Nothing is done while somebody uses the computer."""
    monitor = desktop.start(
        [sys.executable, str(pathlib.Path(__file__).with_name("idle-monitor.py"))],
        stdout=subprocess.PIPE, text=True)
    expect(monitor.stdout.readline() == "ready\n", "there is no monitor")
    desktop.write_options(**{"pause-in-use": "yes", "model": "genga-standard", "scale": "4"})
    desktop.start_genga(desktop.put_sample("one.png"))
    desktop.find_row("one.png", "Waiting")
    desktop.press("Start")
    desktop.find("label", "Paused: the computer is in use.")
    desktop.find("label", "Going on.")
    desktop.find_row("one.png", "Done")
    monitor.kill()
    desktop.quit()


def test_own_options(desktop):
    """A file has options of its own, which the panel's do not reach, today and the next time."""
    desktop.write_options(model="nearest")
    desktop.start_genga(desktop.put_sample("one.png"), desktop.put_sample("two.png"))
    desktop.find_row("two.png", "Waiting")
    desktop.activate_in_window("own-options")
    desktop.find("label", "These options are for “one.png” alone.")
    window = desktop.look("frame", "Own Options")

    def find_scale():
        nodes = [window]
        while nodes:
            node = nodes.pop()
            if support.get_role(node) == "spin button" and node.name == "Scale":
                return node.queryValue()
            nodes += [child for child in node if child is not None]
        return None
    scale = support.wait_for("the scale", find_scale)
    scale.currentValue = 3
    support.wait_for("the scale to be 3", lambda: scale.currentValue == 3)
    desktop.check_names()
    desktop.press("Apply")
    desktop.find("panel", "one.png, Waiting, Own options")
    desktop.find("label", "480 × 270 to 1440 × 810")
    panel = desktop.find("spin button", "Scale").queryValue()
    panel.currentValue = 4
    desktop.find("label", "480 × 270 to 1920 × 1080")
    desktop.find("label", "480 × 270 to 1440 × 810")
    desktop.quit()

    desktop.start_genga()
    desktop.find("panel", "one.png, Waiting, Own options")
    desktop.press("Start")
    desktop.find_row("two.png", "Done")
    size = read_pixels(desktop.folder / "one_upscaled.png")[:2]
    expect(size == (1440, 810), f"the result is {size}")
    desktop.activate_in_window("common-options")
    desktop.find_row("one.png", "Waiting")
    desktop.find("label", "480 × 270 to 1920 × 1080")
    desktop.quit()


def test_names(desktop):
    """Names of a list go to the pictures in their order; a list that is too short is refused."""
    desktop.write_options(model="nearest", naming="list", names="first\\nsecond")
    pictures = [desktop.put_sample(f"{letter}.png") for letter in "abc"]
    desktop.start_genga(*pictures)
    desktop.find_row("c.png", "Waiting")

    def is_refused():
        desktop.press("Start")  # again and again: the sentence goes after some seconds
        return desktop.look_for_starting("label", "Names: 2 left in the list for 3 files")
    support.wait_for("a sentence about the names", is_refused)
    desktop.find("text", "Names").queryEditableText().setTextContents("first\nsecond\nthird.png")
    desktop.press_until("Start", lambda: desktop.look("panel", "c.png, Done"))
    for name in ["first.png", "second.png", "third.png"]:
        expect((desktop.folder / name).exists(), f"there is no {name}")
    desktop.quit()


def walk_pages(desktop, *titles):
    """Opens one window after the other by its action, and looks whether all in it has a name."""
    for action, title in zip(["models", "preferences", "diagnostics", "compare-models",
                              "own-options"], titles):
        if action in ("preferences", "diagnostics"):
            desktop.activate(action)
        else:
            desktop.activate_in_window(action)
        desktop.find("frame", title)
        desktop.check_names()
        desktop.key("Escape", title)
        support.wait_for(f"{title} to go", lambda t=title: desktop.look("frame", t) is None)


def test_pages(desktop):
    """Everything in every window can be told by its name."""
    desktop.write_options(model="nearest")
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find("label", "Preview")
    walk_pages(desktop, "Models", "Preferences", "Diagnostics", "Compare Models", "Own Options")
    desktop.quit()


def test_french(desktop):
    """The window speaks French to who wants it, on all pages."""
    po_dir = pathlib.Path(os.environ["G_TEST_BUILDDIR"]) / "../po"
    if not (po_dir / "fr/LC_MESSAGES/genga.mo").exists():
        raise support.Skipped("this build has no translations")
    locale = find_locale(po_dir)
    if locale is None:
        raise support.Skipped("the C library translates in none of this machine's locales")
    desktop.environment.update(LANGUAGE="fr_FR.UTF-8", LC_ALL=locale)
    desktop.write_options(model="nearest")
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find("label", "Aperçu")
    walk_pages(desktop, "Modèles", "Préférences", "Diagnostic", "Comparer des modèles",
               "Options particulières")
    desktop.press("Démarrer")
    desktop.find_row("picture.png", "Terminé")
    desktop.quit()


class Remote:
    """The window's list over D-Bus, as another program has it."""
    NAME = "io.github.genga.Genga"

    def __init__(self):
        import gi
        gi.require_version("Gio", "2.0")
        from gi.repository import Gio, GLib
        self.gio, self.glib = Gio, GLib
        self.proxy = Gio.DBusProxy.new_sync(
            Gio.bus_get_sync(Gio.BusType.SESSION), Gio.DBusProxyFlags.DO_NOT_AUTO_START, None,
            self.NAME, "/io/github/genga/Genga", self.NAME + ".Queue", None)
        self.changes = []
        self.proxy.connect("g-properties-changed",
                           lambda _, changed, __: self.changes.append(changed.unpack()))

    def call(self, method, kinds=None, *arguments):
        parameters = self.glib.Variant(kinds, arguments) if kinds else None
        answer = self.proxy.call_sync(method, parameters, self.gio.DBusCallFlags.NONE, 10000, None)
        return answer.unpack()[0] if answer.n_children() else None

    def refuses(self, *arguments):
        try:
            self.call(*arguments)
        except self.glib.Error as error:
            return self.gio.DBusError.get_remote_error(error) == self.NAME + ".Error.NotPossible"
        return False

    def wait_for_change(self, change):
        def is_told():
            while self.glib.MainContext.default().iteration(False):
                pass
            return change in self.changes
        support.wait_for(f"{change}", is_told)


def test_other_programs(desktop):
    """Files are added, listed and run over D-Bus as by hand."""
    desktop.write_options(model="nearest")
    desktop.start_genga()
    remote = Remote()
    expect(remote.call("List") == [], "there are files already")
    expect(remote.refuses("Start") and remote.refuses("Stop"), "there is nothing to start or stop")
    expect(remote.refuses("SetPaused", "(b)", True), "there is nothing to pause")
    files = [desktop.put_sample("first.png"), desktop.put_sample("second é.png")]
    remote.call("Add", "(as)", [file.as_uri() for file in files])
    desktop.find_row("second é.png", "Waiting")
    jobs = remote.call("List")
    expect([(job["source"], job["state"]) for job in jobs] ==
           [(file.as_uri(), "queued") for file in files], f"the list is {jobs}")
    remote.call("Start")
    desktop.find_row("second é.png", "Done")
    jobs = remote.call("List")
    expect(all(job["state"] == "done" and job["fraction"] == 1 for job in jobs), str(jobs))
    expect(jobs[0]["target"].endswith("first_upscaled.png"), str(jobs))
    desktop.quit()


def test_upscale_at_once(desktop):
    """As file managers start it: here, and in a window that is there already."""
    desktop.write_options(model="nearest")
    window = [os.environ["GENGA_WINDOW"], "--upscale"]
    desktop.genga = desktop.start(window + [str(desktop.put_sample("first.png"))])
    desktop.find_row("first.png", "Done")
    second = desktop.start(window + [str(desktop.put_sample("second.png"))])
    expect(second.wait(support.SECONDS) == 0, "the second process did not end")
    desktop.find_row("second.png", "Done")
    third = desktop.start([os.environ["GENGA_WINDOW"], str(desktop.put_sample("third.png"))])
    expect(third.wait(support.SECONDS) == 0, "the third process did not end")
    desktop.find_row("third.png", "Waiting")
    desktop.quit()


def test_paused_by_other_programs(desktop):
    """They are told what changes."""
    desktop.write_slow_options()
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find_row("picture.png", "Waiting")
    remote = Remote()
    remote.call("Start")
    remote.wait_for_change({"Running": True})
    remote.call("SetPaused", "(b)", True)
    remote.wait_for_change({"Paused": True})
    expect(len(remote.call("List")) == 1, "it is listed no more")
    remote.call("SetPaused", "(b)", False)
    remote.wait_for_change({"Paused": False})
    remote.call("Stop")
    remote.wait_for_change({"Running": False})
    desktop.quit()


support.run([
    ("come back", test_come_back),
    ("killed", test_killed),
    ("worker killed", test_worker_killed),
    ("damaged", test_damaged),
    ("log and retry", test_log_and_retry),
    ("results", test_results),
    ("beside", test_beside),
    ("bad sources", test_bad_sources),
    ("getting in", test_getting_in),
    ("several", test_several),
    ("drags", test_drags),
    ("gallery", test_gallery),
    ("toasts", test_toasts),
    ("short list", test_short_list),
    ("when finished", test_when_finished),
    ("countdown", test_countdown),
    ("own options", test_own_options),
    ("watched folder", test_watched_folder),
    ("pause in use", test_pause_in_use),
    ("names", test_names),
    ("other programs", test_other_programs),
    ("paused by other programs", test_paused_by_other_programs),
    ("upscale at once", test_upscale_at_once),
    ("pages", test_pages),
    ("french", test_french),
])
