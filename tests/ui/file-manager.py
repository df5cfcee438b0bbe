#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for a file manager: a small window that files can be dropped on, and the name on the bus
that shows files. Prints "ready" once it is painted, then each file that comes, by "dropped" or
"shown"."""
import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, Gio, GLib, Gtk  # noqa: E402

INTERFACE = """<node><interface name="org.freedesktop.FileManager1">
  <method name="ShowItems"><arg type="as" direction="in"/><arg type="s" direction="in"/></method>
</interface></node>"""


def on_call(_connection, _sender, _path, _interface, _method, parameters, invocation):
    """Says which files were to be shown."""
    for uri in parameters.unpack()[0]:
        print("shown", Gio.File.new_for_uri(uri).get_path(), flush=True)
    invocation.return_value(None)


def on_bus(connection, _name):
    """Offers the interface."""
    connection.register_object("/org/freedesktop/FileManager1",
                               Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0], on_call)


def on_drop(_target, files, _x, _y):
    """Says what was dropped."""
    print("dropped", *(file.get_path() for file in files.get_files()), sep="\n", flush=True)
    print("", flush=True)
    return True


def say_ready(clock):
    """The first time only."""
    clock.disconnect_by_func(say_ready)
    print("ready", flush=True)


def main():
    Gtk.init()
    window = Gtk.Window(title="File Manager", default_width=120, default_height=120,
                        decorated=False, child=Gtk.Label(label="drop here"))
    target = Gtk.DropTarget.new(Gdk.FileList, Gdk.DragAction.COPY)
    target.connect("drop", on_drop)
    window.add_controller(target)
    Gio.bus_own_name(Gio.BusType.SESSION, "org.freedesktop.FileManager1", Gio.BusNameOwnerFlags.NONE,
                     on_bus, None, None)
    window.realize()
    window.get_frame_clock().connect("after-paint", say_ready)
    window.present()
    GLib.MainLoop().run()


main()
