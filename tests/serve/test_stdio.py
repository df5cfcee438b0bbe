# SPDX-License-Identifier: GPL-3.0-or-later
"""genga-cli serve --stdio and --once, from the other end of its pipes."""
import json
import os
import resource
import signal
import struct
import subprocess

from client import (CLI, ENGINE_ERROR, INVALID, INVALID_FRAME, LIMIT, LONG, OK, TIMEOUT, Server, pack,
                    read_file)
from support import (TestCase, enlarge_by_repetition, environment, main, make_pixels, obey_signals,
                     read_png, run, write_compact, write_png)

SANITIZED = os.environ.get("GENGA_SANITIZED") is not None
PLAIN = ["--model", "nearest", "--format", "png"]
# What may come and go, in KiB: threads' stacks, what the allocator keeps.
FLAT = 5 << 10
# Seconds for what is cancelled to end, much less than it would take.
PATIENCE = 60


class ServeCase(TestCase):
    def picture(self, seed=1, width=9, height=7):
        """A PNG, and the samples of what “nearest” makes of it at twice its size."""
        pixels = make_pixels(width, height, seed)
        path = self.path(f"{seed}-{width}.png")
        write_png(path, width, height, pixels)
        return read_file(path), enlarge_by_repetition(width, height, pixels, 2)

    def decode(self, data):
        path = self.path("result")
        with open(path, "wb") as file:
            file.write(data)
        return read_png(path)

    def write_endless(self):
        """Writes a model, and answers a picture that takes it many minutes."""
        write_compact(self.path("own.safetensors"), features=64, layers=16)
        write_png(self.path("endless.png"), 1200, 1200)
        return read_file(self.path("endless.png"))

    def serve(self, *arguments, **env):
        server = Server(*arguments, **env)
        self.addCleanup(self.kill, server.process)
        return server

    def kill(self, process):
        process.kill()
        process.wait()
        for file in (process.stdin, process.stdout, process.stderr):
            if file:
                file.close()

    def check_end(self, server, code=0):
        ended, rest, log = server.end()
        self.assertEqual((ended, rest), (code, b""), log)
        return log

    def check_alive(self, server, number=99):
        data, expected = self.picture(seed=number)
        answer = server.ask([data], number=number)
        self.assertEqual((answer.number, answer.status, answer.error), (number, OK, ""))
        self.assertEqual(self.decode(answer.results[0])[4], expected)


class Requests(ServeCase):
    def test_ten_requests_of_many_pictures(self):
        """In order, every one answered before the next is sent, and ids of all bits."""
        server = self.serve(*PLAIN)
        for i in range(10):
            pictures = [self.picture(seed=10 * i + k, width=5 + k) for k in range(1 + i % 8)]
            number = (0xfffffff0 + i) & 0xffffffff
            answer = server.ask([data for data, _ in pictures], number=number)
            self.assertEqual((answer.number, answer.status, answer.error), (number, OK, ""))
            self.assertEqual([self.decode(result)[4] for result in answer.results],
                             [expected for _, expected in pictures])
        self.check_end(server)

    def test_bytes_of_an_answer(self):
        data, _ = self.picture()
        server = self.serve(*PLAIN)
        server.send(pack([data], number=7))
        head = server.take(24)
        length, number, status, error, count, size = struct.unpack("<6I", head)
        self.assertEqual((length, number, status, error, count), (20 + size, 7, OK, 0, 1))
        self.assertEqual(len(server.take(size)), size)
        self.check_end(server)

    def test_same_as_upscale(self):
        """A network's result has the very bytes that the command writes, in every format."""
        write_compact(self.path("own.safetensors"))
        model = ["--model", self.path("own.safetensors"), "--threads", "1"]
        write_png(self.path("picture.png"), 40, 31)
        data = read_file(self.path("picture.png"))
        for name in ("png", "webp", "jpeg"):
            options = model + ["--format", name, "--quality", "90"]
            with self.subTest(format=name):
                self.check(run("upscale", *options, "-o", self.path("large." + name),
                               self.path("picture.png")), 0)
                server = self.serve(*options)
                self.assertEqual(server.ask([data]).results,
                                 [read_file(self.path("large." + name))])
                self.check_end(server)

    def test_several_engines(self):
        """The same answers in the same order, whoever makes them; also where one is lost."""
        write_compact(self.path("own.safetensors"))
        images = [self.picture(seed, width=20 + seed)[0] for seed in range(8)]
        answers = []
        for more, env in (([], {}), (["--workers", "3"], {}),
                          (["--device", "cpu,cpu"], {"GENGA_FAULT": "lost-device:3"})):
            server = self.serve("--model", self.path("own.safetensors"), "--format", "png", *more,
                                **env)
            answers.append(server.ask(images))
            self.assertEqual(answers[-1].status, OK)
            self.assertEqual("was lost; another one makes it" in self.check_end(server), bool(env))
        self.assertEqual(answers[0].results, answers[1].results)
        self.assertEqual(answers[0].results, answers[2].results)

    def test_webp_by_default(self):
        server = self.serve("--model", "nearest")
        result = server.ask([self.picture()[0]]).results[0]
        self.assertEqual((result[:4], result[8:12]), (b"RIFF", b"WEBP"))
        self.check_end(server)
        once = subprocess.run([CLI, "upscale", "--model", "nearest", "--format", "webp",
                               "--quality", "90", "-", "-o", "-"], input=self.picture()[0],
                              capture_output=True, env=environment(), check=True)
        self.assertEqual(result, once.stdout)

    def test_pictures_of_other_kinds(self):
        """JPEG and WebP are read as well; others are not, whatever Genga could make of them."""
        data, _ = self.picture(width=16, height=16)
        server = self.serve(*PLAIN, "--scale", "1")
        for name in ("jpeg", "webp", "tiff", "bmp", "gif"):
            with self.subTest(format=name):
                if name in ("bmp", "gif"):
                    other = {"bmp": b"BM" + bytes(60), "gif": b"GIF89a" + bytes(60)}[name]
                else:
                    path = self.path("other." + name)
                    self.check(run("upscale", "--model", "none", "--scale", "1", "--format", name,
                                   "-o", path, self.path("1-16.png")), 0)
                    other = read_file(path)
                answer = server.ask([other])
                self.assertEqual(answer.status, OK if name in ("jpeg", "webp") else ENGINE_ERROR)
        self.check_end(server)

    def test_small_and_large_tiles(self):
        write_compact(self.path("own.safetensors"))
        data, _ = self.picture(width=80, height=70)
        sizes = set()
        for tile in ("64", "1024"):
            server = self.serve("--model", self.path("own.safetensors"), "--device", "reference",
                                "--format", "png", "--tile", tile)
            sizes.add(self.decode(server.ask([data]).results[0])[:2])
            self.check_end(server)
        self.assertEqual(sizes, {(160, 140)})


class Mistakes(ServeCase):
    """After each, a good request works."""

    def test_messages(self):
        data, _ = self.picture()
        good = pack([data])
        cases = [
            ("response", pack([data], kind=2), INVALID),
            ("magic", pack([data], magic=0x42445250), INVALID),
            ("magic in the other order", pack([data], magic=0x52445242), INVALID),
            ("version", pack([data], version=1), INVALID),
            ("engine", pack([data], engine=2), INVALID),
            ("meta", pack([data], meta=b"m" * 65), INVALID),
            ("no images", pack([]), INVALID),
            ("too many images", pack([data] * 9), INVALID),
            ("an image that isn't there", pack([data], count=2), INVALID),
            ("trailing bytes", pack([data, b""], count=1), INVALID),
            ("header only", struct.pack("<I", 16) + good[4:20], INVALID),
            ("cut off", struct.pack("<I", len(good) - 5) + good[4:-1], INVALID),
        ]
        server = self.serve(*PLAIN)
        for number, (name, message, status) in enumerate(cases, 1):
            with self.subTest(name):
                message = message[:16] + struct.pack("<I", number) + message[20:]
                server.send(message)
                answer = server.receive()
                self.assertEqual((answer.status, answer.number), (status, number), answer)
                self.assertTrue(answer.error)
                self.check_alive(server)
        self.check_end(server)

    def test_no_messages(self):
        server = self.serve(*PLAIN)
        for size in (1, 15):
            server.send(struct.pack("<I", size) + bytes(size))
            answer = server.receive()
            self.assertEqual((answer.status, answer.number), (INVALID_FRAME, 0))
        self.check_alive(server)
        self.check_end(server)

    def test_largest_message(self):
        """One of just 64 MiB is a message, if only one with something behind its image; one byte
        more is none."""
        data, _ = self.picture()
        server = self.serve(*PLAIN)
        message = pack([data])[4:]
        server.send(struct.pack("<I", 64 << 20) + message)
        left, block = (64 << 20) - len(message), bytes(1 << 20)
        while left:
            server.send(block[:min(left, len(block))])
            left -= min(left, len(block))
        self.assertEqual(server.receive().status, INVALID)
        server.send(struct.pack("<I", (64 << 20) + 1))
        for _ in range(64):
            server.send(block)
        server.send(b"x")
        answer = server.receive()
        self.assertEqual((answer.status, answer.number), (INVALID_FRAME, 0))
        self.check_alive(server)
        self.check_end(server)

    def test_limits(self):
        server = self.serve(*PLAIN, "--max-batch-items", "2", "--max-pixels", "63")
        data, _ = self.picture()
        self.assertEqual(server.ask([data] * 3).status, INVALID)
        large, _ = self.picture(seed=2, width=8, height=8)
        answer = server.ask([data, large])
        self.assertEqual((answer.status, answer.results), (LIMIT, []))
        self.assertIn("Image 1:", answer.error)
        self.check_alive(server)
        self.check_end(server)

    def test_images(self):
        """The first image that is wrong is named, and nothing of the request is answered."""
        data, _ = self.picture(width=64, height=64)
        flipped = data[:60] + bytes([data[60] ^ 0xff]) + data[61:]
        bad = {
            "no picture": b"no picture at all",
            "empty": b"",
            "cut off": data[:len(data) // 2],
            "damaged": flipped,
            "header": data[:8],
            "no WebP": b"RIFF\x10\0\0\0WEBPVP8 " + bytes(8),
            "no JPEG": b"\xff\xd8\xff\xe0" + bytes(20),
            "a video": b"\x1a\x45\xdf\xa3" + bytes(100),
        }
        server = self.serve(*PLAIN)
        for name, image in bad.items():
            for at in (0, 2):
                with self.subTest(name, at=at):
                    images = [data] * at + [image] + [b"bad as well"]
                    answer = server.ask(images, number=5)
                    self.assertEqual((answer.number, answer.status, answer.results),
                                     (5, ENGINE_ERROR, []))
                    self.assertTrue(answer.error.startswith(f"Image {at}: "), answer)
                    self.assertNotIn("/proc", answer.error)
                    self.check_alive(server)
        self.check_end(server)

    def test_claimed_size(self):
        """A header that promises more pixels than anybody has."""
        data, _ = self.picture()
        huge = bytearray(data)
        huge[16:24] = struct.pack(">II", 30000, 30000)
        server = self.serve(*PLAIN)
        self.assertIn(server.ask([bytes(huge)]).status, (ENGINE_ERROR, LIMIT))
        self.check_alive(server)
        self.check_end(server)

    def test_out_of_memory(self):
        """After every retreat; what is too large for the engine is a limit, and is survived."""
        data, _ = self.picture(width=128, height=128)
        write_compact(self.path("own.safetensors"))
        server = self.serve("--model", self.path("own.safetensors"), "--format", "png",
                            GENGA_FAULT="no-maps:2+")
        answer = server.ask([data])
        if answer.status == OK:
            self.skipTest("this build can't inject faults")
        self.assertEqual(answer.status, LIMIT)
        self.check_end(server)

    def test_answer_that_is_too_long(self):
        """Found out as soon as it is, not when all of it has been made."""
        pictures = [self.picture(seed=k)[0] for k in range(4)]
        server = self.serve(*PLAIN, GENGA_FAULT="long-answer:2")
        answer = server.ask(pictures)
        if answer.status == OK:
            self.skipTest("this build can't inject faults")
        self.assertEqual((answer.status, answer.results), (LIMIT, []))
        self.assertTrue(answer.error.startswith("Image 1: "), answer)
        self.check_alive(server)
        self.check_end(server)

    def test_time_limit(self):
        data = self.write_endless()
        server = self.serve("--model", self.path("own.safetensors"), "--device", "reference",
                            "--request-timeout", "5")
        answer = server.ask([data])
        self.assertEqual((answer.status, answer.results), (TIMEOUT, []))
        small, _ = self.picture(width=4, height=4)
        self.assertEqual(server.ask([small]).status, OK)
        self.check_end(server)


class Ends(ServeCase):
    def test_end_of_stream(self):
        good = pack([self.picture()[0]])
        for cut in (0, 2, 4, 10, len(good) - 1):
            with self.subTest(cut=cut):
                server = self.serve(*PLAIN)
                server.send(good[:cut])
                self.check_end(server)
        server = self.serve(*PLAIN)
        server.send(struct.pack("<I", 0xffffffff) + b"too few")
        self.check_end(server)

    def test_message_of_no_bytes(self):
        """The client says goodbye, and need not close its end."""
        server = self.serve(*PLAIN)
        self.check_alive(server)
        server.send(bytes(4))
        self.assertEqual(server.process.wait(), 0)
        self.check_end(server)

    def test_client_that_is_killed(self):
        """Nobody will read the answer: the server ends, in the middle of the work."""
        data = self.write_endless()
        server = self.serve("--model", self.path("own.safetensors"), "--device", "reference")
        server.send(pack([data]))
        server.process.stdout.close()
        server.process.stdin.close()
        self.assertEqual(server.process.wait(timeout=PATIENCE), 0)

    def test_signal(self):
        data = self.write_endless()
        for busy in (False, True):
            with self.subTest(busy=busy):
                server = self.serve("--model", self.path("own.safetensors"), "--device",
                                    "reference")
                small, _ = self.picture(width=4, height=4)
                self.assertEqual(server.ask([small]).status, OK)
                if busy:
                    server.send(pack([data]))
                server.process.send_signal(signal.SIGTERM)
                self.assertEqual(server.process.wait(timeout=PATIENCE), 0)
                self.check_end(server)


class Memory(ServeCase):
    def test_flat(self):
        """After the first ones, requests leave nothing behind."""
        if SANITIZED:
            self.skipTest("a sanitizer keeps what is freed")
        pictures = [self.picture(seed=k, width=20 + k, height=30)[0] for k in range(1 + LONG)]
        server = self.serve(*PLAIN)
        for _ in range(20):
            self.assertEqual(server.ask(pictures).status, OK)
        before = server.resident_kib()
        files = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        for i in range(200):
            good = i % 5 != 0
            answer = server.ask(pictures if good else pictures + [b"bad"])
            self.assertEqual(answer.status, OK if good else ENGINE_ERROR)
        self.assertLess(server.resident_kib() - before, FLAT)
        self.assertLess(len(os.listdir(f"/proc/{server.process.pid}/fd")) - files, 20)
        self.check_end(server)

    def test_client_that_does_not_read(self):
        """What it is sent waits in the pipe and then in the client: the server takes no more."""
        data, _ = self.picture(width=200, height=200)
        message = pack([data] * 8)
        server = self.serve(*PLAIN)
        self.assertEqual(server.ask([data] * 8).status, OK)
        os.set_blocking(server.process.stdin.fileno(), False)
        sent, n = message * 3, 0
        # Until the server has an answer under way and the pipe is full, or all was taken in vain.
        while n < len(sent):
            written = server.process.stdin.write(memoryview(sent)[n:])
            if written is None:
                if self.is_stuck_writing(server):
                    break
                continue
            n += written
        self.assertLess(n, len(sent))
        os.set_blocking(server.process.stdin.fileno(), True)
        if not SANITIZED:
            self.assertLess(server.resident_kib(), 256 << 10)
        self.kill(server.process)

    def is_stuck_writing(self, server):
        """Whether the pipe to the client is full and the server's thread waits for it."""
        import fcntl
        import termios
        size = fcntl.fcntl(server.process.stdout.fileno(), 1032)  # F_GETPIPE_SZ
        filled = struct.unpack("i", fcntl.ioctl(server.process.stdout.fileno(), termios.FIONREAD,
                                                b"\0" * 4))[0]
        return filled > size - 4096

    def test_many_and_heavy(self):
        """A large batch of small pictures, and requests near their limits."""
        small, _ = self.picture()
        server = self.serve(*PLAIN, "--max-batch-items", "1000", "--png-level", "0")
        n = 512 if LONG else 128
        answer = server.ask([small] * n)
        self.assertEqual((answer.status, len(answer.results)), (OK, n))
        large, _ = self.picture(width=600, height=400)  # 720 KB that don't get smaller
        self.assertEqual(server.ask([large] * (69 if LONG else 5)).status, OK)
        self.assertEqual(server.ask([large] * 70).status, LIMIT)
        self.check_alive(server)
        self.check_end(server)


class Streams(ServeCase):
    def test_only_answers_on_standard_output(self):
        """With everything that can be logged."""
        server = self.serve(*PLAIN, "--verbose", "--profiling", "--log-protocol",
                            G_MESSAGES_DEBUG="all")
        self.check_alive(server, number=3)
        self.assertEqual(server.ask([b"bad"], engine=1).status, ENGINE_ERROR)
        log = self.check_end(server)
        lines = [line for line in log.splitlines() if "request: " in line]
        self.assertEqual(len(lines), 2)
        for word in ("request_id=3", "status=0", "engine=realcugan", 'quality_or_scale="E"',
                     "gpu_id=0", "batch_count=1", "results=1", "bytes_in=", "bytes_out=",
                     "elapsed_ms=", 'error=""'):
            self.assertIn(word, lines[0])
        self.assertIn("status=3", lines[1])
        self.assertIn("engine=realesrgan", lines[1])
        self.assertIn("summary: processed=2 errors=1 average_ms=", log)
        self.assertEqual(sum("message: " in line for line in log.splitlines()), 2)

    def test_what_requests_ask_for(self):
        """The options count; what else is asked for is only warned of."""
        data, expected = self.picture()
        server = self.serve(*PLAIN)
        for fields in ({"engine": 1}, {"meta": b"\xff\0x"}, {"gpu": 5}, {"meta": b""}):
            answer = server.ask([data], **fields)
            self.assertEqual(self.decode(answer.results[0])[4], expected)
        self.assertEqual(self.check_end(server), "")
        for more, n in (([], 1), (["--verbose"], 3)):
            server = self.serve(*PLAIN, "--gpu-id", "-1", "--engine", "realcugan", *more)
            for number in range(3):
                self.assertEqual(server.ask([data], gpu=3, engine=1, number=number).status, OK)
                self.assertEqual(server.ask([data], gpu=-1, number=number).status, OK)
            log = self.check_end(server)
            self.assertEqual(log.count("asks for graphics card 3"), n)
            self.assertEqual(log.count("asks for realesrgan"), n)
            self.assertEqual(log.count("asks for"), 2 * n)

    def test_faster_than_the_work(self):
        """A client that sends all before it reads anything, as far as pipes let it."""
        data, expected = self.picture()
        server = self.serve(*PLAIN)
        numbers = list(range(40))
        server.send(b"".join(pack([data], number=number) for number in numbers))
        for number in numbers:
            answer = server.receive()
            self.assertEqual((answer.number, answer.status), (number, OK))
            self.assertEqual(self.decode(answer.results[0])[4], expected)
        self.check_end(server)


class Fence(ServeCase):
    def test_confined(self):
        sandbox = json.loads(run("diagnose", "--json").out)["sandbox"]
        if sandbox["landlock"] < 2 or not sandbox["system_call_filter"]:
            self.skipTest("this kernel can't confine programs")
        os.mkdir(self.path("outside"))
        with open(self.path("outside/secret"), "wb") as file:
            file.write(b"secret")
        server = self.serve(*PLAIN, GENGA_FAULT="breach:1+", GENGA_BREACH=self.path("outside"))
        self.check_alive(server)
        lines = [line.split(": ") for line in self.check_end(server).splitlines()
                 if line.startswith("breach")]
        if not lines:
            self.skipTest("this build can't inject faults")
        for _, what, answer in lines:
            if not (SANITIZED and what == "program"):
                self.assertIn(answer, ("Permission denied", "Operation not permitted"))
        self.assertEqual(os.listdir(self.path("outside")), ["secret"])

    def test_leaves_no_files(self):
        """Nothing lies around, neither while it serves nor when it was killed."""
        os.mkdir(self.path("tmp"))
        server = self.serve(*PLAIN, TMPDIR=self.path("tmp"))
        self.check_alive(server)
        self.assertEqual(os.listdir(self.path("tmp")), [])
        self.kill(server.process)
        self.assertEqual(os.listdir(self.path("tmp")), [])


class Start(ServeCase):
    def test_models_by_engine(self):
        """Names by which people keep the files; the one that is meant is taken."""
        os.mkdir(self.path("models"))
        for scale, name in ((2, "realcugan_se_up2x-denoise1x"), (3, "up2x-no-denoise"),
                            (4, "realcugan-se-up2x-conservative"),
                            (3, "realesr-animevideov3-x3")):
            write_compact(self.path(f"models/{name}.safetensors"), scale=scale)
        data, _ = self.picture()
        cases = [(["--engine", "realcugan"], 0, 2),
                 (["--engine", "realcugan", "--quality-letter", "F"], 0, 3),
                 (["--engine", "realcugan", "--noise", "0", "--quality-letter", "H"], 0, 3),
                 (["--engine", "realcugan", "--quality-letter", "x"], 0, 4),
                 (["--engine", "realcugan", "--noise", "3"], 4, 0),
                 (["--engine", "realesrgan", "--scale", "3"], 0, 3),
                 (["--engine", "realesrgan"], 4, 0),
                 (["--engine", "realesrgan", "--model", "nearest"], 0, 2)]
        for arguments, code, scale in cases:
            with self.subTest(arguments):
                size = [] if "--scale" in arguments else ["--scale", str(max(scale, 2))]
                server = self.serve("--models-dir", self.path("models"), "--format", "png",
                                    *arguments, *size)
                if code == 0:
                    answer = server.ask([data], engine=1 if "realesrgan" in arguments else 0)
                    self.assertEqual(self.decode(answer.results[0])[:2], (9 * scale, 7 * scale))
                log = self.check_end(server, code)
                self.assertNotIn("asks for", log)

    def test_missing(self):
        for arguments, code in ((["--model", "no-such-model"], 4),
                                (["--device", "torch:cuda:77"], 7),
                                (["--gpu-id", "77"], 7)):
            with self.subTest(arguments):
                server = self.serve(*arguments)
                log = self.check_end(server, code)
                self.assertTrue(log.startswith("genga-cli: "))

    def test_usage(self):
        for arguments in ([], ["--scale", "0"], ["--scale", "-1"], ["--tile", "-1"],
                          ["--max-batch-items", "0"], ["--max-batch-items", "-3"],
                          ["--engine", "waifu2x"], ["--mode", "file"], ["--format", "xpm"],
                          ["--gpu-id", "first"], ["--gpu-id", "-2"], ["--noise", "4"],
                          ["--noise", "1"], ["--quality-letter", "E"], ["--max-pixels", "0"],
                          ["--request-timeout", "-1"], ["--socket", "x"], ["--once"],
                          ["--gpu-id", "0", "--device", "cpu"], ["--output-dir", "x"],
                          ["--crf", "3"], ["picture.png"]):
            with self.subTest(arguments):
                more = ["--stdio"] if arguments else []
                self.check(run("serve", *more, *arguments), 2)
        self.assertIn(b"--max-batch-items", self.check(run("serve", "--help"), 0).out)


class Once(ServeCase):
    def once(self, data, *arguments):
        done = subprocess.run([CLI, "serve", "--once", *arguments], input=data,
                              capture_output=True, env=environment(), preexec_fn=obey_signals)
        return done.returncode, done.stdout, done.stderr.decode()

    def test_a_picture(self):
        data, expected = self.picture()
        code, out, log = self.once(data, *PLAIN)
        self.assertEqual((code, log), (0, ""))
        self.assertEqual(self.decode(out)[4], expected)

    def test_nothing(self):
        self.assertEqual(self.once(b"", *PLAIN), (0, b"", ""))

    def test_signals(self):
        """The first one ends it, whatever it waits for."""
        data, _ = self.picture(width=400, height=400)
        endless = self.write_endless()
        slow = ["--model", self.path("own.safetensors"), "--device", "reference"]
        for what, sent, arguments in (("reading", data[:40], PLAIN), ("work", endless, slow),
                                      ("writing", data, PLAIN + ["--png-level", "0"])):
            with self.subTest(what):
                process = subprocess.Popen([CLI, "serve", "--once", *arguments], bufsize=0,
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                           env=environment(), preexec_fn=obey_signals)
                self.addCleanup(process.stdout.close)
                self.addCleanup(process.stdin.close)
                self.addCleanup(process.wait)
                self.addCleanup(process.kill)
                view = memoryview(sent)
                while view:
                    view = view[process.stdin.write(view):]
                if what != "reading":
                    process.stdin.close()
                if what == "writing":
                    self.assertEqual(len(process.stdout.read(1)), 1)
                process.send_signal(signal.SIGTERM)
                self.assertIn(process.wait(timeout=PATIENCE), (130, -signal.SIGTERM))

    def test_failures(self):
        data, _ = self.picture()
        for bad in (b"no picture", data[:30], b"\x1a\x45\xdf\xa3" + bytes(100)):
            code, out, log = self.once(bad, *PLAIN)
            self.assertEqual((code, out), (1, b""))
            self.assertTrue(log.startswith("genga-cli: "))
            self.assertNotIn("/proc", log)
        self.assertEqual(self.once(data, "--model", "no-such-model")[:2], (1, b""))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
