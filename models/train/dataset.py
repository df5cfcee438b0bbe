# SPDX-License-Identifier: GPL-3.0-or-later
"""The training pictures on disk, and the crops taken from them.

    dataset.py --out FOLDER --count N --seed S [--first K]

Arrays in FOLDER: `sharp` (the pictures) and, at half size, `still`, `video`
and `worn` (the same after damage). Training takes `video` from there; the
other pairs are made anew for every crop.
Runs may be cut short and go on where they stopped; several processes may
share the work with --first and --last.
"""
import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage

import degrade
from generator import SIZE, picture
from textures import photograph

DAMAGE = {"still": degrade.still, "video": degrade.video, "worn": degrade.worn}


def arrays(folder, count=None):
    """Open (or with a count create) the memory-mapped arrays."""
    out = {}
    for name in ("sharp", *DAMAGE):
        path = folder / f"{name}.npy"
        side = SIZE if name == "sharp" else SIZE // 2
        if path.exists():
            out[name] = np.load(path, mmap_mode="r+" if count else "r")
        else:
            out[name] = np.lib.format.open_memmap(
                path, "w+", np.uint8, (count, side, side, 3))
    return out


def fill(folder, count, seed, first, last, only):
    """Draw the pictures first..last that are still missing."""
    data = arrays(folder, count)
    for i in range(first, min(last, count)):
        mark = folder / f"{i:05}.done"
        if mark.exists():
            continue
        p = picture(seed, i, only)
        rng = np.random.default_rng((seed, i, 1))
        if rng.uniform() < .25:
            p = degrade.soften(p, rng.uniform(.5, 1.6))
        data["sharp"][i] = p
        for name, damage in DAMAGE.items():
            data[name][i] = damage(rng, p)
        mark.touch()


def finished(folder):
    """Indices of the pictures that are ready."""
    return sorted(int(p.stem) for p in Path(folder).glob("*.done"))


class Crops:
    """Random batches of (low, high) crops as float tensors 0..1."""

    def __init__(self, folder, seed, shares, side=32, batch=8, soft=.42,
                 rough=.4, invert=.06, frames=.12, plain=.09,
                 photos=.12, hold_out=8, again=None):
        """shares: kind -> share of the crops, kinds: clean and DAMAGE.

        again: (first, end, times) of pictures that are to be met more often.
        """
        self.data = arrays(Path(folder))
        self.pictures = finished(folder)[hold_out:]
        if again:
            self.pictures += [i for i in self.pictures
                              if again[0] <= i < again[1]] * again[2]
        self.rng = np.random.default_rng(seed)
        self.kinds, p = zip(*shares.items())
        self.p = np.asarray(p) / sum(p)
        self.side, self.batch = side, batch
        self.soft, self.rough = soft, rough
        self.invert, self.frames, self.plain = invert, frames, plain
        self.photos = photos

    def place(self):
        """A picture and a corner, preferably where something is drawn."""
        limit = SIZE // 2 - self.side - 8
        for _ in range(6):
            i = self.pictures[self.rng.integers(len(self.pictures))]
            y, x = self.rng.integers(8, limit, 2)
            probe = self.data["sharp"][i, 2 * y:2 * y + 2 * self.side:3,
                                       2 * x:2 * x + 2 * self.side:3]
            if probe.std() > 12:
                break
        return i, y, x

    def target(self, i, y, x, side, rough):
        """A picture's part, sometimes softened, sometimes with fine grain.

        A few are one colour, which must stay what it is, and a few no
        drawing at all.
        Some channels are inverted: edges of drawings are dark against light,
        and without edges between colours a network learns none of them.
        """
        p = self.data["sharp"][i, 2 * y - 6:2 * (y + side) + 6,
                               2 * x - 6:2 * (x + side) + 6]
        if self.rng.uniform() < self.photos:
            p = self.photograph(p)
        elif self.rng.uniform() < self.soft:
            p = degrade.soften(p, .35 * 5 ** self.rng.uniform())
        if self.rng.uniform() < rough:
            p = self.roughen(p)
        if self.rng.uniform() < self.frames:
            p = degrade.frame(self.rng, p)
        if self.rng.uniform() < self.plain:
            p = np.zeros_like(p) + (self.rng.integers(0, 4, 3) * 85).astype(
                np.uint8)
        p = p[6:-6, 6:-6][..., self.rng.permutation(3)]
        return np.where(self.rng.uniform(size=3) < self.invert, 255 - p, p)

    def clean(self, i, y, x):
        high = self.target(i, y, x, self.side, self.rough)
        return degrade.box_half(high), high

    def damaged(self, kind, i, y, x):
        """A part with some room around, so that blocks start anywhere."""
        s, (dy, dx) = self.side, self.rng.integers(0, 16, 2)
        y, x = (max(min(at, SIZE // 2 - s - 20), 4) for at in (y - dy, x - dx))
        high = self.target(i, y, x, s + 16, self.rough / 4)
        low = DAMAGE[kind](self.rng, high)
        return (low[dy:dy + s, dx:dx + s],
                high[2 * dy:2 * (dy + s), 2 * dx:2 * (dx + s)])

    def photograph(self, p):
        """A surface seen by a camera, now and then with a drawing on it."""
        photo = photograph(self.rng, *p.shape[:2]) * 255
        if self.rng.uniform() < .4:
            photo += (p - p.mean((0, 1))) * self.rng.uniform(.2, .8)
        return degrade.camera(self.rng, degrade.to_bytes(photo))

    def roughen(self, p):
        """Bark, sand, canvas: fine texture that is meant to stay."""
        n = self.rng.normal(0, 1, p.shape[:2] + (self.rng.choice([1, 3]),))
        grain = self.rng.uniform(0, 1.5, 2)
        grain[self.rng.integers(2)] *= self.rng.choice([1, 4])     # wood, fur
        n = ndimage.gaussian_filter(n, (*grain, 0))
        light = .3 + p.mean(-1, keepdims=True) / 255
        return degrade.to_bytes(
            p + n / n.std() * light * np.exp(self.rng.uniform(0, 3)))

    def pair(self):
        kind = self.kinds[self.rng.choice(len(self.kinds), p=self.p)]
        i, y, x = self.place()
        s = self.side
        if kind == "clean":
            low, high = self.clean(i, y, x)
        elif kind != "video":
            low, high = self.damaged(kind, i, y, x)
        else:
            low = self.data[kind][i, y:y + s, x:x + s]
            high = self.data["sharp"][i, 2 * y:2 * y + 2 * s,
                                      2 * x:2 * x + 2 * s]
        turn, flip = self.rng.integers(4), self.rng.integers(2)
        if flip:
            low, high = low[:, ::-1], high[:, ::-1]
        return np.rot90(low, turn), np.rot90(high, turn)

    def __call__(self):
        low, high = zip(*(self.pair() for _ in range(self.batch)))
        return tensor(low), tensor(high)


def tensor(pictures):
    t = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
    return t.float().div_(255)


def held_out(folder, hold_out=8, side=96):
    """Pairs kept from training, their middles: kind -> list of (low, high)."""
    data = arrays(Path(folder))
    out = {kind: [] for kind in ("clean", *DAMAGE)}
    at = (SIZE // 2 - side) // 2
    for i in finished(folder)[:hold_out]:
        high = data["sharp"][i, 2 * at:2 * (at + side), 2 * at:2 * (at + side)]
        for kind in out:
            low = degrade.box_half(high) if kind == "clean" else \
                data[kind][i, at:at + side, at:at + side]
            out[kind].append((tensor([low]), tensor([high])))
    return out


def psnr(a, b):
    return float(-10 * torch.log10(F.mse_loss(a.clamp(0, 1), b) + 1e-12))


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--count", type=int, default=800)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--first", type=int, default=0)
    ap.add_argument("--last", type=int, default=10 ** 9)
    ap.add_argument("--only", help="kinds of pictures, such as forest,matte")
    args = ap.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    fill(args.out, args.count, args.seed, args.first, args.last,
         args.only and args.only.split(","))


if __name__ == "__main__":
    main()
