# SPDX-License-Identifier: GPL-3.0-or-later
"""Train one of the built-in models.

    train.py MODEL --data FOLDER --work FOLDER --out FILE [--minutes M]

The weights written are the running mean (EMA) of the training. A run that was
cut short (politely: with SIGTERM) goes on from its checkpoint in --work.
"""
import argparse
import copy
import json
import math
import signal
import time
from pathlib import Path

import torch
import torch.nn.functional as F

import network
import optimiser
from dataset import Crops, held_out, psnr

# features, inner convolutions, steps, shares of the crops, purpose
MODELS = {
    "genga-standard": (64, 16, 24000,
                       dict(clean=.64, still=.28, video=.05, worn=.03),
                       "anime pictures and video, clean or lightly compressed"),
    "genga-fast": (24, 8, 40000,
                   dict(clean=.57, still=.33, video=.06, worn=.04),
                   "the same at several times the speed, for video on a CPU"),
    "genga-restore": (64, 16, 12000,
                      dict(clean=.33, still=.41, video=.22, worn=.04),
                      "compressed, noisy, DVD-era sources"),
}


def charbonnier(a, b):
    return torch.sqrt((a - b) ** 2 + 1e-6).mean()


def unlike(a, b):
    """1 - SSIM over windows of 7 x 7."""
    def mean(x):
        return F.avg_pool2d(x, 7, 1)
    ma, mb = mean(a), mean(b)
    va, vb = mean(a * a) - ma * ma, mean(b * b) - mb * mb
    both = mean(a * b) - ma * mb
    ssim = ((2 * ma * mb + 1e-4) * (2 * both + 9e-4)
            / ((ma * ma + mb * mb + 1e-4) * (va + vb + 9e-4)))
    return 1 - ssim.mean()


def rate(progress, warm=.01):
    """Share of the peak learning rate: short warm-up, then cosine."""
    if progress < warm:
        return progress / warm + 1e-3
    return .5 + .5 * math.cos(math.pi * min(progress, 1))


class Run:
    """The state of a training: model, its mean, optimisers, step, seconds."""

    def __init__(self, args):
        features, convs, self.steps, self.shares, _ = MODELS[args.model]
        features = args.features or features
        self.steps = args.steps or self.steps
        self.args, self.step, self.seconds = args, 0, 0.0
        torch.manual_seed(args.seed)
        self.model = network.Compact(features, convs)
        if args.start:
            start = network.load(args.start)
            network.widen(self.model, network.deepen(start, convs))
            if args.colour:
                network.carry_colour(self.model)
        self.mean = copy.deepcopy(self.model)
        self.opts = optimiser.make(self.model, args.lr, args.optimiser)
        self.peaks = [o.param_groups[0]["lr"] for o in self.opts]
        self.path = args.work / f"{args.model}.pt"
        if self.path.exists():
            self.restore(torch.load(self.path, weights_only=True))
        self.crops = Crops(args.data, (args.seed, self.step), self.shares,
                           args.side, args.batch, again=args.again)
        self.tests = held_out(args.data)

    def restore(self, s):
        self.step, self.seconds = s["step"], s["seconds"]
        self.model.load_state_dict(s["model"])
        self.mean.load_state_dict(s["mean"])
        for o, state in zip(self.opts, s["opts"]):
            o.load_state_dict(state)

    def checkpoint(self):
        new = self.path.with_suffix(".new")
        torch.save({"step": self.step, "seconds": self.seconds,
                    "model": self.model.state_dict(),
                    "mean": self.mean.state_dict(),
                    "opts": [o.state_dict() for o in self.opts]}, new)
        new.replace(self.path)

    def progress(self):
        done = self.step / self.steps
        if self.args.minutes:
            done = max(done, self.seconds / 60 / self.args.minutes)
        return done

    def advance(self):
        """One step; gives the loss."""
        low, high = self.crops()
        share = rate(self.progress())
        for o, peak in zip(self.opts, self.peaks):
            for group in o.param_groups:
                group["lr"] = peak * share
        out = self.model(low)
        loss = charbonnier(out, high)
        if self.args.ssim:
            loss = loss + self.args.ssim * unlike(out, high)
        for o in self.opts:
            o.zero_grad(set_to_none=True)
        loss.backward()
        for o in self.opts:
            o.step()
        self.step += 1
        decay = min(self.args.ema, self.step / (self.step + 10))
        with torch.no_grad():
            for m, p in zip(self.mean.parameters(), self.model.parameters()):
                m.lerp_(p, 1 - decay)
        return float(loss.detach())

    @torch.no_grad()
    def gains(self):
        """dB over nearest on the held-out pictures, per kind of source."""
        out = {}
        for kind, pairs in self.tests.items():
            sums = [psnr(self.mean(low), high) - psnr(
                low.repeat_interleave(2, 2).repeat_interleave(2, 3), high)
                for low, high in pairs]
            out[kind] = round(sum(sums) / len(sums), 3)
        return out

    def export(self):
        network.save(self.mean, self.args.out, {
            "name": self.args.model, "purpose": MODELS[self.args.model][4],
            "licence": "CC0-1.0", "scale": "2", "format": "pt"})


def train(run, args):
    log = (args.work / f"{args.model}.log").open("a")
    losses, stop = [], []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    while run.progress() < 1:
        while args.pause_file and args.pause_file.exists():
            time.sleep(.5)
        begin = time.monotonic()
        losses.append(run.advance())
        run.seconds += time.monotonic() - begin
        if stop or run.step % args.report == 0 or run.progress() >= 1:
            gains = run.gains()
            print(json.dumps({
                "step": run.step, "seconds": round(run.seconds),
                "loss": round(sum(losses) / len(losses), 5), **gains}),
                file=log, flush=True)
            losses.clear()
            assert run.step < 1000 or gains["clean"] > .5, \
                "no gain over nearest: the training has collapsed"
            run.checkpoint()
            run.export()
            if stop:
                return


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("model", choices=MODELS)
    ap.add_argument("--data", type=Path, required=True)
    ap.add_argument("--work", type=Path, required=True)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--start", type=Path,
                    help="weights of this or a narrower model to begin with")
    ap.add_argument("--colour", action="store_true",
                    help="make a --start that knows no colour carry it")
    ap.add_argument("--steps", type=int, help="instead of the model's own")
    ap.add_argument("--features", type=int,
                    help="a narrower model, to be widened later with --start")
    ap.add_argument("--minutes", type=float, help="end the schedule by then")
    ap.add_argument("--lr", type=float, default=1.5e-3)
    ap.add_argument("--optimiser", choices=("muon", "adam"), default="muon")
    ap.add_argument("--side", type=int, default=48, help="crop, source pixels")
    ap.add_argument("--batch", type=int, default=4)
    ap.add_argument("--again", type=int, nargs=3,
                    metavar=("FIRST", "END", "TIMES"),
                    help="pictures that are to be met more often")
    ap.add_argument("--ema", type=float, default=.998)
    ap.add_argument("--ssim", type=float, default=0.0,
                    help="weight of 1 - SSIM in the loss")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--report", type=int, default=500)
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--pause-file", type=Path, help="wait while it exists")
    args = ap.parse_args()
    torch.set_num_threads(args.threads)
    args.work.mkdir(parents=True, exist_ok=True)
    train(Run(args), args)


if __name__ == "__main__":
    main()
