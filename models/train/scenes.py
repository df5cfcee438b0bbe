# SPDX-License-Identifier: GPL-3.0-or-later
"""Painted backgrounds: sky, streets, parks and rooms."""
import numpy as np

import lettering
import plants
from canvas import blob, rect, shaky, smooth
from colours import hsv, mix, mood, shade, vary
from textures import brick, cloudy, fractal, stone, surface, tint, wood


def sky(rng, c, pal, horizon):
    """Gradient, clouds or stars down to the horizon."""
    c.gradient(rect(0, 0, c.width, c.height), (0, 0), (0, horizon),
               pal["sky"], pal["horizon"])
    kind = rng.integers(4)
    if kind == 0:
        f = fractal(rng, 300, 300, 90)
        base = tint(np.linspace(-1, 1, 300)[:, None] + 0 * f, pal["sky"],
                    pal["horizon"])
        t = np.clip(f * 1.5 - .2, 0, 1)[..., None]
        c.texture(rect(0, 0, c.width, horizon + 2),
                  base * (1 - t) + np.asarray(pal["light"]) * t)
    elif kind < 3:
        for _ in range(rng.integers(1, 7)):
            cloud(rng, c, rng.uniform(0, c.width), rng.uniform(0, horizon),
                  rng.uniform(.05, .3) * c.width, pal, hard=kind == 1)
    elif sum(pal["sky"]) < 1:
        for _ in range(rng.integers(50, 400)):
            s = rng.uniform(.3, 1.3)
            c.ellipse(rng.uniform(0, c.width), rng.uniform(0, horizon), s, s,
                      (1, 1, .9), rng.uniform(.4, 1))
    if rng.uniform() < .3:
        c.glow(rng.uniform(0, c.width), rng.uniform(0, horizon),
               rng.uniform(.2, .8) * c.width, pal["light"], .8)


def cloud(rng, c, x, y, size, pal, hard):
    """Heaped blobs, shadow first, light on top."""
    for tone, dy in ((.86, 0), (1, -.12)):
        colour = mix(pal["light"], pal["sky"], 1 - tone)
        for _ in range(rng.integers(6, 18)):
            s = size * rng.uniform(.15, .4)
            px = x + rng.normal(0, size * .5)
            py = y + dy * size - abs(rng.normal(0, size * .15))
            if hard:
                c.fill(blob(rng, px, py, s, s * .7, .12, 8), colour)
            else:
                c.glow(px, py, s * 1.4, colour, .7)


def building(rng, c, x, base, w, h, pal, sketch=False):
    """A block with rows of windows, a roof line and maybe a sign."""
    wall = vary(rng, pal["wall"], .08)
    lean = rng.normal(0, .06) * w
    front = np.array([[x, base], [x + lean, base - h], [x + w + lean, base - h],
                      [x + w, base]])
    if not sketch and rng.uniform() < .5:
        make = (brick, cloudy, stone)[rng.integers(3)]
        c.texture(front, make(rng, 300, 300, wall))
    else:
        c.gradient(front, (x, base - h), (x, base), wall, shade(wall, .85))
    side = front[2:] + [[0, 0], [0, 0]]
    depth = w * rng.uniform(.1, .5)
    c.fill([side[0], side[0] + (depth, h * .08), side[1] + (depth, 0),
            side[1]], shade(wall, .7))
    cols, rows = rng.integers(2, 9), rng.integers(2, 11)
    glass = hsv(rng, rng.choice([.55, .12]), s=(.1, .6), v=(.3, .95))
    gw, gh = w / (cols * 1.7), h / (rows * 1.7)
    for i in range(cols):
        for j in range(rows):
            wx = x + (i + .25) * w / cols + lean * (j + .5) / rows
            wy = base - (j + .85) * h / rows
            window(rng, c, wx, wy, gw, gh, vary(rng, glass, .06), pal, sketch)
    c.fill(rect(x + lean - 3, base - h - 4, w + 6, rng.uniform(3, 10)),
           shade(wall, rng.choice([.6, 1.15])))
    if sketch:
        outline(rng, c, np.vstack([front, front[:1]]), pal["ink"])
    if rng.uniform() < .3:
        lettering.sign(rng, c, x + w * .2, base - h * rng.uniform(.2, .9),
                       w * .6, h * .1 + 6)


def outline(rng, c, points, ink, width=None):
    """Sketchy edges: each side once or twice, running over the corner."""
    width = width or rng.uniform(.8, 2)
    for a, b in zip(points, points[1:]):
        d = (np.asarray(b) - a) * rng.uniform(0, .06)
        for _ in range(rng.integers(1, 3)):
            o = rng.normal(0, 1.2, 2)
            c.stroke(shaky(rng, a - d + o, b + d + o, .01), ink, width, (.3, .2))


def window(rng, c, x, y, w, h, glass, pal, sketch):
    c.fill(rect(x, y, w, h), glass)
    if sketch:
        outline(rng, c, np.vstack([rect(x, y, w, h), [[x, y]]]), pal["ink"], 1)
        for k in range(rng.integers(0, 6)):
            t = rng.uniform(0, 1)
            c.stroke(shaky(rng, (x + w * t, y), (x + w * t * .7, y + h), .05),
                     pal["ink"], .9)
        return
    c.fill([(x + w * .2, y), (x + w * .5, y), (x + w * .2, y + h), (x, y + h)],
           (1, 1, 1), .25)
    c.line(rect(x, y, w, h), shade(pal["wall"], 1.1), max(w * .08, .8),
           closed=True)
    if w > 6:
        c.line([(x + w / 2, y), (x + w / 2, y + h)], shade(pal["wall"], .8), 1)
        c.line([(x - 1, y + h + 1), (x + w + 1, y + h + 1)],
               shade(pal["wall"], .6), 1.2)


def pavement(rng, c, horizon, pal):
    """The ground in perspective: texture rows that widen to the viewer."""
    colour = vary(rng, pal["ground"], .08)
    tex = (brick, stone, cloudy, wood)[rng.integers(4)](rng, 900, 500, colour)
    h = int(c.height - horizon)
    z = 1 / (np.arange(h) / h + .08)
    rows = ((1 / .08 - z) / (1 / .08) * 899).astype(int)
    x = np.arange(c.width) / c.width - .5
    cols = (x[None] * z[:, None] * 90 + 250).astype(int) % 500
    c.texture(rect(0, horizon, c.width, h), tex[rows[:, None], cols])


def lamp(rng, c, x, base, h, pal):
    metal = vary(rng, (.25, .3, .35), .08)
    c.line([(x, base), (x, base - h)], metal, max(h * .03, 1.2))
    c.line([(x - h * .01, base), (x - h * .01, base - h)],
           shade(metal, 1.6), max(h * .008, .5))
    c.fill([(x - h * .05, base - h), (x + h * .05, base - h),
            (x + h * .03, base - h * 1.1), (x - h * .03, base - h * 1.1)],
           pal["light"])
    c.line(rect(x - h * .05, base - h * 1.1, h * .1, h * .1), metal, 1.2,
           closed=True)
    c.glow(x, base - h * 1.05, h * .3, pal["light"], .5)


def bench(rng, c, x, base, w):
    colour = vary(rng, (.5, .32, .18), .08)
    for k in range(5):
        c.fill(rect(x, base - w * .3 + k * w * .05, w, w * .035),
               shade(colour, rng.uniform(.7, 1.3)))
    for k in (0.05, .9):
        c.line([(x + w * k, base - w * .32), (x + w * k, base + w * .1)],
               (.1, .1, .12), max(w * .03, 1))


def outdoors(rng, c):
    """A street or park."""
    pal = mood(rng, ("day", "noon", "sunset", "night", "cloudy"))
    horizon = c.height * rng.uniform(.35, .7)
    sky(rng, c, pal, horizon)
    for _ in range(rng.integers(0, 6)):
        h = rng.uniform(.15, .7) * horizon
        building(rng, c, rng.uniform(-.1, .9) * c.width, horizon + 2,
                 h * rng.uniform(.4, 1.3), h, pal)
    pavement(rng, c, horizon, pal)
    for y in np.sort(rng.uniform(horizon, c.height * .95, rng.integers(0, 8))):
        near = .25 + (y - horizon) / (c.height - horizon)
        x = rng.uniform(0, c.width)
        kind = rng.integers(5)
        if kind < 3:
            plants.tree(rng, c, x, y, c.height * near * .7, pal)
        elif kind == 3:
            lamp(rng, c, x, y, c.height * near * .5, pal)
        else:
            bench(rng, c, x, y, c.width * near * .25)
    if rng.uniform() < .5:
        plants.grass(rng, c, 0, c.width, rng.uniform(horizon, c.height),
                     c.height + 10, pal["leaf"])
    if rng.uniform() < .5:
        plants.fallen(rng, c, 0, c.width, horizon, c.height, hsv(rng, .1))


def room(rng, c):
    """An interior: walls, boards, windows, shelves, desks, notes."""
    pal = mood(rng, ("room", "day", "sunset", "cloudy", "night"))
    w, h = c.width, c.height
    fx, fy = rng.uniform(.1, .35) * w, rng.uniform(.1, .3) * h
    back = rect(fx, fy, w - fx * rng.uniform(1.2, 2.2), h * .75 - fy)
    c.texture(rect(0, 0, w, h), cloudy(rng, 300, 300, shade(pal["wall"], .8)))
    pavement(rng, c, back[2][1], pal)
    c.texture(back, surface(rng, 400, 400, pal["wall"]))
    for a, b in zip(back, ((0, 0), (w, 0), (w, h), (0, h))):
        c.line([a, b], shade(pal["wall"], .5), rng.uniform(1, 4))
    for _ in range(rng.integers(3, 14)):
        x, y = rng.uniform(0, w), rng.uniform(0, h * .7)
        bw, bh = rng.uniform(.04, .25) * w, rng.uniform(.04, .25) * h
        item(rng, c, x, y, bw, bh, pal)
    for y in np.sort(rng.uniform(back[2][1], h, rng.integers(0, 7))):
        s = rng.uniform(.2, .6) * w
        x = rng.uniform(-.2, .9) * w
        c.texture(rect(x, y, s, s * .1), wood(rng, 60, 300, pal["ground"]))
        c.fill(rect(x, y + s * .1, s, s * .35), shade(pal["ground"], .5))
        c.line([(x, y), (x + s, y)], mix(pal["ground"], (1, 1, 1), .5), 1.3)


def item(rng, c, x, y, w, h, pal):
    """A thing on a wall: window, shelf of books, note, picture, clock."""
    kind = rng.integers(5)
    if kind == 0:
        window(rng, c, x, y, w, h, pal["horizon"], pal, False)
        c.glow(x + w / 2, y + h / 2, w, pal["light"], .4)
    elif kind == 1:
        c.fill(rect(x, y, w, h), shade(pal["wall"], .4))
        k = x
        while k < x + w - 3:
            t = rng.uniform(2, 9)
            c.fill(rect(k, y + h * rng.uniform(.05, .3), t, h), hsv(rng))
            c.line([(k, y + h * .3), (k, y + h)], (0, 0, 0), .8, .5)
            k += t
        c.fill(rect(x, y + h, w, 4), shade(pal["ground"], .8))
    elif kind == 2:
        lettering.sign(rng, c, x, y, w, h)
    elif kind == 3:
        c.texture(rect(x, y, w, h), surface(rng, 120, 120, hsv(rng)))
        c.line(rect(x, y, w, h), shade(pal["ground"], .6), 3, closed=True)
    else:
        c.ellipse(x, y, h * .5, h * .5, (.95, .95, .92))
        c.line(blob(rng, x, y, h * .5, h * .5, 0, 16), pal["ink"], 1.5,
               closed=True)
        for a in rng.uniform(0, 6, 2):
            c.line([(x, y), (x + np.cos(a) * h * .4, y + np.sin(a) * h * .4)],
                   pal["ink"], 1.2)


def landscape(rng, c):
    """Layered hills, water and foliage in front."""
    pal = mood(rng, ("day", "noon", "sunset", "night", "cloudy"))
    horizon = c.height * rng.uniform(.3, .6)
    sky(rng, c, pal, horizon)
    layers = rng.integers(2, 6)
    for k in range(layers):
        t = (k + 1) / layers
        y = horizon + (c.height - horizon) * t * rng.uniform(.2, .8)
        xs = np.linspace(-20, c.width + 20, 9)
        ridge = smooth(np.stack([xs, y + rng.normal(0, 30, 9)], 1))
        shape = np.vstack([ridge, [[c.width + 20, c.height + 9],
                                   [-20, c.height + 9]]])
        colour = mix(pal["horizon"], vary(rng, pal["leaf"], .08), t)
        if rng.uniform() < .6:
            c.texture(shape, surface(rng, 500, 500, colour))
        else:
            c.fill(shape, colour)
        if rng.uniform() < .6:
            for _ in range(rng.integers(2, 10)):
                i = rng.integers(len(ridge))
                s = c.height * t * rng.uniform(.04, .16)
                plants.leaf_cloud(rng, c, *ridge[i], s * 1.3, s, colour,
                                  pal["light"], rng.uniform(1.2, 5))
    if rng.uniform() < .5:
        plants.grass(rng, c, 0, c.width, c.height * .7, c.height + 10,
                     pal["leaf"])
    for _ in range(rng.integers(0, 40)):
        plants.flowers(rng, c, rng.uniform(0, c.width), rng.uniform(
            c.height * .7, c.height), rng.uniform(2, 9), hsv(rng))
