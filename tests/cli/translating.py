# SPDX-License-Identifier: GPL-3.0-or-later
"""In which locale the C library translates: since glibc 2.41 not in C.UTF-8, and a bare system has no
other."""
import functools
import os
import subprocess
import sys

# Asks the C library itself for a translation, so that a locale in which it never translates is not
# taken for a fault of the program.
PROBE = """
import ctypes, sys
libc = ctypes.CDLL(None)
libc.setlocale.restype = libc.dgettext.restype = ctypes.c_char_p
locale = libc.setlocale(6, b"")
libc.bindtextdomain(b"genga", sys.argv[1].encode())
sys.exit(locale is None or libc.dgettext(b"genga", b"Commands:") == b"Commands:")
"""


@functools.lru_cache
def find_locale(po_dir):
    """A UTF-8 locale in which the C library follows LANGUAGE, or None."""
    try:
        names = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split()
    except FileNotFoundError:
        names = []
    names = [name for name in names if name.lower().replace("-", "").endswith("utf8")]
    names.sort(key=lambda name: (not name.startswith("fr"), name.startswith("C."), name))
    for name in [*names, "C.UTF-8"]:
        env = dict(os.environ, LC_ALL=name, LANGUAGE="fr")
        if subprocess.run([sys.executable, "-c", PROBE, po_dir], env=env).returncode == 0:
            return name
    return None
