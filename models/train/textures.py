# SPDX-License-Identifier: GPL-3.0-or-later
"""Surfaces made of numbers: noise, stone, wood, brick, water, screentone."""
import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from colours import mix, shade, vary


def noise(rng, h, w, cell):
    """Smooth noise, about -1..1, with bumps `cell` pixels wide."""
    gh, gw = int(h / cell) + 4, int(w / cell) + 4
    grid = rng.uniform(-1, 1, (gh, gw))
    y = np.arange(h) / cell + 1 + rng.uniform()
    x = np.arange(w) / cell + 1 + rng.uniform()
    return ndimage.map_coordinates(
        grid, np.meshgrid(y, x, indexing="ij"), order=3, mode="wrap")


def fractal(rng, h, w, cell, octaves=5, gain=.55):
    """Sum of noises at halving sizes."""
    out, amp = np.zeros((h, w)), 1.0
    for _ in range(octaves):
        out += amp * noise(rng, h, w, max(cell, 1.5))
        cell, amp = cell / 2, amp * gain
        if cell < 1:
            break
    return out


def tint(field, low, high):
    """Map a field (about -1..1) to colours between low and high."""
    t = np.clip(field * .5 + .5, 0, 1)[..., None]
    return np.asarray(low) * (1 - t) + np.asarray(high) * t


def cloudy(rng, h, w, colour):
    """Blotchy paint, as in watercolour backgrounds."""
    f = fractal(rng, h, w, rng.uniform(20, 90), gain=rng.uniform(.4, .8))
    return tint(f, shade(colour, .75), shade(colour, 1.2))


def strokes(rng, h, w, colour):
    """Paint dragged in one direction (also hair, fur, grass from afar)."""
    f = ndimage.gaussian_filter1d(
        rng.normal(0, 1, (h, w)), rng.uniform(4, 25), axis=rng.integers(2))
    f = ndimage.gaussian_filter(f, rng.uniform(.4, 1.2))
    f = f / (f.std() + 1e-6) * .5 + fractal(rng, h, w, 60) * .3
    return tint(f, shade(colour, .6), shade(colour, 1.25))


def stone(rng, h, w, colour):
    """Cells with dark joints: flagstones, cracks, scales."""
    n = int(rng.uniform(20, 400))
    seeds = rng.uniform(0, 1, (n, 2)) * (h, w)
    yx = np.stack(np.meshgrid(np.arange(h), np.arange(w), indexing="ij"), -1)
    wobble = np.stack([noise(rng, h, w, 12), noise(rng, h, w, 12)], -1)
    d, i = cKDTree(seeds).query(yx + wobble * rng.uniform(0, 4), k=2)
    joint = np.clip((d[..., 1] - d[..., 0]) / rng.uniform(1, 4), 0, 1)
    tone = rng.normal(1, .12, n)[i[..., 0]] + fractal(rng, h, w, 16) * .08
    return np.asarray(colour) * (tone * (.45 + .55 * joint))[..., None]


def wood(rng, h, w, colour):
    y = np.arange(h)[:, None] + 8 * noise(rng, h, w, 50)
    rings = np.sin(y / rng.uniform(1.5, 6) + 3 * noise(rng, h, w, 90))
    f = rings * .4 + ndimage.gaussian_filter1d(
        rng.normal(0, 1.2, (h, w)), 12, axis=1)
    board = rng.normal(1, .08, h // 20 + 2)[(np.arange(h) // 40)]
    return tint(f, shade(colour, .7), shade(colour, 1.15)) * \
        board[:, None, None]


def brick(rng, h, w, colour):
    """Bricks or tiles, each a little different, with joints."""
    bh = rng.integers(5, 26)
    bw = int(bh * rng.uniform(1, 3))
    y, x = np.mgrid[:h, :w]
    row = y // bh
    xs = x + (row % 2) * (bw // 2) * rng.integers(2)
    col = xs // bw
    tone = rng.normal(1, rng.uniform(.03, .2), (h // bh + 2, w // bw + 4))
    j = rng.integers(1, 3)
    joint = ((y % bh) < j) | ((xs % bw) < j)
    out = np.asarray(colour) * tone[row, col][..., None]
    out = np.where(joint[..., None], mix(colour, (.6, .6, .6), .5), out)
    return out * (1 + .1 * fractal(rng, h, w, 10))[..., None]


def weave(rng, h, w, colour):
    """Cloth, stripes or checks."""
    y, x = np.mgrid[:h, :w]
    p = rng.uniform(2, 20)
    a = rng.uniform(0, np.pi)
    f = np.sin(2 * np.pi * (x * np.cos(a) + y * np.sin(a)) / p)
    if rng.uniform() < .5:
        f = (f + np.sin(2 * np.pi * (y * np.cos(a) - x * np.sin(a)) / p)) / 2
    if rng.uniform() < .6:
        f = np.clip(f * p / 2, -1, 1)
    return tint(f, colour, vary(rng, colour, .25))


def water(rng, h, w, colour):
    y = np.arange(h)[:, None] / h + .05
    f = sum(np.sin(noise(rng, h, w, c) * 9 + k / y) for k, c in
            ((2, 40), (5, 25), (9, 14))) / 2
    return tint(f, shade(colour, .7), mix(colour, (1, 1, 1), .45))


def speckle(rng, h, w, colour):
    """Coarse sand, gravel, distant leaves: hard small blotches."""
    f = ndimage.gaussian_filter(rng.normal(0, 1, (h, w)), rng.uniform(.6, 2.5))
    f = f / f.std()
    levels = rng.integers(2, 6)
    f = np.round(np.clip(f, -2, 2) * levels / 4) / levels * 2
    return tint(f + .4 * fractal(rng, h, w, 40), shade(colour, .5),
                mix(colour, (1, 1, .8), .25))


def screentone(rng, h, w, dark, light):
    """Dots, lines or crosses of a printed page, with a slow gradient."""
    p = rng.uniform(4, 12)
    a = rng.choice([np.pi / 4, rng.uniform(0, np.pi)])
    y, x = np.mgrid[:h, :w]
    u = (x * np.cos(a) + y * np.sin(a)) * 2 * np.pi / p
    v = (y * np.cos(a) - x * np.sin(a)) * 2 * np.pi / p
    f = np.cos(u) + (np.cos(v) if rng.uniform() < .7 else 0)
    level = rng.uniform(-1, 1) + noise(rng, h, w, h / 2) * .6
    return tint(np.clip((f - level) * p / 3, -1, 1), light, dark)


def photograph(rng, h, w):
    """What a cheap camera makes of a table, a wall, a meadow: patches at every
    scale, drawn out in one direction, soft, never an outline."""
    n = rng.uniform(.9, 2)
    angle, stretch = rng.uniform(0, np.pi), 4 ** rng.uniform()
    y, x = np.fft.fftfreq(h)[:, None], np.fft.rfftfreq(w)[None]
    u = (x * np.cos(angle) + y * np.sin(angle)) * stretch
    v = (y * np.cos(angle) - x * np.sin(angle)) / stretch
    fall = np.maximum(u * u + v * v, 1e-4) ** (-n / 2)
    def field():
        f = np.fft.irfft2(np.fft.rfft2(rng.normal(0, 1, (h, w))) * fall, (h, w))
        return f / f.std()
    f = field()
    if rng.uniform() < .5:      # worn paint, bark: patches rather than clouds
        f = np.tanh((f + rng.uniform(-.6, .6)) * rng.uniform(.8, 3))
    dark = rng.uniform(0, .5, 3)
    light = np.clip(dark + rng.uniform(.1, .6) * rng.uniform(.5, 1, 3), 0, 1)
    out = tint(f, dark, light)
    if rng.uniform() < .6:
        out += field()[..., None] * rng.normal(0, .03, 3)
    return out


SURFACES = (cloudy, strokes, stone, wood, brick, weave, water, speckle)


def surface(rng, h, w, colour):
    """Any of the surfaces."""
    return SURFACES[rng.integers(len(SURFACES))](rng, h, w, colour)
