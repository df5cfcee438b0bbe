# SPDX-License-Identifier: GPL-3.0-or-later
"""Foliage, trees, grass and fallen leaves, made of very many small dabs."""
import numpy as np

from canvas import blob, smooth
from colours import mix, shade, vary


def leaf_cloud(rng, c, x, y, rx, ry, colour, light, size, density=1.0):
    """A crown of leaves: dark behind, lit in front."""
    c.fill(blob(rng, x, y, rx * .9, ry * .9, .2, 14), shade(colour, .45))
    n = int(min(rx * ry / size ** 2 * 2.2 * density, 3500))
    depth = np.sort(rng.uniform(0, 1, n))
    a = rng.uniform(0, 2 * np.pi, n)
    r = np.sqrt(rng.uniform(0, 1, n)) * rng.uniform(.85, 1.12, n)
    px, py = x + rx * r * np.cos(a), y + ry * r * np.sin(a)
    pointed = rng.uniform() < .5
    for i in range(n):
        up = .5 - .5 * (py[i] - y) / (ry + 1e-6)
        t = np.clip(depth[i] * .7 + up * .5 + rng.normal(0, .12) - .3, 0, 1)
        base = mix(shade(colour, .5), mix(colour, light, .35), t)
        dab(rng, c, px[i], py[i], size * rng.uniform(.6, 1.4),
            vary(rng, base, .03), pointed)


def dab(rng, c, x, y, size, colour, pointed):
    """One leaf: a pointed almond or a round dab."""
    angle = rng.uniform(0, 2 * np.pi)
    if not pointed:
        c.ellipse(x, y, size * .6, size * rng.uniform(.3, .6), colour, 1, angle)
        return
    ux, uy = np.cos(angle) * size, np.sin(angle) * size
    c.fill([(x - ux, y - uy), (x - uy * .45, y + ux * .45), (x + ux, y + uy),
            (x + uy * .45, y - ux * .45)], colour)


def branch(rng, c, x, y, angle, length, width, colour, depth):
    """A trunk that splits into twigs."""
    bend = rng.normal(0, .25)
    mid = (x + np.cos(angle + bend) * length * .5,
           y - np.sin(angle + bend) * length * .5)
    end = (x + np.cos(angle) * length, y - np.sin(angle) * length)
    p = smooth([(x, y), mid, end], steps=6)
    c.stroke(p, colour, width, (1, .6))
    c.stroke(p + (-width * .2, 0), mix(colour, (1, 1, 1), .3), width * .3)
    if depth == 0 or width < .6:
        return
    for _ in range(rng.integers(2, 4)):
        branch(rng, c, *end, angle + rng.normal(0, .55),
               length * rng.uniform(.55, .85), width * .62, colour, depth - 1)


def tree(rng, c, x, ground, height, pal):
    bark = vary(rng, mix((.35, .25, .2), pal["ink"], .3), .06)
    branch(rng, c, x, ground, np.pi / 2 + rng.normal(0, .08), height * .35,
           height * .06, bark, 4)
    colour = vary(rng, pal["leaf"], .08)
    size = rng.uniform(1.5, 6)
    for _ in range(rng.integers(2, 6)):
        leaf_cloud(rng, c, x + rng.normal(0, height * .16),
                   ground - height * rng.uniform(.5, .9),
                   height * rng.uniform(.12, .28), height * rng.uniform(.1, .2),
                   colour, pal["light"], size, rng.uniform(.5, 1))
    if rng.uniform() < .4:
        branch(rng, c, x, ground, np.pi / 2, height * .3, height * .03, bark, 4)


def grass(rng, c, x0, x1, top, bottom, colour):
    """Blades, longer towards the viewer."""
    n = int(min((x1 - x0) * (bottom - top) / 30, 2500))
    for y in np.sort(rng.uniform(top, bottom, n)):
        near = (y - top) / (bottom - top + 1e-6)
        x = rng.uniform(x0, x1)
        h = rng.uniform(3, 8) + near * rng.uniform(4, 26)
        lean = rng.normal(0, h * .35)
        p = smooth([(x, y), (x + lean * .3, y - h * .6), (x + lean, y - h)],
                   steps=4)
        c.stroke(p, vary(rng, shade(colour, rng.uniform(.6, 1.35)), .03),
                 .8 + near * 2, (1, 0))


def fallen(rng, c, x0, x1, top, bottom, colour):
    """Leaves or petals on the ground or in the air."""
    for _ in range(rng.integers(20, 250)):
        y = rng.uniform(top, bottom)
        near = (y - top) / (bottom - top + 1e-6)
        s = rng.uniform(1, 3) + near * 5
        x = rng.uniform(x0, x1)
        c.ellipse(x + 1, y + 1.5, s, s * .4, (0, 0, 0), .25)
        dab(rng, c, x, y, s, vary(rng, colour, .1), rng.uniform() < .7)


def flowers(rng, c, x, y, size, colour):
    """One flower with petals and heart."""
    n, turn = rng.integers(4, 9), rng.uniform(0, 6)
    for k in range(n):
        a = turn + k * 2 * np.pi / n
        c.ellipse(x + np.cos(a) * size * .6, y + np.sin(a) * size * .6,
                  size * .55, size * .3, vary(rng, colour, .03), 1, a)
    c.ellipse(x, y, size * .3, size * .3, (.9, .75, .2))
