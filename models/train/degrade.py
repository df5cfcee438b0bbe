# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to anime on its way to the viewer: half size, then damage.

Every function takes and gives uint8 height x width x RGB.
"""
import io
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

FILTERS = (Image.BOX, Image.BILINEAR, Image.BICUBIC, Image.LANCZOS)


def to_bytes(p):
    return np.asarray(p).round().clip(0, 255).astype(np.uint8)


def box_half(p):
    """The mean of every 2 x 2 pixels, rounded once."""
    h, w = p.shape[0] // 2, p.shape[1] // 2
    return to_bytes(p[:h * 2, :w * 2].reshape(h, 2, w, 2, 3).mean(
        (1, 3), dtype=np.float32))


def half(rng, p):
    """Reduce to half with a random common filter."""
    h, w = p.shape[0] // 2, p.shape[1] // 2
    how = FILTERS[rng.choice(4, p=[.4, .15, .25, .2])]
    return np.asarray(Image.fromarray(p).resize((w, h), how))


def soften(p, sigma):
    """A soft or once enlarged source."""
    return to_bytes(ndimage.gaussian_filter(
        p.astype(np.float32), (sigma, sigma, 0)))


def jpeg(p, quality, subsampling=2):
    """subsampling: 0 = 4:4:4, 2 = 4:2:0."""
    buf = io.BytesIO()
    Image.fromarray(p).save(buf, "JPEG", quality=int(quality),
                            subsampling=subsampling)
    return np.asarray(Image.open(buf).convert("RGB"))


# -- analogue and mastering damage ----------------------------------------
def blur(rng, p):
    """Gaussian, wider in one direction."""
    s = rng.uniform(.2, 1.1, 2)
    return to_bytes(ndimage.gaussian_filter(
        p.astype(np.float32), (s[0], s[1], 0)))


def halo(rng, p):
    """Edge enhancement that overshoots."""
    f = p.astype(np.float32)
    s = rng.uniform(.6, 1.6)
    soft = ndimage.gaussian_filter(f, (s * rng.uniform(.3, 1), s, 0))
    return to_bytes(f + (f - soft) * rng.uniform(.3, 1.2))


def noise(rng, p):
    """Film grain or sensor noise, grey or coloured, fine or coarse."""
    n = rng.normal(0, rng.uniform(1, 9), p.shape[:2] + (
        1 if rng.uniform() < .6 else 3,))
    s = rng.uniform(0, .8)
    if s > .3:
        n = ndimage.gaussian_filter(n, (s, s, 0)) * (1 + 2.5 * s)
    return to_bytes(p + n)


MATRIX = np.array([[.299, .587, .114], [-.168736, -.331264, .5],
                   [.5, -.418688, -.081312]])
BACK = np.linalg.inv(MATRIX)


def chroma(rng, p):
    """Colour at a lower resolution, shifted, perhaps with dot crawl."""
    y = p.astype(np.float32) @ MATRIX.T
    s = rng.uniform(.5, 2.5)
    y[..., 1:] = ndimage.gaussian_filter(y[..., 1:], (s * .7, s, 0))
    y[..., 1:] = ndimage.shift(y[..., 1:], (
        rng.uniform(-.7, .7), rng.uniform(-1.2, 1.2), 0), order=1,
        mode="nearest")
    if rng.uniform() < .4:
        yy, xx = np.mgrid[:p.shape[0], :p.shape[1]]
        wave = np.cos(np.pi * (xx * .9 + yy) + rng.uniform(0, 6))
        edge = np.abs(np.gradient(y[..., 1], axis=1)) + \
            np.abs(np.gradient(y[..., 2], axis=1))
        y[..., 0] += wave * np.minimum(edge * rng.uniform(.3, 1), 20)
    return to_bytes(y @ BACK.T)


def subsampled(p, how):
    """Colour kept for every 2 x 2 pixels, as a player shows a video's frame;
    how: a Pillow filter."""
    y = p.astype(np.float32) @ MATRIX.T
    h, w = p.shape[:2]
    for k in (1, 2):
        small = y[..., k].reshape(h // 2, 2, w // 2, 2).mean((1, 3))
        y[..., k] = Image.fromarray(small).resize((w, h), how)
    return to_bytes(y @ BACK.T)


def frame(rng, p):
    """A decoded video's frame: a trace of its codec, colour in squares."""
    if rng.uniform() < .85:
        p = jpeg(p, rng.uniform(70, 94), 0)
    return subsampled(p, Image.NEAREST)


def camera(rng, p):
    """A cheap camera's frame: soft, grainy, compressed, its squares blurred."""
    if rng.uniform() < .5:
        p = noise(rng, p)
    p = soften(p, rng.uniform(.4, 1.3))
    p = jpeg(p, rng.uniform(30, 92), 2)
    return soften(p, rng.uniform(.2, .6)) if rng.uniform() < .6 else p


def banding(rng, p):
    step = rng.uniform(3, 9)
    return to_bytes(np.round(p / step) * step)


def worn(rng, p):
    """Half size by some filter, one to three kinds of damage, then a codec."""
    out = half(rng, p)
    kinds = (blur, halo, noise, chroma, banding)
    for k in rng.choice(5, rng.integers(1, 4), False, (.27, .2, .23, .22, .08)):
        out = kinds[k](rng, out)
    if rng.uniform() < .6:
        out = jpeg(out, rng.uniform(40, 95), rng.choice([0, 2]))
    return out


# -- video ----------------------------------------------------------------
def pan(p, dy, dx, frames, at):
    """Frames of a moving camera; number `at` is the picture itself."""
    room = int(max(abs(dy), abs(dx)) * frames) + 1
    wide = np.pad(p, ((room, room), (room, room), (0, 0)), "reflect")
    h, w = p.shape[:2]
    return [wide[room + (k - at) * dy:, room + (k - at) * dx:][:h, :w]
            for k in range(frames)]


def ffmpeg(*args, data=None):
    return subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-threads", "1", *args], input=data,
        stdout=subprocess.PIPE, check=True).stdout


def encode(frames, at, codec):
    """Frame number `at` after a real encode; codec: output options."""
    h, w = frames[0].shape[:2]
    raw = np.ascontiguousarray(np.stack(frames)).tobytes()
    exact = "accurate_rnd+full_chroma_int+full_chroma_inp"
    with tempfile.TemporaryDirectory() as tmp:
        path = str(Path(tmp) / "clip.mkv")
        ffmpeg("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{w}x{h}", "-r",
               "24", "-i", "-", "-sws_flags", exact, "-pix_fmt", "yuv420p",
               "-threads", "1", *codec, path, data=raw)
        out = ffmpeg("-i", path, "-sws_flags", exact + "+bicubic", "-vf",
                     f"select=eq(n\\,{at})", "-frames:v", "1", "-f",
                     "rawvideo", "-pix_fmt", "rgb24", "-")
    return np.frombuffer(out, np.uint8).reshape(h, w, 3)


def h264(p, crf, dy=1, dx=2, frames=7, at=4, preset="medium"):
    """A middle frame of a pan in H.264. Sides must be even."""
    return encode(pan(p, dy, dx, frames, at), at,
                  ("-c:v", "libx264", "-preset", preset, "-crf", str(crf)))


def mpeg2(p, scale, dy=1, dx=2, frames=7, at=4):
    """The same as on a DVD; scale: quantiser, 2 (fine) to 31."""
    return encode(pan(p, dy, dx, frames, at), at,
                  ("-c:v", "mpeg2video", "-g", "12", "-bf", "2", "-q:v",
                   str(scale)))


def video(rng, p):
    """Half size through one of the two codecs, moving or held."""
    out = box_half(p) if rng.uniform() < .5 else half(rng, p)
    if rng.uniform() < .25:
        out = noise(rng, out)
    dy, dx = rng.integers(-3, 4, 2) if rng.uniform() < .7 else (0, 0)
    at = int(rng.integers(0, 6))
    if rng.uniform() < .72:
        return h264(out, int(rng.integers(19, 33)), dy, dx, 6, at, "fast")
    return mpeg2(out, int(rng.integers(2, 13)), dy, dx, 6, at)


def still(rng, p):
    """Half size as a JPEG, most often about quality 60."""
    out = box_half(p) if rng.uniform() < .7 else half(rng, p)
    q = rng.normal(60, 6) if rng.uniform() < .4 else rng.uniform(35, 95)
    return jpeg(out, q, 2 if rng.uniform() < .85 else 0)
