# SPDX-License-Identifier: GPL-3.0-or-later
"""What the two builds are given to do."""
import dataclasses
import pathlib

IN = "../../in"
SEGMENTED = f"{IN}/clips/long.mkv"
NETWORKS = ("genga-fast", "genga-standard", f"{IN}/weights/realesr-animevideov3.pth",
            f"{IN}/weights/span_ch28_x4_slim_ntire2024_team38.pth")
# Without mbtree, for which libx264 reads what nobody wrote: its bytes vary from run to run.
X264 = ["--codec", "h264", "--preset", "ultrafast"]
FFV1 = ["--codec", "ffv1"]
SMALL = ["--model", "none", "--scale", "1", "--pre-downscale", "120"]


@dataclasses.dataclass
class Case:
    name: str
    commands: list
    killed: tuple = ()        # numbers of the commands that are killed on the way
    each: bool = False        # every file that comes of it is a case of its own
    timing: bool = False      # also the keys of events that come as time passes
    across: bool = False      # the new build goes on with what the old one has left
    twin: str = ""            # the case of the old build with which it is compared


def up(*arguments):
    return ["upscale", "--progress", "json", *arguments]


def one(name, *arguments, **more):
    return Case(name, [up(*arguments)], **more)


def batch(name, folder, *more):
    """All files of a folder in one command; each result is a case."""
    return one(name, "--output-dir", ".", *more, f"{IN}/{folder}", each=True)


def pictures():
    yield batch("shared", "shared", "--model", "nearest", "--png-level", "1")
    yield batch("shared-none", "shared", "--model", "none", "--scale", "1", "--sharpening", "0.4",
                "--contrast", "1.2", "--saturation", "0.7")
    yield batch("kinds", "kinds", "--model", "nearest")
    yield batch("kinds-same", "kinds", "--model", "none", "--scale", "1")
    yield batch("kinds-jpeg", "kinds", "--model", "none", "--scale", "1", "--format", "jpeg",
                "--transparency", "no")
    for model in ("nearest", "bicubic", *NETWORKS):
        name = "pieces-" + pathlib.PurePath(model).stem
        yield batch(name, "pieces", "--model", model, "--tile", "64", "--scale", "native")
    yield batch("pieces-filtered", "pieces", "--model", "genga-fast", "--scale", "3",
                "--sharpening", "0.5", "--contrast", "1.1", "--saturation", "1.3", "--precision",
                "fp32", "--blend", "linear")
    yield batch("pictures-reference", "frames", "--model", "genga-fast", "--device", "reference")


def formats():
    source = f"{IN}/pieces/anime_composite_640x360.png"
    deep = f"{IN}/kinds/c4b16.png"
    for name, path, more in (
            ("out.jpg", source, ["--quality", "80"]), ("out.webp", source, ["--quality", "70"]),
            ("lossless.webp", source, ["--lossless"]), ("out9.png", source, ["--png-level", "9"]),
            ("least.png", source, ["--png-optimise"]), ("white.png", source,
                                                        ["--transparency", "no"]),
            ("deep.png", source, ["--bit-depth", "16"]), ("flat.png", deep, ["--bit-depth", "8"]),
            ("deep.webp", deep, []), ("out.tiff", source, []), ("out", source, [])):
        yield one("format-" + name, "--model", "nearest", "-o", name, *more, path)


def names():
    pair = [f"{IN}/pieces/vn_gym.png", f"{IN}/pieces/vn_park.png"]
    dull = ["--model", "none", "--scale", "1"]
    yield one("names-suffix", *dull, "--output-dir", ".", "--suffix", "-x", *pair, each=True)
    yield one("names-original", *dull, "--output-dir", ".", "--naming", "original", *pair)
    yield one("names-list", *dull, "--output-dir", ".", "--naming", "list", "--names",
              "first\nsecond", *pair)
    yield one("names-same", *dull, "--output-dir", ".", pair[0], pair[0])
    yield Case("names-taken", [up(*dull, "-o", "a.png", pair[0]), up(*dull, "-o", "a.png", pair[1]),
                               up(*dull, "-o", "a.png", "--overwrite", pair[1])])
    yield one("names-no-folder", *dull, "--output-dir", "gone", *pair)


def videos():
    clips = (("anime_360p.mkv", 1, 2), ("anime_360p_hdr10.mp4", 0.5, 1.2),
             ("anime_360p_vfr.mp4", 3, 4.2), ("anime_720p.mkv", 2, 2.7), ("flower_cc0.mp4", 1, 1.6),
             ("friday_cc0.mp4", 0.9, 1.7), ("rabbit320_cc0.mp4", 5, 6),
             ("rabbit320_cc0.webm", 1, 2))
    for clip, begin, end in clips:
        part = ["--from", str(begin), "--to", str(end), f"{IN}/{clip}"]
        yield one(f"x264-{clip}", "--model", "nearest", "--pre-downscale", "120", *X264, "-o",
                  "out.mkv", *part)
        yield one(f"ffv1-{clip}", *SMALL, *FFV1, "-o", "out.mkv", *part)
        yield one(f"mp4-{clip}", *SMALL, *X264, "-o", "out.mp4", *part)
    yield one("events", *SMALL, *X264, "-o", "out.mkv",
              f"{IN}/anime_360p.mkv", timing=True)
    yield one("end-to-end", *SMALL, *X264, "-o", "out.mkv",
              f"{IN}/anime_360p_vfr.mp4")


def codecs():
    source = f"{IN}/clips/still.mkv"
    for codec, name, more in (
            ("h265", "a.mkv", ["--preset", "ultrafast"]), ("prores", "a.mov", []),
            ("dnxhr", "a.mov", ["--target-height", "192"]), ("vp9", "a.webm", ["--preset", "8"]),
            ("av1", "a.mkv", ["--preset", "12"]), ("h264", "a.mp4", ["--profile", "lossless"])):
        yield one(f"codec-{codec}", "--model", "nearest", "--codec", codec, *more, "-o", name,
                  source)
    hdr = f"{IN}/anime_360p_hdr10.mp4"
    yield one("codec-hdr10", *SMALL, "--codec", "h265", "--preset",
              "ultrafast", "--to", "0.3", "-o", "a.mp4", hdr)


def odd_videos():
    for name, more in (("turned.mp4", []), ("interlaced.mkv", []), ("still.mkv", []),
                       ("alpha.webm", []), ("cut.mp4", []), ("cut.webm", []),
                       ("plain.mp4", ["--fps", "24"]), ("plain.mp4", ["--audio", "no"]),
                       ("interlaced.mkv", ["--deinterlace", "no"]),
                       ("plain.mp4", ["--clip-at", "0.5"]),
                       ("still.mkv", ["--reuse", "off", "--frame-mapping"]),
                       ("small.mkv", ["--reuse", "tolerance", "--frame-mapping"]),
                       ("small.mkv", ["--reuse", "perceptual", "--yes"])):
        label = "-".join(["odd", name] + [one.strip("-") for one in more])
        yield one(label, "--model", "nearest", "--target-height", "96", *FFV1, *more, "-o",
                  "out.mkv", f"{IN}/clips/{name}")
    for model in ("genga-fast", f"{IN}/weights/realesr-animevideov3.pth"):
        name = pathlib.PurePath(model).stem
        yield one(f"network-{name}", "--model", model, "--scale", "2", *FFV1, "--frame-mapping",
                  "-o", "out.mkv", f"{IN}/clips/small.mkv")
    yield batch("cases", "cases", "--model", "nearest", "--scale", "2", *X264)


def animated():
    for name in ("a.gif", "a.png", "a.webp"):
        for out in ("out.gif", "out.apng", "out.webp", "out.mkv"):
            yield one(f"animated-{name}-{out}", "--model", "nearest", "-o", out,
                      *(["--container", "apng"] if out.endswith("apng") else []),
                      f"{IN}/animated/{name}")
    for out in ("out.gif", "out.webp"):
        yield one(f"clip-{out}", "--model", "none", "--scale", "1", "--to", "0.5", "-o", out,
                  f"{IN}/clips/small.mkv")


def frames():
    clip = f"{IN}/rabbit320_cc0.mp4"
    dull = SMALL
    yield one("frames-in", "--model", "nearest", *FFV1, "--fps", "24", "-o", "out.mkv",
              f"{IN}/frames")
    yield one("frames-pattern", "--model", "nearest", *FFV1, "--fps", "24", "-o", "out.mkv",
              f"{IN}/frames/f%03d.png")
    for kind in ("png", "png16", "jpeg", "webp"):
        yield Case(f"frames-{kind}", [
            up(*dull, "--to", "0.4", "--frames", kind, "-o", "pictures/", clip),
            up("--model", "nearest", *FFV1, "-o", "again.mkv", "pictures")])
    yield one("frames-kept", *dull, *FFV1, "--to", "0.4", "--keep-frames", "all", "-o", "out.mkv",
              clip)
    yield one("frames-until-done", *dull, *FFV1, "--to", "0.4", "--keep-frames", "until-done", "-o",
              "out.mkv", clip)


def interrupted():
    """The same command, then “resume”; what is found there by the other build; pictures."""
    for name, more in (("x264", X264), ("ffv1", FFV1)):
        command = up("--model", "nearest", "--target-height", "240", *more, "-o", "out.mkv",
                     SEGMENTED)
        yield Case(f"whole-{name}", [command])
        yield Case(f"again-{name}", [command, command], killed=(0,), twin=f"whole-{name}")
        yield Case(f"resumed-{name}", [command, ["resume", "--progress", "json", "."]], killed=(0,),
                   twin=f"whole-{name}")
        yield Case(f"across-{name}", [command, command], killed=(0,), across=True,
                   twin=f"whole-{name}")


def texts():
    yield Case("models", [["models"], ["models", "--json"],
                          ["models", "--models-dir", f"{IN}/weights"]])
    yield Case("usage", [["upscale"], ["upscale", "--scale", "x", "a"], ["gone"], ["resume"],
                         ["upscale", "--tile", "5", "a"], ["--version"]])
    yield Case("refused", [up("gone.png"), up("--model", "gone", f"{IN}/pieces/vn_gym.png"),
                           up("-o", "gone/a.png", f"{IN}/pieces/vn_gym.png"), ["resume", "."]])


def all_cases():
    for group in (texts, names, formats, pictures, animated, frames, codecs, videos, odd_videos,
                  interrupted):
        yield from group()
