# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs genga-cli as people do, and makes and reads the files that it is given.

Only Python's own library is used, so that pictures and tensors are read and written by code that
shares nothing with Genga.
"""
import array
import json
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

CLI = os.environ["GENGA_CLI"]
SHARED = os.environ.get("GENGA_SHARED")
TIMEOUT = 240


def environment(**more):
    env = dict(os.environ, **more)
    env.pop("GENGA_MODELS_PATH", None) if "GENGA_MODELS_PATH" not in more else None
    return env


def obey_signals():
    """A test runner in the background may have been started with signals ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


class Result:
    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err
        self.text = err.decode(errors="replace")

    @property
    def events(self):
        return [json.loads(line) for line in self.out.decode().splitlines()]

    def __repr__(self):
        return f"exit code {self.code}\nstdout: {self.out!r}\nstderr: {self.text}"


def run(*arguments, stdout=subprocess.PIPE, cwd=None, **env):
    done = subprocess.run([CLI, *arguments], stdin=subprocess.DEVNULL, stdout=stdout,
                          stderr=subprocess.PIPE, cwd=cwd, env=environment(**env),
                          timeout=TIMEOUT, preexec_fn=obey_signals)
    return Result(done.returncode, done.stdout or b"", done.stderr)


def start(*arguments, **env):
    return subprocess.Popen([CLI, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env=environment(**env),
                            preexec_fn=obey_signals)


# ---- pictures: 8-bit RGB PNG ----

def make_pixels(width, height, seed=1):
    return random.Random(seed).randbytes(width * height * 3)


def write_png(path, width, height, pixels=None):
    pixels = make_pixels(width, height) if pixels is None else pixels
    rows = b"".join(b"\0" + pixels[y * width * 3:(y + 1) * width * 3] for y in range(height))

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))

    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" +
                   chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
                   chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return pixels


def _paeth(a, b, c):
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def _unfilter(data, height, row_bytes, step):
    out, above = bytearray(), bytearray(row_bytes)
    for y in range(height):
        kind = data[y * (row_bytes + 1)]
        row = bytearray(data[y * (row_bytes + 1) + 1:(y + 1) * (row_bytes + 1)])
        for i in range(row_bytes):
            a = row[i - step] if i >= step else 0
            b, c = above[i], above[i - step] if i >= step else 0
            row[i] = (row[i] + (0, a, b, (a + b) // 2, _paeth(a, b, c))[kind]) & 255
        out += row
        above = row
    return bytes(out)


def read_png(path):
    """(width, height, bits per sample, channels, bytes of the samples)"""
    with open(path, "rb") as file:
        data = file.read()
    at, packed, header = 8, b"", None
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", data[at + 8:at + 8 + length])
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + length]
        at += length + 12
    width, height, bits, colour = header[:4]
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    step = channels * bits // 8
    return (width, height, bits, channels,
            _unfilter(zlib.decompress(packed), height, width * step, step))


def enlarge_by_repetition(width, height, pixels, scale):
    rows = []
    for y in range(height):
        row = b"".join(pixels[(y * width + x) * 3:(y * width + x) * 3 + 3] * scale
                       for x in range(width))
        rows.append(row * scale)
    return b"".join(rows)


# ---- tensors: f32 safetensors ----

def write_tensors(path, tensors):
    """`tensors`: name -> (shape, array of floats)"""
    header, data = {}, b""
    for name, (shape, values) in tensors.items():
        raw = array.array("f", values).tobytes()
        header[name] = {"dtype": "F32", "shape": list(shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def read_tensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    result = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = array.array("f")
        values.frombytes(data[begin:end])
        result[name] = (tuple(entry["shape"]), values)
    return result


def write_compact(path, features=8, layers=2, scale=2):
    """A random Compact network, laid out as its original implementation stores it."""
    rng = random.Random(7)
    tensors = {}

    def conv(index, out, into):
        tensors[f"body.{index}.weight"] = ((out, into, 3, 3),
                                           [rng.uniform(-.1, .1) for _ in range(out * into * 9)])
        tensors[f"body.{index}.bias"] = ((out,), [rng.uniform(-.1, .1) for _ in range(out)])

    for i in range(layers + 1):
        conv(2 * i, features, features if i else 3)
        tensors[f"body.{2 * i + 1}.weight"] = ((features,), [0.1] * features)
    conv(2 * layers + 2, 3 * scale * scale, features)
    write_tensors(path, tensors)


# ---- test cases and TAP ----

class TestCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="genga-cli-test-")
        self.addCleanup(self._folder.cleanup)
        self.folder = self._folder.name

    def path(self, name):
        if isinstance(name, bytes):
            return os.path.join(os.fsencode(self.folder), name)
        return os.path.join(self.folder, name)

    def files(self):
        """What lies in the folder, hidden files included."""
        return sorted(os.listdir(self.folder))

    def check(self, result, code):
        self.assertEqual(result.code, code, result)
        return result

    def check_one_line(self, result):
        """One reason, on one line, and no hint of a crash."""
        self.assertEqual(len(result.text.splitlines()), 1, result)
        self.assertTrue(result.text.startswith("genga-cli: "), result)


class _TapResult(unittest.TestResult):
    def startTestRun(self):
        self.number = 0
        self.broken = None

    def _tell(self, test, outcome, note=""):
        self.number += 1
        print(f"{outcome} {self.number} {test.id().split('.', 1)[-1]}{note}", flush=True)

    def addSuccess(self, test):
        self._tell(test, "ok")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._tell(test, "ok", f" # SKIP {reason}")

    def _bad(self, test, error):
        for line in self._exc_info_to_string(error, test).splitlines():
            print("# " + line)
        self._tell(test, "not ok")

    def addSubTest(self, test, subtest, error):
        """Parts that failed are the one failure of their test, of which nothing else tells."""
        super().addSubTest(test, subtest, error)
        if error is not None and self.broken is not test:
            self.broken = test
            self._bad(subtest, error)

    def addError(self, test, error):
        super().addError(test, error)
        self._bad(test, error)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._bad(test, error)


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}", flush=True)
    result = _TapResult()
    result.startTestRun()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
