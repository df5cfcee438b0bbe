#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the .ui files against the code: action names are those that are installed, no icon button is
without a name, no text is left untranslatable, every file is in the resources; and the keys of the
code against the manual and the window of shortcuts."""
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

BUILTIN = {"win.show-help-overlay", "window.close"}
BUTTONS = {"GtkButton", "GtkToggleButton", "GtkMenuButton"}
TEXTS = {"label", "title", "description", "tooltip-text", "subtitle"}


def find_installed(app):
    """The actions of the code."""
    names = set(BUILTIN)
    files = [(app / "application.c", "app.")]
    files += [(path, "win.") for path in (app / "window").glob("*.c")]
    for path, prefix in files:
        text = path.read_text()
        names |= {prefix + name for name in re.findall(r'\{ "([a-z-]+)", (?:on_|NULL)', text)}
        names |= {prefix + name for name in re.findall(r'_action_new(?:_stateful)? \("([a-z-]+)"', text)}
        names |= {prefix + name for name in re.findall(r'add_action \([^"]*"([a-z-]+)"', text)}
    for path in app.rglob("*.c"):
        names |= set(re.findall(r'"((?:job|log|view|options|models|diagnostics|preferences)'
                                r'\.[a-z-]+)"', path.read_text()))
    return names


def find_faults(path, root, installed):
    """Sentences about one .ui file."""
    named = {node.text for node in root.iter("property")
             if node.get("name") == "activatable-widget"}
    for node in root.iter():
        texts = node.tag in ("property", "attribute") and node.get("name") in TEXTS
        if texts and node.get("translatable") != "yes" and (node.text or "").strip():
            yield f"{path.name}: “{node.text}” is not translatable"
        action = node.get("name") in ("action-name", "action", "detailed-action-name")
        if action and node.text.split("(")[0] not in installed:
            yield f"{path.name}: there is no action {node.text}"
        if node.tag == "object" and node.get("class") in BUTTONS:
            has_label = any(child.get("name") == "label" for child in node.findall("property"))
            has_name = node.find("accessibility/property[@name='label']") is not None
            if not has_label and not has_name and node.get("id") not in named:
                yield f"{path.name}: a {node.get('class')} has no name"


def find_untold(source):
    """Sentences about keys of the code that people are not told of."""
    code = (source / "src/app/application.c").read_text()
    manual = (source / "data/man/genga.1").read_text()
    overlay = (source / "ui/help-overlay.ui").read_text()
    signs = {"comma": ",", "question": "?"}
    modifiers = {"<primary>": "Ctrl+", "<shift>": "Shift+", "<alt>": "Alt+"}
    for action, key in re.findall(r'\{ "([a-z.-]+)", \{ "([^"]+)"', code):
        name = key
        for modifier, word in modifiers.items():
            name = name.replace(modifier, word)
        prefix, last = name.rpartition("+")[::2]
        last = signs.get(last, last.upper() if len(last) == 1 else last)
        name = f"{prefix}+{last}" if prefix else last
        if f"\n.B {name}\n" not in manual:
            yield f"the manual does not have {name} ({action})"
        if f">{action}<" not in overlay and action not in BUILTIN:
            yield f"the window of shortcuts does not have {action}"


def main():
    source = pathlib.Path(sys.argv[1])
    installed = find_installed(source / "src/app")
    resources = (source / "ui/genga.gresource.xml").read_text()
    files = sorted((source / "ui").glob("*.ui"))
    print(f"1..{len(files) + 2}")
    probe = ElementTree.fromstring('<object class="GtkButton"><property name="action-name">win.fly'
                                   '</property><property name="title">x</property></object>')
    found = list(find_faults(pathlib.Path("probe"), probe, installed))
    print(f"{'ok' if len(found) == 3 else 'not ok'} 1 the check finds planted faults")
    for number, path in enumerate(files, 2):
        faults = list(find_faults(path, ElementTree.parse(path).getroot(), installed))
        if f">{path.name}<" not in resources:
            faults.append(f"{path.name} is not in the resources")
        print(f"{'not ok' if faults else 'ok'} {number} {path.name}")
        for fault in faults:
            print(f"# {fault}")
    untold = list(find_untold(source))
    print(f"{'not ok' if untold else 'ok'} {len(files) + 2} keys")
    for fault in untold:
        print(f"# {fault}")


main()
