#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a manifest, as flatpak-builder reads it (JSON on standard input), keeps its promises:
every source is pinned by a hash, and the sandbox lets nothing out but windows, pictures, and the
word that the computer may go off."""
import json
import sys

ALLOWED = {"--share=ipc", "--socket=wayland", "--socket=fallback-x11", "--device=dri",
           "--system-talk-name=org.freedesktop.login1"}
PINNED = ("sha256", "sha512", "commit")
LOCAL = ("dir", "script", "shell", "inline")


def find_faults(manifest):
    for argument in manifest.get("finish-args", []):
        if argument not in ALLOWED:
            yield f"the permission {argument} is not one that Genga needs"
    for module in manifest["modules"]:
        if "build-options" in module and "--share=network" in module["build-options"].get(
                "build-args", []):
            yield f"{module['name']}: the build uses the network"
        for source in module.get("sources", []):
            if source["type"] not in LOCAL and not any(kind in source for kind in PINNED):
                yield f"{module['name']}: {source.get('url')} is not pinned"
    genga = next(module for module in manifest["modules"] if module["name"] == "genga")
    for option in ("-Ddownload=false", "-Dfaults=false", "-Dtests=false"):
        if option not in genga["config-opts"]:
            yield f"genga is built without {option}"


def main():
    faults = list(find_faults(json.load(sys.stdin)))
    print("\n".join(faults) if faults else "flatpak: the manifest keeps its promises")
    sys.exit(bool(faults))


main()
