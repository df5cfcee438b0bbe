# SPDX-License-Identifier: GPL-3.0-or-later
"""Anime-like pictures from nothing but numbers.

    generator.py --out FOLDER --count N --seed S

Every picture is drawn at twice its size and reduced; the same seed and index
give the same picture.
"""
import argparse
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

import figures
import lettering
import scenes
import sketches
import sprites
import thickets
from canvas import Canvas, rect
from colours import hsv
from textures import surface

SIZE = 640
KINDS = ((scenes.outdoors, .13), (scenes.landscape, .07), (scenes.room, .10),
         (thickets.forest, .10), (thickets.matte, .10),
         (sketches.dead_leaves, .09), (sketches.sketch, .06),
         (sketches.inkwork, .10), (sketches.lineart, .07),
         (sketches.page, .02), (None, .02),
         (sprites.portrait, .08), (sprites.tresses, .06))


def backdrop(rng, c):
    """A plain ground for characters: flat, gradient or surface."""
    whole = rect(0, 0, c.width, c.height)
    kind = rng.integers(4)
    if kind == 0:
        c.fill(whole, (1, 1, 1))
    elif kind == 1:
        c.gradient(whole, (0, 0), rng.uniform(0, 1, 2) * SIZE, hsv(rng),
                   hsv(rng))
    elif kind == 2:
        c.fill(whole, hsv(rng, s=(0, .5)))
    else:
        c.texture(whole, surface(rng, SIZE, SIZE, hsv(rng)))


def draw(rng, over=2, only=None):
    """The canvas of one picture; only: names of the makers to choose from."""
    c = Canvas(SIZE, SIZE, over)
    makers, share = zip(*((m, p) for m, p in KINDS
                          if only is None or m and m.__name__ in only))
    make = makers[rng.choice(len(makers), p=np.divide(share, sum(share)))]
    (make or backdrop)(rng, c)
    if make is None or (rng.uniform() < .4 and make not in (
            sketches.dead_leaves, sketches.lineart)):
        for _ in range(rng.integers(1, 4)):
            r = SIZE * rng.choice([.06, .1, .16, .28]) * rng.uniform(.8, 1.3)
            figures.character(rng, c, rng.uniform(.1, .9) * SIZE,
                              rng.uniform(.25, .8) * SIZE, r)
    kind = rng.uniform()
    if kind < .12:
        lettering.subtitles(rng, c)
    elif kind < .16:
        lettering.credits(rng, c, c.pixels().mean() < .5)
    elif kind < .20:
        lettering.shout(rng, c)
    return c


def grade(rng, p):
    """Light and film: contrast, tint, banding, vignette, blur, grain."""
    if rng.uniform() < .3:
        p = p ** rng.uniform(.7, 1.5)
    if rng.uniform() < .2:
        p = p * rng.uniform(.75, 1.1, 3)
    if rng.uniform() < .08:
        p = np.repeat(p.mean(-1, keepdims=True), 3, -1)
    if rng.uniform() < .1:
        y, x = np.mgrid[-1:1:p.shape[0] * 1j, -1:1:p.shape[1] * 1j]
        p = p * (1 - .4 * (x * x + y * y) / 2)[..., None]
    if rng.uniform() < .08:
        lit = ndimage.gaussian_filter(np.clip(p - .6, 0, 1), (14, 14, 0))
        p = p + lit * rng.uniform(.3, 1)
    if rng.uniform() < .08:
        levels = rng.integers(16, 48)
        p = np.round(p * levels) / levels
    return p


def picture(seed, index, only=None):
    """Picture number `index` of a seed, uint8 SIZE x SIZE x RGB."""
    rng = np.random.default_rng((seed, index))
    p = grade(rng, draw(rng, only=only).pixels()).clip(0, 1)
    big = Image.fromarray((p * 255 + .5).astype(np.uint8))
    how = rng.choice([Image.BOX, Image.LANCZOS, Image.BICUBIC],
                     p=[.4, .35, .25])
    out = np.asarray(big.resize((SIZE, SIZE), how)).astype(np.float32)
    if rng.uniform() < .06:
        out = out + rng.normal(0, rng.uniform(1, 4), out.shape[:2] + (1,))
    return out.clip(0, 255).round().astype(np.uint8)


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--count", type=int, default=20)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for i in range(args.count):
        Image.fromarray(picture(args.seed, i)).save(args.out / f"{i:05}.png")


if __name__ == "__main__":
    main()
