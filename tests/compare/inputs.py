# SPDX-License-Identifier: GPL-3.0-or-later
"""The inputs of the comparison: made of the shared pictures and clips, and drawn."""
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
MAKE_PICTURES = HERE.parent / "oracle/pictures_make.py"
SIDE = 96  # of a piece of a shared picture, for networks
CLIPS = ("anime_360p.mkv", "anime_360p_hdr10.mp4", "anime_360p_vfr.mp4", "anime_720p.mkv",
         "flower_cc0.mp4", "friday_cc0.mp4", "rabbit320_cc0.mp4", "rabbit320_cc0.webm")


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)], check=True)


def mark_turned(source, target):
    """FFmpeg has an option for it since 6, and knew a tag until then."""
    try:
        ffmpeg("-display_rotation", "90", "-i", source, "-c", "copy", target)
    except subprocess.CalledProcessError:
        ffmpeg("-i", source, "-c", "copy", "-metadata:s:v", "rotate=90", target)


def make_pieces(folder, images):
    """A piece of the middle of each shared picture, as PNG."""
    from PIL import Image
    folder.mkdir()
    for path in images:
        picture = Image.open(path)
        picture.load()
        left, top = max(0, picture.width - SIDE) // 2, max(0, picture.height - SIDE) // 2
        box = (left, top, min(picture.width, left + SIDE), min(picture.height, top + SIDE))
        picture.crop(box).save(folder / (path.stem + ".png"))


def make_animations(folder):
    from PIL import Image
    folder.mkdir()
    frames = []
    for n in range(5):
        frame = Image.new("RGBA", (30, 22), (200, 40 * n, 30, 255))
        for x in range(30):
            frame.putpixel((x, n), (0, 0, 0, 0))
            frame.putpixel((x, 21 - n), (10, 250, 80, 255))
        frames.append(frame)
    frames[3] = frames[2]
    for name, more in (("a.gif", {"disposal": 2}), ("a.png", {}),
                       ("a.webp", {"lossless": True, "exact": True})):
        frames[0].save(folder / name, save_all=True, append_images=frames[1:],
                       duration=[70, 400, 30, 250, 100], loop=3, **more)


def make_clips(folder, clips):
    """Small ones: for networks, turned, interlaced, with still frames, with one picture only."""
    folder.mkdir()
    source = clips / "rabbit320_cc0.mp4"
    ffmpeg("-i", clips / "anime_360p.mkv", "-map", "0:v", "-vf", "scale=64:48", "-frames:v", 30,
           "-c:v", "ffv1", folder / "small.mkv")
    ffmpeg("-i", source, "-t", "1", "-c", "copy", folder / "plain.mp4")
    mark_turned(folder / "plain.mp4", folder / "turned.mp4")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=128x96:rate=50", "-vf", "tinterlace=4", "-flags",
           "+ildct+ilme", "-frames:v", 12, "-c:v", "mpeg2video", "-q:v", 3,
           folder / "interlaced.mkv")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=5", "-vf", "fps=20", "-frames:v", 40,
           "-c:v", "ffv1", folder / "still.mkv")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24", "-f", "lavfi", "-i",
           "sine=frequency=440", "-frames:v", 240, "-shortest", "-c:v", "libx264", "-g", 24,
           "-c:a", "aac", folder / "long.mkv")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24", "-frames:v", 12, "-pix_fmt",
           "yuva420p", "-c:v", "libvpx-vp9", folder / "alpha.webm")
    with open(folder / "plain.mp4", "rb") as file:
        data = file.read()
    (folder / "cut.mp4").write_bytes(data[:len(data) // 2])
    ffmpeg("-i", clips / "rabbit320_cc0.webm", "-t", "1", "-c", "copy", folder / "whole.webm")
    data = (folder / "whole.webm").read_bytes()
    (folder / "cut.webm").write_bytes(data[:len(data) * 2 // 3])


def make_frames(folder, clips):
    folder.mkdir()
    ffmpeg("-i", clips / "anime_360p.mkv", "-vf", "scale=64:36", "-frames:v", 10,
           folder / "f%03d.png")


def copy_cases(folder, cases):
    """The small inputs that failed once, each with the name of its folder."""
    folder.mkdir()
    for path in sorted(cases.glob("*/*")):
        if path.suffix != ".txt":
            shutil.copy(path, folder / f"{path.parent.name[:2]}-{path.name}")


def make(folder, shared):
    """Everything, in `folder`."""
    images = sorted(path for path in (shared / "media/images").iterdir()
                    if path.suffix in (".png", ".jpg"))
    (folder / "shared").mkdir()
    for path in images:
        shutil.copy(path, folder / "shared")
    (folder / "kinds").mkdir()
    subprocess.run([sys.executable, MAKE_PICTURES, folder / "kinds", "-"], check=True,
                   env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
    for path in list((folder / "kinds").iterdir()):
        if path.suffix in (".raw", ".icc", "") or path.name.startswith("icc-huge"):
            path.unlink()
    make_pieces(folder / "pieces", images)
    make_animations(folder / "animated")
    make_clips(folder / "clips", shared / "media/clips")
    make_frames(folder / "frames", shared / "media/clips")
    copy_cases(folder / "cases", shared / "cases")
    for name in CLIPS:
        os.symlink(shared / "media/clips" / name, folder / name)
    os.symlink(shared / "weights", folder / "weights")
