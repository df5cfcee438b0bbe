# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of the models' cards come out of the program, too.

A short version of models/train/evaluate.py: the middles of four test pictures, halved, clean and
as JPEG, enlarged by genga-cli; the PSNR must be the one of models/cards/short.json.
"""
import io
import json
import math
import os
import unittest

from support import SHARED, TestCase, main, run

try:
    import numpy
    from PIL import Image
except ImportError:
    Image = None

MODELS = os.environ["GENGA_BUILT_IN_MODELS"]
FILES = {"sylvie_blue_smile": "sylvie_blue_smile.png", "bg_uni": "bg_uni.jpg",
         "vn_girl": "vn_girl.png", "vn_park": "vn_park.jpg"}
SIDE = 192
TOLERANCE = 0.02


def read(path):
    """RGB on white, sides cut to multiples of four, then the middle."""
    image = Image.open(path).convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    picture = numpy.asarray(Image.alpha_composite(paper, image).convert("RGB"))
    y, x = ((side // 4 * 4 - SIDE) // 2 for side in picture.shape[:2])
    return picture[y:y + SIDE, x:x + SIDE]


def halve(picture):
    mean = picture.reshape(SIDE // 2, 2, SIDE // 2, 2, 3).mean((1, 3), dtype=numpy.float32)
    return Image.fromarray(mean.round().astype(numpy.uint8))


def as_jpeg(image):
    data = io.BytesIO()
    image.save(data, "JPEG", quality=60, subsampling=2)
    return Image.open(data).convert("RGB")


def psnr(a, b):
    return 10 * math.log10(255 ** 2 / ((a.astype(float) - b) ** 2).mean())


@unittest.skipUnless(SHARED, "no shared data")
@unittest.skipUnless(Image, "no Pillow or NumPy")
class Card(TestCase):
    def test_short_table(self):
        with open(os.path.join(MODELS, "cards", "short.json"), encoding="utf-8") as file:
            card = json.load(file)
        truth, sources = {}, []
        for name, path in FILES.items():
            truth[name] = read(os.path.join(SHARED, "media", "images", path))
            low = halve(truth[name])
            for kind, image in (("clean", low), ("jpeg60", as_jpeg(low))):
                sources.append((kind, name, self.path(f"{kind}-{name}.png")))
                image.save(sources[-1][2])
        probe = run("tensor", "--device", "cpu", os.path.join(MODELS, "genga-fast.safetensors"),
                    "none", "none")
        device = "reference" if probe.code == 7 else "cpu"
        for model in ("genga-standard", "genga-fast", "genga-restore"):
            folder = self.path(model)
            os.mkdir(folder)
            self.check(run("upscale", "--model", model, "--device", device, "--scale", "2",
                           "--precision", "fp32", "--output-dir", folder, *(path for _, _, path in sources),
                           GENGA_MODELS_PATH=MODELS), 0)
            for kind, name, path in sources:
                with self.subTest(model=model, source=kind, picture=name):
                    out = os.path.join(folder, os.path.basename(path)[:-4] + "_upscaled.png")
                    found = psnr(numpy.asarray(Image.open(out).convert("RGB")), truth[name])
                    self.assertAlmostEqual(found, card[model][kind][name]["psnr"],
                                           delta=TOLERANCE)


if __name__ == "__main__":
    main()
