# SPDX-License-Identifier: GPL-3.0-or-later
"""Side-by-side crops at 400 % for the model cards.

    cards.py --out models/cards [--shared ../shared]

Columns: the source, Lanczos, realesr-animevideov3, fast, standard, restore,
the truth.
"""
import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import methods
import testset

ROOT = Path(__file__).resolve().parents[2]
SIDE, ZOOM = 48, 4
# file: (how the source was degraded, [(picture, top, left), ...])
SHEETS = {
    "clean": ("clean", [("sylvie_green_normal", 60, 150),
                        ("sylvie_blue_smile", 130, 150),
                        ("vn_gym", 262, 548), ("vn_girl", 170, 440),
                        ("bg_uni", 150, 560), ("vn_park", 300, 60)]),
    "jpeg60": ("jpeg60", [("sylvie_green_normal", 110, 190),
                          ("vn_gym", 262, 548), ("vn_girl", 170, 440),
                          ("bg_uni", 150, 560)]),
    "h264crf26": ("h264crf26", [("sylvie_blue_smile", 130, 150),
                                ("vn_stairs", 250, 400),
                                ("reel_1s", 200, 560),
                                ("vn_park", 300, 60)]),
}
COLUMNS = ("lanczos", "realesr-animevideov3", "genga-fast", "genga-standard",
           "genga-restore")


def row(doubles, picture, source, top, left):
    """One line of tiles; the surroundings count, so a margin is doubled too."""
    m = 32
    y, x = max(top - m, 0) // 4 * 4, max(left - m, 0) // 4 * 4
    part = testset.even(picture[y:top + SIDE + m, x:left + SIDE + m])
    low, truth = testset.DEGRADED[source](part)
    tiles = [low.repeat(2, 0).repeat(2, 1)]
    tiles += [double(low) for double in doubles] + [truth]
    tiles = [t[top - y:top - y + SIDE, left - x:left - x + SIDE]
             for t in tiles]
    tiles = [t.repeat(ZOOM, 0).repeat(ZOOM, 1) for t in tiles]
    gap = np.full((SIDE * ZOOM, 4, 3), 255, np.uint8)
    return np.hstack([p for t in tiles for p in (t, gap)])


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--shared", type=Path, default=ROOT / "../shared")
    ap.add_argument("--models", type=Path, default=ROOT / "models")
    ap.add_argument("--out", type=Path, default=ROOT / "models/cards")
    args = ap.parse_args()
    torch.set_num_threads(1)
    makers = methods.every(args.shared, args.models)
    doubles = [makers[name]() for name in COLUMNS]
    pictures = testset.pictures(args.shared, own=False)
    args.out.mkdir(parents=True, exist_ok=True)
    for name, (source, places) in SHEETS.items():
        sheet = np.vstack([row(doubles, pictures[p], source, y, x)
                           for p, y, x in places])
        Image.fromarray(sheet).quantize(256).save(
            args.out / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
