# SPDX-License-Identifier: GPL-3.0-or-later
"""Each shipped model gives the numbers that torch gave for it (make_golden.py)."""
import os
import unittest

from support import TestCase, main, read_png, read_tensors, run, write_png, write_tensors

MODELS = os.environ["GENGA_BUILT_IN_MODELS"]
GOLDEN = read_tensors(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                   "golden.safetensors"))
NAMES = ("genga-standard", "genga-fast", "genga-restore")


def to_bytes(tensor):
    """1 x 3 x height x width in 0..1 as (width, height, interleaved bytes)."""
    (_, _, height, width), values = tensor
    plane = width * height
    return width, height, bytes(min(max(round(values[c * plane + i] * 255), 0), 255)
                                for i in range(plane) for c in range(3))


class Golden(TestCase):
    def has_processor(self):
        """Whether this build has LibTorch, without which only the reference engine is there."""
        return run("tensor", "--device", "cpu", os.path.join(MODELS, NAMES[0] + ".safetensors"),
                   "none", "none").code != 7

    def check_tensor(self, device, tolerance):
        source, target = self.path("in.safetensors"), self.path("out.safetensors")
        write_tensors(source, {"input": GOLDEN["input"]})
        for name in NAMES:
            with self.subTest(model=name):
                result = run("tensor", "--device", device, "--precision", "fp32", "--overwrite",
                             os.path.join(MODELS, name + ".safetensors"), source, target)
                self.check(result, 0)
                shape, values = read_tensors(target)["output"]
                self.assertEqual(shape, GOLDEN[name][0])
                self.assertLessEqual(max(abs(a - b) for a, b in zip(values, GOLDEN[name][1])),
                                     tolerance)

    def test_on_the_reference_engine(self):
        self.check_tensor("reference", 2e-5)

    def test_on_the_processor(self):
        if not self.has_processor():
            self.skipTest("this build has no LibTorch")
        self.check_tensor("cpu", 2e-5)

    def test_by_name_on_a_picture(self):
        """The whole way of a picture: read, cut, enlarged, joined, written."""
        device = "cpu" if self.has_processor() else "reference"
        width, height, pixels = to_bytes(GOLDEN["input"])
        write_png(self.path("a.png"), width, height, pixels)
        for name in NAMES:
            with self.subTest(model=name):
                out = self.path(name + ".png")
                self.check(run("upscale", "--model", name, "--device", device,
                               "--scale", "2", "--precision", "fp32", "-o", out,
                               self.path("a.png"), GENGA_MODELS_PATH=MODELS), 0)
                found, wanted = read_png(out), to_bytes(GOLDEN[name])
                self.assertEqual(found[:4], (*wanted[:2], 8, 3))
                self.assertLessEqual(max(abs(a - b) for a, b in zip(found[4], wanted[2])), 1)


if __name__ == "__main__":
    main()
