# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures without an empty spot: dense foliage and matte paintings."""
import numpy as np
from scipy import ndimage

import plants
from canvas import rect
from colours import mix, mood, shade, vary
from textures import fractal, noise, surface, tint


def forest(rng, c):
    """Leaves from edge to edge, trunks between, light from above."""
    pal = mood(rng, ("day", "noon", "sunset", "night", "cloudy"))
    c.gradient(rect(0, 0, c.width, c.height), (0, 0), (0, c.height),
               mix(pal["horizon"], pal["leaf"], .4), shade(pal["leaf"], .5))
    layers = rng.integers(2, 5)
    for k in range(layers):
        near = (k + 1) / layers
        size = rng.uniform(1, 2.5) * (1 + near * rng.uniform(0, 1.5))
        for _ in range(rng.integers(0, 5)):
            plants.branch(rng, c, rng.uniform(0, c.width), c.height,
                          np.pi / 2 + rng.normal(0, .1),
                          c.height * rng.uniform(.2, .45), 4 + 14 * near,
                          vary(rng, shade(pal["ground"], .7), .05), 3)
        for _ in range(rng.integers(3, 8)):
            s = c.width * rng.uniform(.08, .2) * (1.3 - .5 * near)
            plants.leaf_cloud(
                rng, c, rng.uniform(0, c.width), rng.uniform(0, c.height),
                s * 1.3, s, mix(vary(rng, pal["leaf"], .1), pal["horizon"],
                                .5 * (1 - near)), pal["light"], size)
        if rng.uniform() < .3:
            soft = ndimage.gaussian_filter(c.pixels(), (
                rng.uniform(.5, 2), rng.uniform(.5, 2), 0))
            c.set_pixels(soft)
    plants.fallen(rng, c, 0, c.width, 0, c.height, pal["light"])


def matte(rng, c):
    """Soft natural shapes: blended surfaces under uneven light."""
    h, w = c.height, c.width
    pal = mood(rng)
    out = tint(fractal(rng, h, w, rng.uniform(30, 160), 8,
                       rng.uniform(.5, .8)), shade(pal["ground"], .6),
               pal["light"])
    for key in ("leaf", "wall", "sky"):
        mask = fractal(rng, h, w, rng.uniform(40, 200), 7, rng.uniform(.4, .7))
        mask = np.clip(mask * rng.uniform(1, 12) + rng.normal(0, .5), 0, 1)
        layer = surface(rng, h, w, pal[key])
        layer = ndimage.gaussian_filter(layer, (rng.uniform(0, 1.5),) * 2 + (0,))
        out = out * (1 - mask[..., None]) + layer * mask[..., None]
    out = out * (1 + .5 * noise(rng, h, w, rng.uniform(50, 300)))[..., None]
    c.texture(rect(0, 0, w, h), out)
