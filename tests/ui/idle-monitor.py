#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for Mutter on the bus that a test has: somebody uses the computer when it is asked first,
and nobody does afterwards."""
from gi.repository import Gio, GLib

INTERFACE = """<node><interface name="org.gnome.Mutter.IdleMonitor">
  <method name="GetIdletime"><arg type="t" direction="out"/></method>
</interface></node>"""
ANSWERS = iter([1000])


def on_call(_connection, _sender, _path, _interface, _method, _parameters, invocation):
    """In milliseconds."""
    invocation.return_value(GLib.Variant("(t)", (next(ANSWERS, 120000),)))


def on_bus(connection, _name):
    """Offers the interface."""
    connection.register_object("/org/gnome/Mutter/IdleMonitor/Core",
                               Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0], on_call)


Gio.bus_own_name(Gio.BusType.SESSION, "org.gnome.Mutter.IdleMonitor", Gio.BusNameOwnerFlags.NONE,
                 on_bus, lambda *_: print("ready", flush=True), None)
GLib.MainLoop().run()
