# SPDX-License-Identifier: GPL-3.0-or-later
"""genga-cli tensor, against the reference implementation's numbers."""
import os
import random
import unittest

from support import SHARED, TestCase, main, read_tensors, run, write_compact, write_tensors

GOLDEN = os.path.join(SHARED, "golden", "synthetic") if SHARED else None


class Tensor(TestCase):
    def setUp(self):
        super().setUp()
        self.model = self.path("model.safetensors")
        write_compact(self.model)
        self.source = self.path("in.safetensors")
        self.target = self.path("out.safetensors")

    def write_input(self, shape):
        rng = random.Random(3)
        n = 1
        for side in shape:
            n *= side
        write_tensors(self.source, {"input": (shape, [rng.random() for _ in range(n)])})

    def tensor(self, *arguments):
        return run("tensor", "--device", "reference", *arguments, self.model, self.source,
                   self.target)

    def test_shape_and_limits(self):
        self.write_input((1, 3, 5, 9))
        result = self.check(self.tensor(), 0)
        self.assertEqual(result.out.decode(), self.target + "\n")
        shape, values = read_tensors(self.target)["output"]
        self.assertEqual(shape, (1, 3, 10, 18))
        self.assertTrue(0 <= min(values) and max(values) <= 1)

    def test_refused_inputs(self):
        for shape in ((2, 3, 4, 4), (1, 1, 4, 4), (3, 4, 4), (1, 4, 4, 4)):
            self.write_input(shape)
            self.check_one_line(self.check(self.tensor(), 3))
        write_tensors(self.source, {"other": ((1, 3, 4, 4), [0.5] * 48)})
        self.check_one_line(self.check(self.tensor("--raw"), 3))
        self.assertEqual(self.files(), ["in.safetensors", "model.safetensors"])

    def test_nothing_is_replaced(self):
        self.write_input((1, 3, 4, 4))
        with open(self.target, "wb") as file:
            file.write(b"mine")
        self.check_one_line(self.check(self.tensor(), 5))
        with open(self.target, "rb") as file:
            self.assertEqual(file.read(), b"mine")
        self.check(self.tensor("--overwrite"), 0)
        self.assertEqual(self.files(), ["in.safetensors", "model.safetensors", "out.safetensors"])
        self.assertEqual(read_tensors(self.target)["output"][0], (1, 3, 8, 8))

    def check_close(self, found, expected):
        self.assertEqual(found[0], expected[0])
        for a, b in zip(found[1], expected[1]):
            self.assertLessEqual(abs(a - b), 1e-5 + 1e-4 * abs(b))

    def check_golden(self, name, *arguments):
        vectors = read_tensors(os.path.join(GOLDEN, name + ".io.safetensors"))
        model = os.path.join(GOLDEN, name + ".safetensors")
        for flags, source, expected in ((["--raw"], "raw_padded_input", "raw_output"),
                                        ([], "input", "output")):
            write_tensors(self.source, {"input": vectors[source]})
            result = run("tensor", "--precision", "fp32", "--overwrite", *flags, *arguments, model,
                         self.source, self.target)
            self.check(result, 0)
            self.check_close(read_tensors(self.target)["output"], vectors[expected])

    @unittest.skipUnless(GOLDEN, "no shared data")
    def test_golden_compact_on_the_reference_engine(self):
        for name in ("compact_2x_nf24_nc8", "compact_1x_nf16_nc2", "compact_2x_gray"):
            self.check_golden(name, "--device", "reference")

    @unittest.skipUnless(GOLDEN, "no shared data")
    def test_golden_network_of_even_sides_on_the_reference_engine(self):
        self.check_golden("moesr_2x_pixelshuffledirect", "--device", "reference")

    @unittest.skipUnless(GOLDEN, "no shared data")
    def test_golden_on_libtorch(self):
        probe = run("tensor", "--device", "cpu", self.model, "none", "none")
        if probe.code == 7:
            self.skipTest("this build has no LibTorch")
        for name in ("compact_2x_nf24_nc8", "realplksr_2x_ps_ln", "esrgan_2x_old"):
            self.check_golden(name, "--device", "cpu")


if __name__ == "__main__":
    main()
