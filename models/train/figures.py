# SPDX-License-Identifier: GPL-3.0-or-later
"""Anime characters: head, hair bundles, eyes, clothes; ink and cel shading."""
import numpy as np

from canvas import blob, smooth
from colours import cloth, hsv, mix, shade, skin
from textures import screentone, weave


class Style:
    """How one picture is inked and shaded."""

    def __init__(self, rng, size):
        self.ink = (.02, .02, .03) if rng.uniform() < .5 else hsv(
            rng, s=(.2, .6), v=(.1, .35))
        self.width = max(rng.uniform(.004, .014) * size, rng.uniform(.9, 1.6))
        self.outline = rng.uniform() < .85
        self.hard = rng.uniform() < .7
        self.shadow = rng.uniform(.6, .85)
        self.tone = rng.uniform() < .12

    def edge(self, c, points, closed=True, factor=1.0):
        """Ink along an outline: even for closed shapes, else tapering."""
        if not self.outline:
            return
        if closed:
            c.line(points, self.ink, self.width * factor, closed=True)
        else:
            c.stroke(points, self.ink, self.width * 1.5 * factor)


def cel(rng, c, shape, colour, style, dx=.3, dy=.25):
    """Flat colour and one shadow (hard or soft), inside the shape."""
    p = np.asarray(shape)
    (x0, y0), (x1, y1) = p.min(0), p.max(0)
    w, h = x1 - x0, y1 - y0
    c.fill(shape, colour)
    c.clip(shape)
    dark = shade(colour, style.shadow)
    if style.tone:
        c.texture(p + (w * dx, h * dy), screentone(
            rng, 256, 256, style.ink, colour))
    elif style.hard:
        c.fill(p + (w * dx, h * dy), dark)
        if rng.uniform() < .3:
            c.fill(p + (w * dx * 1.7, h * dy * 1.6), shade(dark, style.shadow))
    else:
        c.gradient(shape, (x0 + w * .2, y0), (x1, y1), colour, dark)
    c.unclip()


def lock(rng, c, root, tip, width, colour, style):
    """One hair bundle: pointed, shaded on one side, with inner strands."""
    root, tip = np.asarray(root, float), np.asarray(tip, float)
    d = tip - root
    side = np.array([-d[1], d[0]]) / (np.hypot(*d) + 1e-6)
    bow = rng.normal(0, .12) * np.hypot(*d)
    mid = root + d * .55 + side * bow
    left = smooth([root - side * width, mid - side * width * .9, tip], steps=9)
    right = smooth([tip, mid + side * width * .9, root + side * width], steps=9)
    shape = np.concatenate([left, right])
    cel(rng, c, shape, colour, style, rng.uniform(.15, .4), .05)
    c.clip(shape)
    for _ in range(rng.integers(0, 4)):
        off = side * rng.uniform(-.8, .8) * width
        c.stroke(smooth([root + off, mid + off * .8, tip], steps=8),
                 shade(colour, rng.choice([.7, .8, 1.25])),
                 style.width * rng.uniform(.5, 1.2))
    c.unclip()
    style.edge(c, left, False)
    style.edge(c, right, False)


def eye(rng, c, x, y, w, h, colour, style, flip):
    """White, iris with gradient and highlights, lashes, lid crease."""
    white = smooth([(x - w, y), (x - w * .5, y - h * .9), (x + w * .5, y - h),
                    (x + w, y - h * .1), (x + w * .5, y + h * .8),
                    (x - w * .5, y + h * .85)], closed=True)
    c.fill(white, (1, 1, 1))
    c.clip(white)
    c.fill(white - (0, h * 1.35), (.75, .75, .85))
    iris = blob(rng, x, y, w * .62, h * .95, 0, 12)
    c.gradient(iris, (x, y - h), (x, y + h), shade(colour, .3),
               mix(colour, (1, 1, 1), .2))
    c.line(iris, shade(colour, .3), style.width, closed=True)
    c.ellipse(x, y - h * .05, w * .25, h * .4, shade(colour, .15))
    for k in range(rng.integers(0, 7)):
        a = rng.uniform(.3, 2.8)
        c.line([(x, y), (x + np.cos(a) * w * .55, y + np.sin(a) * h * .85)],
               mix(colour, (1, 1, 1), .4), style.width * .5)
    c.ellipse(x, y + h * .6, w * .35, h * .2, mix(colour, (1, 1, 1), .6), .8)
    c.unclip()
    c.ellipse(x - w * .22 * flip, y - h * .42, w * .2, h * .24, (1, 1, 1))
    c.ellipse(x + w * .25 * flip, y + h * .35, w * .1, h * .12, (1, 1, 1))
    lash = smooth([(x - w * 1.1, y + h * .1), (x - w * .5, y - h * .95),
                   (x + w * .5, y - h * 1.05), (x + w * 1.15, y)], steps=8)
    c.stroke(lash, style.ink, max(h * .25, style.width * 2), (.2, .2))
    c.stroke(lash - (0, h * .4), style.ink, style.width)
    for k in range(rng.integers(0, 5)):
        i = rng.integers(3, len(lash) - 3)
        c.stroke([lash[i], lash[i] + (rng.normal(0, w * .2), -h * .25),
                  lash[i] + (rng.normal(0, w * .3), -h * .4)], style.ink,
                 style.width)
    c.stroke(smooth([(x - w * .6, y + h * .95), (x, y + h * 1.05),
                     (x + w * .6, y + h * .9)], steps=5), style.ink,
             style.width * .8)


def closed_eye(c, x, y, w, h, style, up):
    bow = -h if up else h
    c.stroke(smooth([(x - w, y), (x, y + bow), (x + w, y)], steps=8),
             style.ink, max(style.width * 2, h * .25), (.3, .3))


def face(rng, c, x, y, r, colour, style):
    """Eyes, brows, nose, mouth and blush of a head of radius r at x, y."""
    iris, hue = hsv(rng, s=(.4, 1), v=(.5, 1)), rng.uniform()
    ew, eh = r * rng.uniform(.16, .24), r * rng.uniform(.16, .3)
    shut = rng.uniform() < .15
    for flip in (-1, 1):
        ex, ey = x + flip * r * .42, y + r * .15
        if shut:
            closed_eye(c, ex, ey, ew, eh * .6, style, hue < .5)
        else:
            eye(rng, c, ex, ey, ew, eh, iris, style, flip)
        lift = rng.uniform(.35, .55) * r
        c.stroke(smooth([(ex - ew, ey - lift), (ex, ey - lift - r * .06),
                         (ex + ew, ey - lift)], steps=6), style.ink,
                 style.width * 1.6)
        if rng.uniform() < .6:
            c.ellipse(ex, ey + eh * 1.7, ew, eh * .4, (1, .45, .4), .35)
            for k in range(rng.integers(0, 5)):
                bx = ex + (k - 2) * ew * .35
                c.line([(bx + 2, ey + eh * 1.5), (bx - 2, ey + eh * 1.9)],
                       (.9, .3, .3), style.width * .7)
    c.stroke([(x, y + r * .45), (x + r * .03, y + r * .5),
              (x - r * .01, y + r * .52)], style.ink, style.width)
    mw, open_ = r * rng.uniform(.08, .25), rng.uniform() < .4
    lips = smooth([(x - mw, y + r * .68), (x, y + r * .72),
                   (x + mw, y + r * .67)], steps=6)
    if open_:
        shape = np.concatenate([lips, smooth(
            [(x + mw, y + r * .67), (x, y + r * .9), (x - mw, y + r * .68)],
            steps=6)])
        c.fill(shape, (.7, .25, .25))
        style.edge(c, shape)
    else:
        c.stroke(lips, style.ink, style.width * 1.2)


def body(rng, c, x, y, r, tone, style):
    """Neck, shoulders and clothes below a head at x, y."""
    neck = smooth([(x - r * .28, y + r * .6), (x - r * .25, y + r * 1.3),
                   (x + r * .25, y + r * 1.3), (x + r * .28, y + r * .6)],
                  closed=True)
    cel(rng, c, neck, shade(tone, .9), style)
    style.edge(c, neck)
    colour, low = cloth(rng), y + r * rng.uniform(3.5, 6)
    wide = r * rng.uniform(1.2, 1.7)
    coat = smooth([(x - r * .3, y + r * 1.1), (x - wide, y + r * 1.6),
                   (x - wide * 1.15, low), (x + wide * 1.15, low),
                   (x + wide, y + r * 1.6), (x + r * .3, y + r * 1.1)],
                  closed=True)
    cel(rng, c, coat, colour, style, .1, .12)
    if rng.uniform() < .35:
        c.texture(coat, weave(rng, 320, 320, colour))
    style.edge(c, coat)
    c.clip(coat)
    for _ in range(rng.integers(3, 16)):
        fx, fy = x + rng.normal(0, wide * .6), rng.uniform(y + r * 1.2, low)
        p = smooth([(fx, fy), (fx + rng.normal(0, r * .1), fy + r * .3),
                    (fx + rng.normal(0, r * .3), fy + r * .7)], steps=6)
        if rng.uniform() < .5:
            c.stroke(p, shade(colour, .6), style.width * 3)
        c.stroke(p, style.ink, style.width * 1.2)
    seam = smooth([(x, y + r * 1.1), (x + rng.normal(0, 4), low)], steps=8)
    c.stroke(seam, style.ink, style.width, (1, 1))
    for k in np.arange(y + r * 1.6, low, r * .6):
        c.ellipse(x + r * .12, k, r * .05, r * .05, hsv(rng))
        c.line(blob(rng, x + r * .12, k, r * .05, r * .05, 0), style.ink,
               style.width * .6, closed=True)
    c.unclip()
    for side in (-1, 1):
        collar = smooth([(x, y + r * 1.35), (x + side * r * .5, y + r * 1.05),
                         (x + side * r * .6, y + r * 1.5),
                         (x + side * r * .25, y + r * 1.8)], closed=True)
        cel(rng, c, collar, cloth(rng), style)
        style.edge(c, collar)


def hair(rng, c, x, y, r, colour, style, front):
    """Bundles around the head: a back mass, or the fringe in front."""
    if not front:
        long = rng.uniform(.9, 3)
        for _ in range(rng.integers(6, 22)):
            s = rng.uniform(-1, 1)
            lock(rng, c, (x + s * r * .8, y - r * .3),
                 (x + s * r * rng.uniform(1, 1.5), y + r * long
                  * rng.uniform(.6, 1)), r * .22, shade(colour, .85), style)
        return
    cap = smooth([(x - r * 1.05, y + r * .2), (x - r * .9, y - r * .8),
                  (x, y - r * 1.25), (x + r * .9, y - r * .8),
                  (x + r * 1.05, y + r * .2), (x + r * .6, y - r * .5),
                  (x, y - r * .62), (x - r * .6, y - r * .5)], closed=True)
    cel(rng, c, cap, colour, style)
    style.edge(c, cap)
    n = rng.integers(5, 13)
    for k in rng.permutation(n):
        s = (k + .5) / n * 2 - 1
        lock(rng, c, (x + s * r * .55, y - r * (1.05 - .3 * s * s)),
             (x + s * r * 1.05, y + r * rng.uniform(-.3, .25)
              + abs(s) ** 3 * r * rng.uniform(0, .8)),
             r * rng.uniform(.1, .22), colour, style)
    shine(rng, c, x, y, r, colour, style)


def shine(rng, c, x, y, r, colour, style):
    """The ring of light on the hair, as a zigzag or as streaks."""
    light = mix(colour, (1, 1, 1), rng.uniform(.4, .8))
    if rng.uniform() < .5:
        for _ in range(rng.integers(5, 25)):
            s = rng.normal(0, .45)
            yy = y - r * (.85 - .25 * s * s) + rng.normal(0, r * .03)
            c.stroke([(x + s * r, yy - r * .08), (x + s * r, yy),
                      (x + s * r * 1.03, yy + r * .1)], light, style.width * 2)
    else:
        xs = np.linspace(-.65, .65, 13)
        top = [(x + s * r, y - r * (.86 - .3 * s * s)) for s in xs]
        low = [(x + s * r, y - r * (.78 - .3 * s * s) + r * rng.uniform(0, .1)
                * (i % 2)) for i, s in enumerate(xs)]
        c.fill(np.concatenate([top, low[::-1]]), light, .85)


def character(rng, c, x, y, r):
    """A whole character whose head of radius r is centred at x, y."""
    style, tone = Style(rng, r), skin(rng)
    colour = hsv(rng, s=(.1, .9), v=(.15, 1))
    hair(rng, c, x, y, r, colour, style, front=False)
    body(rng, c, x, y, r, tone, style)
    head = smooth([(x - r * .92, y - r * .2), (x - r * .82, y + r * .4),
                   (x - r * .4, y + r * .85), (x, y + r * 1.02),
                   (x + r * .4, y + r * .85), (x + r * .82, y + r * .4),
                   (x + r * .92, y - r * .2), (x, y - r * 1.1)], closed=True)
    for side in (-1, 1):
        ear = blob(rng, x + side * r * .93, y + r * .15, r * .14, r * .22, .05)
        c.fill(ear, shade(tone, .93))
        style.edge(c, ear)
    cel(rng, c, head, tone, style, 0, rng.choice([-.75, .6]))
    style.edge(c, head)
    face(rng, c, x, y, r, tone, style)
    hair(rng, c, x, y, r, colour, style, front=True)
