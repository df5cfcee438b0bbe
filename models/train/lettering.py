# SPDX-License-Identifier: GPL-3.0-or-later
"""Subtitles, credits, signs and speech balloons in several scripts."""
import cairo
import numpy as np

from canvas import blob, rect
from colours import hsv

# font families with the code points they are sure to have
SCRIPTS = (
    (("DejaVu Sans", "DejaVu Serif", "Liberation Sans", "Liberation Serif",
      "Comic Neue", "Noto Sans", "Noto Serif", "DejaVu Sans Mono"),
     [(0x41, 0x5a), (0x61, 0x7a), (0x61, 0x7a), (0x30, 0x39)]),
    (("Noto Sans CJK JP", "Noto Serif CJK JP"),
     [(0x3042, 0x3093), (0x30a2, 0x30f3), (0x4e00, 0x9fa0), (0x4e00, 0x9fa0)]),
    (("Noto Sans CJK SC", "Noto Sans CJK KR"),
     [(0x4e00, 0x9fa0), (0xac00, 0xd7a0)]),
    (("DejaVu Sans", "Noto Sans"), [(0x410, 0x44f), (0x3b1, 0x3c9)]),
)


def words(rng, length):
    """A family and a random line of its letters."""
    families, ranges = SCRIPTS[rng.integers(len(SCRIPTS))]
    out = []
    while len(out) < length:
        lo, hi = ranges[rng.integers(len(ranges))]
        out += [chr(rng.integers(lo, hi + 1)) for _ in range(
            rng.integers(1, 8))]
        if families[0] != "Noto Sans CJK JP":
            out.append(" ")
    return rng.choice(families), "".join(out[:length])


def line(rng, c, x, y, size, length, fill, edge=None, width=0, centre=False):
    """One line of letters, optionally outlined, baseline at y."""
    family, text = words(rng, length)
    c.ctx.select_font_face(
        family, rng.choice([0, 0, 1]), rng.choice([0, 1]))
    c.ctx.set_font_size(size)
    if centre:
        x -= c.ctx.text_extents(text).width / 2
    c.ctx.new_path()
    c.ctx.move_to(x, y)
    c.ctx.text_path(text)
    if edge is not None:
        c.ctx.set_source_rgb(*edge)
        c.ctx.set_line_width(width * 2)
        c.ctx.stroke_preserve()
    c.ctx.set_source_rgb(*fill)
    c.ctx.fill()


def subtitles(rng, c):
    size = rng.uniform(14, 42)
    fill = (1, 1, 1) if rng.uniform() < .7 else hsv(rng, s=(.2, .9), v=(.8, 1))
    y = c.height - rng.uniform(.4, 2) * size
    for _ in range(rng.integers(1, 3)):
        line(rng, c, c.width / 2, y, size, int(c.width / size * .9), fill,
             (0, 0, 0), size * rng.uniform(.03, .1), centre=True)
        y -= size * 1.3


def credits(rng, c, dark=True):
    """A roll of small lines."""
    ink = (1, 1, 1) if dark else (.05, .05, .05)
    size, y = rng.uniform(9, 26), 0
    x = rng.uniform(0, c.width * .4)
    while y < c.height:
        y += size * rng.uniform(1.2, 2)
        if rng.uniform() < .8:
            line(rng, c, x, y, size, rng.integers(5, 30), ink)


def balloon(rng, c, x, y, rx, ry):
    """A speech balloon."""
    shape = blob(rng, x, y, rx, ry, .05, 12)
    c.fill(shape, (1, 1, 1))
    c.line(shape, (0, 0, 0), rng.uniform(1, 3), closed=True)
    size = rng.uniform(9, 22)
    for k in np.arange(-ry * .5, ry * .6, size * 1.3):
        line(rng, c, x, y + k, size, max(int(rx * 1.1 / size), 2), (0, 0, 0),
             centre=True)


def sign(rng, c, x, y, w, h, ink=(.1, .1, .1)):
    """A board or note with a few lines."""
    paper = hsv(rng, s=(0, .5), v=(.7, 1))
    c.fill(rect(x, y, w, h), paper)
    c.line(rect(x, y, w, h), ink, rng.uniform(.7, 2.5), closed=True)
    size = h / rng.uniform(1.6, 7)
    for k in np.arange(y + size * 1.1, y + h - size * .1, size * 1.35):
        line(rng, c, x + w / 2, k, size, max(int(w / size * .9), 2), ink,
             centre=True)


def shout(rng, c):
    """Large slanted sound letters with a thick edge."""
    c.ctx.save()
    c.ctx.translate(rng.uniform(.2, .8) * c.width, rng.uniform(.2, .8) * c.height)
    c.ctx.rotate(rng.normal(0, .4))
    c.ctx.transform(cairo.Matrix(1, 0, rng.normal(0, .3), 1, 0, 0))
    line(rng, c, 0, 0, rng.uniform(50, 140), rng.integers(2, 6), hsv(rng),
         (0, 0, 0) if rng.uniform() < .6 else (1, 1, 1), rng.uniform(2, 8),
         centre=True)
    c.ctx.restore()
