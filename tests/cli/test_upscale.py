# SPDX-License-Identifier: GPL-3.0-or-later
"""genga-cli upscale: results, exit codes, bad inputs (I4), progress."""
import base64
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import zlib

from support import (CLI, TIMEOUT, TestCase, enlarge_by_repetition, environment, main, read_png,
                     run, write_compact, write_png)


class Results(TestCase):
    def setUp(self):
        super().setUp()
        self.picture = self.path("a.png")
        self.pixels = write_png(self.picture, 13, 7)

    def test_nearest_is_exact(self):
        result = self.check(run("upscale", "--model", "nearest", "--scale", "3", self.picture), 0)
        self.assertEqual(result.out.decode(), self.path("a_upscaled.png") + "\n")
        width, height, bits, channels, pixels = read_png(self.path("a_upscaled.png"))
        self.assertEqual((width, height, bits, channels), (39, 21, 8, 3))
        self.assertEqual(pixels, enlarge_by_repetition(13, 7, self.pixels, 3))
        self.assertEqual(self.files(), ["a.png", "a_upscaled.png"])

    def test_none_at_scale_1_keeps_every_pixel(self):
        self.check(run("upscale", "--model", "none", "--scale", "1", self.picture), 0)
        self.assertEqual(read_png(self.path("a_upscaled.png"))[4], self.pixels)

    def test_sizes(self):
        for model in ("bicubic", "none"):
            out = self.path(model + ".png")
            self.check(run("upscale", "--model", model, "--scale", "4", "-o", out, self.picture), 0)
            self.assertEqual(read_png(out)[:2], (52, 28))

    def test_filters_change_pixels(self):
        for flag in ("--sharpening", "--contrast", "--saturation"):
            out = self.path(flag + ".png")
            self.check(run("upscale", "--model", "none", "--scale", "1", flag, "0.5", "-o", out,
                           self.picture), 0)
            self.assertNotEqual(read_png(out)[4], self.pixels)

    def test_far_values_are_warned_about(self):
        result = run("upscale", "--model", "none", "--scale", "1", "--contrast", "1.5",
                     self.picture)
        self.assertIn("Contrast: 1.5", self.check(result, 0).text)
        result = run("upscale", "--model", "none", "--scale", "1", "--contrast", "1.5", "--quiet",
                     "--overwrite", self.picture)
        self.assertEqual(self.check(result, 0).err, b"")
        self.assertEqual(result.out.decode(), self.path("a_upscaled.png") + "\n")

    def test_names_of_a_list(self):
        second = self.path("b.png")
        write_png(second, 13, 7)
        both = ["upscale", "--model", "nearest", self.picture, second]
        self.assertIn("2 files", self.check(run(*both, "--names", "one"), 2).text)
        self.assertIn("twice", self.check(run(*both, "--names", "one\none"), 2).text)
        self.check(run(*both, "--names", "one\ntwo.png\nthree", "--format", "webp"), 0)
        self.assertEqual(sorted(name for name in os.listdir(self.folder) if "webp" in name),
                         ["one.webp", "two.webp"])
        self.check(run(*both, "--naming", "list"), 2)
        self.check(run(*both, "--naming", "original", "--output-dir", self.folder), 1)

    def test_bit_depth(self):
        self.check(run("upscale", "--model", "bicubic", "--bit-depth", "16", self.picture), 0)
        self.assertEqual(read_png(self.path("a_upscaled.png"))[2], 16)

    def test_depths_of_formats(self):
        out = self.path("deep.tif")
        self.check(run("upscale", "--model", "none", "--bit-depth", "32", "-o", out, self.picture),
                   0)
        with open(out, "rb") as file:
            self.assertIn(file.read(4), (b"II*\0", b"MM\0*"))
        result = run("upscale", "--model", "none", "--bit-depth", "16", "--format", "webp",
                     self.picture)
        self.assertIn("webp can't hold 16 bits", self.check(result, 2).text)
        result = run("upscale", "--model", "none", "--bit-depth", "32", "--format", "png",
                     self.picture)
        self.assertIn("png can't hold floats", self.check(result, 2).text)

    def test_a_network(self):
        model = self.path("small.safetensors")
        write_compact(model)
        result = run("upscale", "--model", model, "--device", "reference", self.picture)
        self.check(result, 0)
        self.assertEqual(read_png(self.path("a_upscaled.png"))[:2], (26, 14))

    def test_model_by_name_in_added_folders(self):
        os.mkdir(self.path("models"))
        write_compact(self.path("models/small.safetensors"))
        arguments = ["upscale", "--model", "small", "--device", "reference", "--overwrite",
                     self.picture]
        self.check(run(*arguments, "--models-dir", self.path("models")), 0)
        self.check(run(*arguments, GENGA_MODELS_PATH="/nowhere:" + self.path("models")), 0)
        self.check(run(*arguments), 4)


class Streams(TestCase):
    """- is standard input or output, for one picture."""

    def setUp(self):
        super().setUp()
        self.picture = self.path("a.png")
        self.pixels = write_png(self.picture, 13, 7)

    def pipe(self, *arguments):
        with open(self.picture, "rb") as file:
            return subprocess.run([CLI, "upscale", "--model", "nearest", *arguments], stdin=file,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  env=environment(), cwd=self.folder, timeout=TIMEOUT)

    def test_both_ways(self):
        done = self.pipe("-o", "-", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.files(), ["a.png"])
        with open(self.path("b.png"), "wb") as file:
            file.write(done.stdout)
        self.assertEqual(read_png(self.path("b.png"))[4],
                         enlarge_by_repetition(13, 7, self.pixels, 2))

    def test_one_way(self):
        done = self.pipe("-o", "b.png", "-")
        self.assertEqual((done.returncode, self.files()), (0, ["a.png", "b.png"]), done.stderr)
        done = self.pipe("-o", "-", "--format", "jpeg", self.picture)
        self.assertEqual((done.returncode, done.stdout[:2]), (0, b"\xff\xd8"), done.stderr)
        self.assertEqual(self.files(), ["a.png", "b.png"])

    def test_mistakes(self):
        for arguments in (("-",), ("-o", "-", "-", self.picture),
                          ("-o", "-", "--progress", "json", self.picture)):
            done = self.pipe(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, b""), done.stderr)
        with open(self.picture, "wb") as file:
            file.write(b"no picture at all")
        done = self.pipe("-o", "-", "-")
        self.assertEqual((done.returncode, done.stdout), (3, b""), done.stderr)


class Kinds(TestCase):
    def test_what_cannot_be_written_is_refused(self):
        picture = self.path("a.png")
        write_png(picture, 13, 7)
        self.check(run("upscale", "--model", "nearest", "-o", self.path("c.avif"), picture), 0)
        with open(self.path("c.avif"), "rb") as file:
            self.assertEqual(file.read(12)[4:], b"ftypavif")
        os.remove(self.path("c.avif"))
        for name in ("b.heic", "b.xyz", "b.c.bmp"):
            result = self.check(run("upscale", "--model", "nearest", "-o", self.path(name),
                                    picture), 2)
            self.assertIn("." + name.rsplit(".", 1)[1], result.text)
            self.assertIn(".webp", result.text)
        self.assertEqual(self.files(), ["a.png"])
        for name in ("plain", "v1.2"):
            self.check(run("upscale", "--model", "nearest", "-o", self.path(name), picture), 0)

    def test_an_animated_jxl(self):
        with open(self.path("a.jxl"), "wb") as file:
            file.write(base64.b64decode(
                "/wpBBAFYUFwSCAigAgAAZABLGIsVwkkC5gUkANj//tD7AwAAAAAAAAAACAigQgAA"
                "VABLGIsVwklBXkACAPoDAAAAAAAAAAA="))
        result = self.check(run("upscale", "--model", "nearest", self.path("a.jxl")), 0)
        self.assertIn("only its first frame", result.text)

    def test_a_scale_of_nothing(self):
        result = self.check(run("upscale", "--scale", "0", self.path("a.png")), 2)
        self.assertIn("1 to 16", result.text)

    def test_a_folder_that_takes_no_files(self):
        picture = self.path("a.png")
        write_png(picture, 13, 7)
        result = self.check(run("upscale", "--model", "nearest", "-o", "/proc/x.png", picture), 5)
        self.assertIn("takes no files", result.text)


class PngChunks(TestCase):
    """What a PNG says of its samples goes along with them."""

    def test_stay(self):
        for kind, data in ((b"gAMA", struct.pack(">I", 100000)), (b"cICP", bytes((9, 16, 0, 1)))):
            chunk = (struct.pack(">I", len(data)) + kind + data +
                     struct.pack(">I", zlib.crc32(kind + data)))
            picture = self.path("a.png")
            write_png(picture, 13, 7)
            with open(picture, "rb") as file:
                whole = file.read()
            with open(picture, "wb") as file:
                file.write(whole[:33] + chunk + whole[33:])
            self.check(run("upscale", "--model", "nearest", "-o", self.path("b.png"), "--overwrite",
                           picture), 0)
            with open(self.path("b.png"), "rb") as file:
                self.assertIn(chunk, file.read())


class Truncated(TestCase):
    def test_is_read_where_that_is_allowed(self):
        picture = self.path("a.png")
        pixels = write_png(picture, 40, 300)
        with open(picture, "rb") as file:
            data = file.read()
        with open(picture, "wb") as file:
            file.write(data[:len(data) // 2])
        refused = self.check(run("upscale", "--model", "none", "--scale", "1", picture), 3)
        self.assertIn("truncated", refused.text)
        self.assertEqual(self.files(), ["a.png"])
        result = self.check(run("upscale", "--model", "none", "--scale", "1", "--allow-truncated",
                                picture), 0)
        self.assertIn("truncated", result.text)
        width, height, _, _, found = read_png(self.path("a_upscaled.png"))
        self.assertEqual((width, height), (40, 300))
        self.assertEqual(found[:40 * 3 * 20], pixels[:40 * 3 * 20])
        self.assertNotEqual(found, pixels)


class OutputFolder(TestCase):
    def test_is_made(self):
        picture = self.path("a.png")
        write_png(picture, 3, 3)
        self.check(run("upscale", "--model", "nearest", "--output-dir", self.path("new/one"),
                       picture), 0)
        self.assertEqual(os.listdir(self.path("new/one")), ["a_upscaled.png"])

    def test_one_sentence_for_all(self):
        pictures = [self.path(f"{i}.png") for i in range(5)]
        for picture in pictures:
            write_png(picture, 3, 3)
        result = self.check(run("upscale", "--model", "nearest", "--output-dir",
                                pictures[0] + "/under", *pictures), 5)
        self.assertEqual(result.text.count("\n"), 1, result.text)
        self.assertIn("0.png/under", result.text)


class Folders(TestCase):
    def test_pictures_of_a_folder_in_order(self):
        folder = self.path("in")
        os.makedirs(folder + "/more")
        for name in ("10.png", "9.png", "no ending", ".hidden.png", "more/inner.png"):
            write_png(os.path.join(folder, name), 3, 3)
        with open(folder + "/notes.txt", "w", encoding="utf-8") as file:
            file.write("no picture\n")

        os.mkdir(self.path("out"))
        result = run("upscale", "--model", "nearest", "--output-dir", self.path("out"),
                     "--suffix", "", folder)
        self.check(result, 0)
        names = [os.path.basename(line) for line in result.out.decode().splitlines()]
        self.assertEqual(names, ["9.png", "10.png", "no ending.png"])
        self.assertIn("notes.txt", result.text)
        self.assertIn("more", result.text)

    def test_nothing_to_do(self):
        os.mkdir(self.path("in"))
        result = self.check(run("upscale", self.path("in")), 3)
        self.check_one_line(result)

    def test_many_pictures(self):
        os.mkdir(self.path("in"))
        for i in range(40):
            write_png(self.path(f"in/{i}.png"), 2, 2)
        result = run("upscale", "--model", "nearest", "--progress=json", self.path("in"))
        summary = self.check(result, 0).events[-1]
        self.assertEqual((summary["event"], summary["total"], summary["done"]),
                         ("summary", 40, 40))


class ExitCodes(TestCase):
    def setUp(self):
        super().setUp()
        self.picture = self.path("a.png")
        write_png(self.picture, 5, 5)

    def upscale(self, *arguments):
        return run("upscale", "--model", "nearest", *arguments)

    def test_3_no_such_file(self):
        result = self.check(self.upscale(self.path("missing.png")), 3)
        self.check_one_line(result)
        self.assertIn("missing.png", result.text)

    def test_3_not_a_picture(self):
        for name, content in (("empty.png", b""), ("page.png", b"<!DOCTYPE html><html></html>"),
                              ("cut.png", open(self.picture, "rb").read()[:60])):
            with open(self.path(name), "wb") as file:
                file.write(content)
            result = self.check(self.upscale(self.path(name)), 3)
            self.check_one_line(result)
            self.assertIn(name, result.text)
        self.assertEqual(self.files(), ["a.png", "cut.png", "empty.png", "page.png"])

    def test_3_not_a_file(self):
        os.mkfifo(self.path("pipe.png"))
        for name in (self.path("pipe.png"), "/dev/zero", "/proc/self/cmdline"):
            self.check_one_line(self.check(self.upscale("-o", self.path("out.png"), name), 3))
        self.assertNotIn("out.png", self.files())

    def test_4_broken_model(self):
        for name, content in (("noise.pth", b"\x80\x02garbage"), ("cut.safetensors", b"\xff" * 20),
                              ("page.pth", b"<!DOCTYPE html>")):
            with open(self.path(name), "wb") as file:
                file.write(content)
            result = run("upscale", "--model", self.path(name), "--device", "reference",
                         self.picture)
            self.check_one_line(self.check(result, 4))
        self.check_one_line(self.check(run("upscale", "--model", "no-such-model", self.picture), 4))
        self.assertNotIn("a_upscaled.png", self.files())

    def test_5_exists(self):
        with open(self.path("a_upscaled.png"), "wb") as file:
            file.write(b"mine")
        self.check_one_line(self.check(self.upscale(self.picture), 5))
        with open(self.path("a_upscaled.png"), "rb") as file:
            self.assertEqual(file.read(), b"mine")
        self.check(self.upscale("--overwrite", self.picture), 0)
        self.assertEqual(read_png(self.path("a_upscaled.png"))[:2], (10, 10))

    def test_5_no_folder(self):
        result = self.upscale("-o", self.path("nowhere/b.png"), self.picture)
        self.check_one_line(self.check(result, 5))

    def test_5_file_limit(self):
        write_png(self.path("big.png"), 100, 100)
        limited = subprocess.run(
            ["sh", "-c", 'ulimit -f 8; exec "$0" "$@"', CLI, "upscale", "--model", "nearest",
             "--progress=none", self.path("big.png")],
            capture_output=True, env=environment(), timeout=TIMEOUT, check=False)
        self.assertEqual(limited.returncode, 5, limited)
        self.assertNotIn("big_upscaled.png", self.files())

    def test_7_no_such_device(self):
        write_compact(self.path("m.safetensors"))
        result = run("upscale", "--model", self.path("m.safetensors"), "--device", "quantum",
                     self.picture)
        self.check_one_line(self.check(result, 7))

    def test_1_some_of_several(self):
        result = self.upscale(self.path("missing.png"), self.picture, "--progress=none")
        self.check(result, 1)
        self.assertIn("a_upscaled.png", self.files())
        self.assertIn("1 of 2", result.text)


class Names(TestCase):
    def check_name(self, name):
        source = self.path(name)
        write_png(source, 3, 2)
        result = self.check(run("upscale", "--model", "nearest", source), 0)
        stem, ending = os.path.splitext(os.fsencode(name))
        target = self.path(stem + b"_upscaled" + ending)
        self.assertTrue(os.path.exists(target))
        self.assertNotIn(b"\x1b", result.err)
        self.assertEqual(len(result.text.splitlines()), 1, result)
        self.assertEqual(len(result.out.splitlines()), 1, result)
        self.assertNotIn(b"\x1b", result.out)
        if name == "原画.png":
            self.assertEqual(result.out, target + b"\n")

        for option in ("-0", "--null"):
            result = self.check(run("upscale", "--model", "nearest", "--overwrite", option, source),
                                0)
            self.assertEqual(result.out, target + b"\0")

        result = self.check(run("upscale", "--model", "nearest", "--overwrite", "--progress=json",
                                source), 0)
        done = [event for event in result.events if event["event"] == "done"]
        self.assertEqual(len(done), 1)
        self.assertTrue(done[0]["target_uri"].startswith("file:///"))

    def test_newline(self):
        self.check_name("two\nlines.png")

    def test_escape_sequence(self):
        self.check_name("\x1b[31mred.png")
        result = self.check(run("upscale", "--model", "nearest", "--overwrite",
                                self.path("\x1b[31mred.png")), 0)
        self.assertTrue(result.out.endswith(rb"/\x1b[31mred_upscaled.png" + b"\n"), result.out)

    def test_invalid_utf8(self):
        self.check_name(b"\xff\xfe\x80.png")

    def test_wide_characters(self):
        self.check_name("原画.png")

    def test_like_an_option(self):
        write_png(self.path("--scale.png"), 3, 2)
        self.check(run("upscale", "--model", "nearest", "--", "--scale.png", cwd=self.folder), 0)
        self.assertEqual(self.files(), ["--scale.png", "--scale_upscaled.png"])

    def test_255_bytes(self):
        name = "x" * 251 + ".png"
        write_png(self.path(name), 3, 2)
        result = self.check(run("upscale", "--model", "nearest", self.path(name)), 5)
        self.assertEqual(self.files(), [name])
        self.check(run("upscale", "--model", "nearest", "-o", self.path("y" * 251 + ".png"),
                       self.path(name)), 0)
        self.assertEqual(len(self.files()), 2, result)


class Progress(TestCase):
    def setUp(self):
        super().setUp()
        self.picture = self.path("a.png")
        write_png(self.picture, 150, 100)
        self.model = self.path("small.safetensors")
        write_compact(self.model)

    def test_json_lines(self):
        result = run("upscale", "--progress=json", "--model", self.model, "--device", "reference",
                     "--tile", "64", self.picture, self.path("missing.png"))
        events = self.check(result, 1).events
        self.assertEqual(events[0]["event"], "started")
        self.assertEqual((events[0]["index"], events[0]["total"]), (1, 2))
        self.assertEqual(events[-1]["event"], "summary")
        self.assertEqual((events[-1]["done"], events[-1]["failed"]), (1, 1))

        done = next(event for event in events if event["event"] == "done")
        self.assertEqual(done["target"], self.path("a_upscaled.png"))
        self.assertEqual((done["source_width"], done["source_height"]), (150, 100))
        self.assertEqual((done["target_width"], done["target_height"]), (300, 200))
        self.assertEqual((done["precision"], done["device"]), ("fp32", "reference"))
        self.assertIn(done["tile"], range(32, 65))
        self.assertEqual(set(done["seconds"]), {"read", "read_converting", "read_waiting",
                                                "write_converting", "work", "work_waiting",
                                                "compare", "network", "write", "write_waiting"})

        failed = next(event for event in events if event["event"] == "failed")
        self.assertEqual((failed["error"], failed["exit_code"]), ("input", 3))
        self.assertIn("missing.png", failed["message"])
        for event in events:
            if event["event"] == "progress":
                self.assertTrue(0 <= event["fraction"] <= 1)
        self.assertEqual(result.err, b"")

    def test_one_line_for_each_picture(self):
        write_png(self.path("b.png"), 3, 3)
        result = run("upscale", "--model", "nearest", self.picture, self.path("b.png"))
        lines = self.check(result, 0).text.splitlines()
        self.assertEqual(len(lines), 3, result)
        self.assertRegex(lines[0], r"\[1/2\] a\.png.*150 × 100.*300 × 200")
        self.assertNotIn("\r", result.text)

    def test_none(self):
        result = self.check(run("upscale", "--progress=none", "--model", "nearest", self.picture),
                            0)
        self.assertEqual(result.err, b"")

    def test_terminal_line_is_redrawn_and_fits(self):
        columns = 50
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        name = self.path("a name that is much too long for this terminal " * 3 + ".png")
        write_png(name, 200, 120)
        process = subprocess.Popen([CLI, "upscale", "--model", self.model, "--device", "reference",
                                    "--tile", "64", name], stdout=subprocess.PIPE, stderr=theirs,
                                   env=environment(TERM="xterm"))
        os.close(theirs)
        seen = b""
        while True:
            try:
                data = os.read(ours, 4096)
            except OSError:
                break
            if not data:
                break
            seen += data
        os.close(ours)
        process.stdout.read()
        process.stdout.close()
        self.assertEqual(process.wait(TIMEOUT), 0)
        drawn = re.findall(r"\r(\[1/1\][^\r\n\x1b]*)\x1b\[K", seen.decode())
        self.assertTrue(drawn, seen)
        self.assertLess(max(len(line) for line in drawn), columns)
        self.assertIn("…", drawn[0])


if __name__ == "__main__":
    main()
