#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for logind on the bus that a test has: prints what it is asked for, and does nothing."""
from gi.repository import Gio, GLib

INTERFACE = """<node><interface name="org.freedesktop.login1.Manager">
  <method name="Suspend"><arg type="b" direction="in"/></method>
  <method name="PowerOff"><arg type="b" direction="in"/></method>
</interface></node>"""


def on_call(_connection, _sender, _path, _interface, method, _parameters, invocation):
    """Says which method was called."""
    print(method, flush=True)
    invocation.return_value(None)


def on_bus(connection, _name):
    """Offers the interface."""
    connection.register_object("/org/freedesktop/login1",
                               Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0], on_call)


Gio.bus_own_name(Gio.BusType.SESSION, "org.freedesktop.login1", Gio.BusNameOwnerFlags.NONE, on_bus,
                 lambda *_: print("ready", flush=True), None)
GLib.MainLoop().run()
