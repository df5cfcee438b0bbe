# SPDX-License-Identifier: GPL-3.0-or-later
"""Small networks of two families as .safetensors, with weights drawn at random."""
import array
import json
import random
import struct


def conv(name, into, out, size=3, gain=1.0):
    """name -> shape and standard deviation of a convolution's weight and bias."""
    return {f"{name}.weight": ((out, into, size, size), gain / (into * size * size) ** 0.5),
            f"{name}.bias": ((out,), 0.02)}


def compact(features=8, convs=2, scale=2):
    shapes, at = conv("body.0", 3, features, gain=1.6), 1
    for _ in range(convs):
        shapes[f"body.{at}.weight"] = ((features,), 0.25)
        shapes.update(conv(f"body.{at + 1}", features, features, gain=1.6))
        at += 2
    shapes[f"body.{at}.weight"] = ((features,), 0.25)
    shapes.update(conv(f"body.{at + 1}", features, 3 * scale * scale, gain=0.5))
    return shapes


def esrgan(features=16, growth=8, blocks=1):
    """Real-ESRGAN's names, 4x."""
    shapes = conv("conv_first", 3, features)
    for block in range(blocks):
        for dense in (1, 2, 3):
            for i in range(5):
                shapes.update(conv(f"body.{block}.rdb{dense}.conv{i + 1}", features + i * growth,
                                   growth if i < 4 else features))
    for name in ("conv_body", "conv_up1", "conv_up2", "conv_hr"):
        shapes.update(conv(name, features, features, gain=1.4))
    shapes.update(conv("conv_last", features, 3))
    return shapes


def write(path, shapes, seed=1):
    draw, header, data = random.Random(seed), {}, bytearray()
    for name, (shape, deviation) in shapes.items():
        count = 1
        for side in shape:
            count *= side
        start = len(data)
        data += array.array("f", (draw.gauss(0, deviation) for _ in range(count))).tobytes()
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, len(data)]}
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
    return path
