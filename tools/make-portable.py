#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the portable archive: make-portable.py MESON BUILD NAME ARCHIVE

One folder with the programs, the window, the models and all libraries that are not the C library's,
for every Linux of this processor whose C library is not older than this system's. BUILD is
configured without tests and faults. All libraries are in Genga's folder of modules,
which the sandbox of genga-cli lets it read, and find each other by where they lie, so that the whole
may be anywhere.

Drivers of graphics cards are the other computer's, and want libraries of its own: what they share
with Genga lies apart in spare, and the start script hands out only what is missing there.

Needs Debian, patchelf and zstd.
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TRIPLET = subprocess.run(["gcc", "-print-multiarch"], check=True, capture_output=True,
                         text=True).stdout.strip()
SYSTEM = pathlib.Path("/usr/lib") / TRIPLET
# Of the C library, which belongs to the kernel's side of the system.
LEFT = re.compile(r"(ld-linux.*|lib(c|m|dl|pthread|rt|resolv|util|nsl|anl|mvec|nss_.*))\.so\..*")
SPARE = re.compile(r"lib(stdc\+\+|gcc_s|GL|GLX|EGL|OpenGL|GLdispatch|GLES.*|gbm|drm.*|va.*|vdpau|OpenCL|"
                   r"vulkan|X.*|xcb.*|wayland-.*|expat|z|zstd|ffi|elf|xml2|edit|tinfo|bsd|md)\.so\..*")
ICONS = "/usr/share/icons"
PIXBUF = SYSTEM / "gdk-pixbuf-2.0/2.10.0"
SCHEMAS = "/usr/share/glib-2.0/schemas"
MIME = "/usr/share/mime/mime.cache"
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
HERE = pathlib.Path(__file__).parent


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def is_elf(path):
    if path.is_symlink() or not path.is_file():
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def find_needed(path):
    """All libraries that a file loads, by name."""
    found = {}
    for line in run("ldd", path).splitlines():
        words = line.split()
        if "not found" in line:
            raise SystemExit(f"{path}: {line.strip()}")
        if "=>" in words and len(words) >= 3 and words[2].startswith("/"):
            found[words[0]] = pathlib.Path(words[2])
    return found


def copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
    os.chmod(target, 0o755 if is_elf(target) else 0o644)


def copy_opened(lib):
    """What libraries open by themselves: readers of pictures, connections by TLS."""
    # Debian 12 and 13 write its name differently.
    loaders = sorted((PIXBUF / "loaders").glob("libpixbufloader[-_]svg.so"))
    if not loaders:
        raise SystemExit(f"{PIXBUF}/loaders has no reader of SVG")
    for loader in loaders:
        copy(loader, lib / "pixbuf" / loader.name)
    cache = run(SYSTEM / "gdk-pixbuf-2.0/gdk-pixbuf-query-loaders", *loaders)
    (lib / "pixbuf/loaders.cache.in").write_text(
        cache.replace(f"{PIXBUF}/loaders", "@folder@"))
    copy(SYSTEM / "gio/modules/libgiognutls.so", lib / "gio/libgiognutls.so")
    for module in SYSTEM.glob("vips-modules-*/vips-*.so"):
        if re.match(r"vips-(heif|jxl)", module.name):
            copy(module, lib / TRIPLET / module.parent.name / module.name)
    # Debian 13's libheif has its codecs so.
    for plugin in SYSTEM.glob("libheif/plugins/*.so"):
        copy(plugin, lib / "heif" / plugin.name)


def copy_libraries(root, lib):
    """The libraries of everything that is there, and whom they belong to."""
    needed = {}
    for path in sorted(root.rglob("*")):
        if is_elf(path):
            needed.update(find_needed(path))
    own = {path.name for path in lib.rglob("*.so")}
    copied = []
    for name, path in sorted(needed.items()):
        if LEFT.fullmatch(name) or name in own:
            continue
        copy(path.resolve(), lib / ("spare" if SPARE.fullmatch(name) else "") / name)
        copied.append(path)
    return find_packages(copied)


def find_packages(paths):
    """By all names that a file may have where /lib is a link into /usr."""
    names = {name for path in paths
             for name in (str(path), str(path).removeprefix("/usr"), str(path.resolve()))}
    done = subprocess.run(["dpkg", "-S", *sorted(names)], capture_output=True, text=True)
    return {line.split(":")[0] for line in done.stdout.splitlines()}


def set_runpaths(root, lib):
    for path in sorted(root.rglob("*")):
        if not is_elf(path):
            continue
        way = os.path.relpath(lib, path.parent)
        places = ["$ORIGIN"] if way == "." else ["$ORIGIN", f"$ORIGIN/{way}"]
        if path.parent == root / "bin":
            places = [f"$ORIGIN/{way}"]
        run("patchelf", "--set-rpath", ":".join(places), path)


def copy_data(root):
    for folder in ("Adwaita/scalable", "Adwaita/symbolic"):
        if os.path.isdir(f"{ICONS}/{folder}"):
            shutil.copytree(f"{ICONS}/{folder}", root / "share/icons" / folder)
    copy(f"{ICONS}/Adwaita/index.theme", root / "share/icons/Adwaita/index.theme")
    copy(f"{ICONS}/hicolor/index.theme", root / "share/icons/hicolor/index.theme")
    schemas = root / "share/glib-2.0/schemas"
    for schema in pathlib.Path(SCHEMAS).glob("org.gtk.gtk4.*.xml"):
        copy(schema, schemas / schema.name)
    run("glib-compile-schemas", str(schemas))
    # Without it no icon is known to be a picture.
    copy(MIME, root / "share/mime/mime.cache")
    copy(FONT, root / "share/fonts/DejaVuSans.ttf")
    (root / "share/fonts/fonts.conf").write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        '<fontconfig>\n  <dir prefix="relative">.</dir>\n'
        '  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
        '  <cachedir prefix="xdg">fontconfig</cachedir>\n</fontconfig>\n')


def copy_licences(root, packages):
    for package in sorted(packages):
        source = pathlib.Path("/usr/share/doc") / package / "copyright"
        if source.is_file():
            copy(source, root / "share/doc" / package / "copyright")


def pack(folder, archive):
    """The same bytes from the same files, whoever packs them when."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "0")
    with open(archive, "wb") as file:
        tar = subprocess.Popen(["tar", "--sort=name", f"--mtime=@{epoch}", "--owner=0", "--group=0",
                                "--numeric-owner", "-C", folder.parent, "-cf", "-", folder.name],
                               stdout=subprocess.PIPE)
        subprocess.run(["zstd", "-q", "-19", "-T1"], stdin=tar.stdout, stdout=file, check=True)
        if tar.wait():
            raise SystemExit("tar failed")


def hash_files(root):
    """What tells one build from another."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        digest.update(os.fsencode(path.relative_to(root)) + b"\0")
        if path.is_file() and not path.is_symlink():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def copy_start(root, lib, target):
    script = (HERE / "portable-start.sh").read_text().replace("@lib@", str(lib.relative_to(root)))
    script = script.replace("@build@", hash_files(root))
    for program in sorted((root / "bin").iterdir()):
        (target / program.name).write_text(script)
        os.chmod(target / program.name, 0o755)


def read_options(meson, build):
    options = json.loads(run(meson, "introspect", "--buildoptions", build))
    return {option["name"]: option["value"] for option in options}


def main():
    meson, build, name, archive = sys.argv[1:]
    os.umask(0o022)  # the archive is for other users, and the same whoever makes it
    options = read_options(meson, build)
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work) / name
        run(meson, "install", "-C", build, "--no-rebuild", "--quiet", "--strip", "--destdir",
            f"{work}/destdir")
        root = folder / "usr"
        folder.mkdir()
        shutil.move(f"{work}/destdir{options['prefix']}", root)
        lib = root / options["libdir"] / "genga"
        copy_opened(lib)
        packages = copy_libraries(root, lib)
        set_runpaths(root, lib)
        copy_data(root)
        copy_licences(root, packages)
        copy_start(root, lib, folder)
        shutil.copy2(HERE.parent / "COPYING", folder / "COPYING")
        pack(folder, archive)


if __name__ == "__main__":
    main()
