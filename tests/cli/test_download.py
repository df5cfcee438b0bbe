# SPDX-License-Identifier: GPL-3.0-or-later
"""genga-cli models search, download, remove and verify, against a server on this machine."""
import hashlib
import http.server
import json
import os
import re
import shutil
import signal
import ssl
import struct
import subprocess
import threading
import time
import unittest

from support import TestCase, main, run, start, write_compact

WAIT_SECONDS = 60


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the first part of the path says; the rest names the file."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def send(self, data, status=200, headers=(), length=True):
        self.send_response(status)
        if length:
            self.send_header("Content-Length", str(length if length is not True else len(data)))
        for name, value in headers:
            self.send_header(name, value)
        if not length:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def do_GET(self):
        how, name = self.path.lstrip("/").split("/", 1)
        data = self.server.files.get(name, b"")
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        at = int(found[1]) if found else 0
        self.server.asked.append((how, self.headers["Host"].split(":")[0], at))
        getattr(self, "do_" + how)(name, data, at)

    def do_good(self, name, data, at):
        if at >= len(data):
            self.send(b"", 416)
        elif at:
            self.send(data[at:], 206,
                      [("Content-Range", f"bytes {at}-{len(data) - 1}/{len(data)}")])
        else:
            self.send(data)

    def do_norange(self, name, data, at):
        self.send(data)

    def do_elsewhere(self, name, data, at):
        """Another part than what was asked for."""
        if at:
            self.send(data[1:], 206, [("Content-Range", f"bytes 1-{len(data) - 1}/{len(data)}")])
        else:
            self.send(data)

    def do_short(self, name, data, at):
        """Says all and gives half."""
        self.close_connection = True
        self.send(data[:len(data) // 2], length=len(data))

    def do_stall(self, name, data, at):
        self.send(data[:len(data) // 2], length=len(data))
        self.server.stalled.set()
        self.server.ended.wait(WAIT_SECONDS)

    def do_slow(self, name, data, at):
        self.send(b"", length=len(data))
        for i in range(0, len(data), 97):
            self.wfile.write(data[i:i + 97])
            self.wfile.flush()

    def do_wrong(self, name, data, at):
        self.send(bytes(len(data)))

    def do_long(self, name, data, at):
        self.send(data + b"more", length=False)

    def do_longer(self, name, data, at):
        self.send(data + b"more")

    def do_missing(self, name, data, at):
        self.send(b"<!DOCTYPE html>", 404)

    def lead(self, location):
        self.send(b"", 302, [("Location", location)])

    def do_lead(self, name, data, at):
        """To another host."""
        self.lead(f"http://localhost:{self.server.server_port}/good/{name}")

    def do_near(self, name, data, at):
        self.lead(f"/good/{name}")

    def do_plain(self, name, data, at):
        self.lead("http://example.invalid/" + name)

    def do_local(self, name, data, at):
        self.lead("file:///etc/passwd")

    def do_round(self, name, data, at):
        self.lead(self.path)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {}
        self.asked = []
        self.stalled = threading.Event()
        self.ended = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, request, client_address):
        """Whoever hangs up, as some tests want, is no news."""

    def end(self):
        self.ended.set()
        self.shutdown()
        self.server_close()


def write_pair(folder, stem):
    """A network for ncnn: a convolution and a pixel shuffle."""
    with open(os.path.join(folder, stem + ".param"), "w", encoding="ascii") as file:
        file.write("7767517\n3 3\nInput in0 0 1 in0\n"
                   "Convolution conv 1 1 in0 1 0=12 1=3 4=1 5=1 6=324\n"
                   "PixelShuffle shuffle 1 1 1 out0 0=2\n")
    with open(os.path.join(folder, stem + ".bin"), "wb") as file:
        file.write(struct.pack("<I", 0) + struct.pack("<336f", *([0.01] * 336)))


class Download(TestCase):
    def setUp(self):
        super().setUp()
        self.server = Server()
        self.addCleanup(self.server.end)
        write_compact(self.path("small.safetensors"), features=16)
        write_pair(self.folder, "pair")
        for name in ("small.safetensors", "pair.param", "pair.bin"):
            with open(self.path(name), "rb") as file:
                self.server.files[name] = file.read()
        self.server.files["junk.pth"] = b"<!DOCTYPE html><title>not a model</title>"
        self.own = self.path("data/genga/models")

    def offer(self, how, files, **more):
        base = f"http://127.0.0.1:{self.server.server_port}/{how}/"
        return {"id": files[0].split(".")[0], "name": "The " + files[0].split(".")[0],
                "page": "https://example.org/page", "licence": "CC-BY-NC-4.0", "author": "someone",
                "tags": ["anime"], "scale": 2, "family": "Compact",
                "files": [{"name": name, "size": len(self.server.files[name]),
                           "sha256": hashlib.sha256(self.server.files[name]).hexdigest(),
                           "url": base + name} for name in files], **more}

    def environment(self, how, files=("small.safetensors",), faults="", **more):
        offer = self.offer(how, files, **more)
        catalogue = {"format": 1, "models": [offer], "licences": {
            "CC-BY-NC-4.0": {"name": "CC BY-NC 4.0", "url": "https://example.org/licence"}}}
        with open(self.path("catalogue.json"), "w", encoding="utf-8") as file:
            json.dump(catalogue, file)
        return {"GENGA_FAULT": "catalogue:1+,loopback-http:1+" + faults,
                "GENGA_CATALOGUE": self.path("catalogue.json"),
                "XDG_DATA_HOME": self.path("data"), "no_proxy": "127.0.0.1,localhost"}

    def download(self, how, code=0, files=("small.safetensors",), name=None, **more):
        result = run("models", "download", "--accept-licence", name or files[0].split(".")[0],
                     **self.environment(how, files, **more))
        return self.check(result, code)

    def installed(self, name="small.safetensors"):
        try:
            with open(os.path.join(self.own, name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def part_size(self, name="small"):
        path = os.path.join(self.own, ".download", name, "small.safetensors.part")
        return os.path.getsize(path) if os.path.exists(path) else None

    def check_refused(self, how, code, words, part=None, **more):
        result = self.download(how, code, **more)
        self.check_one_line(result)
        self.assertIn(words, result.text)
        self.assertIsNone(self.installed())
        self.assertEqual(self.part_size(), part)

    # ---- what works ----

    def test_good(self):
        result = self.download("good")
        self.assertEqual(self.installed(), self.server.files["small.safetensors"])
        self.assertEqual(result.out.decode().strip(), os.path.join(self.own, "small.safetensors"))
        self.assertFalse(os.path.exists(os.path.join(self.own, ".download")))
        # It is there: nobody is asked again.
        asked = len(self.server.asked)
        self.download("missing")
        self.assertEqual(len(self.server.asked), asked)

    def test_pair(self):
        self.download("good", files=("pair.param", "pair.bin"))
        self.assertEqual(self.installed("pair.bin"), self.server.files["pair.bin"])
        models = json.loads(run("models", "--json", "--installed", XDG_DATA_HOME=self.path("data"))
                            .out)["models"]
        pair = [model for model in models if model["file"] == "pair.param"][0]
        self.assertTrue(pair["usable"])
        self.assertEqual(pair["size_bytes"], sum(len(self.server.files["pair" + suffix])
                                                 for suffix in (".param", ".bin")))

    def test_slow(self):
        self.download("slow")
        self.assertEqual(self.installed(), self.server.files["small.safetensors"])

    def test_redirected(self):
        for how in ("lead", "near"):
            self.download(how)
            self.assertEqual(self.installed(), self.server.files["small.safetensors"])
            os.remove(os.path.join(self.own, "small.safetensors"))
        self.assertIn(("good", "localhost", 0), self.server.asked)

    def test_resumed(self):
        half = len(self.server.files["small.safetensors"]) // 2
        self.check_refused("short", 7, "again to continue", part=half)
        self.download("good")
        self.assertEqual(self.server.asked[-1], ("good", "127.0.0.1", half))
        self.assertEqual(self.installed(), self.server.files["small.safetensors"])

    def test_range_ignored(self):
        for how in ("norange", "elsewhere"):
            self.download("short", 7)
            self.download(how)
            self.assertEqual(self.installed(), self.server.files["small.safetensors"])
            os.remove(os.path.join(self.own, "small.safetensors"))

    def test_part_of_another_file(self):
        """What is there does not belong to it: the whole is fetched once more."""
        self.download("short", 7)
        path = os.path.join(self.own, ".download/small/small.safetensors.part")
        size = os.path.getsize(path)
        with open(path, "wb") as file:
            file.write(bytes(size))
        self.download("good")
        self.assertEqual([at for _, _, at in self.server.asked], [0, size, 0])
        self.assertEqual(self.installed(), self.server.files["small.safetensors"])

    # ---- what is refused ----

    def test_wrong_content(self):
        self.check_refused("wrong", 4, "SHA-256")
        self.check_refused("long", 4, "another file")
        self.check_refused("longer", 4, "another file")

    def test_no_answer(self):
        self.check_refused("missing", 7, "404")
        self.check_refused("round", 7, "one address after the other")

    def test_left_https(self):
        self.check_refused("plain", 7, "https only")
        self.check_refused("local", 7, "https only")
        self.assertEqual({how for how, _, _ in self.server.asked}, {"plain", "local"})

    def test_plain_http(self):
        """Without the test's own permission not even this machine is spoken to in the clear."""
        environment = self.environment("good")
        environment["GENGA_FAULT"] = "catalogue:1+"
        result = run("models", "download", "--accept-licence", "small", **environment)
        self.check_one_line(self.check(result, 7))
        self.assertIn("https only", result.text)
        self.assertEqual(self.server.asked, [])

    @unittest.skipUnless(shutil.which("openssl"), "no openssl")
    def test_certificate(self):
        """A server that nobody vouches for."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                        self.path("key.pem"), "-out", self.path("cert.pem"), "-days", "2", "-subj",
                        "/CN=localhost"], check=True, stderr=subprocess.DEVNULL)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path("cert.pem"), self.path("key.pem"))
        server = Server()
        self.addCleanup(server.end)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        environment = self.environment("good")
        with open(self.path("catalogue.json"), encoding="utf-8") as file:
            catalogue = json.load(file)
        catalogue["models"][0]["files"][0]["url"] = \
            f"https://localhost:{server.server_port}/good/small.safetensors"
        with open(self.path("catalogue.json"), "w", encoding="utf-8") as file:
            json.dump(catalogue, file)
        result = run("models", "download", "--accept-licence", "small", **environment)
        self.check_one_line(self.check(result, 7))
        self.assertIn("certificate", result.text)
        self.assertEqual(server.asked, [])

    def test_stalled(self):
        half = len(self.server.files["small.safetensors"]) // 2
        self.check_refused("stall", 7, "timed out", part=half, faults=",short-timeout:1+")

    def test_no_model(self):
        """The right bytes, and no reader takes them."""
        self.check_refused("good", 4, "web page", files=("junk.pth",))
        self.assertEqual(os.listdir(self.own), [])

    def test_name_taken(self):
        os.makedirs(self.own)
        with open(os.path.join(self.own, "small.safetensors"), "wb") as file:
            file.write(b"mine")
        self.check_one_line(self.download("good", 5))
        self.assertEqual(self.installed(), b"mine")
        self.assertEqual(self.server.asked, [])

    def test_interrupted(self):
        process = start("models", "download", "--accept-licence", "small",
                        **self.environment("stall"))
        self.addCleanup(process.kill)
        self.assertTrue(self.server.stalled.wait(WAIT_SECONDS))
        while not self.part_size():
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(process.returncode, 130)
        self.assertIsNone(self.installed())
        self.download("good")
        self.assertGreater(self.server.asked[-1][2], 0)

    def test_without_hash(self):
        files = [{"name": "small.safetensors"}]
        result = run("models", "download", "--accept-licence", "small",
                     **self.environment_of(files))
        self.check_one_line(self.check(result, 7))
        self.assertIn("https://example.org/page", result.text)
        self.assertEqual(self.server.asked, [])

    def environment_of(self, files):
        environment = self.environment("good")
        with open(self.path("catalogue.json"), encoding="utf-8") as file:
            catalogue = json.load(file)
        catalogue["models"][0]["files"] = files
        with open(self.path("catalogue.json"), "w", encoding="utf-8") as file:
            json.dump(catalogue, file)
        return environment

    def test_licence(self):
        """Nobody has accepted it, and nobody can be asked."""
        result = run("models", "download", "small", **self.environment("good"))
        self.check(result, 2)
        self.assertIn("CC BY-NC 4.0, not for commercial use", result.text)
        self.assertIn("https://example.org/licence", result.text)
        self.assertIn("--accept-licence", result.text)
        self.assertEqual(self.server.asked, [])

    # ---- what becomes of it ----

    def test_remove(self):
        environment = self.environment("good")
        self.download("good")
        self.check(run("models", "remove", "The small", **environment), 0)
        self.assertIsNone(self.installed())
        self.check_one_line(self.check(run("models", "remove", "small", **environment), 4))

    def test_remove_only_own(self):
        environment = self.environment("good")
        os.makedirs(self.own)
        shutil.copy(self.path("small.safetensors"), self.own)
        self.check_one_line(self.check(run("models", "remove", "small", **environment), 4))
        os.remove(os.path.join(self.own, "small.safetensors"))
        self.download("good")
        with open(os.path.join(self.own, "small.safetensors"), "ab") as file:
            file.write(b"mine")
        self.check_one_line(self.check(run("models", "remove", "small", **environment), 5))
        self.assertTrue(self.installed().endswith(b"mine"))

    def test_verify(self):
        def states(code, *arguments):
            result = run("models", "verify", "--json", *arguments, **self.environment(
                "good", ("pair.param", "pair.bin")))
            files = json.loads(self.check(result, code).out)["files"]
            return {os.path.basename(file["path"]): file["state"] for file in files}

        self.download("good", files=("pair.param", "pair.bin"))
        self.assertEqual(states(0, "pair"), {"pair.param": "right", "pair.bin": "right"})
        shutil.copy(self.path("small.safetensors"), self.own)
        self.assertEqual(states(0)["small.safetensors"], "unknown")
        with open(os.path.join(self.own, "pair.bin"), "r+b") as file:
            file.write(b"damage")
        self.assertEqual(states(4, "pair"), {"pair.param": "right", "pair.bin": "wrong"})
        os.remove(os.path.join(self.own, "pair.bin"))
        self.assertEqual(states(4, "pair")["pair.bin"], "missing")

    def test_unknown(self):
        environment = self.environment("good")
        for command in ("download", "remove", "verify"):
            self.check_one_line(self.check(run("models", command, "nothing", **environment), 4))


class Search(TestCase):
    def search(self, *arguments):
        result = run("models", "search", "--json", *arguments, XDG_DATA_HOME=self.folder)
        return json.loads(self.check(result, 0).out)["models"]

    def test_own_catalogue(self):
        models = {model["id"]: model for model in self.search()}
        self.assertGreaterEqual(len(models), 90)
        self.assertTrue(all(model["page"].startswith("https://") for model in models.values()))
        sharp = models["2x-AnimeSharpV4"]
        self.assertEqual((sharp["family"], sharp["scale"], sharp["licence"]),
                         ("RCAN", 2, "CC BY-NC-SA 4.0"))
        self.assertTrue(sharp["downloadable"])
        self.assertFalse(sharp["installed"])
        self.assertFalse(models["2x_AniToon_RPLKSR_197500"]["downloadable"])

    def test_narrowed(self):
        self.assertEqual({model["scale"] for model in self.search("--scale", "4", "manga")}, {4})
        self.assertEqual({model["family"] for model in self.search("--family", "span")}, {"SPAN"})
        self.assertTrue(all("denoise" in model["tags"]
                            for model in self.search("--purpose", "denoise")))
        self.assertEqual(self.search("no such model"), [])

    def test_for_people(self):
        text = self.check(run("models", "search", "anitoon", XDG_DATA_HOME=self.folder), 0).out.decode()
        self.assertIn("AniToon Small", text)
        self.assertIn("CC BY-NC 4.0, not for commercial use", text)
        self.assertIn("https://github.com/Sirosky/Upscale-Hub", text)

    def test_help(self):
        for part in ("search", "download", "remove", "verify"):
            for arguments in (("help", "models", part), ("models", part, "--help")):
                text = self.check(run(*arguments), 0).out.decode()
                self.assertIn(f"Usage: genga-cli models {part} ", text)


if __name__ == "__main__":
    main()
