#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes an installed page of a Markdown page of docs/: make-manual.py PAGE.md PAGE.html [GENGA_CLI]

Knows the Markdown that the pages are written in, and refuses what it does not know. A line
"<!-- options -->" or "<!-- models -->" becomes a table of what the program says of itself, so that
no page can be behind it. Pictures and pages are linked by their names alone: they are installed
beside the page, README.md and its like in the folder above.
"""
import html
import json
import os
import re
import subprocess
import sys
import tempfile

STYLE = """body { font: 1em/1.5 sans-serif; max-width: 50em; margin: 2em auto; padding: 0 1em }
@media (prefers-color-scheme: dark) { body { background: #222; color: #ddd } a { color: #8bf } }
pre, code { font-family: monospace } pre { overflow-x: auto; padding: .5em 1em; border: 1px solid #888 }
table { border-collapse: collapse } td, th { border: 1px solid #888; padding: .2em .6em; text-align: left }
td { vertical-align: top } img { max-width: 100% }"""


def run(cli, *arguments):
    """By somebody without settings or models of their own, in English."""
    with tempfile.TemporaryDirectory() as home:
        env = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8", "LANGUAGE": "C",
               "ASAN_OPTIONS": "detect_leaks=0"}
        done = subprocess.run([cli, *arguments], env=env, stdin=subprocess.DEVNULL, check=True,
                              stdout=subprocess.PIPE, text=True)
    return done.stdout


def make_anchor(title):
    return re.sub(r"[^\w-]", "", title.lower().replace(" ", "-"))


def link(match):
    text, target = match.groups()
    name, _, anchor = target.partition("#")
    if "://" not in target:
        name = name.rsplit("/", 1)[-1]
        if name.endswith(".1"):
            return text
        name = f"../{name}" if name[:1].isupper() else name.replace(".md", ".html")
    return f'<a href="{name}{"#" + anchor if anchor else ""}">{text}</a>'


def inline(text):
    parts = re.split(r"(`[^`]+`)", text)
    for i, part in enumerate(parts):
        if i % 2:
            parts[i] = f"<code>{html.escape(part[1:-1])}</code>"
            continue
        part = html.escape(part, quote=False)
        part = re.sub(r"!\[([^]]*)\]\(([^)]+)\)", lambda m: '<img alt="{}" src="{}">'.format(
            html.escape(m[1]), m[2].rsplit("/", 1)[-1]), part)
        part = re.sub(r"\[([^]]+)\]\(([^)]+)\)", link, part)
        parts[i] = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", part)
    return "".join(parts)


def make_table(head, rows):
    yield "<table>\n<tr>" + "".join(f"<th>{cell}</th>" for cell in head) + "</tr>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>"
    yield "</table>"


def split_row(line):
    return [inline(cell.strip()) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def list_options(cli):
    """A table for each group of options of `genga-cli upscale --help`."""
    groups, rows = [], None
    for line in run(cli, "upscale", "--help").splitlines():
        if re.fullmatch(r"[A-Z][^:]*:", line) and line != "Examples:":
            rows = []
            groups.append((line[:-1], rows))
        elif rows is not None and line.startswith("  -"):
            rows.append([line.strip(), ""])
        elif rows and line.startswith("        "):
            rows[-1][1] += " " + line.strip()
    if not any(rows for _, rows in groups):
        sys.exit("make-manual: the help of genga-cli upscale has another form now")
    for title, rows in groups:
        if rows:
            yield f"<h3>{html.escape(title)}</h3>"
            yield from make_table(["Option", ""], [[f"<code>{html.escape(name)}</code>",
                                                    html.escape(text.strip())]
                                                   for name, text in rows])


def list_models(cli):
    known = json.loads(run(cli, "models", "--json"))
    yield from make_table(["Built in", "Scale", "For"],
                          [[html.escape(one["name"]), f"{one['scale']}x", html.escape(one["purpose"])]
                           for one in known["models"]])
    yield from make_table(["From others", "For", "Licence"],
                          [[html.escape(one[key] or "") for key in ("name", "purpose", "licence")]
                           for one in known["not_installed"]])


MADE = {"<!-- options -->": list_options, "<!-- models -->": list_models}


def convert_block(lines, cli):
    """One paragraph, list, table, heading or piece of code."""
    first = lines[0]
    if first in MADE and cli is not None:
        yield from MADE[first](cli)
    elif first.startswith("<!--"):
        return
    elif first.startswith("#"):
        level = len(first) - len(first.lstrip("#"))
        title = first.lstrip("#").strip()
        yield f'<h{level} id="{make_anchor(title)}">{inline(title)}</h{level}>'
    elif first.startswith("    "):
        yield "<pre>" + html.escape("\n".join(line[4:] for line in lines)) + "</pre>"
    elif first.startswith("|"):
        yield from make_table(split_row(first), [split_row(line) for line in lines[2:]])
    elif first.startswith("* "):
        items = re.split(r"\n\* ", "\n".join(lines)[2:])
        yield "<ul>" + "".join(f"<li>{inline(' '.join(item.split()))}</li>" for item in items) + "</ul>"
    elif re.match(r"<|```|\d+\.|- |>", first):
        sys.exit(f"make-manual: does not know what this is: {first}")
    else:
        yield f"<p>{inline(' '.join(lines))}</p>"


def split_blocks(text):
    """At empty lines, and where a heading or a comment stands between lines."""
    block = []
    for line in text.splitlines() + [""]:
        is_alone = line.startswith(("#", "<!--")) and not (block and block[0].startswith("    "))
        if block and (not line or is_alone):
            yield block
            block = []
        if line:
            block.append(line)
        if is_alone:
            yield block
            block = []


def main():
    page, result, cli = sys.argv[1], sys.argv[2], (sys.argv[3:] or [None])[0]
    with open(page, encoding="utf-8") as file:
        text = file.read()
    title = re.search(r"^# (.*)", text, re.MULTILINE).group(1)
    body = [line for block in split_blocks(text) for line in convert_block(block, cli)]
    with open(result, "w", encoding="utf-8") as file:
        file.write(f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta '
                   f'name="viewport" content="width=device-width">\n<title>Genga: '
                   f'{html.escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n')
        file.write("\n".join(body) + "\n</body>\n</html>\n")


main()
