#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real window in a real desktop: pictures come in, are upscaled, and the window tells so."""
import os
import subprocess

import support
from support import expect


def test_drop_and_start(desktop):
    """Dropped, started through accessibility, and byte for byte what genga-cli writes."""
    desktop.write_options(model="nearest", scale="3")
    picture = desktop.put_sample("a picture.png")
    second = desktop.put_sample("second.png")
    desktop.start_genga()
    desktop.drop([picture, second])
    desktop.find_row("a picture.png", "Waiting")
    desktop.press("Start")
    desktop.find_row("a picture.png", "Done")
    desktop.find_row("second.png", "Done")
    expected = desktop.folder / "expected.png"
    subprocess.run([os.environ["GENGA_CLI"], "upscale", "--quiet", "--model", "nearest", "--scale",
                    "3", "--output", str(expected), str(picture)], check=True,
                   stdout=subprocess.DEVNULL,
                   env=desktop.environment)
    result = desktop.folder / "a picture_upscaled.png"
    expect(result.read_bytes() == expected.read_bytes(), "the window writes something else")
    desktop.keep_screenshot("done")
    desktop.quit()


def test_compare(desktop):
    """The line between before and after is a slider for assistive technology and the keyboard."""
    desktop.write_options(model="nearest")
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.press("Start")
    desktop.find_row("picture.png", "Done")
    line = desktop.find("slider", "Line Between Before and After")
    value = line.queryValue()
    expect(abs(value.currentValue - 0.5) < 1e-6, "the line does not begin in the middle")
    value.currentValue = 0.25
    support.wait_for("the line to move", lambda: abs(value.currentValue - 0.25) < 1e-6)
    for name in ["Zoom In", "Show the Whole Picture", "Original Size", "Zoom Out"]:
        desktop.press(name)
    desktop.find("label", "80 %")
    desktop.keep_screenshot("compare")
    desktop.quit()


def test_names(desktop):
    """Nothing that can be operated is without a name, or has it twice."""
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find_row("picture.png", "Waiting")
    desktop.check_names()
    desktop.quit()


def test_bad_files(desktop):
    """What is no picture says why, and the others go on."""
    desktop.write_options(model="nearest")
    notes = desktop.folder / "notes.txt"
    notes.write_text("not a picture\n")
    gone = desktop.put_sample("gone.png")
    picture = desktop.put_sample("picture.png")
    desktop.start_genga(notes, gone, picture, desktop.folder / "never there.png")
    desktop.find_row("picture.png", "Waiting")
    desktop.find("label", "2 files waiting")
    desktop.find_starting("panel", f"notes.txt, “{notes}” is a text")
    gone.unlink()
    desktop.press("Start")
    desktop.find_row("picture.png", "Done")

    def get_failed():
        return [node for node in desktop.walk()
                if support.get_role(node) == "push button" and node.name == "Try Again" and
                node.getState().contains(support.get_visible())]
    support.wait_for("three failed rows", lambda: len(get_failed()) == 3)
    desktop.keep_screenshot("bad files")
    desktop.quit()


def test_stop_and_close(desktop):
    """Work can be paused and stopped, closing asks first, and what was stopped starts again."""
    desktop.write_slow_options()
    desktop.start_genga(desktop.put_sample("picture.png"), desktop.put_sample("second.png"))
    desktop.find_row("second.png", "Waiting")
    desktop.press("Start")
    desktop.press("Pause")
    desktop.key("ctrl+q")
    desktop.answer("Continue")
    desktop.press("Stop")
    desktop.find_row("second.png", "Stopped")
    expect(not list(desktop.folder.glob("second_*")), "something is left of what was stopped")
    desktop.press("Start")
    desktop.press("Pause")
    desktop.key("ctrl+q")
    desktop.answer("Stop and Close")
    code = desktop.genga.wait(support.SECONDS)
    expect(code == 0, f"the window ended with {code}")
    expect(not list(desktop.folder.glob("second_*")), "something is left of what was stopped")


def test_scrolling(desktop):
    """The wheel scrolls the options and changes none, unless it is over what has the focus."""
    desktop.write_options(model="nearest")
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find_row("picture.png", "Waiting")
    window = desktop.get_window("Genga")
    scale = desktop.find("spin button", "Scale")

    def get_box():
        return scale.queryComponent().getExtents(support.get_window_coordinates())

    def point(*steps):
        box = get_box()
        subprocess.run(["xdotool", "mousemove", "--window", window, str(box.x + box.width // 2),
                        str(box.y + box.height // 2), *steps], check=True)

    def get_values():
        return {control.name: control.queryValue().currentValue for control in desktop.walk()
                if support.get_role(control) in ("slider", "spin button")}

    before, top = get_values(), get_box().y
    expect(len(before) > 3, f"only {before} can be changed")
    point()
    # The pointer stays: one control after another comes below it.
    for button, is_there in (("5", lambda: get_box().y < top), ("4", lambda: get_box().y == top)):
        subprocess.run(["xdotool", "click", "--repeat", "12", "--delay", "60", button], check=True)
        support.wait_for("the panel to scroll", is_there)
    after = get_values()
    expect(after == before, f"scrolling changed {before} to {after}")
    point("click", "1", "click", "4")
    support.wait_for("the focused scale to change", lambda: get_values() != before)
    desktop.quit()


def test_settings(desktop):
    """What was chosen is chosen again the next time."""
    desktop.write_options(model="bicubic", scale="2")
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find_row("picture.png", "Waiting")
    scale = desktop.find("spin button", "Scale").queryValue()
    scale.currentValue = 4
    desktop.find("label", "480 × 270 to 1920 × 1080")
    sharpening = desktop.find("slider", "Sharpening").queryValue()
    sharpening.currentValue = 0.5
    support.wait_for("the slider", lambda: abs(sharpening.currentValue - 0.5) < 1e-6)
    desktop.quit()
    stored = (desktop.folder / "config/glib-2.0/settings/keyfile").read_text()
    for part in ["'model': 'bicubic'", "'scale': '4'", "'sharpening': '0.5'"]:
        expect(part in stored, f"{part} is not in {stored!r}")
    desktop.start_genga()
    scale = desktop.find("spin button", "Scale").queryValue()
    expect(scale.currentValue == 4, f"the scale is {scale.currentValue}")
    desktop.quit()


def test_hints(desktop):
    """What a new user does not see by himself is said once, one thing at a time."""
    desktop.write_options(model="nearest")
    path = desktop.folder / "config/glib-2.0/settings/keyfile"
    path.write_text("".join(line for line in path.read_text().splitlines(True)
                            if not line.startswith("hints-read")))

    def read(start):
        hint = desktop.find_starting("label", start).name
        desktop.press("Got It")
        support.wait_for("the hint to go", lambda: desktop.look("label", hint) is None)
    desktop.start_genga()
    expect(desktop.look("push button", "Got It") is None, "there is nothing to be hinted at yet")
    desktop.drop([desktop.put_sample("picture.png")])
    read("Drag the line to compare")
    desktop.keep_screenshot("hint")
    read("The options are for all files")
    support.wait_for("no further hint", lambda: desktop.look("push button", "Got It") is None)
    desktop.press("Start")
    desktop.find_row("picture.png", "Done")
    desktop.find_starting("label", "Results lie beside their sources")
    desktop.quit()

    desktop.start_genga(desktop.put_sample("second.png"))
    desktop.find_row("second.png", "Waiting")
    expect(desktop.look("push button", "Got It") is None, "a hint is shown again")
    desktop.quit()


support.run([
    ("hints", test_hints),
    ("drop and start", test_drop_and_start),
    ("compare", test_compare),
    ("names", test_names),
    ("bad files", test_bad_files),
    ("stop and close", test_stop_and_close),
    ("scrolling", test_scrolling),
    ("settings", test_settings),
])
