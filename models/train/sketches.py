# SPDX-License-Identifier: GPL-3.0-or-later
"""Ink pictures: sketchy washes, comic pages, abstract line art."""
import numpy as np

import lettering
from canvas import blob, rect, shaky, smooth
from colours import cloth, hsv, mix, mood, shade, vary
from scenes import building, outline
from textures import screentone, surface


def wash(rng, c, colour, n):
    """Translucent flat strokes of a broad brush."""
    for _ in range(n):
        x, y = rng.uniform(0, c.width), rng.uniform(0, c.height)
        s = rng.uniform(15, 160)
        tone = vary(rng, colour, .1, saturation=False)
        if rng.uniform() < .5:
            c.fill(blob(rng, x, y, s, s * rng.uniform(.3, 1), .15, 9), tone,
                   rng.uniform(.2, 1))
        else:
            a = rng.uniform(0, np.pi)
            d = np.array([np.cos(a), np.sin(a)]) * s * 2
            c.line([(x, y), (x + d[0], y + d[1])], tone, s * .4,
                   rng.uniform(.2, .8))


def hatch(rng, c, x, y, size, ink, width):
    """A patch of near-parallel strokes."""
    a = rng.uniform(0, np.pi)
    d = np.array([np.cos(a), np.sin(a)])
    n = np.array([-d[1], d[0]])
    gap = rng.uniform(2.5, 9)
    for k in np.arange(-size / 2, size / 2, gap):
        o = np.array([x, y]) + n * k + rng.normal(0, 1.5, 2)
        half = size * rng.uniform(.25, .6)
        c.stroke(shaky(rng, o - d * half, o + d * half, .04), ink, width)


def doodle(rng, c, x, y, size, ink, width, colour):
    """A closed thing with inner lines: bush, bag, box, ball."""
    if rng.uniform() < .3:
        shape = rect(x, y, size, size * rng.uniform(.4, 1.4))
        shape = shape + rng.normal(0, size * .05, shape.shape)
    else:
        shape = blob(rng, x, y, size * .6, size * rng.uniform(.3, .6),
                     rng.uniform(.03, .25), rng.integers(6, 16))
    c.fill(shape, colour)
    c.clip(shape)
    if rng.uniform() < .6:
        c.fill(np.asarray(shape) + (size * .2, size * .2), shade(colour, .75))
    if rng.uniform() < .3:
        hatch(rng, c, x, y, size, ink, width)
    c.unclip()
    if len(shape) == 4:
        outline(rng, c, np.vstack([shape, shape[:1]]), ink, width)
    else:
        cut = np.roll(shape, rng.integers(len(shape)), 0)
        c.stroke(np.vstack([cut, cut[:rng.integers(1, 9)]]), ink, width * 1.5,
                 (.4, .2))


def sketch(rng, c):
    """A washed background with loose ink, mostly grey."""
    pal = mood(rng, ("grey", "grey", "cloudy", "room", "day"))
    c.fill(rect(0, 0, c.width, c.height), pal["horizon"])
    wash(rng, c, pal["wall"], rng.integers(2, 40))
    ink, width = pal["ink"], rng.uniform(.9, 2.6)
    for _ in range(rng.integers(0, 5)):
        h = rng.uniform(.2, .7) * c.height
        building(rng, c, rng.uniform(-.1, .8) * c.width,
                 rng.uniform(.5, .9) * c.height, h * rng.uniform(.4, 1.2), h,
                 pal, sketch=True)
    for _ in range(rng.integers(5, 40)):
        a = rng.uniform(0, 1, 2) * (c.width, c.height)
        flat = rng.uniform() < .6
        b = a + rng.normal(0, 1, 2) * (300, 12 if flat else 300)
        c.stroke(shaky(rng, a, b, .02), ink, width * rng.uniform(.6, 1.3),
                 (.2, .1))
    for _ in range(rng.integers(3, 25)):
        tone = pal["wall"] if rng.uniform() < .7 else hsv(rng)
        doodle(rng, c, rng.uniform(0, c.width), rng.uniform(0, c.height),
               rng.uniform(10, 130), ink, width, vary(rng, tone, .1))
    for _ in range(rng.integers(0, 12)):
        hatch(rng, c, rng.uniform(0, c.width), rng.uniform(0, c.height),
              rng.uniform(10, 70), ink, width * .8)
    if rng.uniform() < .5:
        w = rng.uniform(.1, .3) * c.width
        lettering.sign(rng, c, rng.uniform(0, .8) * c.width,
                       rng.uniform(0, .8) * c.height, w,
                       w * rng.uniform(.3, 1.3), ink)


def scribble(rng, c, x, y, size, ink, width):
    """A loop that wanders, as leaves and curls are noted down."""
    a = np.cumsum(rng.normal(.9, .7, rng.integers(5, 18)))
    p = np.cumsum(np.stack([np.cos(a), np.sin(a)], 1), 0) * size * .5
    c.stroke(smooth(p + (x, y), steps=6), ink, width, rng.uniform(.2, .9, 2))


def inkwork(rng, c):
    """A drawing full of thin, sharp lines."""
    sketch(rng, c)
    ink = shade((.3, .28, .32), rng.uniform(0, 1))
    width = rng.uniform(.7, 1.5)
    for _ in range(rng.integers(2, 14)):
        x, y = rng.uniform(0, c.width), rng.uniform(0, c.height)
        far, size = rng.uniform(20, 160), rng.uniform(2.5, 14)
        for _ in range(rng.integers(20, 160)):
            scribble(rng, c, *(rng.normal(0, far, 2) * (1, .6) + (x, y)), size,
                     ink, width * rng.uniform(.6, 1.3))
    for _ in range(rng.integers(5, 60)):
        hatch(rng, c, rng.uniform(0, c.width), rng.uniform(0, c.height),
              rng.uniform(8, 60), ink, width * rng.uniform(.6, 1.1))
    for _ in range(rng.integers(20, 120)):
        a = rng.uniform(0, 1, 2) * (c.width, c.height)
        turns = np.cumsum(rng.normal(0, rng.uniform(4, 50), (4, 2)), 0)
        c.stroke(smooth(a + turns), ink, width * rng.uniform(.6, 1.8),
                 rng.uniform(0, .7, 2))


def lineart(rng, c):
    """Flat coloured shapes with clean tapering lines."""
    c.fill(rect(0, 0, c.width, c.height), cloth(rng))
    ink = (0, 0, 0) if rng.uniform() < .6 else hsv(rng, v=(.05, .4))
    width = rng.uniform(.8, 4)
    for _ in range(rng.integers(8, 60)):
        doodle(rng, c, rng.uniform(0, c.width), rng.uniform(0, c.height),
               rng.uniform(15, 260), ink, width, cloth(rng))
    for _ in range(rng.integers(10, 80)):
        p = rng.uniform(0, 1, 2) * (c.width, c.height)
        turns = np.cumsum(rng.normal(0, rng.uniform(5, 60), (5, 2)), 0)
        c.stroke(smooth(p + turns), ink, width * rng.uniform(.5, 2),
                 rng.uniform(0, .6, 2))


def page(rng, c):
    """A black and white comic page with tones, speed lines, balloons."""
    c.fill(rect(0, 0, c.width, c.height), (1, 1, 1))
    y = 6.0
    while y < c.height - 40:
        h = rng.uniform(.2, .5) * c.height
        x = 6.0
        while x < c.width - 40:
            w = rng.uniform(.25, .8) * c.width
            frame = rect(x, y, w, h - 8)
            c.clip(frame)
            panel(rng, c, x, y, w, h)
            c.unclip()
            c.line(frame, (0, 0, 0), rng.uniform(1.5, 4), closed=True)
            x += w + 8
        y += h
    for _ in range(rng.integers(1, 6)):
        lettering.balloon(rng, c, rng.uniform(0, c.width), rng.uniform(
            0, c.height), rng.uniform(30, 90), rng.uniform(25, 70))


def panel(rng, c, x, y, w, h):
    kind = rng.integers(4)
    if kind == 0:
        c.texture(rect(x, y, w, h), screentone(
            rng, int(h * c.over), int(w * c.over), (0, 0, 0), (1, 1, 1)))
    elif kind == 1:
        cx, cy = x + w * rng.uniform(.2, .8), y + h * rng.uniform(.2, .8)
        for a in rng.uniform(0, 2 * np.pi, rng.integers(40, 200)):
            d = np.array([np.cos(a), np.sin(a)])
            near = rng.uniform(.2, .5) * h
            p = [(cx, cy) + d * near, (cx, cy) + d * near * 2,
                 (cx, cy) + d * max(w, h)]
            c.stroke(p, (0, 0, 0), rng.uniform(1, 4), (0, 1))
    elif kind == 2:
        c.gradient(rect(x, y, w, h), (x, y), (x, y + h), (.1, .1, .1),
                   (.9, .9, .9))
    for _ in range(rng.integers(1, 12)):
        doodle(rng, c, x + rng.uniform(0, w), y + rng.uniform(0, h),
               rng.uniform(15, 150), (0, 0, 0), rng.uniform(.8, 3),
               (rng.choice([0, .5, 1, 1]),) * 3)


def dead_leaves(rng, c):
    """Overlapping shapes of every size, flat, shaded, textured or inked."""
    whole = rect(0, 0, c.width, c.height)
    c.texture(whole, surface(rng, c.height, c.width, hsv(rng)))
    sizes = 9 * (1 - rng.uniform(0, .998, rng.integers(400, 1200))) ** -.6
    ink = rng.uniform() < .4
    hue = rng.uniform() if rng.uniform() < .5 else None
    textured = rng.uniform(.05, .5)
    for s in np.sort(sizes)[::-1].clip(3, 250):
        x, y = rng.uniform(0, c.width), rng.uniform(0, c.height)
        kind = rng.integers(4)
        if kind == 0:
            a = rng.uniform(0, np.pi)
            turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
            shape = rect(-s, -s * .5, 2 * s, s) @ turn + (x, y)
        else:
            shape = blob(rng, x, y, s, s * rng.uniform(.3, 1),
                         rng.uniform(0, .4), rng.integers(5, 12))
        colour = hsv(rng, hue, s=(0, .9), v=(.05, 1))
        if s > 20 and rng.uniform() < textured:
            n = int(min(s * 3, 300))
            c.texture(shape, surface(rng, n, n, colour))
        elif rng.uniform() < .3:
            c.gradient(shape, (x - s, y - s), (x + s, y + s), colour,
                       mix(colour, hsv(rng), .4))
        else:
            c.fill(shape, colour)
        if ink:
            c.line(shape, (.05, .05, .05), rng.uniform(.8, 2.5), closed=True)
