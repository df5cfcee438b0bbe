# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of `genga-cli serve`, which shares nothing with it but the protocol's description."""
import os
import pathlib
import socket
import struct
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).parent.parent / "cli"))

from support import CLI, environment, obey_signals

LONG = "GENGA_LONG" in os.environ  # ./dev test-long
MAGIC = 0x42524452
OK, INVALID_FRAME, INVALID, ENGINE_ERROR, LIMIT, TIMEOUT = range(6)


def pack(images, number=7, magic=MAGIC, version=2, kind=1, engine=0, meta=b"E", gpu=0, count=None):
    """The bytes of a request, its length in front."""
    body = struct.pack("<IIIIBI", magic, version, kind, number, engine, len(meta)) + meta
    body += struct.pack("<iI", gpu, len(images) if count is None else count)
    body += b"".join(struct.pack("<I", len(image)) + image for image in images)
    return struct.pack("<I", len(body)) + body


class Answer:
    def __init__(self, payload):
        self.number, self.status, length = struct.unpack_from("<III", payload)
        self.error = payload[12:12 + length].decode()
        at = 12 + length
        (count,) = struct.unpack_from("<I", payload, at)
        self.results, at = [], at + 4
        for _ in range(count):
            (size,) = struct.unpack_from("<I", payload, at)
            self.results.append(payload[at + 4:at + 4 + size])
            assert len(self.results[-1]) == size, "a result is cut off"
            at += 4 + size
        assert at == len(payload), "something lies behind the last result"

    def __repr__(self):
        return (f"request {self.number}: status {self.status}, {self.error!r}, "
                f"results of {[len(result) for result in self.results]} bytes")


class Conversation:
    """Sends requests and reads answers; `read` and `write` are files without buffers."""

    def __init__(self, read, write):
        self.read, self.write = read, write

    def send(self, data):
        view = memoryview(data)
        while view:
            view = view[self.write.write(view):]

    def take(self, size):
        parts = []
        while size:
            part = self.read.read(size)
            if not part:
                raise EOFError("the server has ended the conversation")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def receive(self):
        (length,) = struct.unpack("<I", self.take(4))
        return Answer(self.take(length))

    def ask(self, images, **fields):
        self.send(pack(images, **fields))
        return self.receive()


class Server(Conversation):
    """`genga-cli serve --stdio` as a child."""

    def __init__(self, *arguments, stderr=subprocess.PIPE, **env):
        self.process = subprocess.Popen([CLI, "serve", "--stdio", *arguments], bufsize=0,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=stderr, env=environment(**env),
                                        preexec_fn=obey_signals)
        super().__init__(self.process.stdout, self.process.stdin)

    def end(self):
        """Closes the conversation: the exit code, what was still on standard output, and the log."""
        self.process.stdin.close()
        rest = self.process.stdout.read()
        self.process.stdout.close()
        log = self.process.stderr.read().decode() if self.process.stderr else ""
        if self.process.stderr:
            self.process.stderr.close()
        return self.process.wait(), rest, log

    def resident_kib(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


class Listener:
    """`genga-cli serve --socket PATH`, or with a socket that it is started with."""

    def __init__(self, *arguments, pass_fds=(), preexec=obey_signals, **env):
        self.process = subprocess.Popen([CLI, "serve", *arguments], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=environment(**env), pass_fds=pass_fds,
                                        preexec_fn=preexec)
        self.log = []

    def wait_until_ready(self):
        for line in self.process.stderr:
            self.log.append(line.decode())
            if "Ready" in self.log[-1]:
                return
        raise EOFError("the server has ended: " + "".join(self.log))

    def end(self):
        self.process.terminate()
        out, log = self.process.communicate()
        return self.process.returncode, out, "".join(self.log) + log.decode()


class Connection(Conversation):
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)
        file = self.socket.makefile("rwb", buffering=0)
        super().__init__(file, file)

    def close(self):
        self.read.close()
        self.socket.close()


def read_file(path):
    with open(path, "rb") as file:
        return file.read()


__all__ = [name for name in dir() if not name.startswith("_")]
assert os.path.exists(CLI)
