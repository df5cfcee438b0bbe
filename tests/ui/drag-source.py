#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small window from which files can be dragged, as from a file manager; says "ready" once it is
painted."""
import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, Gio, GLib, GObject, Gtk  # noqa: E402


def make_content(paths):
    """What is dragged: a list of files."""
    files = Gdk.FileList.new_from_list([Gio.File.new_for_path(path) for path in paths])
    value = GObject.Value(Gdk.FileList, files)
    return Gdk.ContentProvider.new_for_value(value)


def say_ready(clock):
    """The first time only."""
    clock.disconnect_by_func(say_ready)
    print("ready", flush=True)


def main():
    Gtk.init()
    window = Gtk.Window(title="Genga Drag Source", default_width=120, default_height=120,
                        decorated=False)
    label = Gtk.Label(label="drag me")
    source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
    source.connect("prepare", lambda *_: make_content(sys.argv[1:]))
    label.add_controller(source)
    window.set_child(label)
    window.realize()
    window.get_frame_clock().connect("after-paint", say_ready)
    window.present()
    GLib.MainLoop().run()


main()
