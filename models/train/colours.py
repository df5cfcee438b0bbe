# SPDX-License-Identifier: GPL-3.0-or-later
"""Palettes of the scenes and small colour arithmetic."""
import colorsys

import numpy as np

# sky top, sky bottom, foliage, ground, wall, light, ink
MOODS = {
    "day": ((.25, .55, .92), (.78, .91, 1), (.25, .5, .2), (.72, .6, .48),
            (.85, .82, .76), (1, .97, .85), (.1, .08, .12)),
    "noon": ((.4, .72, .95), (.93, .98, 1), (.36, .62, .2), (.8, .74, .6),
             (.95, .92, .86), (1, 1, .95), (.12, .1, .1)),
    "sunset": ((.35, .2, .45), (1, .6, .3), (.35, .22, .18), (.55, .3, .22),
               (.7, .42, .35), (1, .75, .4), (.15, .05, .1)),
    "night": ((.02, .03, .12), (.1, .14, .32), (.05, .12, .14),
              (.1, .1, .18), (.14, .15, .26), (1, .85, .5), (.01, .01, .03)),
    "cloudy": ((.62, .66, .7), (.86, .88, .9), (.3, .4, .3), (.5, .5, .48),
               (.68, .68, .66), (.95, .95, .95), (.12, .12, .14)),
    "grey": ((.9, .9, .9), (1, 1, 1), (.6, .6, .6), (.82, .82, .82),
             (.75, .75, .76), (1, 1, 1), (.06, .06, .06)),
    "room": ((.8, .74, .62), (.94, .9, .8), (.4, .45, .3), (.55, .38, .24),
             (.82, .78, .68), (1, .96, .84), (.14, .08, .06)),
}


def mood(rng, names=None):
    """A palette with its colours shifted a little, as a dict."""
    name = rng.choice(list(names or MOODS))
    keys = ("sky", "horizon", "leaf", "ground", "wall", "light", "ink")
    return {k: vary(rng, c, .04, saturation=name != "grey")
            for k, c in zip(keys, MOODS[name])}


def vary(rng, colour, amount=.06, saturation=True):
    """The colour, moved a little at random."""
    common = rng.normal(0, amount)
    own = rng.normal(0, amount / 2, 3) if saturation else 0
    return tuple(np.clip(np.asarray(colour) + common + own, 0, 1))


def mix(a, b, t):
    return tuple(np.asarray(a) * (1 - t) + np.asarray(b) * t)


def shade(colour, factor):
    """Darker (factor < 1) or lighter."""
    return tuple(np.clip(np.asarray(colour) * factor, 0, 1))


def hsv(rng, hue=None, s=(.2, .9), v=(.3, 1)):
    h = rng.uniform() if hue is None else (hue + rng.normal(0, .03)) % 1
    return colorsys.hsv_to_rgb(h, rng.uniform(*s), rng.uniform(*v))


def skin(rng):
    base = mix((1, .93, .87), (.72, .5, .38), rng.beta(1, 4))
    return vary(rng, base, .02)


def cloth(rng):
    """White, black, muted or vivid."""
    kind = rng.integers(5)
    if kind == 0:
        return vary(rng, (.96, .96, .97), .02)
    if kind == 1:
        return vary(rng, (.12, .12, .15), .04)
    return hsv(rng, s=(.15, .5) if kind < 4 else (.6, 1))
