#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the seeds of the fuzz corpus: small model files, whole and broken, made here.

Usage: make-corpus.py [FOLDER]    (default: corpus/ beside this file)

Files in a corpus folder that this script does not know, such as what a fuzzer found, stay.
"""
import io
import json
import pathlib
import pickle
import struct
import sys
import types
import zlib

DATA = bytes(range(256)) * 4


# --- torch as far as pickle sees it: names in modules ---

def module(name):
    parent, _, child = name.rpartition(".")
    made = sys.modules.setdefault(name, types.ModuleType(name))
    if parent:
        setattr(sys.modules[parent], child, made)
    return made


def place(module_name, name):
    thing = type(name, (), {"__module__": module_name})
    setattr(module(module_name), name, thing)
    return thing


def function(module_name, name):
    made = types.FunctionType((lambda *args: None).__code__, globals(), name)
    made.__module__, made.__qualname__ = module_name, name
    setattr(module(module_name), name, made)
    return made


module("torch")
FLOAT, HALF, LONG, BYTE = (place("torch", n + "Storage") for n in ("Float", "Half", "Long", "Byte"))
UNTYPED = place("torch.storage", "UntypedStorage")
REBUILD_V2 = function("torch._utils", "_rebuild_tensor_v2")
REBUILD_V3 = function("torch._utils", "_rebuild_tensor_v3")
REBUILD_PARAMETER = function("torch._utils", "_rebuild_parameter")
FROM_TYPE = function("torch._tensor", "_rebuild_from_type_v2")
DTYPE = place("torch", "float32")
SIZE = {FLOAT: 4, HALF: 2, LONG: 8, BYTE: 1, UNTYPED: 1}


class Call:
    """Pickles as a call of a function."""

    def __init__(self, called, *args):
        self.reduced = (called, args)

    def __reduce__(self):
        return self.reduced


class Storage:
    def __init__(self, kind, key, n, view=False):
        self.kind, self.key, self.n = kind, key, n
        self.id = ("storage", kind, key, "cuda:0", n) + ((None,) if view else ())


def tensor(storage, shape, offset=0, strides=None):
    if strides is None:
        strides, step = [], 1
        for side in reversed(shape):
            strides.insert(0, step)
            step *= side
    return Call(REBUILD_V2, storage, offset, tuple(shape), tuple(strides), False, ordered())


def ordered(**items):
    import collections
    return collections.OrderedDict(items)


class Pickler(pickle._Pickler):
    def persistent_id(self, thing):
        return thing.id if isinstance(thing, Storage) else None


def dump(thing, protocol=2):
    out = io.BytesIO()
    Pickler(out, protocol).dump(thing)
    return out.getvalue()


# --- zip archives, with every field in reach ---

def archive(records, descriptor=False, deflate=False, align=True, flags=0, method=None, count=None,
            wide=False, comment=b""):
    body, directory = b"", b""
    for name, data in records:
        name = name.encode()
        packed = data
        if deflate:
            press = zlib.compressobj(9, zlib.DEFLATED, -15)
            packed = press.compress(data) + press.flush()
        kind = (8 if deflate else 0) if method is None else method
        bits = flags | (8 if descriptor else 0)
        crc, start = zlib.crc32(data), len(body)
        extra = b""
        if align and not deflate:
            pad = -(start + 30 + len(name) + 4) % 64
            extra = struct.pack("<2sH", b"FB", pad) + b"Z" * pad
        sizes = (0, 0, 0) if descriptor else (crc, len(packed), len(data))
        body += struct.pack("<I5H3I2H", 0x04034b50, 0, bits, kind, 0, 0, *sizes, len(name), len(extra))
        body += name + extra + packed
        if descriptor:
            body += struct.pack("<4I", 0x08074b50, crc, len(packed), len(data))
        extra = struct.pack("<2H3Q", 1, 24, len(data), len(packed), start) if wide else b""
        narrow = (0xffffffff,) * 3 if wide else (len(packed), len(data), start)
        directory += struct.pack("<I6H3I5H2I", 0x02014b50, 0, 0, bits, kind, 0, 0, crc, *narrow[:2],
                                 len(name), len(extra), 0, 0, 0, 0, narrow[2]) + name + extra
    n = len(records) if count is None else count
    end = b""
    if wide:
        end = struct.pack("<IQ2H2I4Q", 0x06064b50, 44, 45, 45, 0, 0, n, n, len(directory), len(body))
        end += struct.pack("<IIQI", 0x07064b50, 0, len(body) + len(directory), 1)
    tail = (0xffff, 0xffff, 0xffffffff, 0xffffffff) if wide else (n, n, len(directory), len(body))
    end += struct.pack("<I4H2IH", 0x06054b50, 0, 0, *tail, len(comment)) + comment
    return body + directory + end


def torch_zip(thing, storages, protocol=2, **options):
    records = [("m/data.pkl", dump(thing, protocol))]
    records += [("m/data/" + s.key, DATA[:s.n * SIZE[s.kind]]) for s in storages]
    return archive(records + [("m/version", b"3\n")], **options)


def legacy(thing, storages, protocol=2):
    parts = [0x1950a86a20f9469cfc6c, 1001,
             {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2}}, thing,
             [s.key for s in storages]]
    out = b"".join(dump(part, protocol) for part in parts)
    return out + b"".join(struct.pack("<q", s.n) + DATA[:s.n * SIZE[s.kind]] for s in storages)


def safetensors(entries, block, metadata=None, pad=0):
    header = {"__metadata__": metadata} if metadata else {}
    for name, dtype, shape, begin, end in entries:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}
    return raw_safetensors(json.dumps(header).encode() + b" " * pad, block)


def raw_safetensors(header, block=b""):
    return struct.pack("<Q", len(header)) + header + block


# --- the seeds ---

def objects(view=False):
    """name -> (object, its storages)"""
    a, b = Storage(FLOAT, "0", 24, view), Storage(HALF, "1", 8, view)
    plain = ordered(**{"conv.weight": tensor(a, [2, 3, 4]), "conv.bias": tensor(b, [8])})
    yield "plain", plain, [a, b]
    yield "wrapped", {"params": plain, "params_ema": plain, "epoch": 3, "loss": [0.5, 1e9]}, [a, b]
    yield "module", {"x": {"module.conv.weight": tensor(a, [4, 6])}}, [a]
    yield "views", {"w": tensor(a, [2, 3], 5, [1, 2]), "v": tensor(a, [0, 3]), "s": tensor(a, [])}, [a]
    yield "parameter", {"w": Call(REBUILD_PARAMETER, tensor(a, [24]), True, ordered())}, [a]
    yield "subclass", {"w": Call(FROM_TYPE, REBUILD_V2, FLOAT,
                                 (a, 0, (24,), (1,), False, ordered()), {"tag": 1})}, [a]
    yield "scalars", {"w": tensor(a, [24]), "n": [None, True, 1 << 70, -5, 70000, b"x", {1, 2}, "é"],
                      "t": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4))}, [a]
    yield "outside", {"w": tensor(a, [25])}, [a]
    yield "overlap", {"w": tensor(a, [9], 0, [0])}, [a]
    if not view:
        u = Storage(UNTYPED, "0", 96)
        yield "untyped", {"w": Call(REBUILD_V3, u, 4, (4,), (1,), False, ordered(), DTYPE)}, [u]


def pickles():
    for name, thing, _ in objects():
        for protocol in (1, 2, 4):
            yield f"{name}-{protocol}", dump(thing, protocol)
    yield "call", b"cposix\nsystem\n(S'x'\ntR."
    yield "stack-global", b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x01x\x85R."
    yield "new-ex", b"\x80\x04\x8c\x0bcollections\x8c\x07Counter\x93)}\x92}b."
    yield "opaque", b"\x80\x02}(U\x01wcdatetime\ndate\nU\x01x\x85Ru."
    yield "opaque-items", b"\x80\x02ccollections\ndefaultdict\n)R(K\x01K\x02u(K\x01e."
    yield "odd-items", b"\x80\x02}(K\x01K\x02K\x03u."
    yield "nested", b"\x80\x02" + b"]" * 300 + b"a" * 299 + b"."
    yield "marks", b"(" * 1100
    yield "cycle", b"\x80\x02]q\x00h\x00ah\x00a."
    yield "memo", b"\x80\x02Nr\xff\xff\xff\xff."
    yield "text", b"(I01\nL12L\nF1.5\nVtext\ng0\np1\nlp2\n(dp3\ng3\n."
    yield "long", b"\x80\x02\x8b\x0a\0\0\0" + b"\x80" * 10 + b"."
    yield "python-2", (b"ccollections\nOrderedDict\n(((lp0\n(lp1\nU\x01aaU\x01baatR.")
    yield "frame", b"\x80\x04\x95\x02\0\0\0\0\0\0\0N."


def zips():
    for name, thing, storages in objects():
        yield name, torch_zip(thing, storages)
    _, thing, storages = next(objects())
    yield "descriptor", torch_zip(thing, storages, descriptor=True)
    yield "deflated", torch_zip(thing, storages, deflate=True)
    yield "deflated-descriptor", torch_zip(thing, storages, deflate=True, descriptor=True)
    yield "wide", torch_zip(thing, storages, wide=True)
    yield "wide-descriptor", torch_zip(thing, storages, wide=True, descriptor=True)
    yield "unaligned", torch_zip(thing, storages, align=False)
    yield "protocol-4", torch_zip(thing, storages, protocol=4)
    yield "encrypted", torch_zip(thing, storages, flags=1)
    yield "method", torch_zip(thing, storages, method=12)
    yield "count", torch_zip(thing, storages, count=2)
    yield "comment", torch_zip(thing, storages, comment=b"hello")
    yield "twice", archive([("a", b"1"), ("a", b"2")])
    yield "folder", archive([("a/", b""), ("a/b", b"2")])
    yield "outside", archive([("../a", b"1")])
    yield "bomb", archive([("m/data.pkl", bytes(1 << 20))], deflate=True)
    yield "script", archive([("m/constants.pkl", b"N."), ("m/code/x.py", b""), ("m/data.pkl", b"N.")])
    whole = torch_zip(thing, storages)
    yield "cut", whole[:len(whole) * 2 // 3]


def legacies():
    for view in (False, True):
        for name, thing, storages in objects(view):
            yield name + ("-view" if view else ""), legacy(thing, storages)
    _, thing, storages = next(objects(True))
    yield "protocol-1", legacy(thing, storages, 1)
    yield "protocol-4", legacy(thing, storages, 4)
    whole = legacy(thing, storages)
    yield "cut", whole[:-3]
    storages[0].id = storages[0].id[:5] + (("v", 4, 12),)
    yield "part", legacy({"w": tensor(storages[0], [12])}, storages[:1])


def safetensors_files():
    entry = ("a", "F32", [2, 2], 0, 16)
    yield "plain", safetensors([entry, ("b", "F16", [4], 16, 24)], DATA[:24])
    yield "metadata", safetensors([entry], DATA[:16], {"format": "pt", "é\"\\": "\n😀"}, 7)
    yield "unaligned", safetensors([("u", "U8", [7], 0, 7), ("a", "F32", [1], 7, 11)], DATA[:11])
    yield "kinds", safetensors([(k, k, [1], i * 8, i * 8 + 8) for i, k in enumerate(
        ("F64", "I64"))] + [("BOOL", "BOOL", [2], 16, 18), ("BF16", "BF16", [1], 18, 20),
                            ("I32", "I32", [], 20, 24), ("I16", "I16", [0], 24, 24)], DATA[:24])
    yield "prefix", safetensors([("module.params_ema.a", "F32", [4], 0, 16)], DATA[:16])
    yield "hole", safetensors([entry, ("b", "F32", [1], 20, 24)], DATA[:24])
    yield "overlap", safetensors([entry, ("b", "F32", [1], 12, 16)], DATA[:16])
    yield "trailing", safetensors([entry], DATA[:20])
    yield "overflow", safetensors([("a", "F32", [1 << 62, 4], 0, 0)], b"")
    yield "float8", safetensors([("a", "F8_E4M3", [4], 0, 4)], DATA[:4])
    yield "twice", raw_safetensors(b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},'
                                   b'"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', b"12")
    yield "deep", raw_safetensors(b'{"a":' + b"[" * 500)
    yield "escapes", raw_safetensors(b'{"\\ud83d\\ude00\\u00e9\\/":{"shape":[1],"dtype":"U8",'
                                     b'"data_offsets":[0,1]}} ', b"1")
    yield "empty", raw_safetensors(b"{}")
    yield "long", struct.pack("<Q", 1 << 63) + b"{}"


def others():
    yield "empty", b""
    yield "page", b"\xef\xbb\xbf\n<!DOCTYPE html><title>404</title>"
    yield "pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    yield "param", b"7767517\n1 1\nInput data 0 1 data\n"
    yield "bin", struct.pack("<I", 0x01306b47) + DATA[:64]
    yield "onnx", b"\x08\x07\x12\x07pytorch\x1a\x031.0:\x00" + DATA[:32]
    yield "tar", b"a".ljust(257, b"\0") + b"ustar\x0000" + bytes(247)
    yield "gzip", b"\x1f\x8b\x08" + bytes(20)


def wrappings():
    """Models in ordinary archives, in parts, and beside a program."""
    one, two = (safetensors([(n, "F32", [1], 0, 4)], DATA[:4]) for n in "ab")
    names = ["m-0000%d-of-00002.safetensors" % i for i in (1, 2)]
    parts = json.dumps({"metadata": {"total_size": 8}, "weight_map": dict(zip("ab", names))}).encode()
    _, thing, storages = next(objects())
    yield "archived", archive([("x/readme.md", b"hi"), ("x/a.safetensors", one)])
    yield "archived-deflated", archive([("__MACOSX/._a.pth", b""), ("a.pth", torch_zip(thing, storages))],
                                       deflate=True)
    yield "archived-two", archive([("a.pth", one), ("b.pth", two)])
    yield "archived-twice", archive([("a.pth", archive([("b.pth", one)]))])
    yield "parts", archive([("m.safetensors.index.json", parts), (names[0], one), (names[1], two)])
    yield "parts-missing", archive([("m.safetensors.index.json", parts), (names[0], one)])
    yield "parts-swapped", archive([("m.safetensors.index.json", parts), (names[0], two), (names[1], one)])
    yield "parts-alone", parts
    yield "script-dict", archive([("m/data.pkl", b"N."), ("m/constants.pkl", dump(thing)),
                                  ("m/code/x.py", b"")]
                                 + [("m/constants/" + s.key, DATA[:s.n * SIZE[s.kind]]) for s in storages])
    yield "compiled", safetensors([("_orig_mod.module.a", "F32", [1], 0, 4)], DATA[:4])
    yield "extra", raw_safetensors(b'{"a":{"dtype":"U8","x":[{"y":-1.5e3},null],"shape":[1],'
                                   b'"data_offsets":[0,1]}}', b"1")
    small = "Input i 0 1 i\nConvolution c 1 1 i o 0=3 1=1 5=1 6=9\n"
    yield "ncnn", archive([("n.param", ncnn(small)),
                           ("n.bin", struct.pack("<I12f", 0, *[0.5] * 12))], deflate=True)


# --- ncnn: layers in text, then what they have for weights ---

def ncnn(layers, weights=None, counts=None):
    """`weights`: bytes behind the text; None: zeros, as many as are wanted."""
    lines = [line.strip() for line in layers.strip().splitlines()]
    made = sum(int(line.split()[3]) for line in lines)
    text = "7767517\n%d %d\n" % (counts or (len(lines), made)) + "".join(l + "\n" for l in lines)
    return text.encode() + (b"" if weights is None else b"\0" + weights)


def ncnn_conv(name, into, out, channels, features, kernel=3, more="4=1", kind="Convolution"):
    n = channels * features * kernel ** 2
    return f"{kind} {name} 1 1 {into} {out} 0={features} 1={kernel} 5=1 6={n} {more}\n"


def ncnn_compact():
    return ("Input in0 0 1 in0\nSplit s 1 2 in0 a b\n" + ncnn_conv("c", "a", "d", 3, 4)
            + "PReLU p 1 1 d e 0=4\n" + ncnn_conv("f", "e", "f", 4, 12, more="4=-233")
            + "PixelShuffle q 1 1 f g 0=2 1=0\nInterp i 1 1 b h 0=1 1=2.0 2=2.0 6=0\n"
            "BinaryOp o 2 1 g h out0 0=0\n")


def ncnn_unet(name, into, out, channels, bottom, deep):
    """One of the two networks in Real-CUGAN."""
    leak = "9=2 -23310=1,0.1"
    text, at = "", into

    def conv(to, features, **options):
        nonlocal text, at, channels
        text += ncnn_conv(to, at, to, channels, features, **options)
        at, channels = to, features
        return to

    def cross(side, crop):
        nonlocal text, at
        text += (f"Crop {name}x{crop}{side} 1 1 {side} {name}k{crop}{side} -23309=2,{crop},{crop} "
                 f"-23310=2,-{crop},-{crop} -23311=2,1,2\n"
                 f"BinaryOp {name}p{at} 2 1 {name}k{crop}{side} {at} {name}s{at} 0=0\n")
        at = f"{name}s{at}"

    conv(name + "1", 4, more=leak)
    first = conv(name + "2", 4, more=leak)
    conv(name + "3", 4, kernel=2, more="3=2 " + leak)
    conv(name + "4", 4, more=leak)
    second = conv(name + "5", 4, more=leak)
    if deep:
        conv(name + "6", 4, kernel=2, more="3=2 " + leak)
        conv(name + "7", 4, more=leak)
        conv(name + "8", 4, more=leak)
        conv(name + "9", 4, kernel=2, more="3=2 " + leak, kind="Deconvolution")
        cross(second, 4)
        conv(name + "a", 4, more=leak)
        conv(name + "b", 4, more=leak)
    conv(name + "c", 4, kernel=2, more="3=2 " + leak, kind="Deconvolution")
    cross(first, 16 if deep else 4)
    conv(name + "d", 4, more=leak)
    kind, kernel, more = bottom
    conv(out, 3, kernel=kernel, more=more, kind=kind)
    return text


def ncnn_cugan():
    up = ("Deconvolution", 4, "3=2 4=3")
    return ("Input in0 0 1 in0\n" + ncnn_unet("u", "in0", "m", 3, up, False)
            + ncnn_unet("v", "m", "n", 3, ("Convolution", 3, ""), True)
            + "Crop c 1 1 m o -23309=2,20,20 -23310=2,-20,-20 -23311=2,1,2\n"
            "BinaryOp d 2 1 n o out0 0=0\n")


def ncnn_layers():
    """Layers from four channels to four, between convolutions."""
    yield "squeeze", ("Pooling p 1 1 a p 0=1 4=1\nInnerProduct i 1 1 p i 0=4 1=1 2=16 9=4\n"
                      "Scale s 2 1 a i b 0=-233\n")
    yield "slice", "Slice s 1 2 a e f -23300=2,1,-233 1=0\nConcat c2 2 1 f e b 0=0\n"
    yield "crop-map", ("Convolution v 1 1 in0 v 0=4 1=3 5=1 6=108\nCrop c2 2 1 a v g 0=1 1=1\n"
                       "BinaryOp s 2 1 g v b 0=2\n")
    yield "crop-text", ("Convolution v 1 1 in0 v 0=4 1=3 5=1 6=108\nCrop c2 2 1 a v g 19=\"1,1\" "
                        "20=\"+(1h,1),-(+(1w,2),1)\" 21=\"1,2\"\nBinaryOp s 2 1 g v b 0=1\n")
    yield "turned", "Permute p 1 1 a p 0=3\nLayerNorm n 1 1 p n 0=4 1=1e-6 2=1\nPermute q 1 1 n b 0=4\n"
    yield "norms", ("GroupNorm g 1 1 a g 0=2 1=4 2=1e-5\nInstanceNorm h 1 1 g h 0=4\n"
                    "BatchNorm i 1 1 h i 0=4\nBias j 1 1 i b 0=4\n")
    yield "numbers", "MemoryData m 0 1 m 0=1 1=1 2=4\nBinaryOp s 2 1 a m b 0=3\n"
    yield "eltwise", "Eltwise e 3 1 a a a b 0=1 -23301=3,0.2,1,-1\n"
    yield "functions", ("Swish e 1 1 a e\nMish f 1 1 e f\nGELU g 1 1 f g\nELU h 1 1 g h 0=1\n"
                        "Clip i 1 1 h i 0=0 1=1\nHardSwish j 1 1 i j\nTanH k 1 1 j k\n"
                        "UnaryOp l 1 1 k b 0=5\n")
    yield "shuffles", "PixelShuffle p 1 1 a p 0=2\nReorg r 1 1 p b 0=2\n"
    yield "pool", ("Pooling p 1 1 a p 0=0 1=2 2=2 5=1\n"
                   "Deconvolution u 1 1 p b 0=4 1=2 3=2 5=1 6=64\n")
    yield "sides", ("Padding p 1 1 a p 0=1 1=0 2=1 3=0 4=2\n"
                    "ConvolutionDepthWise u 1 1 p b 0=4 1=2 4=0 5=1 6=16 7=4\n")
    yield "resize", ("Interp p 1 1 a p 0=3 1=2.0 2=2.0\nInterp q 1 1 p q 0=2 1=0.5 2=0.5 6=1\n"
                     "Reduction r 1 1 q r 0=3 1=0 -23303=2,1,2\nReshape s 1 1 r s 0=1 1=1 2=-1\n"
                     "BinaryOp t 2 1 q s b 0=0\n")


def ncnn_files():
    begin, end = "Input in0 0 1 in0\n" + ncnn_conv("c", "in0", "a", 3, 4), \
        ncnn_conv("d", "b", "out0", 4, 3, 1, "")
    for name, layers in ncnn_layers():
        yield name, ncnn(begin + layers + end)
    yield "compact", ncnn(ncnn_compact())
    yield "cugan", ncnn(ncnn_cugan())
    small = "Input i 0 1 i\nConvolution c 1 1 i o 0=3 1=1 5=1 6=9\n"
    plain = struct.pack("<I12f", 0, *[0.5] * 12)
    yield "plain", ncnn(small, plain)
    yield "half", ncnn(small, struct.pack("<I9e2x3f", 0x01306b47, *[0.5] * 12))
    yield "table", ncnn(small, struct.pack("<I256f", 7, *[0.5] * 256) + bytes(12)
                        + struct.pack("<3f", 0, 1, 2))
    yield "int8", ncnn(small, struct.pack("<I", 0x000d4b38) + bytes(24))
    yield "cut", ncnn(small, plain[:-3])
    yield "more", ncnn(small, plain + b"xyz")
    yield "lies", ncnn(small, plain, (2147483647, 2147483647))
    yield "huge", ncnn("Input i 0 1 i\nConvolution c 1 1 i o 0=2000000000 1=1 5=1 6=9\n", plain)
    yield "unknown", ncnn("Input i 0 1 i\nSoftmax c 1 1 i o 0=0\n", b"")


# --- networks as names and shapes ---

def compact(features=8, convs=3, scale=2, channels=3):
    layers = [(features, channels)] + [(features, features)] * convs
    for i, (out, into) in enumerate(layers):
        yield f"body.{2 * i}", (out, into, 3, 3)
        yield f"body.{2 * i + 1}.weight", (out,)
    yield f"body.{2 * len(layers)}", (channels * scale ** 2, features, 3, 3)


def esrgan(features=8, blocks=2, growth=4):
    def dense(prefix):
        for i in range(5):
            out = features if i == 4 else growth
            yield f"{prefix}conv{i + 1}", (out, features + i * growth, 3, 3)
    yield "conv_first", (features, 3, 3, 3)
    for block in range(blocks):
        for rdb in range(3):
            yield from dense(f"body.{block}.rdb{rdb + 1}.")
    for name in ("conv_body", "conv_up1", "conv_up2", "conv_hr"):
        yield name, (features, features, 3, 3)
    yield "conv_last", (3, features, 3, 3)


def old_esrgan(features=8, blocks=2, growth=4):
    names = {"conv_first": "model.0", "conv_up1": "model.3", "conv_up2": "model.6",
             "conv_hr": "model.8", "conv_last": "model.10", "conv_body": f"model.1.sub.{blocks}"}
    for name, shape in esrgan(features, blocks, growth):
        if name.startswith("body."):
            _, block, rdb, conv = name.split(".")
            name = f"model.1.sub.{block}.{rdb.upper()}.{conv}.0"
        yield names.get(name, name), shape


def plksr(dim=8, blocks=2, kernel=5, scale=2):
    yield "feats.0", (dim, 3, 3, 3)
    for i in range(1, blocks + 1):
        yield f"feats.{i}.channe_mixer.0", (dim * 2, dim, 3, 3)
        yield f"feats.{i}.channe_mixer.2", (dim, dim * 2, 3, 3)
        yield f"feats.{i}.lk.conv", (dim // 4, dim // 4, kernel, kernel)
        yield f"feats.{i}.attn.f.0", (dim, dim, 3, 3)
        yield f"feats.{i}.refine", (dim, dim, 1, 1)
        yield f"feats.{i}.norm", (dim,)
    yield f"feats.{blocks + 1}", (3 * scale ** 2, dim, 3, 3)


def span(features=8, scale=2):
    def conv3xc(prefix, into, out):
        yield f"{prefix}.sk", (out, into, 1, 1)
        yield f"{prefix}.conv.0", (into * 2, into, 1, 1)
        yield f"{prefix}.conv.1", (out * 2, into * 2, 3, 3)
        yield f"{prefix}.conv.2", (out, out * 2, 1, 1)
        yield f"{prefix}.eval_conv", (out, into, 3, 3)
    yield from conv3xc("conv_1", 3, features)
    for block in range(6):
        for part in ("c1_r", "c2_r", "c3_r"):
            yield from conv3xc(f"block_{block + 1}.{part}", features, features)
    yield "conv_cat", (features, features * 4, 1, 1)
    yield from conv3xc("conv_2", features, features)
    yield "upsampler.0", (3 * scale ** 2, features, 3, 3)


def describe(layers):
    lines = []
    for name, shape in layers:
        if name.endswith(".weight"):
            lines.append((name, shape))
        else:
            lines += [(name + ".weight", shape), (name + ".bias", shape[:1])]
    return "\n".join(" ".join([name, *map(str, shape)]) for name, shape in lines).encode()


def networks():
    yield "compact", describe(compact())
    yield "compact-grey", describe(compact(channels=1, scale=1))
    yield "esrgan", describe(esrgan())
    yield "esrgan-old", describe(old_esrgan())
    yield "plksr", describe(plksr())
    yield "span", describe(span())
    yield "none", describe([("x", (1, 2))])
    yield "huge", describe([("body.0", (1 << 40, 3, 0, 1)), ("body.1.weight", (1 << 62, 0))])


# --- requests to a server ---

def request(images, magic=0x42524452, version=2, kind=1, engine=0, meta=b"E", count=None):
    head = struct.pack("<IIIIB", magic, version, kind, 7, engine)
    head += struct.pack("<I", len(meta)) + meta
    head += struct.pack("<iI", 0, len(images) if count is None else count)
    return head + b"".join(struct.pack("<I", len(image)) + image for image in images)


def requests():
    plain = request([b"abc"])
    return [
        ("plain", plain),
        ("two", request([b"abc", b"defgh"], engine=1, meta=b"x4")),
        ("empty-image", request([b""])),
        ("header", plain[:16]),
        ("cut", plain[:-1]),
        ("trailing", plain + b"x"),
        ("magic", request([b"abc"], magic=0x42445250)),
        ("version", request([b"abc"], version=1)),
        ("response", request([b"abc"], kind=2)),
        ("engine", request([b"abc"], engine=9)),
        ("long-meta", request([b"abc"], meta=b"m" * 65)),
        ("no-images", request([])),
        ("many-images", request([b"abc"], count=0xffffffff)),
        ("large-image", plain[:30] + struct.pack("<I", 0xffffffff) + b"abc"),
    ]


def write(folder, seeds):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in seeds:
        (folder / name).write_bytes(data)


def main():
    corpus = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "corpus")
    write(corpus / "pickle", pickles())
    write(corpus / "zip", zips())
    write(corpus / "legacy", legacies())
    write(corpus / "safetensors", safetensors_files())
    write(corpus / "detect", networks())
    write(corpus / "ncnn", ncnn_files())
    write(corpus / "server", requests())
    write(corpus / "load", wrappings())
    write(corpus / "load", others())
    write(corpus / "load", [("zip-" + n, d) for n, d in zips() if n in ("plain", "wrapped", "script")])
    write(corpus / "load", [("legacy-" + n, d) for n, d in legacies() if n in ("plain", "views")])
    write(corpus / "load", [("safetensors-" + n, d) for n, d in safetensors_files() if n == "plain"])


if __name__ == "__main__":
    main()
