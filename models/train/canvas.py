# SPDX-License-Identifier: GPL-3.0-or-later
"""A drawing surface: cairo paths in picture pixels on an oversampled bitmap."""
import cairo
import numpy as np


class Canvas:
    """RGB picture of width x height pixels, held `over` times larger."""

    def __init__(self, width, height, over=2, paper=(1, 1, 1)):
        self.width, self.height, self.over = width, height, over
        self.surface = cairo.ImageSurface(
            cairo.FORMAT_RGB24, int(width * over), int(height * over))
        self.ctx = cairo.Context(self.surface)
        self.ctx.scale(over, over)
        self.ctx.set_line_cap(cairo.LINE_CAP_ROUND)
        self.ctx.set_line_join(cairo.LINE_JOIN_ROUND)
        self.ctx.set_source_rgb(*paper)
        self.ctx.paint()

    # -- pixels -----------------------------------------------------------
    def pixels(self):
        """The bitmap as a float array, height x width x RGB, 0..1."""
        self.surface.flush()
        h, w = self.surface.get_height(), self.surface.get_width()
        raw = np.ndarray((h, self.surface.get_stride() // 4, 4), np.uint8,
                         self.surface.get_data())
        return raw[:, :w, 2::-1].astype(np.float32) / 255

    def set_pixels(self, array):
        """Replace the bitmap (same shape as pixels() gives)."""
        self.surface.flush()
        h, w = array.shape[:2]
        raw = np.ndarray((h, self.surface.get_stride() // 4, 4), np.uint8,
                         self.surface.get_data())
        raw[:, :w, 2::-1] = (array.clip(0, 1) * 255 + .5).astype(np.uint8)
        self.surface.mark_dirty()

    # -- paths ------------------------------------------------------------
    def path(self, points, closed=True):
        self.ctx.new_path()
        self.ctx.move_to(*points[0])
        for p in points[1:]:
            self.ctx.line_to(*p)
        if closed:
            self.ctx.close_path()

    def fill(self, points, colour, alpha=1.0):
        self.path(points)
        self.ctx.set_source_rgba(*colour, alpha)
        self.ctx.fill()

    def line(self, points, colour, width, alpha=1.0, closed=False):
        self.path(points, closed)
        self.ctx.set_source_rgba(*colour, alpha)
        self.ctx.set_line_width(width)
        self.ctx.stroke()

    def ellipse(self, x, y, rx, ry, colour, alpha=1.0, angle=0.0):
        self.ctx.save()
        self.ctx.translate(x, y)
        self.ctx.rotate(angle)
        self.ctx.scale(max(rx, 1e-3), max(ry, 1e-3))
        self.ctx.new_path()
        self.ctx.arc(0, 0, 1, 0, 2 * np.pi)
        self.ctx.set_source_rgba(*colour, alpha)
        self.ctx.fill()
        self.ctx.restore()

    def gradient(self, points, a, b, top, bottom, alpha=1.0):
        """Fill with a linear gradient from point a (top) to b (bottom)."""
        g = cairo.LinearGradient(*a, *b)
        g.add_color_stop_rgba(0, *top, alpha)
        g.add_color_stop_rgba(1, *bottom, alpha)
        self.path(points)
        self.ctx.set_source(g)
        self.ctx.fill()

    def glow(self, x, y, radius, colour, alpha):
        """A soft round light."""
        g = cairo.RadialGradient(x, y, 0, x, y, radius)
        g.add_color_stop_rgba(0, *colour, alpha)
        g.add_color_stop_rgba(1, *colour, 0)
        self.ctx.set_source(g)
        self.ctx.paint()

    def stroke(self, points, colour, width, taper=(0.1, 0.1), alpha=1.0):
        """An ink line whose width swells from one end to the other.

        taper: the share of the width left at the start and at the end.
        """
        p = np.asarray(points, float)
        if len(p) < 2:
            return
        step = np.gradient(p, axis=0)
        norm = np.stack([-step[:, 1], step[:, 0]], 1)
        norm /= np.linalg.norm(norm, axis=1, keepdims=True) + 1e-9
        t = np.linspace(0, 1, len(p))
        ends = taper[0] + (taper[1] - taper[0]) * t
        w = width / 2 * (ends + (1 - ends) * np.sin(np.pi * t) ** .7)
        side = norm * w[:, None]
        self.fill(np.concatenate([p + side, (p - side)[::-1]]), colour, alpha)

    def clip(self, points):
        """Keep later drawing inside the shape, until unclip()."""
        self.ctx.save()
        self.path(points)
        self.ctx.clip()

    def unclip(self):
        self.ctx.restore()

    def texture(self, points, array):
        """Fill the shape with a float RGB array, stretched over its box."""
        p = np.asarray(points, float)
        (x0, y0), (x1, y1) = p.min(0), p.max(0)
        h, w = array.shape[:2]
        data = np.zeros((h, w, 4), np.uint8)
        data[..., 2::-1] = (array.clip(0, 1) * 255 + .5).astype(np.uint8)
        image = cairo.ImageSurface.create_for_data(
            data, cairo.FORMAT_RGB24, w, h)
        self.clip(points)
        self.ctx.translate(x0, y0)
        self.ctx.scale((x1 - x0) / w, (y1 - y0) / h)
        self.ctx.set_source_surface(image)
        self.ctx.get_source().set_extend(cairo.EXTEND_PAD)
        self.ctx.paint()
        self.unclip()


# -- curves ---------------------------------------------------------------
def smooth(points, closed=False, steps=10):
    """Catmull-Rom curve through the points."""
    p = np.asarray(points, float)
    ends = (p[-1:], p[:2]) if closed else (2 * p[:1] - p[1:2],
                                           2 * p[-1:] - p[-2:-1])
    q = np.concatenate([ends[0], p, ends[1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    out = []
    for a, b, c, d in zip(q, q[1:], q[2:], q[3:]):
        out.append(.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d)
                         * t ** 2 + (3 * b - a - 3 * c + d) * t ** 3))
    if not closed:
        out.append(p[-1:])
    return np.concatenate(out)


def blob(rng, x, y, rx, ry, rough=.15, lobes=9):
    """A closed wobbly outline."""
    a = np.arange(lobes) * 2 * np.pi / lobes + rng.uniform(0, 6)
    r = 1 + rng.uniform(-rough, rough, lobes)
    return smooth(np.stack([x + rx * r * np.cos(a), y + ry * r * np.sin(a)], 1),
                  closed=True, steps=6)


def rect(x, y, w, h):
    return np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], float)


def shaky(rng, a, b, bend=.02, steps=14, jitter=.3):
    """A hand-drawn straight line from a to b."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    t = np.linspace(0, 1, steps)[:, None]
    side = np.array([-(b - a)[1], (b - a)[0]])
    bow = rng.normal(0, bend) * np.sin(np.pi * t)
    return a + (b - a) * t + side * bow + rng.normal(0, jitter, (steps, 2))
