# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes pictures of every kind, and what Pillow and numpy say is in them.

Arguments: a folder, and a CMYK profile or "-". The folder gets the pictures, NAME.raw with the
expected samples in the machine's byte order, and "cases", one line per picture: its name, what
Genga calls its format, channels, bits, width, height, pages and the largest difference allowed.
"""
import io
import pathlib
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps

folder = pathlib.Path(sys.argv[1])
cases = []
rng = np.random.default_rng(7)


def scene(width=61, height=43, channels=3, bits=8):
    """Slopes, an edge and a little noise: what every codec can do something with."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = [x / width, y / height, (x + y) / (width + height), 1 - x * y / (width * height)]
    if channels == 2:
        planes = [planes[0], planes[3]]
    picture = np.stack(planes[:channels], axis=-1)
    picture[height // 3:height // 2, width // 4:width // 2] *= 0.25
    picture += rng.uniform(-0.01, 0.01, picture.shape)
    top = 2 ** bits - 1
    return np.clip(picture * top + 0.5, 0, top).astype(np.uint16 if bits > 8 else np.uint8)


def expect(name, loader, pixels, tolerance=0, pages=1):
    pixels = np.ascontiguousarray(pixels if pixels.ndim == 3 else pixels[..., None])
    height, width, channels = pixels.shape
    (folder / (name + ".raw")).write_bytes(pixels.tobytes())
    cases.append(f"{name} {loader} {channels} {pixels.itemsize * 8} {width} {height} {pages} "
                 f"{tolerance}")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels, extra=b"", interlaced=False):
    """A PNG of our own, as Pillow writes neither RGB with 16 bits nor interlaced files."""
    height, width, channels = pixels.shape
    bits = pixels.itemsize * 8
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
              (1, 0, 2, 1)] if interlaced else [(0, 0, 1, 1)]
    rows = b""
    for top, left, down, right in passes:
        part = pixels[top::down, left::right].astype(">u2" if bits == 16 else "u1")
        if part.size:
            rows += b"".join(b"\0" + row.tobytes() for row in part)
    header = struct.pack(">IIBBBBB", width, height, bits, (0, 4, 2, 6)[channels - 1], 0, 0,
                         int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def save(image, name, **options):
    image.save(folder / name, **options)
    return name


def as_array(image, mode=None):
    return np.asarray(image.convert(mode) if mode else image)


def reread(name, mode=None):
    return as_array(Image.open(folder / name), mode)


def make_png():
    for channels in (1, 2, 3, 4):
        for bits in (8, 16):
            pixels = scene(channels=channels, bits=bits)
            name = f"c{channels}b{bits}.png"
            (folder / name).write_bytes(png(pixels))
            expect(name, "png", pixels)
    pixels = scene(channels=3)
    (folder / "interlaced.png").write_bytes(png(pixels, interlaced=True))
    expect("interlaced.png", "png", pixels)
    (folder / "named.jpg").write_bytes(png(pixels))
    expect("named.jpg", "png", pixels)

    image = Image.fromarray(pixels)
    palette = image.quantize(13)
    expect(save(palette, "palette.png"), "png", as_array(palette, "RGB"))
    name = save(palette, "palette-trns.png", transparency=bytes(range(0, 260, 20)))
    expect(name, "png", reread(name, "RGBA"))
    grey = image.convert("L")
    for bits, mode in ((1, "1"),):
        name = save(grey.convert(mode), f"grey{bits}.png")
        expect(name, "png", reread(name, "L"))
    name = save(image.quantize(3), "palette2.png", bits=2)
    expect(name, "png", reread(name, "RGB"))
    name = save(grey, "grey-trns.png", transparency=int(as_array(grey)[5, 5]))
    expect(name, "png", as_array(Image.open(folder / name).convert("LA")))
    colour = tuple(int(v) for v in pixels[5, 5])
    name = save(image, "rgb-trns.png", transparency=colour)
    expect(name, "png", reread(name, "RGBA"))
    frames = [Image.fromarray(scene()) for _ in range(3)]
    name = save(frames[0], "animated.png", save_all=True, append_images=frames[1:])
    expect(name, "png", as_array(frames[0]), pages=3)


def make_lossy():
    image = Image.fromarray(scene(93, 70))
    for name, options in (("full.jpg", {"subsampling": 0}), ("half.jpg", {"subsampling": 2}),
                          ("progressive.jpg", {"progressive": True})):
        save(image, name, quality=90, **options)
        expect(name, "jpeg", reread(name), 2)
    save(image.convert("L"), "grey.jpg", quality=90)
    expect("grey.jpg", "jpeg", reread("grey.jpg"), 2)
    (folder / "named.png").write_bytes((folder / "full.jpg").read_bytes())
    expect("named.png", "jpeg", reread("full.jpg"), 2)

    alpha = Image.fromarray(scene(channels=4))
    expect(save(image, "exact.webp", lossless=True), "webp", as_array(image))
    name = save(alpha, "alpha.webp", lossless=True, exact=True)
    expect(name, "webp", as_array(alpha))
    name = save(image, "lossy.webp", quality=80)
    expect(name, "webp", reread(name), 2)
    frames = [Image.fromarray(scene()) for _ in range(4)]
    name = save(frames[0], "animated.webp", save_all=True, append_images=frames[1:],
                lossless=True)
    expect(name, "webp", as_array(frames[0], "RGBA"), pages=4)


def make_gif():
    image = Image.fromarray(scene()).quantize(20)
    expect(save(image, "still.gif"), "gif", as_array(image, "RGB"))
    frames = [Image.fromarray(scene()).quantize(20) for _ in range(3)]
    name = save(frames[0], "animated.gif", save_all=True, append_images=frames[1:], disposal=2)
    expect(name, "gif", reread(name, "RGB"), pages=3)


def bmp(pixels, bits, masks=(), top_down=False, compression=None):
    """A BMP of our own, of the kinds that Pillow does not write."""
    height, width = pixels.shape
    rows = [row.astype({8: "<u1", 16: "<u2", 32: "<u4"}[bits]).tobytes() for row in pixels]
    data = b"".join(row + bytes(-len(row) % 4) for row in (rows if top_down else rows[::-1]))
    kind = compression if compression is not None else 3 if masks else 0
    # The header of version 4 has masks and, after them, nothing that matters here.
    header = struct.pack("<IiiHHIIiiII", 108, width, -height if top_down else height, 1, bits, kind,
                         len(data), 0, 0, 0, 0)
    header += struct.pack("<4I", *(masks or (0, 0, 0, 0))) + bytes(52)
    offset = 14 + len(header)
    return b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + header + data


def make_bmp():
    image = Image.fromarray(scene())
    for name, mode in (("true.bmp", "RGB"), ("grey.bmp", "L"), ("bilevel.bmp", "1")):
        expect(save(image.convert(mode), name), "bmp", as_array(image.convert(mode), "RGB"))
    expect(save(image.quantize(13), "palette.bmp"), "bmp", as_array(image.quantize(13), "RGB"))
    expect(save(Image.fromarray(scene(channels=4)), "alpha.bmp"), "bmp", reread("alpha.bmp"))

    pixels = scene().astype(np.uint32)
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    wide = red << 16 | green << 8 | blue
    (folder / "down.bmp").write_bytes(bmp(wide, 32, top_down=True))
    expect("down.bmp", "bmp", pixels.astype(np.uint8))
    for name, shifts, masks in (("narrow.bmp", (10, 5, 0, 3, 3, 3), ()),
                                ("masked.bmp", (11, 5, 0, 3, 2, 3), (0xf800, 0x7e0, 0x1f, 0))):
        levels = [pixels[..., c] >> shifts[3 + c] for c in range(3)]
        packed = sum(level << shift for level, shift in zip(levels, shifts))
        (folder / name).write_bytes(bmp(packed, 16, masks))
        full = [(level * 255 + (255 >> drop) // 2) // (255 >> drop)
                for level, drop in zip(levels, shifts[3:])]
        expect(name, "bmp", np.stack(full, axis=-1).astype(np.uint8))


def make_tiff():
    pixels = scene()
    image = Image.fromarray(pixels)
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
        name = save(image, f"{compression}.tiff", compression=compression)
        expect(name, "tiff", pixels)
    expect(save(Image.fromarray(scene(channels=4)), "alpha.tiff"), "tiff", reread("alpha.tiff"))
    expect(save(image.convert("L"), "grey.tiff"), "tiff", as_array(image, "L"))
    expect(save(image.convert("1"), "bilevel.tiff"), "tiff", reread("bilevel.tiff", "L"))
    expect(save(image.quantize(9), "palette.tiff"), "tiff", reread("palette.tiff", "RGB"))
    deep = scene(channels=1, bits=16)[..., 0]
    expect(save(Image.fromarray(deep), "deep.tiff"), "tiff", deep)
    real = (deep / 65535.0).astype(np.float32)
    # Floats without a profile are linear light, as IEC 61966-2-1 codes it.
    coded = np.where(real <= 0.0031308, real * 12.92, 1.055 * real ** (1 / 2.4) - 0.055)
    expect(save(Image.fromarray(real), "float.tiff"), "tiff",
           np.floor(coded * 65535 + 0.5).astype(np.uint16), 8)
    frames = [Image.fromarray(scene()) for _ in range(2)]
    name = save(frames[0], "pages.tiff", save_all=True, append_images=frames[1:])
    expect(name, "tiff", as_array(frames[0]), pages=2)


def make_turned():
    pixels = scene(30, 20)
    image = Image.fromarray(pixels)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        exif[0x010f] = "Maker"
        exif[0x8769] = {0xa002: 30, 0xa003: 20, 0x9003: "2020:02:03 04:05:06"}
        for name in (f"turned{orientation}.png", f"turned{orientation}.webp",
                     f"turned{orientation}.jpg"):
            options = {"lossless": True} if name.endswith("webp") else {"quality": 95}
            save(image, name, exif=exif.tobytes(), **options)
            decoded = Image.open(folder / name).convert("RGB")
            decoded.getexif().load(exif.tobytes())
            turned = as_array(ImageOps.exif_transpose(decoded))
            loader = {"png": "png", "webp": "webp", "jpg": "jpeg"}[name.rsplit(".", 1)[1]]
            expect(name, loader, turned, 2 if loader == "jpeg" else 0)


def grey_profile():
    """The smallest profile for grey that can be opened: gamma 1.8, white of D50."""
    white = b"XYZ \0\0\0\0" + struct.pack(">iii", 0xf6d6, 0x10000, 0xd32d)
    curve = b"curv\0\0\0\0" + struct.pack(">IHxx", 1, int(1.8 * 256))
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"grey\0" + bytes(78)
    text += bytes(-len(text) % 4)
    right = b"text\0\0\0\0none\0\0\0\0"
    parts = [(b"desc", text), (b"wtpt", white), (b"kTRC", curve), (b"cprt", right)]
    offset = 128 + 4 + 12 * len(parts)
    table, body = struct.pack(">I", len(parts)), b""
    for name, data in parts:
        table += name + struct.pack(">II", offset + len(body), len(data))
        body += data
    size = offset + len(body)
    header = struct.pack(">I4sI4s4s4s6H4s", size, b"lcms", 0x02100000, b"mntr", b"GRAY", b"XYZ ",
                         2020, 1, 1, 0, 0, 0, b"acsp")
    header += bytes(28) + struct.pack(">iii", 0xf6d6, 0x10000, 0xd32d)
    return header + bytes(128 - len(header)) + table + body


def make_profiled():
    rgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.fromarray(scene())
    grey = image.convert("L")
    save(image, "icc-rgb.png", icc_profile=rgb)
    save(image, "icc-rgb.jpg", icc_profile=rgb, quality=95)
    save(image, "icc-rgb.webp", icc_profile=rgb, lossless=True)
    save(image, "icc-rgb.tiff", icc_profile=rgb)
    save(grey, "icc-grey.png", icc_profile=grey_profile())
    save(grey, "icc-grey.jpg", icc_profile=grey_profile(), quality=95)
    save(image, "icc-broken.jpg", icc_profile=b"this is no profile" * 20, quality=95)
    save(image, "icc-cut.png", icc_profile=rgb[:200])
    save(image, "icc-wrong.jpg", icc_profile=grey_profile(), quality=95)
    save(image, "icc-large.webp", icc_profile=rgb + bytes(10 * 2 ** 20), lossless=True)
    save(image, "icc-huge.webp", icc_profile=rgb + bytes(17 * 2 ** 20), lossless=True)
    (folder / "grey.icc").write_bytes(grey_profile())
    (folder / "rgb.icc").write_bytes(rgb)
    xmp = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6" '
           b'dc:title="kept"/></x:xmpmeta>')
    save(image, "xmp.webp", xmp=xmp, lossless=True)


def make_inks(profile):
    """CMYK through the file's own profile, and without one."""
    ramp = scene(64, 48, 4)
    inks = Image.fromarray(ramp, "CMYK")
    plain = Image.new("CMYK", (40, 10))
    for i, ink in enumerate(((0, 0, 0, 0), (0, 0, 0, 255), (255, 0, 0, 0), (0, 255, 0, 0),
                             (0, 0, 255, 0))):
        plain.paste(ink, (8 * i, 0, 8 * i + 8, 10))
    save(plain, "inks.jpg", quality=98, subsampling=0)
    save(plain, "inks.tiff")
    if profile == "-":
        return
    icc = pathlib.Path(profile).read_bytes()
    source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    target = ImageCms.createProfile("sRGB")
    for name in ("inks-icc.tiff", "inks-icc.jpg"):
        save(inks, name, icc_profile=icc, quality=95)
        decoded = Image.open(folder / name)
        shown = ImageCms.profileToProfile(
            decoded, source, target, renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB", flags=0x2000)
        expect(name, name.rsplit(".", 1)[1].replace("jpg", "jpeg"), as_array(shown), 4)


def make_refused():
    for name, content in (
            ("page.png", b"<!DOCTYPE html>\n<html><body>404</body></html>"),
            ("drawing.png", b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" '
                            b'width="10" height="10"/>'),
            ("words.png", "nur ein Text, kein Bild: äöü\n".encode()),
            ("video.png", b"\0\0\0\x18ftypisom\0\0\2\0isomiso2"),
            ("matroska.png", b"\x1a\x45\xdf\xa3" + bytes(40)),
            ("noise.png", bytes(range(1, 255)) * 2),
            ("empty.png", b"")):
        (folder / name).write_bytes(content)
    (folder / "bitmap.png").write_bytes(bmp(scene()[..., 0], 8, compression=1))
    save(Image.fromarray(scene()), "netpbm.png", format="PPM")


make_png()
make_lossy()
make_gif()
make_bmp()
make_tiff()
make_turned()
make_profiled()
make_inks(sys.argv[2])
make_refused()
(folder / "cases").write_text("\n".join(cases) + "\n")
