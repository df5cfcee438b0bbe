# SPDX-License-Identifier: GPL-3.0-or-later
"""--model match: which installed model is taken for which source."""
import glob
import json
import os
import unittest

from support import SHARED, TestCase, main, run, write_compact, write_png

WIDTH, HEIGHT = 256, 192
MODELS = {
    "small, damaged": "2x_AniToon_RPLKSR_197500",
    "small": "2x_AniSD_RealPLKSR_140K",
    "modern": "2x_Ani4Kv2_G6i2_Compact_107500",
    "manga": "4x-eula-digimanga-bw-v1",
    "photo": "4xLSDIRCompactC3",
}


def draw(colour, blocks=0, width=WIDTH, height=HEIGHT):
    """Areas of one colour with a dark line in every sixteen pixels; `blocks`: steps between blocks."""
    out = bytearray()
    for y in range(height):
        for x in range(width):
            shade = blocks * ((x // 8 + y // 8) % 2)
            out += bytes((10, 10, 10)) if x % 16 == 3 else bytes(c + shade for c in colour)
    return bytes(out)


def shade(width=WIDTH, height=HEIGHT):
    """Colours that change smoothly and everywhere, without any line."""
    return b"".join(bytes((x * 255 // width, y * 255 // height, (x + y) % 200 // 4 + 100))
                    for y in range(height) for x in range(width))


class Match(TestCase):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("models"))
        for name in MODELS.values():
            write_compact(self.path(f"models/{name}.safetensors"))

    def plan(self, source, *arguments, code=0, out="out.png"):
        result = run("plan", "--json", "--model", "match", "--models-dir", self.path("models"),
                     source, "-o", self.path(out), *arguments, XDG_DATA_HOME=self.path("data"))
        return json.loads(self.check(result, code).out)[0] if code == 0 else result

    def chosen(self, pixels, *arguments, width=WIDTH, height=HEIGHT):
        write_png(self.path("in.png"), width, height, pixels)
        plan = self.plan(self.path("in.png"), *arguments)
        notices = [text for text in plan["notices"] if "was chosen for this source" in text]
        self.assertEqual(len(notices), 1, plan)
        self.assertIn(f"“{plan['model']}”", notices[0])
        return plan["model"]

    def test_kinds(self):
        colour, grey = (180, 120, 90), (200, 200, 200)
        self.assertEqual(self.chosen(draw(colour)), "AniSD")
        self.assertEqual(self.chosen(draw(colour, 8)), "AniToon")
        self.assertEqual(self.chosen(draw(grey)), MODELS["manga"])
        self.assertEqual(self.chosen(draw(grey, 8)), MODELS["manga"])
        self.assertEqual(self.chosen(shade()), MODELS["photo"])
        self.assertEqual(self.chosen(draw(colour, width=64, height=640), width=64, height=640),
                         "Ani4K v2 Compact")

    def test_next_best(self):
        """What is not installed, broken, or does not enlarge is not taken."""
        os.remove(self.path(f"models/{MODELS['small']}.safetensors"))
        self.assertEqual(self.chosen(draw((180, 120, 90))), "genga-standard")
        with open(self.path(f"models/{MODELS['small, damaged']}.safetensors"), "wb") as file:
            file.write(b"broken")
        self.assertEqual(self.chosen(draw((180, 120, 90), 8)), "Ani4K v2 Compact")
        os.remove(self.path(f"models/{MODELS['modern']}.safetensors"))
        self.assertEqual(self.chosen(draw((180, 120, 90), 8)), "genga-restore")
        os.remove(self.path(f"models/{MODELS['manga']}.safetensors"))
        write_compact(self.path("models/1x-MangaJPEGLQ.safetensors"), scale=1)
        self.assertEqual(self.chosen(draw((200, 200, 200))), "genga-standard")
        self.assertEqual(self.chosen(draw((200, 200, 200)), "--scale", "1"), "1x-MangaJPEGLQ")

    def test_run(self):
        """It is what the work is done with, too, and said."""
        write_png(self.path("in.png"), WIDTH, HEIGHT, draw((180, 120, 90)))
        results = []
        for model in ("match", MODELS["small"]):
            result = run("upscale", "--model", model, "--models-dir", self.path("models"), "--device",
                         "reference", self.path("in.png"), "-o", self.path(model + ".png"),
                         XDG_DATA_HOME=self.path("data"))
            self.check(result, 0)
            with open(self.path(model + ".png"), "rb") as file:
                results.append(file.read())
            self.assertEqual("“AniSD” was chosen for this source: a small drawing" in result.text,
                             model == "match", result)
        self.assertEqual(*results)

    def test_no_source(self):
        result = self.plan(self.path("missing.png"), code=3)
        self.check_one_line(result)

    @unittest.skipUnless(SHARED, "no shared data")
    def test_shared(self):
        expected = {
            "images/vn_girl.png": "Ani4K v2 Compact",
            "images/bg_lecturehall.jpg": "Ani4K v2 Compact",
            "images/rabbit320_frame_1s.png": MODELS["photo"],
        }
        for name, model in expected.items():
            plan = self.plan(os.path.join(SHARED, "media", name))
            self.assertEqual(plan["model"], model, name)

    @unittest.skipUnless(SHARED and glob.glob(os.path.join(SHARED, "media/clips/*.mp4")),
                         "no shared clips")
    def test_shared_clips(self):
        for name, model in (("rabbit320_cc0.mp4", MODELS["photo"]), ("anime_360p.mkv", "AniSD")):
            plan = self.plan(os.path.join(SHARED, "media/clips", name), out="out.mkv")
            self.assertEqual(plan["model"], model, name)


if __name__ == "__main__":
    main()
