#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Presets in the real window: taken, undone, saved, exchanged and removed."""
import support
from support import expect


def activate(action, parameter=None):
    """Activates an action of the window."""
    from gi.repository import Gio, GLib
    parameters = [GLib.Variant("s", parameter)] if parameter is not None else []
    Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
        support.APPLICATION, "/" + support.APPLICATION.replace(".", "/") + "/window/1",
        "org.gtk.Actions", "Activate", GLib.Variant("(sava{sv})", (action, parameters, {})), None,
        Gio.DBusCallFlags.NONE, -1, None)


def press_toast(desktop, label):
    """Presses a toast's button, which is called twice by its name."""
    desktop.press(f"{label} {label}")


def test_use(desktop):
    """A preset changes the options, its name is seen, and it can be undone."""
    desktop.write_options(model="nearest", scale="3")
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find("label", "480 × 270 to 1440 × 810")
    desktop.find("label", "Presets")
    activate("use-preset", "Screenshot 4K")
    press_toast(desktop, "Undo")
    desktop.find("label", "480 × 270 to 1440 × 810")
    desktop.find("label", "Presets")
    activate("use-preset", "Screenshot 4K")
    desktop.find("label", "480 × 270 to 3840 × 2160")
    desktop.find("label", "Preset: Screenshot 4K")
    desktop.quit()


def test_own(desktop):
    """Options are saved under a name, go to a file, and come back from it."""
    desktop.write_options(model="nearest", scale="3")
    desktop.start_genga(desktop.put_sample("picture.png"))
    desktop.find_row("picture.png", "Waiting")
    activate("save-preset")
    desktop.find("text", "Name of the Preset").queryEditableText().setTextContents("Mine")
    desktop.answer("Save")
    stored = desktop.folder / "config/genga/presets/mine.genga-preset"
    support.wait_for("the file of the preset", stored.exists)
    desktop.find("label", "Preset: Mine")
    desktop.check_names()
    activate("export-preset")
    desktop.type("out.genga-preset", "Export Preset")
    desktop.find("label", "Exported the preset “Mine”.")
    expect("model=nearest" in (desktop.folder / "out.genga-preset").read_text(),
           "the file has no model")
    activate("remove-preset", "Mine")
    support.wait_for("the file to go", lambda: not stored.exists())
    desktop.find("label", "Presets")
    activate("import-preset")
    desktop.type(str(desktop.folder / "out.genga-preset"), "Import Preset", first="ctrl+l")
    support.wait_for("the file to come back", stored.exists)
    desktop.find("label", "Preset: Mine")
    desktop.quit()


support.run([
    ("use", test_use),
    ("own", test_own),
])
