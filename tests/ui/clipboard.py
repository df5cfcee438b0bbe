#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clipboard from another program: `own PICTURE` offers a PNG file's bytes until it is killed, `text`
prints what is there, `picture FILE` writes it as PNG."""
import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, GLib, GObject, Gtk  # noqa: E402


def read(loop, clipboard, kind, path):
    """Reads once and ends the loop."""
    def on_text(_, result):
        print(clipboard.read_text_finish(result))
        loop.quit()

    def on_texture(_, result):
        clipboard.read_texture_finish(result).save_to_png(path)
        loop.quit()

    def look(*_):
        formats = clipboard.get_formats()
        if kind == "text" and formats.contain_gtype(GObject.TYPE_STRING):
            clipboard.read_text_async(None, on_text)
        elif kind == "picture" and formats.contain_gtype(Gdk.Texture):
            clipboard.read_texture_async(None, on_texture)
        else:
            return GLib.SOURCE_CONTINUE
        return GLib.SOURCE_REMOVE
    # What is there is only known a while after the start.
    GLib.timeout_add(50, look)


def print_ready():
    """Says that others may ask now."""
    print("ready", flush=True)
    return GLib.SOURCE_REMOVE


def main():
    Gtk.init()
    loop = GLib.MainLoop()
    clipboard = Gdk.Display.get_default().get_clipboard()
    if sys.argv[1] == "own":
        with open(sys.argv[2], "rb") as file:
            content = GLib.Bytes.new(file.read())
        clipboard.set_content(Gdk.ContentProvider.new_for_bytes("image/png", content))
        GLib.timeout_add(300, print_ready)
    else:
        read(loop, clipboard, sys.argv[1], sys.argv[-1])
    loop.run()


main()
