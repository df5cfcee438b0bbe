#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds src/ against the rules of its order, which src/DESIGN.md explains.

A module is what has one name without its ending: NAME.c (or .cc, .cu), NAME.h and NAME-private.h.
Every rule is a function from a tree, a dictionary of paths below src/ and their text, to the faults
it finds; a fault names the path or the folder that it is about first. Each rule is tried on a small
tree with a planted fault, and on one without.
"""
import collections
import pathlib
import re
import sys

# folder -> the folders it may include, itself aside
TABLE = {
    "core": set(),
    "weights": {"core"},
    "nets": {"core", "weights"},
    "engine": {"core", "weights", "nets"},
    "engine/torch": {"core", "weights", "nets", "engine"},
    "engine/vulkan": {"core", "nets", "engine"},
    "media": {"core"},
    "steps": {"core", "engine"},
    "models": {"core", "weights", "nets", "engine"},
    "job": {"core", "weights", "nets", "engine", "media", "models", "steps"},
    "cli": {"core", "models", "job"},
    "app": {"core", "models", "job"},
}

# what a system header begins with -> the folders that may include it
LIBRARIES = {
    r"(torch|ATen|c10|caffe2)/": {"engine/torch"},
    r"cuda": {"engine/torch"},
    r"vulkan/": {"engine/vulkan"},
    r"(vips/|libav|libsw|zimg)": {"media"},
    r"(gtk/|adwaita|gdk)": {"app"},
    r"json-glib/": {"cli", "job", "app", "models"},
    r"libsoup/": {"models"},
    r"sqlite3": {"job"},
    r"zlib": {"weights", "media"},
}

MOST_MODULES = 25  # of a folder
MOST_USERS = 3     # of a private header

# Faults that are known and not yet mended: rule -> paths. One that is not found any more has to go.
EXCEPTIONS = {
}

DESIGN = "DESIGN.md"
SOURCES = {".c", ".cc", ".cu"}

# Who may ask of what kind a source is, and how that is asked: (pattern, files that may).
KIND = r"GENGA_SOURCE_(?:PICTURE|VIDEO|ANIMATION|SEQUENCE)\b"
ASKED = [(re.compile(pattern), re.compile(askers)) for pattern, askers in (
    # the probe and the plan know the kinds; all others read what these two say
    (rf"(?:case|[=!]=)\s+{KIND}|{KIND}\s+[=!]=", r"media/probe\.c|job/plan/[a-z-]+\.c"),
    (r"\bplan->is_video\b", r"job/plan/[a-z-]+\.c"),
    # a path is looked at where work on it begins: a run and a plan open it, lists and views look
    (r"\bgenga_source_probe \(", r"media/probe\.c|job/queue/inputs\.c|"
                                  r"job/preview/(?:picture-file|thumbnail)\.c"),
    (r"\bgenga_input_is_video \(", r"job/queue/inputs\.c|job/reader/reader-perform\.c"),
    (r"\bgenga_look_apart_is_video \(", r"job/reader/look-apart\.c|app/queue/source-kinds\.c"),
    (r"\bgenga_sequence_is_\w+ \(", r"media/probe\.c|media/sequence/[a-z-]+\.c"),
    (r"\bgenga_source_is_\w+ \(", r"media/probe\.c"),
)]
# What decodes files that are looked at, and who may call it: what runs in a process of its own.
DECODING = re.compile(r"\bgenga_(?:picture_file_read|thumbnail_read|preview_source_read"
                      r"|frame_reader_\w+|trial_reader_\w+) \(")
DECODERS = re.compile(r"job/reader/reader-perform\.c|job/preview/(?:picture-file|thumbnail"
                      r"|preview-source|grabbed-frame|trial-reader)\.c")
# What FFmpeg's versions do not have in common, and the one file that may use it.
VERSIONED = re.compile(r"^\s*#\s*(?:el)?if.*\b(?:LIBAV|AV_VERSION_INT)\w*"
                       r"|\bav_stream_(?:get|new|add)_side_data\b|->(?:nb_)?side_data\b(?!_)"
                       r"|->(?:pix_fmts|sample_fmts|supported_samplerates|interlaced_frame"
                       r"|pkt_duration|key_frame)\b", re.MULTILINE)
VERSIONS_HOME = "media/video/av-compat.h"
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)


def without_comments(text):
    """The code alone; what strings hold goes, too."""
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"'
    return re.sub(pattern, lambda found: '""' if found[0][0] == '"' else " ", text, flags=re.DOTALL)


def get_room(path):
    """The table's folder that a path lies in."""
    parts = pathlib.PurePath(path).parts
    room = "/".join(parts[:2])
    return room if room in TABLE else parts[0]


def get_folder(path):
    return str(pathlib.PurePath(path).parent)


def get_module(path):
    """A path without its ending."""
    return re.sub(r"(-private)?\.\w+$", "", path)


def is_source(path):
    return pathlib.PurePath(path).suffix in SOURCES


def get_includes(text):
    return [name for quote, name in INCLUDE.findall(text) if quote == '"']


def get_declared(text):
    """The functions that a header declares, those aside whose bodies it has."""
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", "", without_comments(text), flags=re.MULTILINE)
    text = re.sub(r"\b(?:namespace \w*|extern \"\")\s*\{", "", text)
    text = re.sub(r"\bG_(?:BEGIN|END)_DECLS\b", "", text)
    while re.search(r"\{[^{}]*\}", text):
        text = re.sub(r"(\w+ )?\([^(){};]*\)\s*(?:const\s*)?\{[^{}]*\}|\{[^{}]*\}",
                      lambda found: ";" if found[1] else " ", text)
    for statement in text.split(";"):
        statement = statement.strip().lstrip("}").strip()
        found = re.match(r"(?:[\w:<>]+[\s*&]+)+(\w+) \(", statement)
        if found and not statement.startswith(("typedef", "using")):
            yield found[1]


def get_defined(text):
    """The functions that a source defines, and those that GObject's macros define in it."""
    text = without_comments(text)
    yield from re.findall(r"^(\w+) \(", text, re.MULTILINE)
    for name in re.findall(r"\bG_DEFINE_\w+ \(\s*[\w-]+,\s*(\w+)", text):
        yield from (name + "_get_type", name + "_quark")


# ---- the rules ----

def check_calls(tree):
    """Calls go down the table, and heavy libraries have one room each."""
    for path, text in tree.items():
        room = get_room(path)
        if room == DESIGN:
            continue
        for quote, name in INCLUDE.findall(text):
            target = get_room(name) if quote == '"' and "/" in name else room
            if target != room and target not in TABLE[room]:
                yield path, f"includes {name}: {room} must not call {target}"
            for pattern, rooms in LIBRARIES.items():
                if re.match(pattern, name) and room not in rooms:
                    yield path, f"includes <{name}>, which belongs to {', '.join(sorted(rooms))}"


def check_names(tree):
    """No two sources have the same name."""
    first = {}
    for path in filter(is_source, tree):
        name = pathlib.PurePath(path).stem
        if name != "main" and first.setdefault(name, path) != path:
            yield path, f"has the name of {first[name]}"


def check_sizes(tree):
    """No folder has too many modules."""
    folders = collections.defaultdict(set)
    for path in filter(is_source, tree):
        folders[get_folder(path)].add(get_module(path))
    for folder, modules in folders.items():
        if len(modules) > MOST_MODULES:
            yield folder, f"has {len(modules)} modules, and {MOST_MODULES} are the most"


def get_owners(tree):
    """header -> the modules that define what it declares, its own among them."""
    definers = collections.defaultdict(set)
    for path in filter(is_source, tree):
        for name in get_defined(tree[path]):
            definers[name].add(path)
    owners = {}
    for path in tree:
        if path.endswith(".h"):
            owners[path] = {get_module(path)}
            if path.endswith("-private.h"):
                owners[path] |= {get_module(source) for name in get_declared(tree[path])
                                 for source in definers[name]
                                 if get_room(source) == get_room(path)}
    return owners


def find_circles(graph):
    """The strongly connected parts of a graph that have more than one node."""
    numbers, lowest, stack, circles = {}, {}, [], []

    def visit(node):
        numbers[node] = lowest[node] = len(numbers)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in numbers:
                visit(other)
            if other in stack:
                lowest[node] = min(lowest[node], lowest[other])
        if lowest[node] == numbers[node]:
            part = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(part) > 1:
                circles.append(sorted(part))

    for node in sorted(graph):
        if node not in numbers:
            visit(node)
    return circles


def check_circles(tree):
    """Modules do not include one another in circles."""
    owners = get_owners(tree)
    graph = collections.defaultdict(set)
    for path, text in tree.items():
        for name in get_includes(text):
            graph[get_module(path)] |= owners.get(name, set()) - {get_module(path)}
    for node in [other for others in graph.values() for other in others]:
        graph[node] |= set()
    for circle in find_circles(graph):
        yield circle[0], f"is in a circle: {', '.join(circle)}"


def check_private(tree):
    """Few files share a private header, and what it declares is defined in one of them."""
    users = collections.defaultdict(list)
    for path, text in tree.items():
        for name in get_includes(text):
            users[name].append(path)
    for path in tree:
        if path.endswith("-private.h"):
            if len(users[path]) > MOST_USERS:
                yield path, f"has {len(users[path])} users, and {MOST_USERS} are the most"
            defined = {name for user in users[path] for name in get_defined(tree[user])}
            for name in get_declared(tree[path]):
                if name not in defined:
                    yield path, f"declares {name}, which none of its users defines"


def check_homes(tree):
    """What NAME.h declares is defined in NAME.c."""
    for path in tree:
        if not path.endswith(".h") or path.endswith("-private.h"):
            continue
        defined = {name for suffix in SOURCES
                   for name in get_defined(tree.get(get_module(path) + suffix, ""))}
        for name in get_declared(tree[path]):
            if name not in defined:
                yield path, f"declares {name}, which {get_module(path)} does not define"


def check_kinds(tree):
    """What kind a source is, only its probe and the plan ask."""
    for path in filter(is_source, tree):
        code = without_comments(tree[path])
        for pattern, askers in ASKED:
            if not askers.fullmatch(path) and (found := pattern.search(code)):
                yield path, f"asks of what kind a source is: {found[0]}"


def check_decoding(tree):
    """What is looked at is decoded in a process of its own."""
    for path in filter(is_source, tree):
        found = DECODING.search(without_comments(tree[path]))
        if found and not DECODERS.fullmatch(path):
            yield path, f"decodes what is looked at in the program's own process: {found[0]}"


def check_versions(tree):
    """What differs between FFmpeg's versions is in one place."""
    for path in filter(is_source, tree):
        code = without_comments(tree[path])
        # a packet's side data is the same in all of them
        code = re.sub(r"\bpacket->side_data\b", "", code)
        if path != VERSIONS_HOME and (found := VERSIONED.search(code)):
            yield path, f"asks for a version of FFmpeg: {found[0].strip()}"


def check_design(tree):
    """DESIGN.md names every folder."""
    for folder in sorted({get_folder(path) for path in tree if is_source(path)}):
        if not re.search(rf"(?<![\w/]){re.escape(folder)}/?(?![\w/])", tree[DESIGN]):
            yield folder, f"is not in {DESIGN}"


def compare(faults, known):
    """Sentences about faults that are not known, and about known ones that are there no more."""
    yield from (f"{path} {what}" for path, what in faults if path not in known)
    found = [path for path, _ in faults]
    yield from (f"{path} is no exception any more" for path in known if path not in found)


RULES = [check_calls, check_names, check_sizes, check_circles, check_private, check_homes,
         check_kinds, check_decoding, check_versions, check_design]

# ---- the rules' own test: a tree that is right, and for each rule what makes it wrong ----

GOOD = {
    "core/error.h": "/* An error (of no kind). */\nvoid genga_error_say (const char *text,\n"
                    "                      int code);\n#define SAY(x) genga_error_say (x, 1)\n"
                    "static inline int\ngenga_error_twice (int a)\n{\n  return a;\n}\n"
                    "typedef void (*GengaErrorFunc) (int code);\n"
                    "typedef struct\n{\n  int (*call) (void);\n} GengaErrorCalls;\n",
    "core/error.c": '#include "core/error.h"\nvoid\ngenga_error_say (const char *text, int code)\n{\n}\n',
    "core/choice.h": "GType genga_choice_get_type (void);\n",
    "core/choice.c": '#include "core/choice.h"\nG_DEFINE_ENUM_TYPE (GengaChoice,\n'
                     "                    genga_choice,\n                    NONE)\n",
    "media/image/load.c": '#include "core/error.h"\n#include <vips/vips.h>\n',
    "job/plan-private.h": "void genga_plan_size (void);\nvoid genga_plan_time (void);\n",
    "job/plan.c": '#include "job/plan-private.h"\nvoid\ngenga_plan_size (void)\n{\n}\n'
                  "void\ngenga_plan_time (void)\n{\n}\n",
    "job/user.c": '#include "job/plan-private.h"\n',
    "media/probe.c": "int\nf (int a)\n{\n  return a == GENGA_SOURCE_VIDEO;\n}\n",
    "media/build.c": "int\ng (void)\n{\n  return h (GENGA_SOURCE_VIDEO);\n}\n",
    DESIGN: "**core**, **media** and media/image, `job`, cli/, and app stand in one line.\n",
    "cli/main.c": '#include "core/error.h"\n',
    "app/main.c": '#include "core/error.h"\n',
}

PLANTED = [
    (check_calls, {"core/low.c": '#include "job/plan.h"\n'}),
    (check_calls, {"media/low.c": '#include "engine/engine.h"\n'}),
    (check_calls, {"app/high.c": '#include "media/media.h"\n'}),
    (check_calls, {"steps/step.c": "#include <vips/vips.h>\n"}),
    (check_names, {"steps/load.cc": ""}),
    (check_sizes, {f"media/image/part{n}.c": "" for n in range(MOST_MODULES)}),
    (check_circles, {"core/one.h": '#include "core/two.h"\n', "core/two.h": "",
                     "core/two.c": '#include "core/one.h"\n'}),
    (check_circles, {"core/one.c": '#include "core/two.h"\n', "core/two.c": '#include "core/three.h"\n',
                     "core/two.h": "", "core/three.h": "", "core/three.c": '#include "core/one.h"\n',
                     "core/one.h": ""}),
    (check_circles, {"job/user.c": '#include "job/plan-private.h"\nvoid\ngenga_plan_time (void)\n{\n}\n'
                                   '#include "job/time.h"\n', "job/time.h": "",
                     "job/time.c": '#include "job/plan-private.h"\n'}),
    (check_private, {f"job/user{n}.c": '#include "job/plan-private.h"\n'
                     for n in range(MOST_USERS - 1)}),
    (check_private, {"job/plan-private.h": "void genga_plan_lost (int a);\n"}),
    (check_homes, {"core/error.h": GOOD["core/error.h"] + "GList *\ngenga_error_lost (int a);\n"}),
    (check_homes, {"job/lone.h": "G_BEGIN_DECLS\nint genga_lone_get (int a) G_GNUC_CONST;\nG_END_DECLS\n",
                   "job/other.c": "int\ngenga_lone_get (int a)\n{\n}\n"}),
    (check_kinds, {"job/run.c": "int\nf (int a)\n{\n  return a != GENGA_SOURCE_PICTURE;\n}\n"}),
    (check_kinds, {"media/open.c": "  case GENGA_SOURCE_SEQUENCE:\n"}),
    (check_kinds, {"job/export/run.c": "  if (plan->is_video)\n"}),
    (check_kinds, {"job/run.c": "  return genga_source_is_video (path);\n"}),
    (check_kinds, {"job/run.c": "  genga_source_probe (path, NULL, &probe);\n"}),
    (check_kinds, {"job/plan/name.c": "  if (genga_sequence_is_pattern (path))\n"}),
    (check_kinds, {"app/view.c": "  if (genga_input_is_video (path, NULL))\n"}),
    (check_decoding, {"app/view.c": "  frame = genga_picture_file_read (path, 1, 1, NULL, NULL);\n"}),
    (check_decoding, {"job/preview/show.c": "  reader = genga_frame_reader_new ();\n"}),
    (check_versions, {"media/video/read.c": "#if LIBAVUTIL_VERSION_MAJOR >= 57\n#endif\n"}),
    (check_versions, {"media/video/read.c": "  return frame->interlaced_frame;\n"}),
    (check_versions, {"media/video/read.c": "  n = stream->nb_side_data;\n"}),
    (check_design, {"job/queue/list.c": ""}),
    (check_design, {DESIGN: GOOD[DESIGN].replace(" media/image", " media/images")}),
]


def check_itself():
    """What the rules miss or find without reason."""
    for rule in RULES:
        for fault in rule(GOOD):
            yield f"{rule.__name__} finds in the good tree: {fault}"
    for rule, parts in PLANTED:
        if not list(rule({**GOOD, **parts})):
            yield f"{rule.__name__} misses what is planted in {', '.join(parts)}"
    for rule in RULES:
        if rule not in [planted for planted, _ in PLANTED]:
            yield f"{rule.__name__} is not tried"
    if len(list(compare([("a", "is wrong"), ("b", "is wrong")], ["b", "c"]))) != 2:
        yield "exceptions are not compared"


def main():
    src = pathlib.Path(sys.argv[1])
    tree = {path.relative_to(src).as_posix(): path.read_text() for path in sorted(src.rglob("*"))
            if path.suffix in SOURCES | {".h", ".cuh"} or path.name == DESIGN}
    print(f"1..{1 + len(RULES)}")
    complaints = {"planted faults are found": list(check_itself())}
    for rule in RULES:
        known = EXCEPTIONS.get(rule.__name__, [])
        complaints[rule.__doc__] = list(compare(list(rule(tree)), known))
    for number, (what, faults) in enumerate(complaints.items(), 1):
        print(f"{'not ok' if faults else 'ok'} {number} {what}")
        for fault in faults:
            print(f"# {fault}")


main()
