#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Genga's CPU engine beside OpenVINO, ncnn, ONNX Runtime and PyTorch: the same networks, in one run.

    bench-peers.py BENCH_CPU [--threads N] [--rounds N] [NETWORK ...]

BENCH_CPU is the built tests/bench/bench-cpu. Needs numpy, onnx, openvino and ncnn of PyPI; measures
onnxruntime and torch where they are there, PyTorch with channels last. Weights are random, for speed does not depend on them. Every engine runs once in each round, so that what
else the machine does falls on all of them; the best time of each counts. Where others use the machine,
what an engine's threads used of processors (the second number) says more than the clock.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import time

import ncnn
import numpy as np
import onnx
import openvino
from onnx import TensorProto, helper, numpy_helper

try:
    import onnxruntime
except ImportError:
    onnxruntime = None
try:
    import torch
except ImportError:
    torch = None

RUNS = 3  # of an engine in a round


def write_safetensors(path, tensors):
    import json
    header, offset = {}, 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(value.shape),
                        "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for value in tensors.values():
            file.write(value.astype("<f4").tobytes())


class Network:
    """A network as a state dict for Genga and as an ONNX model for the others."""

    def __init__(self, width, height, scale):
        self.width, self.height, self.scale = width, height, scale
        self.random = np.random.default_rng(1)
        self.tensors, self.nodes, self.constants = {}, [], []

    def weight(self, name, *shape, gain=1.0):
        fan_in = int(np.prod(shape[1:])) if len(shape) > 1 else 1
        spread = gain * (2 / fan_in) ** 0.5 if len(shape) > 1 else 0.02
        self.tensors[name] = self.random.normal(0, spread, shape).astype(np.float32)
        return self.tensors[name]

    def constant(self, value):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(self, kind, *inputs, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def conv(self, x, name, out, channels, kernel=3, gain=1.0):
        weight = self.weight(f"{name}.weight", out, channels, kernel, kernel, gain=gain)
        bias = self.weight(f"{name}.bias", out)
        return self.node("Conv", x, self.constant(weight), self.constant(bias),
                         pads=[kernel // 2] * 4, kernel_shape=[kernel] * 2)

    def linear(self, x, name, out, channels):
        """Of the last axis."""
        weight = self.weight(f"{name}.weight", out, channels, gain=0.5)
        bias = self.weight(f"{name}.bias", out)
        product = self.node("MatMul", x, self.constant(np.ascontiguousarray(weight.T)))
        return self.node("Add", product, self.constant(bias))

    def layer_norm(self, x, name, channels):
        weight = self.tensors[f"{name}.weight"] = np.ones(channels, np.float32)
        bias = self.weight(f"{name}.bias", channels)
        return self.node("LayerNormalization", x, self.constant(weight), self.constant(bias),
                         axis=-1, epsilon=1e-5)

    def reshape(self, x, *shape):
        return self.node("Reshape", x, self.constant(np.array(shape, np.int64)))

    def transpose(self, x, *order):
        return self.node("Transpose", x, perm=list(order))

    def gelu(self, x):
        half, root = self.constant(np.float32(0.5)), self.constant(np.float32(2 ** 0.5))
        one = self.constant(np.float32(1))
        y = self.node("Add", self.node("Erf", self.node("Div", x, root)), one)
        return self.node("Mul", self.node("Mul", x, y), half)

    def nearest(self, x, scale):
        scales = self.constant(np.array([1, 1, scale, scale], np.float32))
        return self.node("Resize", x, "", scales, mode="nearest", nearest_mode="floor",
                         coordinate_transformation_mode="asymmetric")

    def shuffle(self, x, scale):
        return self.node("DepthToSpace", x, blocksize=scale, mode="CRD")

    def onnx(self, result):
        shape = [1, 3, self.height, self.width]
        graph = helper.make_graph(
            self.nodes, "network",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info(result, TensorProto.FLOAT, None)], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def make_compact(features, n_convs, scale, width=640, height=360):
    net = Network(width, height, scale)
    x = net.conv("x", "body.0", features, 3)
    for i in range(n_convs + 1):
        slopes = net.tensors[f"body.{2 * i + 1}.weight"] = np.full(features, 0.25, np.float32)
        x = net.node("PRelu", x, net.constant(slopes.reshape(-1, 1, 1)))
        out = features if i < n_convs else 3 * scale * scale
        x = net.conv(x, f"body.{2 * i + 2}", out, features)
    return net, net.node("Add", net.shuffle(x, scale), net.nearest("x", scale))


def make_esrgan(n_blocks=23, width=160, height=90):
    net = Network(width, height, 4)
    leaky = lambda x: net.node("LeakyRelu", x, alpha=0.2)
    fifth = net.constant(np.float32(0.2))
    add_part = lambda x, y: net.node("Add", net.node("Mul", x, fifth), y)
    first = x = net.conv("x", "conv_first", 64, 3)
    for b in range(n_blocks):
        entry = x
        for d in (1, 2, 3):
            parts = [x]
            for c in range(1, 6):
                name = f"body.{b}.rdb{d}.conv{c}"
                whole = net.node("Concat", *parts, axis=1) if len(parts) > 1 else parts[0]
                y = net.conv(whole, name, 32 if c < 5 else 64, 64 + 32 * (c - 1), gain=0.5)
                parts.append(leaky(y) if c < 5 else y)
            x = add_part(parts[5], x)
        x = add_part(x, entry)
    x = net.node("Add", net.conv(x, "conv_body", 64, 64), first)
    for name in ("conv_up1", "conv_up2"):
        x = leaky(net.conv(net.nearest(x, 2), name, 64, 64))
    return net, net.conv(leaky(net.conv(x, "conv_hr", 64, 64)), "conv_last", 3, 64)


def make_span(features=48, scale=2, width=640, height=360):
    net = Network(width, height, scale)
    silu = lambda x: net.node("Mul", x, net.node("Sigmoid", x))
    half = net.constant(np.float32(0.5))
    mean = np.array([0.4488, 0.4371, 0.4040], np.float32).reshape(1, 3, 1, 1)
    x = net.node("Sub", "x", net.constant(mean))
    x = net.node("Mul", x, net.constant(np.float32(255)))
    conv = lambda x, name, out, n: net.conv(x, f"{name}.eval_conv", out, n, gain=0.3)
    first = x = conv(x, "conv_1", features, 3)
    outs, entry = [], None
    for b in range(1, 7):
        entry = silu(conv(x, f"block_{b}.c1_r", features, features))
        y = silu(conv(entry, f"block_{b}.c2_r", features, features))
        y = conv(y, f"block_{b}.c3_r", features, features)
        gate = net.node("Sub", net.node("Sigmoid", y), half)
        x = net.node("Mul", net.node("Add", y, x), gate)
        outs.append(x)
    last = conv(x, "conv_2", features, features)
    x = net.node("Concat", first, last, outs[0], entry, axis=1)
    x = net.conv(x, "conv_cat", features, 4 * features, kernel=1)
    return net, net.shuffle(net.conv(x, "upsampler.0", 3 * scale * scale, features), scale)


def make_spanf3(features=64, n_blocks=8, scale=2, width=640, height=360):
    net = Network(width, height, scale)
    conv = lambda x, name, out, n: net.conv(x, f"{name}.eval_conv", out, n, gain=0.5)
    first = x = conv("x", "conv_1", features, 3)
    made = None
    for b in range(1, n_blocks + 1):
        entry = net.node("Relu", conv(x, f"block_{b}.c1_r", features, features))
        y = net.node("Relu", conv(entry, f"block_{b}.c2_r", features, features))
        y = conv(y, f"block_{b}.c3_r", features, features)
        gate = net.node("Tanh", net.conv(y, f"block_{b}.att_conv", features, features, kernel=1))
        x = net.node("Mul", net.node("Add", y, x), gate)
        made = made or x
    x = net.node("Concat", first, x, made, entry, axis=1)
    x = net.conv(x, "conv_cat", features, 4 * features, kernel=1)
    return net, net.shuffle(conv(x, "to_pixel", 3 * scale * scale, features), scale)


def make_realplksr(dim=64, n_blocks=28, kernel=17, scale=2, width=160, height=90):
    net = Network(width, height, scale)
    part = dim // 4
    ends = [net.constant(np.array(n, np.int64)) for n in ([0], [part], [dim])]
    axis = net.constant(np.array([1], np.int64))
    x = net.conv("x", "feats.0", dim, 3)
    for b in range(1, n_blocks + 1):
        y = net.conv(x, f"feats.{b}.channel_mixer.0", 2 * dim, dim, gain=0.7)
        y = net.node("Mul", y, net.node("Tanh", net.node("Softplus", y)))
        y = net.conv(y, f"feats.{b}.channel_mixer.2", dim, 2 * dim, gain=0.7)
        large = net.conv(net.node("Slice", y, ends[0], ends[1], axis), f"feats.{b}.lk.conv", part,
                         part, kernel=kernel, gain=0.7)
        y = net.node("Concat", large, net.node("Slice", y, ends[1], ends[2], axis), axis=1)
        y = net.node("Mul", y, net.node("Sigmoid", net.conv(y, f"feats.{b}.attn.f.0", dim, dim)))
        y = net.conv(y, f"feats.{b}.refine", dim, dim, kernel=1)
        # Group norm over 4 groups: an instance norm of 4 channels, then factor and offset.
        for name, value in (("weight", 0.3), ("bias", 0)):
            net.tensors[f"feats.{b}.norm.{name}"] = np.full(dim, value, np.float32)
        grouped = net.node("Reshape", y, net.constant(np.array([1, 4, -1], np.int64)))
        one, zero = net.constant(np.ones(4, np.float32)), net.constant(np.zeros(4, np.float32))
        y = net.node("InstanceNormalization", grouped, one, zero, epsilon=1e-5)
        y = net.node("Reshape", y, net.constant(np.array([1, dim, height, width], np.int64)))
        x = net.node("Add", net.node("Mul", y, net.constant(np.float32(0.3))), x)
    y = net.conv(x, f"feats.{n_blocks + 2}", 3 * scale * scale, dim)
    return net, net.node("Add", net.shuffle(y, scale), net.nearest("x", scale))


def make_realcugan(width=640, height=360):
    """The 2x network with gates, which sees 18 mirrored pixels at each side."""
    net = Network(width, height, 2)
    leaky = lambda x: net.node("LeakyRelu", x, alpha=0.1)
    axes = net.constant(np.array([2, 3], np.int64))

    def bare(x, name, out, n, kernel=3, stride=1):
        weight = net.weight(f"{name}.weight", out, n, kernel, kernel, gain=0.7)
        bias = net.weight(f"{name}.bias", out)
        return net.node("Conv", x, net.constant(weight), net.constant(bias), strides=[stride] * 2,
                        kernel_shape=[kernel] * 2)

    def up(x, name, out, n, kernel=2, pad=0):
        weight = net.weight(f"{name}.weight", n, out, kernel, kernel, gain=0.7)
        bias = net.weight(f"{name}.bias", out)
        return net.node("ConvTranspose", x, net.constant(weight), net.constant(bias),
                        strides=[2, 2], pads=[pad] * 4, kernel_shape=[kernel] * 2)

    def crop(x, n):
        begin, end = (net.constant(np.array([k, k], np.int64)) for k in (n, -n))
        return net.node("Slice", x, begin, end, axes)

    def twice(x, name, inner, out, n):
        x = leaky(bare(x, f"{name}.conv.0", inner, n))
        return leaky(bare(x, f"{name}.conv.2", out, inner))

    def gate(x, name, n):
        y = net.node("ReduceMean", x, axes, keepdims=1)
        y = net.node("Relu", bare(y, f"{name}.seblock.conv1", n // 8, n, kernel=1))
        y = net.node("Sigmoid", bare(y, f"{name}.seblock.conv2", n, n // 8, kernel=1))
        return net.node("Mul", x, y)

    def down(x, name, n):
        return leaky(bare(x, name, n, n, kernel=2, stride=2))

    pads = net.constant(np.array([0, 0, 18, 18, 0, 0, 18, 18], np.int64))
    x = net.node("Pad", "x", pads, mode="reflect")
    x1 = twice(x, "unet1.conv1", 32, 64, 3)
    x2 = gate(twice(down(x1, "unet1.conv1_down", 64), "unet1.conv2", 128, 64, 64), "unet1.conv2", 64)
    x2 = leaky(up(x2, "unet1.conv2_up", 64, 64))
    x3 = leaky(bare(net.node("Add", crop(x1, 4), x2), "unet1.conv3", 64, 64))
    x = up(x3, "unet1.conv_bottom", 3, 64, kernel=4, pad=3)
    x1 = twice(x, "unet2.conv1", 32, 64, 3)
    x2 = gate(twice(down(x1, "unet2.conv1_down", 64), "unet2.conv2", 64, 128, 64), "unet2.conv2", 128)
    x3 = twice(down(x2, "unet2.conv2_down", 128), "unet2.conv3", 256, 128, 128)
    x3 = leaky(up(gate(x3, "unet2.conv3", 128), "unet2.conv3_up", 128, 128))
    x4 = twice(net.node("Add", crop(x2, 4), x3), "unet2.conv4", 64, 64, 128)
    x4 = leaky(up(gate(x4, "unet2.conv4", 64), "unet2.conv4_up", 64, 64))
    x5 = leaky(bare(net.node("Add", crop(x1, 16), x4), "unet2.conv5", 64, 64))
    return net, net.node("Add", bare(x5, "unet2.conv_bottom", 3, 64), crop(x, 20))


def make_swin_masks(height, width, window, shift):
    """-100 between pixels of a window that a roll has brought together."""
    areas = np.zeros((height, width), np.int32)
    for rows in (slice(-window, -shift), slice(-shift, None)):
        areas[rows] += areas.max() + 1
    columns = np.zeros(width, np.int32)
    columns[-window:-shift], columns[-shift:] = 10, 20
    areas = (areas + columns).reshape(height // window, window, width // window, window)
    areas = areas.transpose(0, 2, 1, 3).reshape(-1, 1, window * window)
    return np.where(areas == areas.transpose(0, 2, 1), 0, -100).astype(np.float32)


def make_swinir(width=640, height=360, dim=60, depths=(6, 6, 6, 6), n_heads=6, window=8, scale=2):
    """SwinIR-light."""
    net = Network(width, height, scale)
    n = window * window
    n_windows = height // window * (width // window)
    ends = {i: net.constant(np.array([i], np.int64)) for i in (window // 2, -(window // 2), 1 << 30)}
    indices = np.arange(n)
    at = np.stack([indices // window, indices % window], 1)
    distance = at[:, None] - at[None] + window - 1
    index = distance[..., 0] * (2 * window - 1) + distance[..., 1]
    mask = net.constant(make_swin_masks(height, width, window, window // 2)[None, :, None])
    factor = net.constant(np.float32((dim // n_heads) ** -0.5))

    def to_map(x):
        return net.transpose(net.reshape(x, 1, height, width, dim), 0, 3, 1, 2)

    def to_tokens(x):
        return net.reshape(net.transpose(x, 0, 2, 3, 1), 1, height * width, dim)

    def roll(x, amount):
        for k in (1, 2):
            name = net.constant(np.array([k], np.int64))
            first = net.node("Slice", x, ends[amount], ends[1 << 30], name)
            zero = net.constant(np.array([0], np.int64))
            x = net.node("Concat", first, net.node("Slice", x, zero, ends[amount], name), axis=k)
        return x

    def part(x, i):
        one = net.node("Gather", x, net.constant(np.int64(i)), axis=0)
        return net.reshape(one, n_windows, n_heads, n, dim // n_heads)

    def attend(x, name, is_shifted):
        x = net.reshape(x, 1, height, width, dim)
        if is_shifted:
            x = roll(x, window // 2)
        x = net.reshape(x, height // window, window, width // window, window, dim)
        x = net.reshape(net.transpose(x, 0, 2, 1, 3, 4), n_windows, n, dim)
        x = net.linear(x, f"{name}.qkv", 3 * dim, dim)
        x = net.transpose(net.reshape(x, n_windows, n, 3, n_heads, dim // n_heads), 2, 0, 3, 1, 4)
        q, k, v = (part(x, i) for i in range(3))
        table = net.weight(f"{name}.relative_position_bias_table", (2 * window - 1) ** 2, n_heads,
                           gain=0.1)
        net.tensors[f"{name}.relative_position_index"] = index.astype(np.float32)
        biases = net.constant(np.ascontiguousarray(table[index].transpose(2, 0, 1)[None]))
        y = net.node("MatMul", net.node("Mul", q, factor), net.transpose(k, 0, 1, 3, 2))
        y = net.node("Add", y, biases)
        if is_shifted:
            y = net.node("Add", net.reshape(y, 1, n_windows, n_heads, n, n), mask)
            y = net.reshape(y, n_windows, n_heads, n, n)
        y = net.node("MatMul", net.node("Softmax", y, axis=-1), v)
        y = net.reshape(net.transpose(y, 0, 2, 1, 3), n_windows, n, dim)
        y = net.linear(y, f"{name}.proj", dim, dim)
        y = net.reshape(y, height // window, width // window, window, window, dim)
        y = net.reshape(net.transpose(y, 0, 2, 1, 3, 4), 1, height, width, dim)
        if is_shifted:
            y = roll(y, -(window // 2))
        return net.reshape(y, 1, height * width, dim)

    first = net.conv("x", "conv_first", dim, 3)
    x = net.layer_norm(to_tokens(first), "patch_embed.norm", dim)
    for l, depth in enumerate(depths):
        before = x
        for b in range(depth):
            name = f"layers.{l}.residual_group.blocks.{b}"
            y = attend(net.layer_norm(x, f"{name}.norm1", dim), f"{name}.attn", b % 2 == 1)
            if b % 2 == 1:
                net.tensors[f"{name}.attn_mask"] = make_swin_masks(64, 64, window, window // 2)
            x = net.node("Add", y, x)
            y = net.linear(net.layer_norm(x, f"{name}.norm2", dim), f"{name}.mlp.fc1", 2 * dim, dim)
            x = net.node("Add", net.linear(net.gelu(y), f"{name}.mlp.fc2", dim, 2 * dim), x)
        x = to_tokens(net.conv(to_map(x), f"layers.{l}.conv", dim, dim, gain=0.5))
        x = net.node("Add", x, before)
    x = to_map(net.layer_norm(x, "norm", dim))
    x = net.node("Add", net.conv(x, "conv_after_body", dim, dim, gain=0.5), first)
    return net, net.shuffle(net.conv(x, "upsample.0", 3 * scale * scale, dim), scale)


NETWORKS = {
    "compact-64x16-2x": lambda: make_compact(64, 16, 2),
    "compact-64x16-4x": lambda: make_compact(64, 16, 4),
    "span-48-2x": make_span,
    "spanf3-b8f64-2x": make_spanf3,
    "spanf3-b8f64-2x-small": lambda: make_spanf3(width=320, height=180),
    "esrgan-23-4x": make_esrgan,
    "realplksr-64x28-2x": make_realplksr,
    "realcugan-2x": make_realcugan,
    "realcugan-2x-small": lambda: make_realcugan(320, 180),
    "swinir-light-2x": make_swinir,
    "swinir-light-2x-small": lambda: make_swinir(160, 96),
}


# ---- engines: each is a function that runs once ----

def start_openvino(net, result, precision, threads):
    model = openvino.Core().read_model(net.onnx(result).SerializeToString())
    compiled = openvino.Core().compile_model(model, "CPU", {
        "INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": threads,
        "PERFORMANCE_HINT": "LATENCY"})
    request = compiled.create_infer_request()
    picture = np.random.default_rng(2).random((1, 3, net.height, net.width), np.float32)
    request.set_input_tensor(openvino.Tensor(picture))
    return request.infer


def start_onnxruntime(net, result, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(net.onnx(result).SerializeToString(), options,
                                           providers=["CPUExecutionProvider"])
    picture = np.random.default_rng(2).random((1, 3, net.height, net.width), np.float32)
    return lambda: session.run(None, {"x": picture})


def get_torch_functions():
    functional = torch.nn.functional
    pair = lambda a, name: tuple(a.get(name, [1, 1]))
    return {
        "Conv": lambda a, x, w, b: functional.conv2d(
            x, w, b, stride=pair(a, "strides"), padding=a.get("pads", [0])[0]),
        "ConvTranspose": lambda a, x, w, b: functional.conv_transpose2d(
            x, w, b, stride=pair(a, "strides"), padding=a.get("pads", [0])[0]),
        "PRelu": lambda a, x, w: functional.prelu(x, w.flatten()),
        "LeakyRelu": lambda a, x: functional.leaky_relu(x, a["alpha"]),
        "Relu": lambda a, x: functional.relu(x),
        "Tanh": lambda a, x: torch.tanh(x),
        "Sigmoid": lambda a, x: torch.sigmoid(x),
        "ReduceMean": lambda a, x, axes: x.mean((2, 3), keepdim=True),
        "Mul": lambda a, x, y: x * y,
        "Add": lambda a, x, y: x + y,
        "Sub": lambda a, x, y: x - y,
        "Concat": lambda a, *parts: torch.cat(parts, 1),
        "DepthToSpace": lambda a, x: functional.pixel_shuffle(x, a["blocksize"]),
        "Resize": lambda a, x, roi, scales: functional.interpolate(x, scale_factor=float(scales[2])),
        "Pad": lambda a, x, pads: functional.pad(x, [int(pads[2])] * 4, mode="reflect"),
        "Slice": lambda a, x, begin, end, axes: x[..., int(begin[0]):int(end[0]),
                                                  int(begin[0]):int(end[0])],
    }


def start_torch(net, result, dtype, threads):
    """The nodes one by one: what PyTorch does without compiling. None: not all of them are known."""
    functions = get_torch_functions()
    if any(node.op_type not in functions for node in net.nodes):
        return None
    torch.set_num_threads(threads)
    values = {"": None}
    for constant in net.constants:
        value = torch.from_numpy(numpy_helper.to_array(constant).copy())
        value = value.to(dtype) if value.is_floating_point() else value
        values[constant.name] = (value.to(memory_format=torch.channels_last)
                                 if value.dim() == 4 else value)
    picture = torch.rand(1, 3, net.height, net.width).to(dtype)
    values["x"] = picture.to(memory_format=torch.channels_last)
    steps = [(functions[node.op_type], list(node.input), node.output[0],
              {a.name: helper.get_attribute_value(a) for a in node.attribute})
             for node in net.nodes]

    def run():
        made = dict(values)
        with torch.inference_mode():
            for function, inputs, output, attributes in steps:
                made[output] = function(attributes, *(made[name] for name in inputs))
        return made[result]
    return run


def write_ncnn(net, n_convs, folder):
    """A Compact in ncnn's own format."""
    lines, blobs = ["Input in 0 1 in", "Split split 1 2 in a b"], 3
    features = net.tensors["body.0.weight"].shape[0]
    path = os.path.join(folder, "net")
    with open(path + ".bin", "wb") as file:
        last = "a"
        for i in range(n_convs + 2):
            weight, bias = (net.tensors[f"body.{2 * i}.{kind}"] for kind in ("weight", "bias"))
            lines.append(f"Convolution conv{i} 1 1 {last} conv{i} 0={weight.shape[0]} 1=3 4=1 5=1 "
                         f"6={weight.size}")
            file.write(bytes(4) + weight.tobytes() + bias.tobytes())
            last, blobs = f"conv{i}", blobs + 1
            if i <= n_convs:
                lines.append(f"PReLU prelu{i} 1 1 {last} prelu{i} 0={features}")
                file.write(net.tensors[f"body.{2 * i + 1}.weight"].tobytes())
                last, blobs = f"prelu{i}", blobs + 1
    lines += [f"PixelShuffle shuffle 1 1 {last} shuffle 0={net.scale}",
              f"Interp up 1 1 b up 0=1 1={net.scale} 2={net.scale}",
              "BinaryOp add 2 1 shuffle up out 0=0"]
    with open(path + ".param", "w", encoding="ascii") as file:
        file.write(f"7767517\n{len(lines)} {blobs + 3}\n" + "\n".join(lines) + "\n")
    return path


def start_ncnn(net, n_convs, threads, is_half, folder):
    path = write_ncnn(net, n_convs, folder)
    engine = ncnn.Net()
    engine.opt.num_threads = threads
    engine.opt.use_bf16_storage = is_half
    engine.load_param(path + ".param")
    engine.load_model(path + ".bin")
    picture = ncnn.Mat(np.random.default_rng(2).random((3, net.height, net.width), np.float32))

    def run():
        extractor = engine.create_extractor()
        extractor.input("in", picture)
        extractor.extract("out")
    return run


def time_once(run):
    """Milliseconds by the clock, and of processors."""
    best = used = 1e9
    for _ in range(RUNS):
        start, start_used = time.monotonic(), time.process_time()
        run()
        best = min(best, (time.monotonic() - start) * 1000)
        used = min(used, (time.process_time() - start_used) * 1000)
    return best, used


def time_genga(program, path, net, threads):
    text = subprocess.run([program, path, str(net.width), str(net.height), str(threads),
                           str(RUNS)], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [(float(best), float(used)) for best, used
            in re.findall(r"best ([0-9.]+) ms.*; ([0-9.]+) ms of processors", text)]


def measure(name, options):
    net, result = NETWORKS[name]()
    best = {}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "net.safetensors")
        write_safetensors(path, net.tensors)
        peers = {f"OpenVINO {precision}": start_openvino(net, result, precision, options.threads)
                 for precision in ("f32", "bf16")}
        if name.startswith("compact"):
            for kind in (False, True):
                peers["ncnn bf16" if kind else "ncnn fp32"] = start_ncnn(net, 16, options.threads,
                                                                         kind, folder)
        if onnxruntime is not None:
            peers["ORT fp32"] = start_onnxruntime(net, result, options.threads)
        for kind in ("float32", "bfloat16") if torch is not None else ():
            peers[f"PyTorch {kind}"] = start_torch(net, result, getattr(torch, kind),
                                                   options.threads)
        peers = {peer: run for peer, run in peers.items() if run is not None}
        for run in peers.values():
            run()
        for _ in range(options.rounds):
            fp32, fast = time_genga(options.program, path, net, options.threads)
            times = {"Genga fp32": fp32, "Genga auto": fast}
            times.update((peer, time_once(run)) for peer, run in peers.items())
            for engine, (value, used) in times.items():
                before = best.get(engine, (1e9, 1e9))
                best[engine] = min(before[0], value), min(before[1], used)
    print(f"{name}, {net.width}x{net.height}, {options.threads} threads, best of "
          f"{options.rounds * RUNS}:")
    auto, fp32 = best["Genga auto"], best["Genga fp32"]
    for engine, (value, used) in best.items():
        print(f"  {engine:16} {value:8.1f} ms {used:8.1f} ms   "
              f"auto is {value / auto[0]:5.2f}x {used / auto[1]:5.2f}x, "
              f"fp32 {value / fp32[0]:5.2f}x {used / fp32[1]:5.2f}x as fast")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("networks", nargs="*", default=list(NETWORKS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(f"OpenVINO {openvino.__version__.split('-')[0]}, ncnn {ncnn.__version__}, "
          f"onnx {onnx.__version__}"
          + (f", ONNX Runtime {onnxruntime.__version__}" if onnxruntime else "")
          + (f", PyTorch {torch.__version__}" if torch else ""))
    for name in options.networks:
        measure(name, options)


if __name__ == "__main__":
    main()
