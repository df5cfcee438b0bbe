#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a test program in a display of its own; skips where there is none to be had.
for name in xvfb-run dbus-run-session; do
  if ! command -v "$name" >/dev/null; then
    echo "1..0 # SKIP $name is missing"
    exit 0
  fi
done
exec xvfb-run -a -s '-screen 0 1280x900x24' dbus-run-session -- "$@"
