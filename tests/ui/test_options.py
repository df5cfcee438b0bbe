#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options panel in the real window: what it shows for which files, and what changes reach."""
import os
import subprocess

import support
from support import expect


def test_shown(desktop):
    """Options that mean nothing for the files are absent, and the result's name follows them."""
    desktop.write_options(model="nearest")
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find_row("picture.png", "Waiting")
    desktop.find("label", "“picture_upscaled.png”: 960 × 540 pixels")
    desktop.find("text", "Suffix")
    for role, name in (("spin button", "Quality"), ("check box", "Lossless")):
        expect(desktop.look(role, name) is None, f"“{name}” is shown for a PNG")
    desktop.open_row("What Will Happen", "outlook.open")
    desktop.find("label", "picture_upscaled.png (png, 8 bits per channel)")
    desktop.find("text", "Suffix").queryEditableText().setTextContents("_large")
    desktop.find("label", "“picture_large.png”: 960 × 540 pixels")
    desktop.find("label", "picture_large.png (png, 8 bits per channel)")

    # A list of last time shows what can be done with it.
    desktop.quit()
    desktop.start_genga()
    desktop.find_row("picture.png", "Waiting")
    desktop.find("text", "Suffix")
    desktop.drop([desktop.put_sample("photo.jpg")])
    desktop.find_row("photo.jpg", "Waiting")
    desktop.find("spin button", "Quality")
    desktop.quit()


def test_during_run(desktop):
    """Changes reach what waits, and the panel says so; what can't be combined is said at once."""
    desktop.write_slow_options()
    names = ["one.png", "two.png", "three.png", "four.png", "five.png"]
    desktop.start_genga(*[desktop.put_sample(name) for name in names])
    desktop.find_row("five.png", "Waiting")
    desktop.press("Start")
    desktop.press("Pause")
    desktop.find("label",
                 "Running files keep their options. Changes apply to 2 waiting files.")
    desktop.find("spin button", "Scale").queryValue().currentValue = 3
    desktop.find("label", "480 × 270 to 1440 × 810")
    sizes = [name for name in ("480 × 270 to 1440 × 810", "480 × 270 to 7680 × 4320")
             for _ in desktop.look_for_all("label", name)]
    expect(len(sizes) == 5 and sizes.count("480 × 270 to 1440 × 810") == 2,
           f"the sizes are {sizes}")
    desktop.press("Stop")
    desktop.find_row("one.png", "Stopped")
    support.wait_for("the note to go", lambda: desktop.look_for_starting(
        "label", "Running files keep their options.") is None)
    desktop.quit()


def click_row(desktop, name, state):
    """Selects a row by the mouse, which gives it the focus."""
    box = desktop.find_row(name, state).queryComponent().getExtents(
        support.get_window_coordinates())
    subprocess.run(["xdotool", "mousemove", "--window", desktop.get_window("Genga"),
                    str(box.x + 100), str(box.y + box.height // 2), "click", "1"], check=True)


def test_order(desktop):
    """Keys move a file in the list, zoom from anywhere, and fill the screen with the comparison."""
    def get_order():
        rows = {node.name.split(",")[0]: node.queryComponent().getExtents(
            support.get_window_coordinates()).y for node in desktop.walk()
            if node.getRoleName() == "panel" and node.name.endswith(", Waiting")}
        return sorted(rows, key=rows.get)

    desktop.write_options(model="nearest")
    names = ["one.png", "two.png", "three.png"]
    desktop.start_genga(*[desktop.put_sample(name) for name in names])
    desktop.find_row("three.png", "Waiting")
    support.wait_for("the rows", lambda: get_order() == names)
    click_row(desktop, "one.png", "Waiting")
    desktop.key("alt+Down")
    support.wait_for("the row to move",
                     lambda: get_order() == ["two.png", "one.png", "three.png"])
    desktop.key("alt+Up")
    support.wait_for("the row to move back", lambda: get_order() == names)
    desktop.key("ctrl+1")
    desktop.find("label", "100 %")
    desktop.key("ctrl+2")
    desktop.find("label", "200 %")
    desktop.key("F11")
    support.wait_for("the rest to go", lambda: desktop.look("push button", "Start") is None)
    desktop.key("Escape")
    desktop.find("push button", "Start")
    desktop.quit()


def test_tab(desktop):
    """One Tab takes the focus from a row to the next one."""
    import pyatspi

    def get_focused():
        return next((node.name for node in desktop.walk() if node.getRoleName() == "list item" and
                     node.getState().contains(pyatspi.STATE_FOCUSED)), None)

    desktop.write_options(model="nearest")
    names = ["one.png", "two.png"]  # as many as fit: a run scrolls to the others
    desktop.start_genga(*[desktop.put_sample(name) for name in names])
    desktop.find_row("two.png", "Waiting")
    desktop.press("Start")
    for name in names:
        desktop.find_row(name, "Done")
    click_row(desktop, "one.png", "Done")
    for name in names:
        support.wait_for(f"{name} to have the focus", lambda: get_focused() == f"{name}, Done")
        desktop.key("Tab")
    desktop.quit()


def test_automatic(desktop):
    """Who leaves tiles and filters alone does not see them; they come back as they were, and what
    gives them a value shows them."""
    def is_shown():
        return desktop.look("slider", "Sharpening") is not None

    desktop.write_options(model="nearest")
    path = desktop.folder / "config/glib-2.0/settings/keyfile"
    path.write_text(path.read_text().replace("automatic-settings=false", ""))
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find_row("picture.png", "Waiting")
    desktop.find("check box", "Automatic Settings")
    expect(not is_shown() and desktop.look("spin button", "Tile size") is None, "they are shown")
    desktop.press("Automatic Settings", role="check box")
    sharpening = desktop.find("slider", "Sharpening").queryValue()
    desktop.find("spin button", "Tile size")
    sharpening.currentValue = 0.5
    support.wait_for("the slider", lambda: abs(sharpening.currentValue - 0.5) < 1e-6)
    desktop.press("Automatic Settings", role="check box")
    support.wait_for("the slider to go", lambda: not is_shown())
    desktop.press("Start")
    desktop.find_row("picture.png", "Done")
    desktop.press("Automatic Settings", role="check box")
    desktop.find("slider", "Sharpening")
    support.wait_for("the value to come back", lambda: abs(desktop.find(
        "slider", "Sharpening").queryValue().currentValue - 0.5) < 1e-6)
    desktop.quit()
    expected = desktop.folder / "expected.png"
    subprocess.run([os.environ["GENGA_CLI"], "upscale", "--quiet", "--model", "nearest", "--output",
                    str(expected), str(desktop.folder / "picture.png")], check=True,
                   stdout=subprocess.DEVNULL, env=desktop.environment)
    expect((desktop.folder / "picture_upscaled.png").read_bytes() == expected.read_bytes(),
           "it was sharpened")

    desktop.write_options(model="nearest", sharpening="0.5")
    path.write_text(path.read_text().replace("automatic-settings=false", ""))
    desktop.start_genga()
    slider = desktop.find("slider", "Sharpening").queryValue()
    expect(abs(slider.currentValue - 0.5) < 1e-6, "what was chosen last time is lost")
    desktop.quit()


support.run([
    ("shown", test_shown),
    ("automatic", test_automatic),
    ("during run", test_during_run),
    ("order", test_order),
    ("tab", test_tab),
])
