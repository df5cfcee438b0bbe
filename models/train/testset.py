# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixed test pictures and the four ways they are degraded."""
import subprocess

import numpy as np
from PIL import Image

import degrade
from generator import SIZE, picture

PICTURES = ("sylvie_green_normal.png", "sylvie_blue_smile.png", "bg_uni.jpg",
            "bg_lecturehall.jpg", "anime_composite_640x360.png",
            "rabbit320_frame_1s.png", "vn_gym.jpg", "vn_park.jpg",
            "vn_stairs.jpg", "vn_girl.png", "vn_girl_shame.png")
FRAMES = (("reel_1s", 1.0), ("reel_7s5", 7.5))
OWN_SEED, OWN = 990001, 3          # drawings no training has seen

DEGRADED = {
    "clean": lambda p: (degrade.box_half(p), p),
    "jpeg60": lambda p: (degrade.jpeg(degrade.box_half(p), 60), p),
    "h264crf26": lambda p: (degrade.h264(degrade.box_half(p), 26), p),
    "soft": lambda p: (degrade.box_half(degrade.soften(p, .8)),
                       degrade.soften(p, .8)),
}


def even(p):
    """Cut to sides that are multiples of four."""
    return np.ascontiguousarray(p[:p.shape[0] // 4 * 4, :p.shape[1] // 4 * 4])


def read(path):
    """RGB, transparent pictures laid on white."""
    image = Image.open(path).convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(paper, image).convert("RGB"))


def frame(path, seconds):
    out = subprocess.run(
        ["ffmpeg", "-v", "error", "-ss", str(seconds), "-i", str(path),
         "-frames:v", "1", "-f", "image2pipe", "-c:v", "ppm", "-"],
        stdout=subprocess.PIPE, check=True).stdout
    w, h = map(int, out.split(maxsplit=3)[1:3])
    return np.frombuffer(out[-w * h * 3:], np.uint8).reshape(h, w, 3)


def pictures(shared, own=True):
    """name -> picture; the 13 of the bars first, then own drawings."""
    out = {name.split(".")[0]: even(read(shared / "media/images" / name))
           for name in PICTURES}
    for name, at in FRAMES:
        out[name] = even(frame(shared / "media/clips/anime_720p.mkv", at))
    for i in range(OWN if own else 0):
        out[f"own_{i}"] = even(picture(OWN_SEED, i)[:SIZE, :SIZE])
    return out
