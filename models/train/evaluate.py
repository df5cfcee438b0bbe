# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the models on the fixed test set.

    evaluate.py [--shared ../shared] [--table FILE] [--methods A,B]
    evaluate.py --short         a minute: cut pictures against the stored table

Results are kept in the table (JSON) per method, source and picture, so that
one method can be measured again without the others.
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage
from skimage.metrics import structural_similarity

import methods
import network
import testset

ROOT = Path(__file__).resolve().parents[2]
BARS = 13                       # the pictures that the means are taken over
SHORT = ("sylvie_blue_smile", "bg_uni", "vn_girl", "vn_park")


def edges(p):
    y = p.astype(np.float32) @ (.299, .587, .114)
    return np.hypot(ndimage.sobel(y, 0), ndimage.sobel(y, 1)) / 4


def measure(out, truth):
    """PSNR and SSIM of RGB, and the PSNR of the edge strength."""
    mse = np.mean((out.astype(np.float64) - truth) ** 2)
    edge = np.mean((edges(out) - edges(truth)) ** 2)
    return {"psnr": round(10 * np.log10(255 ** 2 / max(mse, 1e-3)), 3),
            "ssim": round(structural_similarity(
                out, truth, channel_axis=2, data_range=255), 5),
            "edge": round(10 * np.log10(255 ** 2 / max(edge, 1e-3)), 3)}


def score(double, pictures, sources):
    """source -> picture -> measures of one method."""
    out = {}
    for source in sources:
        out[source] = {}
        for name, p in pictures.items():
            low, truth = testset.DEGRADED[source](p)
            out[source][name] = measure(double(low), truth)
    return out


def flatness(path):
    """Largest change of flat colours, in levels: of the mean, and of a pixel
    against the mean (checkerboard)."""
    model = network.load(path)
    worst = {"shift": 0.0, "pattern": 0.0}
    for level in np.ndindex(4, 4, 4):
        colour = torch.tensor(level).view(1, 3, 1, 1) / 3
        with torch.no_grad():
            out = model(colour.expand(1, 3, 32, 32).contiguous())
        diff = (out.clamp(0, 1) - colour)[..., 24:-24, 24:-24] * 255
        middle = diff.mean((2, 3), keepdim=True)
        for key, d in (("shift", middle), ("pattern", diff - middle)):
            worst[key] = max(worst[key], round(float(d.abs().max()), 3))
    return worst


def mean(table, method, source, key, first=BARS):
    rows = list(table[method][source].values())[:first]
    return sum(r[key] for r in rows) / len(rows)


def markdown(table):
    """The means over the 13 pictures; gains are over Lanczos."""
    lines = []
    for source in testset.DEGRADED:
        names = [m for m in table if source in table[m]]
        lines += [f"\n**{source}**\n",
                  "| method | PSNR dB | gain | SSIM | gain | edges dB |",
                  "|---|---|---|---|---|---|"]
        for m in names:
            v = {k: mean(table, m, source, k) for k in ("psnr", "ssim", "edge")}
            base = {k: mean(table, "lanczos", source, k) for k in v}
            lines.append(
                f"| {m} | {v['psnr']:.2f} | {v['psnr'] - base['psnr']:+.2f} | "
                f"{v['ssim']:.4f} | {v['ssim'] - base['ssim']:+.4f} | "
                f"{v['edge']:.2f} |")
    return "\n".join(lines)


def bars(table):
    """The promises of the models, each with what was measured."""
    def gain(m, source, key="psnr", over="lanczos"):
        return mean(table, m, source, key) - mean(table, over, source, key)
    other = "realesr-animevideov3"
    rules = [("genga-standard", "clean", "psnr", "lanczos", 2.7),
             ("genga-standard", "clean", "ssim", "lanczos", .028),
             ("genga-standard", "jpeg60", "psnr", "lanczos", 1.25),
             ("genga-standard", "clean", "psnr", other, 2.3),
             ("genga-fast", "clean", "psnr", "lanczos", 2.3),
             ("genga-fast", "jpeg60", "psnr", "lanczos", 1.0)]
    for source in ("jpeg60", "h264crf26"):
        rules += [("genga-restore", source, "psnr", other, .2),
                  ("genga-restore", source, "ssim", other, 0)]
    for m, source, key, over, least in rules:
        if source in table.get(m, ()) and source in table.get(over, ()):
            got = gain(m, source, key, over)
            yield (f"{m} {source} {key} over {over}: {got:+.4f}, wanted "
                   f"{least:+.3f}", got >= least)
    for m in methods.OURS:
        if m in table:
            a, b = table[m]["clean"], table["lanczos"]["clean"]
            worst = min((a[k]["psnr"] - b[k]["psnr"], k) for k in a)
            yield (f"{m} worst clean picture: {worst[0]:+.3f} ({worst[1]}), "
                   "wanted -0.1", worst[0] >= -.1)
            flat = table[m]["flat"]
            yield (f"{m} flat colours: shift {flat['shift']:.2f}, pattern "
                   f"{flat['pattern']:.2f} levels, wanted 0.3",
                   max(flat.values()) <= .3)


def cut(p, side=192):
    """The middle of a picture, for the short test."""
    y, x = (p.shape[0] - side) // 2, (p.shape[1] - side) // 2
    return np.ascontiguousarray(p[y:y + side, x:x + side])


def short(args, path):
    """Compare our models on cut pictures with the stored short table."""
    everything = testset.pictures(args.shared, own=False)
    pictures = {n: cut(everything[n]) for n in SHORT}
    makers = methods.every(args.shared, args.models)
    got = {m: score(makers[m](), pictures, ("clean", "jpeg60"))
           for m in ("lanczos", *methods.OURS)}
    if args.write:
        path.write_text(json.dumps(got, indent=1) + "\n")
        return True
    kept = json.loads(path.read_text())
    worst = max(abs(got[m][s][n]["psnr"] - kept[m][s][n]["psnr"])
                for m in got for s in got[m] for n in got[m][s])
    print(f"largest difference from {path.name}: {worst:.3f} dB")
    return worst <= .02


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--shared", type=Path, default=ROOT / "../shared")
    ap.add_argument("--models", type=Path, default=ROOT / "models")
    ap.add_argument("--table", type=Path,
                    default=ROOT / "models/cards/table.json")
    ap.add_argument("--methods", help="measure only these, keep the others")
    ap.add_argument("--sources", default=",".join(testset.DEGRADED))
    ap.add_argument("--report", action="store_true", help="measure nothing")
    ap.add_argument("--short", action="store_true")
    ap.add_argument("--write", action="store_true", help="store, with --short")
    args = ap.parse_args()
    torch.set_num_threads(1)
    if args.short:
        raise SystemExit(not short(args, args.table.with_name("short.json")))
    table = json.loads(args.table.read_text()) if args.table.exists() else {}
    makers = methods.every(args.shared, args.models)
    names = args.methods.split(",") if args.methods else list(makers)
    pictures = testset.pictures(args.shared)
    for name in [] if args.report else names:
        start = time.monotonic()
        table.setdefault(name, {}).update(
            score(makers[name](), pictures, args.sources.split(",")))
        if name in methods.OURS:
            table[name]["flat"] = flatness(args.models / f"{name}.safetensors")
        print(f"{name}: {time.monotonic() - start:.0f} s")
        args.table.parent.mkdir(parents=True, exist_ok=True)
        args.table.write_text(json.dumps(table, indent=1) + "\n")
    print(markdown(table))
    print()
    for text, holds in bars(table):
        print("holds " if holds else "MISSED", text)


if __name__ == "__main__":
    main()
