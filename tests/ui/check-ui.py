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
        names |= set(re.findall(r'"((?:job|gallery|log|view|options|models|diagnostics|preferences)'
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
        if f">{action}<" not in overlay:
            yield f"the window of shortcuts does not have {action}"
    told = {key.lower() for keys in re.findall(r'"accelerator">([^<]+)<', overlay)
            for key in keys.replace("&lt;", "<").replace("&gt;", ">").split()}
    for path in sorted((source / "src/app").glob("*/*.c")):
        for key in find_keys(path.read_text()) - told:
            yield f"the window of shortcuts does not have the key {key} of {path.name}"


def find_keys(code):
    """The keys that a widget listens to; those that mean the same as another aside."""
    triggers = re.findall(r'(?:parse_string \(|\{ )"((?:<[a-z]+>)*[A-Z]\w*(?:\|[^"]*)?)"', code)
    keys = {trigger.split("|")[0].lower() for trigger in triggers if re.fullmatch(
        r"(<[a-z]+>)*(Escape|Delete|Menu|Up|Down|Left|Right|F\d+)", trigger.split("|")[0])}
    names = {name.lower() for name in re.findall(r"GDK_KEY_(\w+)", code)}
    return keys | {name for name in names if not name.startswith("kp_") and name != "equal"}


def find_bad_tooltips(source):
    """Sentences about tooltips that are none themselves, and buttons of an icon alone without one."""
    ui = [(path, re.findall(r'"tooltip-text" translatable="yes">([^<]+)<', path.read_text()))
          for path in sorted((source / "ui").glob("*.ui"))]
    code = [(path, re.findall(r'_set_tooltip_text \([^;]*?_ \("([^"]+)"\)', path.read_text()))
            for path in sorted((source / "src/app").rglob("*.c"))]
    for path, tooltips in ui + code:
        for tooltip in tooltips:
            if not tooltip.endswith(".") or re.search(r"[a-z,] [A-Z][a-z]", tooltip):
                yield f"{path.name}: “{tooltip}” is no sentence"
    for path in sorted((source / "ui").glob("*.ui")):
        for node in ElementTree.parse(path).getroot().iter("object"):
            names = {child.get("name") for child in node.findall("property")}
            if node.get("class") in BUTTONS and "icon-name" in names and \
                    "tooltip-text" not in names:
                yield f"{path.name}: a button with an icon alone has no tooltip"


def main():
    source = pathlib.Path(sys.argv[1])
    installed = find_installed(source / "src/app")
    resources = (source / "ui/genga.gresource.xml").read_text()
    files = sorted((source / "ui").glob("*.ui"))
    print(f"1..{len(files) + 3}")
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
    bad = list(find_bad_tooltips(source))
    print(f"{'not ok' if bad else 'ok'} {len(files) + 3} tooltips")
    for fault in bad:
        print(f"# {fault}")


main()
