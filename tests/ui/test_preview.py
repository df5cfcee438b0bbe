#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The live preview and the test in the real window: seen at once, and nothing is left behind."""
import os
import subprocess

import support


def set_value(desktop, role, name, value):
    """Moves a slider or a spin button."""
    control = desktop.find(role, name).queryValue()
    control.currentValue = value
    support.wait_for(f"{name} to be {value}", lambda: abs(control.currentValue - value) < 1e-6)


def is_pressed(desktop, name):
    """Whether a toggle button is down."""
    import pyatspi
    node = desktop.look("push button", name)
    return node is not None and node.getState().contains(pyatspi.STATE_PRESSED)


def is_selected(desktop, name):
    """Whether the row of a picture that waits is selected."""
    import pyatspi
    row = desktop.look("panel", f"{name}.png, Waiting")
    item = row.parent.parent if row is not None else None  # the row is in a slot of the item
    return item is not None and item.getState().contains(pyatspi.STATE_SELECTED)


def get_leftovers(desktop):
    """What a test has left in the cache."""
    return list((desktop.folder / "cache/genga").glob("test-*"))


def test_live(desktop):
    """A preview appears by itself, follows every option, and its tiles change nothing of what is
    written."""
    desktop.write_options(model="genga-fast")
    picture = desktop.put_sample("picture.png")
    desktop.start_genga(picture)
    desktop.find("label", "Preview")
    set_value(desktop, "slider", "Sharpening", 0.5)
    set_value(desktop, "spin button", "Scale", 3)
    desktop.find("label", "Preview")
    set_value(desktop, "spin button", "Scale", 2)
    desktop.press("Start")
    desktop.find("label", "After")
    expected = desktop.folder / "expected.png"
    subprocess.run([os.environ["GENGA_CLI"], "upscale", "--quiet", "--model", "genga-fast",
                    "--sharpening", "0.5", "--output", str(expected), str(picture)], check=True,
                   stdout=subprocess.DEVNULL, env=desktop.environment)
    result = desktop.folder / "picture_upscaled.png"
    support.expect(result.read_bytes() == expected.read_bytes(), "the window writes something else")

    # Done and then changed: a preview again, until the options are what they were.
    set_value(desktop, "slider", "Sharpening", 1)
    desktop.find("label", "Preview")
    set_value(desktop, "slider", "Sharpening", 0.5)
    desktop.find("label", "After")
    desktop.quit()


def test_match(desktop):
    """The window takes the model for a picture that the command takes, and tells which."""
    desktop.write_options(model="match")
    picture = desktop.put_sample("picture.png")
    desktop.start_genga(picture)
    desktop.find("label", "Looks at each source, and takes the installed model that fits it.")
    desktop.find("label", "Preview")
    desktop.press("Start")
    desktop.find_row("picture.png", "Done")
    expected = desktop.folder / "expected.png"
    done = subprocess.run([os.environ["GENGA_CLI"], "upscale", "--progress", "json", "--model",
                           "match", "--output", str(expected), str(picture)], check=True,
                          stdout=subprocess.PIPE, text=True, env=desktop.environment)
    result = desktop.folder / "picture_upscaled.png"
    support.expect(result.read_bytes() == expected.read_bytes(), "the window writes something else")
    desktop.press("Show Log")
    log = desktop.find("text", "Log").queryText().getText(0, -1)
    name = next(line.split(": ")[1] for line in log.splitlines() if line.startswith("Model: "))
    support.expect(f'"{name}"' in done.stdout, f"{name} is not in {done.stdout}")
    desktop.key("Escape", "Log")
    desktop.quit()


def test_rows(desktop):
    """Another row shows its own picture, whatever is still under way for the one before."""
    desktop.write_options(model="genga-standard")
    pictures = [desktop.put_sample(f"{name}.png") for name in ["one", "two", "three"]]
    desktop.start_genga(*pictures)
    desktop.find_row("three.png", "Waiting")
    window = desktop.get_window("Genga")
    subprocess.run(["xdotool", "windowmove", "--sync", window, "0", "0"], check=True)
    for name in ["two", "one", "two"]:
        box = desktop.find_row(f"{name}.png", "Waiting").queryComponent().getExtents(
            support.get_window_coordinates())
        subprocess.run(["xdotool", "mousemove", str(box.x + 150), str(box.y + box.height // 2),
                        "click", "1"], check=True)
        support.wait_for(f"the row {name} to be selected", lambda: is_selected(desktop, name))
    desktop.find("label", "Preview")
    desktop.find("slider", "Line Between Before and After")
    desktop.keep_screenshot("rows")
    desktop.quit()


def test_off(desktop):
    """Who wants no preview has none, today and the next time."""
    desktop.write_options(model="bicubic")
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find("label", "Preview")
    desktop.press("Live Preview")
    support.wait_for("the preview to go", lambda: desktop.look("label", "Preview") is None)
    desktop.press("Side by Side")
    support.wait_for("the two panes", lambda: is_pressed(desktop, "Side by Side"))
    desktop.quit()
    stored = (desktop.folder / "config/glib-2.0/settings/keyfile").read_text()
    for part in ["live-preview=false", "side-by-side=true"]:
        support.expect(part in stored, f"{part} is not in {stored!r}")
    desktop.start_genga()
    desktop.find("panel", "picture.png, Waiting")
    support.expect(desktop.look("label", "Preview") is None, "there is a preview")
    desktop.quit()


def test_test(desktop):
    """A test shows the whole result and keeps nothing; it can be stopped."""
    desktop.write_options(model="bicubic", scale="4")
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find("label", "Preview")
    desktop.press("Test")
    desktop.find("label", "Test Result")
    support.expect(not get_leftovers(desktop), "the test's file is still there")
    support.expect(not list(desktop.folder.glob("picture_*")), "the test has written a result")
    set_value(desktop, "spin button", "Scale", 16)
    desktop.find("label", "Preview of the Middle")
    desktop.press("Test")
    desktop.find("progress bar", "Progress of the Test")
    desktop.press("Test")
    support.wait_for("the test to stop",
                     lambda: desktop.look("progress bar", "Progress of the Test") is None)
    support.expect(not get_leftovers(desktop), "something of the stopped test is still there")
    desktop.quit()


def count_times(desktop):
    """How many panes say how fast their model is."""
    return sum(1 for node in desktop.walk() if support.get_role(node) == "label" and
               node.name.endswith(" s per megapixel"))


def test_models(desktop):
    """Models side by side: each says how fast it is, and one is chosen by a click."""
    desktop.write_options(model="genga-fast")
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find("label", "Preview")
    desktop.key("ctrl+shift+m")
    desktop.find("frame", "Compare Models")
    desktop.find("push button", "Use genga-fast")
    support.wait_for("the speeds of two models", lambda: count_times(desktop) == 2)
    for name in ["genga-standard", "Bicubic"]:
        desktop.press_until("Add a Model", lambda name=name: desktop.look(
            "push button", f"Leave Out {name}"))
    desktop.check_names()
    desktop.press("Leave Out genga-fast")
    support.wait_for("three panes",
                     lambda: desktop.look("push button", "Use genga-fast") is None)
    desktop.press("Use Bicubic")
    support.wait_for("the window to go", lambda: desktop.look("frame", "Compare Models") is None)
    desktop.find("label", "Preview")
    desktop.quit()
    stored = (desktop.folder / "config/glib-2.0/settings/keyfile").read_text()
    for part in ["'model': 'bicubic'", "compared-models=["]:
        support.expect(part in stored, f"{part} is not in {stored!r}")


def test_reasons(desktop):
    """Where there can be no preview, the view says why."""
    notes = desktop.folder / "notes.png"
    notes.write_text("not a picture\n")
    desktop.start_genga(notes)
    desktop.find_starting("panel", "notes.png")

    def get_reasons():
        return [node for node in desktop.walk()
                if support.get_role(node) == "label" and "is a text" in node.name]
    support.wait_for("the reason in the view and in the row", lambda: len(get_reasons()) == 2)
    desktop.quit()


def get_mapped(pid):
    """The files that a process has in its memory."""
    with open(f"/proc/{pid}/maps") as lines:
        return {line.split(maxsplit=5)[5].strip() for line in lines if "/" in line}


def test_apart(desktop):
    """What a file does to its decoder, it does to a process that has no rights; the window says so
    and goes on."""
    support.need_faults()
    outside = desktop.folder / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    desktop.environment.update(GENGA_FAULT="kill-reader-deadly.png:1,breach:1",
                               GENGA_BREACH=str(outside))
    desktop.write_options(model="bicubic")
    deadly, good = (desktop.put_sample(name) for name in ("deadly.png", "good.png"))
    said = desktop.folder / "said"
    with said.open("w") as file:
        desktop.genga = desktop.start([os.environ["GENGA_WINDOW"], str(deadly)], stderr=file)
    desktop.find("frame", "Genga")
    desktop.find_starting("panel", "deadly.png")
    answer = support.wait_for("the picture or the reason", lambda: desktop.look(
        "label", "Preview") or desktop.look_for_matching("label", "(?s).*the process that reads it .*"))
    support.expect(answer.name != "Preview", "the reader was not killed")
    desktop.start([os.environ["GENGA_WINDOW"], str(good)])
    desktop.find("label", "Preview")
    tried = [line for line in said.read_text().splitlines() if line.startswith("breach: ")]
    support.expect(tried, "no decoder has tried anything")
    for line in tried:
        support.expect("done" not in line, line)
    support.expect([path.name for path in outside.iterdir()] == ["secret"], "a file was written")
    decoders = [path for path in get_mapped(desktop.genga.pid)
                if "genga-image" in path or "genga-video" in path]
    support.expect(not decoders, f"the window has opened {decoders}")
    desktop.quit()


support.run([
    ("live", test_live),
    ("match", test_match),
    ("rows", test_rows),
    ("off", test_off),
    ("test", test_test),
    ("models", test_models),
    ("reasons", test_reasons),
    ("apart", test_apart),
])
