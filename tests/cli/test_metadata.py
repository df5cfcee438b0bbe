# SPDX-License-Identifier: GPL-3.0-or-later
"""What pictures carry beside pixels, from every format that is read to every one that is written.

exiftool, Pillow and libvips read the results, each what it knows. What was there is there, or a
sentence says that it can't be held; what the result is like (size, orientation, no thumbnail) is
true. docs/metadata.md is what this finds: test_metadata.py --write PATH makes it anew."""
import collections
import ctypes
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

from support import TestCase, main, run

try:
    from PIL import Image, ImageCms
except ImportError:
    Image = None

WIDTH, HEIGHT, SCALE = 24, 16, 2
SOURCES = ("png", "jpg", "webp", "tiff", "avif", "jxl", "gif")
TARGETS = {"png": "PNG", "jpg": "JPEG", "webp": "WebP", "tiff": "TIFF", "avif": "AVIF", "jxl": "JPEG XL"}
ASPECTS = ("ICC profile", "EXIF", "XMP", "IPTC", "Comment", "Text", "Resolution")
# The words of the sentence that says what is lost.
WORDS = {"EXIF": "EXIF", "XMP": "XMP", "IPTC": "IPTC", "Comment": "the comment", "Text": "PNG text"}

PROMPT = "1girl, solo\nSteps: 20, Seed: 7"
EXIF = {"Make": "Maker", "Artist": "Zoë", "DateTimeOriginal": "2020:02:03 04:05:06",
        "UserComment": "a comment", "GPSLatitude": "12.5", "GPSLatitudeRef": "N"}
XMP = {"XMP-dc:Title": "A title", "XMP-dc:Creator": "Zoë", "XMP-xmp:Rating": "4"}
IPTC = {"Keywords": "anime", "By-line": "Zoë"}
# What says so in formats without IPTC.
IPTC_IN_XMP = {"XMP-dc:Subject": IPTC["Keywords"], "XMP-dc:Creator": IPTC["By-line"]}
THUMBNAIL = b"\xff\xd8\xff\xe0 no picture \xff\xd9"


# ---- sources ----

def exiftool(*arguments):
    done = subprocess.run(["exiftool", "-q", *arguments], capture_output=True, check=False)
    if done.returncode:
        raise AssertionError(done.stderr.decode(errors="replace"))
    return done.stdout


def make_base(folder, kind):
    """A picture with a profile and, where the format knows any, 300 dots per inch."""
    path = os.path.join(folder, f"source-{kind}.{kind}")
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.linear_gradient("L").resize((WIDTH, HEIGHT)).convert("RGB")
    if kind in ("avif", "jxl"):
        image.save(path + ".png", icc_profile=icc)
        done = run("upscale", "--model", "none", "--scale", "1", "-o", path, path + ".png")
        assert done.code == 0, done
        os.remove(path + ".png")
    elif kind == "gif":
        image.convert("P").save(path)
    else:
        image.save(path, icc_profile=icc, dpi=(300, 300))
    return path


def add_png_chunk(path, name, content):
    data = pathlib.Path(path).read_bytes()
    chunk = struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    pathlib.Path(path).write_bytes(data[:33] + chunk + data[33:])


def make_source(folder, kind):
    """A picture with all that its format holds and exiftool can write into it, and its thumbnail."""
    path = make_base(folder, kind)
    tags = [f"-{name}={value}" for name, value in XMP.items()]
    if kind != "gif":
        tags += [f"-EXIF:{name}={value}" for name, value in EXIF.items()]
        tags += [f"-ExifImageWidth={WIDTH}", f"-ExifImageHeight={HEIGHT}", "-Orientation#=1"]
    if kind in ("webp", "avif", "jxl"):
        tags += ["-EXIF:XResolution=300", "-EXIF:YResolution=300", "-EXIF:ResolutionUnit=inches"]
    if kind in ("png", "jpg", "tiff"):
        tags += [f"-IPTC:{name}={value}" for name, value in IPTC.items()]
    if kind in ("jpg", "gif"):
        tags += ["-Comment=a word"]
    if kind == "jpg":
        thumbnail = os.path.join(folder, "thumbnail")
        pathlib.Path(thumbnail).write_bytes(THUMBNAIL)
        tags += [f"-ThumbnailImage<={thumbnail}"]
    exiftool("-m", "-overwrite_original", *tags, path)
    if kind == "png":
        add_png_chunk(path, b"tEXt", b"parameters\0" + PROMPT.encode("latin-1"))
    return path


# ---- readers ----

def read_exiftool(paths):
    """By file: what each aspect is, where it is there."""
    listed = json.loads(exiftool("-j", "-G1", "-n", "-a", "-charset", "filename=utf8", *paths))
    found = {}
    for tags in listed:
        plain = {}
        for name, value in tags.items():
            plain.setdefault(name.split(":", 1)[-1], value)
        here = found[tags["SourceFile"]] = {}
        in_exif = {name: tags.get(group + ":" + name) for name in EXIF
                   for group in ("IFD0", "ExifIFD", "GPS") if group + ":" + name in tags}
        xmp = {name: tags[name] for name in XMP if name in tags}
        iptc = {name: tags["IPTC:" + name] for name in IPTC if "IPTC:" + name in tags}
        for aspect, value in (("ICC profile", any(name.startswith("ICC") for name in tags)), ("EXIF", in_exif),
                              ("XMP", xmp), ("IPTC", iptc), ("Comment", plain.get("Comment")),
                              ("Text", tags.get("PNG:Parameters"))):
            if value:
                here[aspect] = value
        # A PNG has pixels per metre.
        x, unit = next(((tags[g + ":XResolution"], tags.get(g + ":ResolutionUnit")) for g in ("JFIF", "IFD0")
                        if g + ":XResolution" in tags), (None, None))
        if "PNG-pHYs:PixelsPerUnitX" in tags and tags.get("PNG-pHYs:PixelUnits") == 1:
            here["Resolution"] = round(tags["PNG-pHYs:PixelsPerUnitX"] * 0.0254)
        elif x and unit in (1, 2, 3):
            here["Resolution"] = round(x * 2.54 if (unit == 2 and "JFIF:XResolution" in tags) or unit == 3 else x)
        here["tags"] = tags
    return found


def read_pillow(path):
    """What Pillow finds; only what it knows of this format is in it, present or not."""
    with Image.open(path) as image:
        exif = image.getexif()
        kind = image.format
        found = {"ICC profile": bool(image.info.get("icc_profile"))}
        if kind != "GIF":
            found["EXIF"] = exif.get(0x010F) == EXIF["Make"] and \
                exif.get_ifd(0x8769).get(0x9003) == EXIF["DateTimeOriginal"]
            found["Orientation"] = exif.get(0x0112, 1)
        if kind in ("PNG", "JPEG", "TIFF"):
            found["Resolution"] = round(float(image.info.get("dpi", (0, 0))[0]))
        if kind == "PNG":
            found["Text"] = image.text.get("parameters") == PROMPT
            found["XMP"] = XMP["XMP-dc:Title"] in image.text.get("XML:com.adobe.xmp", "")
        if kind == "JPEG":
            found["Comment"] = image.info.get("comment") == b"a word"
            found["IPTC"] = b"\x1c\x02\x19\x00\x05anime" in image.info.get("photoshop", {}).get(0x0404, b"")
        if kind == "WEBP":
            found["XMP"] = XMP["XMP-dc:Title"].encode() in image.info.get("xmp", b"")
        return found


class Vips:
    """libvips itself, without a package for Python."""
    def __init__(self):
        self.library = ctypes.CDLL("libvips.so.42")
        self.library.vips_init(b"test")
        self.library.vips_image_new_from_file.restype = ctypes.c_void_p
        self.library.vips_image_get_typeof.restype = ctypes.c_size_t
        self.library.vips_image_get_blob.argtypes = [ctypes.c_void_p, ctypes.c_char_p,
                                                     ctypes.POINTER(ctypes.c_void_p),
                                                     ctypes.POINTER(ctypes.c_size_t)]

    def read(self, path):
        image = self.library.vips_image_new_from_file(path.encode(), None)
        assert image, path

        def blob(name):
            data, size = ctypes.c_void_p(), ctypes.c_size_t()
            if not self.library.vips_image_get_typeof(ctypes.c_void_p(image), name) or \
                    self.library.vips_image_get_blob(image, name, ctypes.byref(data), ctypes.byref(size)):
                return b""
            return ctypes.string_at(data, size.value)

        found = {"ICC profile": bool(blob(b"icc-profile-data")), "EXIF": EXIF["Make"].encode() in blob(b"exif-data"),
                 "XMP": XMP["XMP-dc:Title"].encode() in blob(b"xmp-data") + blob(b"heif-mime-0") + blob(b"heif-mime-1")}
        ctypes.CDLL("libgobject-2.0.so.0").g_object_unref(ctypes.c_void_p(image))
        return found


# ---- all pairs ----

def convert(folder, sources, target):
    """All sources into a format; the sentences of each source."""
    out = os.path.join(folder, "out-" + target)
    done = run("upscale", "--model", "nearest", "--scale", str(SCALE), "--format",
               {"jpg": "jpeg"}.get(target, target), "--naming", "original", "--output-dir", out,
               *sources, XDG_STATE_HOME=os.path.join(folder, "state"))
    assert done.code == 0, done
    said = collections.defaultdict(str)
    for line in done.text.splitlines():
        for source in sources:
            if pathlib.Path(source).stem in line:
                said[source] += line + "\n"
    return {source: (os.path.join(out, f"{pathlib.Path(source).stem}.{target}"), said[source])
            for source in sources}


def collect(folder):
    """{(source, target): {aspect: fate}}, and what is wrong."""
    sources = [make_source(folder, kind) for kind in SOURCES]
    results = {target: convert(folder, sources, target) for target in TARGETS}
    paths = sources + [path for by_source in results.values() for path, _ in by_source.values()]
    found = read_exiftool(paths)
    vips, table, wrong = Vips(), {}, []
    found[sources[SOURCES.index("jxl")]]["ICC profile"] = True
    for target, by_source in results.items():
        for kind, (source, (path, said)) in zip(SOURCES, by_source.items()):
            fates = table[kind, target] = {}
            before, after = found[source], found[path]
            seen = vips.read(path)
            # It is coded among the pixels of a JPEG XL, which exiftool does not read.
            if target == "jxl" and seen["ICC profile"]:
                after["ICC profile"] = True
            for aspect in ASPECTS:
                if aspect not in before:
                    continue
                fates[aspect] = find_fate(aspect, before, after, said)
                if fates[aspect] is None:
                    wrong.append(f"{kind} to {target}: {aspect} was {before[aspect]}, is {after.get(aspect)}; {said}")
            wrong += [f"{kind} to {target}: {complaint}"
                      for complaint in check(path, target, after, seen)]
    return table, wrong


def find_fate(aspect, before, after, said):
    """What became of it; None where that is not so, or nothing says so."""
    if after.get(aspect) == before[aspect]:
        return "yes"
    if aspect == "IPTC" and all(after["tags"].get(name) == value for name, value in IPTC_IN_XMP.items()):
        return "in XMP"
    word = WORDS.get(aspect)
    if aspect not in after and word is not None and f"{word}" in said and "can't hold" in said:
        return "no, said"
    if aspect == "Comment" and after["tags"].get("PNG:Comment") == before[aspect]:
        return "as text"
    if aspect == "IPTC" and "can't be read" in said:
        return "no, said"
    if aspect == "Resolution" and aspect not in after:
        return "no"
    return None


def check(path, target, after, seen_by_vips):
    """What the other readers do not see as exiftool does, and what is not true of the result."""
    tags = after["tags"]
    for name, wanted in (("ExifIFD:ExifImageWidth", WIDTH * SCALE), ("ExifIFD:ExifImageHeight", HEIGHT * SCALE),
                         ("IFD0:Orientation", 1)):
        if tags.get(name, wanted) != wanted:
            yield f"{name} is {tags[name]}"
    if any("Thumbnail" in name for name in tags):
        yield "the source's thumbnail is still there"
    # libvips before 8.15 knows no more of a JPEG XL than its profile.
    readers = [("libvips", {"ICC profile": seen_by_vips["ICC profile"]} if target == "jxl" else seen_by_vips)]
    if target in ("png", "jpg", "webp", "tiff"):
        readers.append(("Pillow", read_pillow(path)))
    for reader, seen in readers:
        for aspect, value in seen.items():
            expected = {"Orientation": 1, "Resolution": after.get("Resolution", 0)}.get(aspect, aspect in after)
            # libvips does not show a TIFF's EXIF, and Pillow's resolution of one is in any unit.
            is_unknown = target == "tiff" and (reader, aspect) in (("libvips", "EXIF"), ("Pillow", "Resolution"))
            if value != expected and not is_unknown:
                yield f"{reader} finds {aspect} {value}, exiftool {expected}"


def make_table(table):
    """Markdown."""
    lines = ["<!-- SPDX-License-Identifier: GPL-3.0-or-later -->", "# What pictures carry, and where it stays", "",
             "Made by `python3 tests/cli/test_metadata.py --write docs/metadata.md`: pictures with all that their",
             "format holds are upscaled, and exiftool, Pillow and libvips read what is in the results. “Said” is",
             "what a sentence names; “-” was not in the source. Sizes, orientation and thumbnails are always those",
             "of the result. BMP carries nothing.", "",
             "IPTC has no place in PNG: it is text there, in the form that exiftool writes and ImageMagick reads",
             "(“Raw profile type iptc”). Other formats without a place for it get what XMP can say of it. Where XMP",
             "says something else already, or can't say it, a sentence says that some of the IPTC is missing. A JPEG",
             "has 64 KB for EXIF: if it has more, what the camera's maker has noted is left out, which is said.", "",
             "The resolution is the source's, so that results are printed larger; with `--dpi print-size`, results",
             "have as many more dots per inch as they have pixels.", ""]
    for aspect in ASPECTS:
        lines += [f"| {aspect}, from | {' | '.join(TARGETS.values())} |", "|---" * (1 + len(TARGETS)) + "|"]
        for kind in SOURCES:
            cells = [table[kind, target].get(aspect, "-") for target in TARGETS]
            if set(cells) != {"-"}:
                lines.append(f"| {TARGETS.get(kind, kind.upper())} | {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


@unittest.skipIf(Image is None or shutil.which("exiftool") is None, "no Pillow or no exiftool")
class Metadata(TestCase):
    def test_all_pairs(self):
        table, wrong = collect(self.folder)
        self.assertEqual(wrong, [])
        page = pathlib.Path(__file__).parents[2] / "docs" / "metadata.md"
        self.assertEqual(make_table(table), page.read_text(encoding="utf-8"))


@unittest.skipIf(Image is None or shutil.which("exiftool") is None, "no Pillow or no exiftool")
class Chunks(TestCase):
    def upscale(self, path, *arguments):
        done = run("upscale", "--model", "nearest", "--scale", "2", "-o", path + ".out.png", *arguments, path,
                   XDG_STATE_HOME=os.path.join(self.folder, "state"))
        self.assertEqual(done.code, 0, done)
        return done.text, read_exiftool([path + ".out.png"])[path + ".out.png"]["tags"]

    def test_broken_profiles(self):
        """libvips passes over a profile that it can't read; nobody would know."""
        path = os.path.join(self.folder, "broken.png")
        for gamma, words in ((None, "sRGB is assumed"), (100000, "what its chunks say")):
            Image.new("RGB", (8, 8), (200, 100, 50)).save(path)
            add_png_chunk(path, b"iCCP", b"name\0\0no deflated stream")
            if gamma:
                add_png_chunk(path, b"gAMA", struct.pack(">I", gamma))
            said, _ = self.upscale(path, "--existing", "replace")
            self.assertIn("is broken", said)
            self.assertIn(words, said)

    def test_raw_profiles(self):
        """What ImageMagick has put into text is EXIF, XMP and IPTC, true of the result, and no text any more."""
        jpeg, path = os.path.join(self.folder, "source.jpg"), os.path.join(self.folder, "raw.png")
        Image.new("RGB", (WIDTH, HEIGHT)).save(jpeg)
        exiftool("-m", "-overwrite_original", "-EXIF:Artist=Zoë", f"-ExifImageWidth={WIDTH}", "-XMP-dc:Title=A title",
                 "-IPTC:Keywords=anime", jpeg)
        data = pathlib.Path(jpeg).read_bytes()
        Image.new("RGB", (WIDTH, HEIGHT)).save(path)
        for mark, name in ((b"Exif\0\0", b"exif"), (b"http://ns.adobe.com/xap/1.0/\0", b"APP1"),
                           (b"8BIM\x04\x04", b"8bim")):
            at = data.index(mark)
            segment = at - (14 if name == b"8bim" else 0)
            end = segment - 2 + struct.unpack(">H", data[segment - 2:segment])[0]
            profile = data[at:end]
            lines = "\n".join(profile.hex()[i:i + 72] for i in range(0, 2 * len(profile), 72))
            add_png_chunk(path, b"tEXt", b"Raw profile type " + name + b"\0\n" + name +
                          b"\n%8d\n" % len(profile) + lines.encode() + b"\n")
        _, tags = self.upscale(path)
        for name, wanted in (("IFD0:Artist", "Zoë"), ("ExifIFD:ExifImageWidth", 2 * WIDTH),
                             ("XMP-dc:Title", "A title"), ("IPTC:Keywords", "anime")):
            self.assertEqual(tags.get(name), wanted, name)
        result = pathlib.Path(path + ".out.png").read_bytes()
        self.assertEqual([result.count(b"Raw profile type " + name) for name in (b"exif", b"APP1", b"8bim", b"iptc")],
                         [0, 0, 0, 1])


@unittest.skipIf(Image is None or shutil.which("exiftool") is None, "no Pillow or no exiftool")
class PrintSize(TestCase):
    NUMBERS = ("JFIF:XResolution", "PNG-pHYs:PixelsPerUnitX", "IFD0:XResolution", "IFD0:YResolution",
               "XMP-tiff:XResolution", "XMP-tiff:YResolution")

    def test_grows_or_stays(self):
        """Twice the pixels are twice the dots per inch, wherever a file says it; or as many as before."""
        sources = [make_base(self.folder, kind) for kind in ("png", "jpg", "tiff")]
        exiftool("-m", "-overwrite_original", "-EXIF:XResolution=300", "-EXIF:YResolution=300",
                 "-EXIF:ResolutionUnit=inches", "-XMP-tiff:XResolution=300", "-XMP-tiff:YResolution=300",
                 "-XMP-tiff:ResolutionUnit=inches", *sources)
        for option, factor in (("print-size", 2), ("keep", 1)):
            for target in TARGETS:
                results = self.convert(sources, target, "--dpi", option)
                tags = [found["tags"] for found in read_exiftool(results).values()]
                for each in tags:
                    numbers = {name: each[name] for name in self.NUMBERS if name in each}
                    self.assertGreaterEqual(len(numbers), 3, (target, numbers))
                    for name, value in numbers.items():
                        wanted = 300 * factor * (1 / 0.0254 if name.startswith("PNG") else 1)
                        self.assertAlmostEqual(value / wanted, 1, delta=1e-4, msg=f"{option} {target} {name}")

    def convert(self, sources, target, *arguments):
        out = os.path.join(self.folder, target + arguments[-1])
        done = run("upscale", "--model", "nearest", "--scale", "2", "--format", {"jpg": "jpeg"}.get(target, target),
                   "--output-dir", out, *arguments, *sources, XDG_STATE_HOME=os.path.join(self.folder, "state"))
        self.assertEqual(done.code, 0, done)
        return [os.path.join(out, name) for name in os.listdir(out)]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        with tempfile.TemporaryDirectory() as scratch:
            found_table, complaints = collect(scratch)
        print("\n".join(complaints), file=sys.stderr)
        pathlib.Path(sys.argv[2]).write_text(make_table(found_table), encoding="utf-8")
        sys.exit(bool(complaints))
    main()
