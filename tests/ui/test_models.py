#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Models come in, are told of, chosen and removed; preferences and diagnostics."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys

import support
from support import expect

MODELS = pathlib.Path(os.environ["G_TEST_SRCDIR"], "../models")
PAYLOAD = "payload-has-run"


def put_model(desktop, name, which="genga-fast"):
    """A model file outside the folder of models."""
    path = desktop.folder / name
    shutil.copy(MODELS / f"{which}.safetensors", path)
    return path


def put_evil(desktop, name):
    """A pickle that runs a command in whoever loads it as Python does."""
    path = desktop.folder / name
    command = f"touch {desktop.folder}/{PAYLOAD}".encode()
    path.write_bytes(b"\x80\x02cos\nsystem\nX" + len(command).to_bytes(4, "little") + command +
                     b"\x85R.")
    return path


def get_own(desktop):
    """The user's folder of models."""
    return desktop.folder / "data/genga/models"


def wait_for_file(path):
    support.wait_for(f"the file {path.name}", path.exists)


def has_stored(desktop, part):
    """What the window remembers."""
    path = desktop.folder / "config/glib-2.0/settings/keyfile"
    return path.exists() and part in path.read_text()


def open_models(desktop):
    desktop.key("ctrl+m")
    desktop.find("frame", "Models")


def expand(desktop, name):
    """Opens the rows of a model of this name: their buttons can be pressed then."""
    desktop.find("list item", name)
    for node in desktop.look_for_all("list item", name):
        with contextlib.suppress(NotImplementedError):
            action = node.queryAction()
            if "model.expand" in [action.getName(i) for i in range(action.nActions)]:
                action.doAction(0)


def press_toast(desktop, label):
    """Presses a toast's button, which is called twice by its name, and sees the toast go."""
    name = f"{label} {label}"
    desktop.press(name)
    support.wait_for("the toast to go", lambda: desktop.look("push button", name) is None)


def remove(desktop, name, path):
    """Removes the model of this name: into the trash, or where there is none for good."""
    desktop.press(f"Remove {name}")
    desktop.answer("Remove")
    support.wait_for("the removal", lambda: not path.exists() or
                     desktop.look("push button", "Delete Delete"))
    if path.exists():
        desktop.answer("Delete")
    support.wait_for("the end of the removal", lambda: not path.exists())


def test_drop(desktop):
    """A model and a picture dropped together: one is added, one is queued; Use takes the model."""
    model = put_model(desktop, "My Model.safetensors")
    picture = desktop.put_sample("picture.png")
    desktop.start_genga()
    desktop.find("push button", "Models")
    desktop.drop([model, picture])
    desktop.find("label", "“genga-fast” was added.")
    press_toast(desktop, "Use")
    desktop.find_row("picture.png", "Waiting")
    copy = get_own(desktop) / "My Model.safetensors"
    expect(copy.read_bytes() == model.read_bytes(), "the copy differs")
    expect([path.name for path in get_own(desktop).iterdir()] == [copy.name], "something is left")
    desktop.quit()
    expect(has_stored(desktop, "'model': 'My Model'"), "the model was not chosen")
    shared = os.environ.get("GENGA_SHARED")
    if shared:
        desktop.start_genga(pathlib.Path(shared, "weights/realesr-animevideov3.pth"))
        press_toast(desktop, "Use")
        desktop.find("label", "Compact · 4× · licence unknown")
        desktop.quit()
        expect(has_stored(desktop, "'model': 'realesr-animevideov3'"), "it was not chosen")


def test_refused(desktop):
    """What is no model, or more than that, is refused with a sentence, and not copied."""
    evil = put_evil(desktop, "evil.pth")
    page = desktop.folder / "page.safetensors"
    page.write_text("<!DOCTYPE html>\n")
    desktop.start_genga()
    desktop.drop([evil, page])
    desktop.find("label", "Models Not Added")
    text = desktop.find_starting("label", str(evil)).name
    expect("not safe" in text and "web page" in text, f"the dialog says {text!r}")
    desktop.keep_screenshot("refused")
    desktop.answer("Close")
    expect(not any(get_own(desktop).glob("*")), "a file was copied")
    expect(not (desktop.folder / PAYLOAD).exists(), "the payload has run")
    desktop.quit()


def test_clash(desktop):
    """Another model with the name of one that is there: nothing is replaced."""
    first = put_model(desktop, "m.safetensors")
    original = first.read_bytes()
    desktop.start_genga(first)
    wait_for_file(get_own(desktop) / "m.safetensors")
    put_model(desktop, "m.safetensors", "genga-restore")
    desktop.drop([first])
    desktop.find("label", "Add Under Another Name?")
    desktop.answer("Keep Both")
    second = get_own(desktop) / "m (2).safetensors"
    wait_for_file(second)
    support.wait_for("both", lambda: second.read_bytes() == first.read_bytes())
    expect((get_own(desktop) / "m.safetensors").read_bytes() == original, "it was replaced")
    desktop.quit()


def test_page(desktop):
    """The page tells of every file, chooses, removes, and sees what others put into the folder."""
    get_own(desktop).mkdir(parents=True)
    put_model(desktop, "data/genga/models/mine.safetensors", "genga-restore")
    put_evil(desktop, "data/genga/models/evil.pth")
    desktop.start_genga()
    open_models(desktop)
    for part in ["Your Models", "Built-in Models", "Unusable Files"]:
        desktop.find("label", part)
    desktop.find_starting("label", "Warning: this file is not safe.")
    desktop.find("label", "Family")
    desktop.find("label", "10 pixels to each side")
    desktop.check_names()

    # Somebody else puts a file there; it is found again at once when asked.
    put_model(desktop, "data/genga/models/2x_AniToon_New.safetensors")
    desktop.press("Refresh the List of Models")
    desktop.find("label", "Compact · 2× · CC BY-NC 4.0, not for commercial use")

    expand(desktop, "genga-restore")
    desktop.press("Use genga-restore")
    support.wait_for("the choice", lambda: len(
        desktop.look_for_all("push button", "Use genga-restore")) == 1)
    expand(desktop, "evil")
    desktop.press("Remove evil")
    desktop.answer("Cancel")
    expect((get_own(desktop) / "evil.pth").exists(), "it was removed unasked")
    remove(desktop, "evil", get_own(desktop) / "evil.pth")
    support.wait_for("the row to go", lambda: desktop.look("push button", "Remove evil") is None)
    expect((MODELS / "genga-fast.safetensors").exists(), "a shipped model was removed")
    expect(desktop.look("push button", "Remove genga-standard") is None,
           "a shipped model can be removed")
    desktop.keep_screenshot("models")
    desktop.quit()


def test_removed_in_use(desktop):
    """Who removes the model that is in use gets the built-in one again."""
    get_own(desktop).mkdir(parents=True)
    path = put_model(desktop, "data/genga/models/mine.safetensors")
    desktop.write_options(model="mine")
    desktop.start_genga()
    open_models(desktop)
    expand(desktop, "genga-fast")
    remove(desktop, "genga-fast", path)
    support.wait_for("the row to go",
                     lambda: desktop.look("push button", "Remove genga-fast") is None)
    desktop.quit()
    expect(not has_stored(desktop, "'mine'"), "it is still chosen")


def test_preferences(desktop):
    """Preferences are in force at once and remembered; a reset can be taken back."""
    desktop.write_options(model="bicubic", scale="3")
    desktop.start_genga()
    desktop.key("ctrl+comma")
    desktop.find("frame", "Preferences")
    desktop.check_names()
    desktop.press("Notify When Done", role="check box")
    support.wait_for("the setting", lambda: has_stored(desktop, "notify=false"))
    desktop.find("spin button", "Threads").queryValue().currentValue = 1
    desktop.press("Reset All Options")
    press_toast(desktop, "Undo")
    desktop.keep_screenshot("preferences")
    desktop.quit()
    for part in ["notify=false", "'model': 'bicubic'", "'scale': '3'", "'threads': '1'"]:
        expect(has_stored(desktop, part), f"{part} is not remembered")
    desktop.start_genga()
    desktop.key("ctrl+comma")
    threads = desktop.find("spin button", "Threads").queryValue()
    expect(threads.currentValue == 1, f"the threads are {threads.currentValue}")
    desktop.press("Reset All Options")
    support.wait_for("the reset", lambda: threads.currentValue == 0)
    desktop.quit()
    expect(not has_stored(desktop, "'model'"), "the options were not reset")


def test_diagnostics(desktop):
    """The page names what genga-cli diagnose names, and gives it to the clipboard."""
    desktop.start_genga()
    desktop.activate("diagnostics")
    for part in ["Genga", "torch-cpu", "media", "reference", "Processor", "Threads"]:
        desktop.find("label", part)
    desktop.check_names()
    desktop.press("Copy")
    clipboard = pathlib.Path(__file__).with_name("clipboard.py")
    done = subprocess.run([sys.executable, str(clipboard), "text"], env=desktop.environment,
                          stdout=subprocess.PIPE, text=True, check=True, timeout=support.SECONDS)
    told = subprocess.run([os.environ["GENGA_CLI"], "diagnose"], env=desktop.environment,
                          stdout=subprocess.PIPE, text=True, check=True)

    def drop_memory(text):
        return [line for line in text.splitlines() if line and "GB" not in line]
    expect(drop_memory(done.stdout) == drop_memory(told.stdout),
           f"genga-cli says something else than {done.stdout!r}")
    desktop.keep_screenshot("diagnostics")
    desktop.key("Escape", "Diagnostics")
    desktop.activate("about")
    desktop.find("list item", "Troubleshooting")
    desktop.key("ctrl+q", "About")
    code = desktop.genga.wait(support.SECONDS)
    expect(code == 0, f"the window ended with {code}")


def test_service(desktop):
    """Started as a service, it has no window until the desktop asks for something."""
    from gi.repository import GLib
    desktop.genga = desktop.start([os.environ["GENGA_WINDOW"], "--gapplication-service"])

    def ask():
        with contextlib.suppress(GLib.Error):  # it is not on the bus yet
            desktop.activate("preferences")
            return True
        return False
    support.wait_for("the service", ask)
    desktop.find("frame", "Preferences")
    desktop.find("frame", "Genga")
    desktop.key("Escape", "Preferences")
    support.wait_for("the end of it", lambda: desktop.look("frame", "Preferences") is None)
    desktop.quit()


def test_apart(desktop):
    """What a model does to its reader, it does to a process that has no rights: the list, adding and
    a preview say so, and the window goes on."""
    support.need_faults()
    outside = desktop.folder / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    get_own(desktop).mkdir(parents=True)
    put_model(desktop, "data/genga/models/deadly.safetensors")
    put_model(desktop, "data/genga/models/good.safetensors", "genga-restore")
    desktop.write_options(model="deadly")
    desktop.environment.update(GENGA_FAULT="kill-reader-deadly.safetensors:1,breach:1",
                               GENGA_BREACH=str(outside))
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find("frame", "Genga")
    reason = "(?s).*deadly.safetensors.* the process that reads it .*"
    support.wait_for("the preview's reason", lambda: desktop.look_for_matching("label", reason))
    open_models(desktop)
    desktop.find("label", "Unusable Files")
    desktop.find("push button", "Use genga-restore")
    desktop.key("Escape", "Models")
    added = desktop.folder / "elsewhere"
    added.mkdir()
    desktop.drop([put_model(desktop, "elsewhere/deadly.safetensors"),
                  put_model(desktop, "elsewhere/other.safetensors")])
    desktop.find("label", "Model Not Added")
    desktop.answer("Close")
    wait_for_file(get_own(desktop) / "other.safetensors")
    tried = [line for line in desktop.read_complaints().decode().splitlines() if line.startswith("breach: ")]
    expect(tried, "no reader has tried anything")
    expect(not any("done" in line for line in tried), f"a reader could do what it may not: {tried}")
    expect([path.name for path in outside.iterdir()] == ["secret"], "a file was written")
    desktop.quit()


support.run([
    ("drop", test_drop),
    ("refused", test_refused),
    ("clash", test_clash),
    ("page", test_page),
    ("removed in use", test_removed_in_use),
    ("preferences", test_preferences),
    ("diagnostics", test_diagnostics),
    ("service", test_service),
    ("apart", test_apart),
])
