# SPDX-License-Identifier: GPL-3.0-or-later
"""Close views as game sprites have them: large faces, airbrush, flowing hair."""
import numpy as np
from scipy import ndimage

import figures
from canvas import rect, smooth
from colours import hsv, mix, shade, vary


def airbrush(rng, c, n):
    """Soft light and shadow over what is there."""
    for _ in range(n):
        x, y = rng.uniform(0, 1, 2) * (c.width, c.height)
        tone = hsv(rng, s=(0, .7), v=(.1, 1))
        c.glow(x, y, rng.uniform(.03, .3) * c.width, tone, rng.uniform(.1, .5))


def melt(rng, c):
    """A brush whose edge is soft over about a pixel."""
    s = rng.uniform(.5, 1.5)
    c.set_pixels(ndimage.gaussian_filter(c.pixels(), (s, s, 0)))


def portrait(rng, c):
    """One or two faces that fill the picture."""
    top, low = hsv(rng, s=(0, .5)), hsv(rng, s=(0, .5))
    if rng.uniform() < .5:
        top = low = (1, 1, 1)
    c.gradient(rect(0, 0, c.width, c.height), (0, 0), (0, c.height), top, low)
    for _ in range(rng.integers(1, 3)):
        figures.character(rng, c, rng.uniform(.2, .8) * c.width,
                          rng.uniform(.2, .7) * c.height,
                          c.width * rng.uniform(.14, .4))
    if rng.uniform() < .6:
        airbrush(rng, c, rng.integers(2, 12))
    if rng.uniform() < .7:
        melt(rng, c)


def tresses(rng, c):
    """Locks of hair, ribbons and folds that flow through the picture."""
    hue = rng.uniform()
    dark = hsv(rng, hue, s=(.2, .9), v=(.1, .7))
    c.gradient(rect(0, 0, c.width, c.height), (0, 0), (c.width, c.height),
               dark, vary(rng, mix(dark, hsv(rng), .4), .1))
    flow = rng.uniform(0, 2 * np.pi)
    line = max(rng.normal(2, .6), .9)
    ink = shade(dark, rng.uniform(.1, .5))
    for _ in range(rng.integers(40, 200)):
        a = flow + np.cumsum(rng.normal(0, .22, 6))
        step = rng.uniform(20, 90)
        p = rng.uniform(-.1, 1.1, 2) * (c.width, c.height) + np.cumsum(
            np.stack([np.cos(a), np.sin(a)], 1) * step, 0)
        p = smooth(p, steps=8)
        side = np.array([-np.sin(flow), np.cos(flow)]) * rng.uniform(3, 30)
        t = np.sin(np.linspace(0, np.pi, len(p)))[:, None] ** .6
        shape = np.concatenate([p + side * t, (p - side * t)[::-1]])
        near = vary(rng, mix(dark, hsv(rng, hue), rng.uniform(0, .8)), .03)
        c.gradient(shape, p[0], p[-1], near, shade(near, rng.uniform(.5, 1.6)))
        c.clip(shape)
        for k in range(rng.integers(0, 9)):
            c.stroke(p + side * t * rng.uniform(-1, 1), mix(near, rng.choice(
                [0, 1]) * np.ones(3), rng.uniform(.1, .6)),
                line * rng.uniform(.4, 2.5), rng.uniform(0, .6, 2))
        c.unclip()
        if rng.uniform() < .8:
            c.stroke(p + side * t, ink, line * rng.uniform(.7, 1.5), (.1, .1))
            c.stroke(p - side * t, ink, line * rng.uniform(.7, 1.5), (.1, .1))
    if rng.uniform() < .4:
        airbrush(rng, c, rng.integers(2, 12))
    if rng.uniform() < .7:
        melt(rng, c)
