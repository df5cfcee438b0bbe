#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ncnn: in full fp32, a pixel's value depends on where the tile that holds it begins, and how large
# the tile is, however large the overlap.
#
# A 3x3 convolution without padding is run over a whole map and over crops of it, one thread, every
# fp16 and bf16 option off. By default ncnn takes Winograd transforms, laid out from the tile's
# corner in blocks of 4 or 6 pixels, with which of them chosen by channels and size. So crops agree
# with the whole only at origins on that grid, and with 16 channels not even there for all sizes.
# Without use_winograd_convolution every crop agrees to the bit, as with onnxruntime 1.32.0
# and OpenVINO 2026.4.1 (f32).
#
# Seen (ncnn 1.0.20261020, processor with AVX-512), largest difference from the whole map:
#   64 channels, size 64: origin 1 1.9e-04, origin 24 0; without Winograd 0, 0
#   16 channels, size 64: origin 1 3.9e-04, origin 24 4.0e-04; without Winograd 0, 0
# Checked on any processor: origin 1 differs with Winograd, nothing differs without.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/crop.py" <<'PY'
import pathlib, sys
import ncnn
import numpy as np
def load(channels, winograd):
    count = channels * channels * 9
    text = f"7767517\n2 2\nInput in 0 1 x\nConvolution c 1 1 x y 0={channels} 1=3 5=1 6={count}\n"
    pathlib.Path(sys.argv[1], "net.param").write_text(text)
    weights = np.random.default_rng(1).standard_normal(count + channels).astype("<f4").tobytes()
    pathlib.Path(sys.argv[1], "net.bin").write_bytes(bytes(4) + weights)
    net = ncnn.Net()
    net.opt.num_threads = 1
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = net.opt.use_vulkan_compute = False
    net.opt.use_winograd_convolution = winograd
    net.load_param(sys.argv[1] + "/net.param"), net.load_model(sys.argv[1] + "/net.bin")
    return net
def run(net, pixels):
    kept = np.ascontiguousarray(pixels)  # ncnn.Mat only borrows it
    extractor = net.create_extractor()
    extractor.input("x", ncnn.Mat(kept).clone())
    return np.array(extractor.extract("y")[1]).copy()


for channels in 64, 16:
    x = np.random.default_rng(2).standard_normal((channels, 160, 160)).astype(np.float32)
    for winograd in True, False:
        net = load(channels, winograd)
        whole = run(net, x)
        off = [np.abs(run(net, x[:, o:o + 66, o:o + 66]) - whole[:, o:o + 64, o:o + 64]).max()
               for o in (1, 24)]
        print(channels, "channels, Winograd", winograd, *(f"{d:.1e}" for d in off), flush=True)
        assert off[0] > 1e-5 if winograd else max(off) == 0
PY
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ncnn==1.0.20261020 numpy==2.4.6
"$folder/venv/bin/python" "$folder/crop.py" "$folder"
