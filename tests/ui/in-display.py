#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a test program in a display of its own; skips where there is none to be had."""
import shutil
import sys

import support

for name in ["Xvfb", "dbus-run-session"]:
    if shutil.which(name) is None:
        print(f"1..0 # SKIP {name} is missing")
        sys.exit(0)
sys.exit(support.run_in_display(sys.argv[1:]))
