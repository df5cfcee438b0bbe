# SPDX-License-Identifier: GPL-3.0-or-later
"""genga-cli plan: it says what upscale then does, refuses what upscale refuses, and does nothing."""
import json
import os
import unittest

from support import (CLI, SHARED, TestCase, main, run, start, write_compact,
                     write_png)

SCHEMAS = os.path.join(os.path.dirname(CLI), "..", "..", "data", "gschemas.compiled")

KEYS = {"source", "source_width", "source_height", "target", "sink", "target_width",
        "target_height", "has_alpha", "model", "native_scale", "target_scale", "factor", "passes",
        "memory_bytes", "disk_bytes", "is_measured", "seconds", "notices"}


def look(folder):
    """Every file and folder below, with the times that writing would change."""
    found = {}
    for path, folders, files in os.walk(folder):
        for name in folders + files:
            info = os.lstat(os.path.join(path, name))
            found[os.path.join(path, name)] = (info.st_size, info.st_mtime_ns, info.st_ino)
    return found


class Case(TestCase):
    def setUp(self):
        super().setUp()
        self.home = os.path.join(self.folder, "home")
        os.mkdir(self.home)

    def plan(self, *arguments, code=0, **more):
        """The plans for programs; whatever they say, nothing may have been touched."""
        before = look(self.folder)
        result = self.check(run("plan", "--json", *arguments, HOME=self.home,
                                XDG_STATE_HOME=os.path.join(self.home, "state"),
                                XDG_CACHE_HOME=os.path.join(self.home, "cache"), **more), code)
        self.assertEqual(look(self.folder), before)
        return json.loads(result.out), result

    def plan_one(self, *arguments, **more):
        (plan,), _ = self.plan(*arguments, **more)
        self.assertLessEqual(KEYS, set(plan))
        return plan

    def upscale(self, *arguments):
        result = self.check(run("upscale", "--progress", "json", *arguments), 0)
        (done,) = [event for event in result.events if event["event"] == "done"]
        done["notices"] = [event["message"] for event in result.events
                           if event["event"] == "notice"]
        return done

    def measure(self, *arguments):
        """The most memory that a run holds, in bytes."""
        child = start("upscale", "--overwrite", *arguments)
        child.stdout.read()
        child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(child.returncode, 0)
        return 1024 * usage.ru_maxrss

    def check_same(self, *arguments):
        """Plans and then does it; answers the plan."""
        plan = self.plan_one(*arguments)
        done = self.upscale(*arguments)
        for key in ("target", "source_width", "source_height", "target_width", "target_height"):
            self.assertEqual(plan[key], done[key], key)
        self.assertEqual(plan["model"], done["model"])
        surprises = [notice for notice in done["notices"] if notice not in plan["notices"]]
        self.assertEqual([notice for notice in surprises
                          if not notice.startswith("Using cached model") and
                          "graphics card" not in notice], [])
        if plan["passes"]:
            for key in ("precision", "device"):
                self.assertEqual(plan[key], done[key], key)
            first = plan["passes"][0]
            tile = max(first["tile_width"], first["tile_height"]) if first["tiles"] > 1 else 0
            self.assertEqual(tile, done["tile"])
        self.assertTrue(os.path.exists(plan["target"]))
        return plan


class Pictures(Case):
    def setUp(self):
        super().setUp()
        self.picture = self.path("picture.png")
        write_png(self.picture, 90, 70)

    @unittest.skipIf("GENGA_SANITIZED" in os.environ, "memory says nothing under a sanitizer")
    def test_memory(self):
        """What is planned is what a run takes beyond the program itself, about."""
        model = self.path("small.safetensors")
        small, large = self.path("small.png"), self.path("large.png")
        write_compact(model, features=16, layers=2, scale=4)
        write_png(small, 16, 16)
        write_png(large, 900, 900)
        for depth in "8", "16":
            with self.subTest(depth=depth):
                arguments = "--model", model, "--scale", "4", "--device", "cpu", "--bit-depth", depth
                planned = self.plan_one(*arguments, large)["memory_bytes"]
                taken = (self.measure(*arguments, "-o", self.path("large-out.png"), large) -
                         self.measure(*arguments, "-o", self.path("small-out.png"), small))
                self.assertGreater(planned, taken / 1.5)
                self.assertLess(planned, taken * 1.5)

    def test_as_upscale_does(self):
        model = self.path("net.safetensors")
        write_compact(model)
        for number, (arguments, target, format_) in enumerate((
                (["--model", "nearest", "--scale", "3"], "picture_upscaled.png", "png"),
                (["--model", "none", "--scale", "2", "--format", "webp"],
                 "picture_upscaled.webp", "webp"),
                (["--model", model, "--scale", "4", "--device", "reference", "--tile", "64",
                  "--overlap", "4"], "picture_upscaled.png", "png"),
                (["--model", model, "--device", "reference", "--format", "jpeg"],
                 "picture_upscaled.jpg", "jpeg"))):
            folder = self.path(f"out{number}")
            os.mkdir(folder)
            plan = self.check_same(*arguments, "--output-dir", folder, self.picture)
            self.assertEqual(plan["target"], os.path.join(folder, target))
            self.assertEqual((plan["sink"], plan["format"]), ("picture", format_))

    def test_passes(self):
        model = self.path("net.safetensors")
        write_compact(model)
        plan = self.plan_one("--model", model, "--scale", "3", "--device", "reference",
                             "--tile", "64", "--overlap", "4", self.picture)
        self.assertEqual((plan["native_scale"], plan["target_scale"], plan["factor"]), (2, 3, 4))
        self.assertEqual([(item["width"], item["height"]) for item in plan["passes"]],
                         [(90, 70), (180, 140)])
        for item in plan["passes"]:
            self.assertGreater(item["tiles"], 1)
            self.assertFalse(item["untiled"])

    def test_names_are_reserved(self):
        twin = os.path.join(self.folder, "twin")
        os.mkdir(twin)
        write_png(os.path.join(twin, "picture.png"), 8, 8)
        out = self.path("out")
        os.mkdir(out)
        plans, _ = self.plan("--model", "nearest", "--output-dir", out, self.picture,
                             os.path.join(twin, "picture.png"))
        self.assertEqual([os.path.basename(plan["target"]) for plan in plans],
                         ["picture_upscaled.png", "picture_upscaled-2.png"])

    def test_no_device_is_opened(self):
        model = self.path("net.safetensors")
        write_compact(model)
        arguments = ["--model", model, "--device", "cuda:77", self.picture]
        self.assertNotEqual(run("upscale", *arguments).code, 0)
        self.assertEqual(self.plan_one(*arguments)["device"], "torch:cuda:77")
        self.assertIsNone(self.plan_one(*arguments)["device_reason"])

    def test_attention(self):
        """What Genga's own kernels can't run, such as attention between maps, is LibTorch's."""
        model = os.path.join(os.environ.get("GENGA_SHARED", ""), "golden", "synthetic",
                             "rgt_2x.safetensors")
        if not os.path.exists(model):
            self.skipTest("the shared data is not here")
        for device in ["cpu", "auto"]:
            plan = self.plan_one("--model", model, "--device", device, self.picture)
            if plan["device"].startswith("torch:cuda"):
                continue
            self.assertEqual(plan["device"], "torch:cpu")
            self.assertIn("attention", plan["device_reason"])
        result = run("upscale", "--model", model, "--device", "cpu", self.picture)
        if result.code != 0:
            self.check(result, 7)
            self.assertIn("./dev torch", result.text)

    def test_device_is_explained(self):
        model = self.path("net.safetensors")
        write_compact(model)
        plan = self.plan_one("--model", model, self.picture)
        self.assertNotIn(plan["device"], ["auto", "reference"])
        self.assertTrue(plan["device_reason"])

    @unittest.skipUnless(os.path.exists(SCHEMAS), "this build has no window")
    def test_time(self):
        """As long as the window remembers that such jobs took; the pixels are 90 x 70, 270 x 210."""
        arguments = ["--model", "nearest", "--scale", "3", self.picture]
        self.assertIsNone(self.plan_one(*arguments)["seconds"])
        people = self.check(run("plan", *arguments), 0)
        self.assertIn("Time: not known yet\n", people.out.decode())

        settings = os.path.join(self.home, "glib-2.0", "settings")
        os.makedirs(settings)
        with open(os.path.join(settings, "keyfile"), "w") as file:
            file.write("[io/github/genga/Genga]\n"
                       "speeds={'nearest|auto|auto|auto':"
                       " (6300.0, 2.0, 56700.0, 1.0, 4.0, 'fp32', 'reference')}\n")
        remembered = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": self.home}
        self.assertAlmostEqual(self.plan_one(*arguments, **remembered)["seconds"], 7)
        people = self.check(run("plan", *arguments, **remembered), 0)
        self.assertIn("Time: about 7 s\n", people.out.decode())

    def test_for_people(self):
        result = self.check(run("plan", "--model", "nearest", "--scale", "2", self.picture), 0)
        text = result.out.decode()
        self.assertTrue(text.startswith(self.picture + "\n"), text)
        self.assertIn(self.path("picture_upscaled.png"), text)
        self.assertIn("90 × 70 to 180 × 140", text)
        self.assertEqual(self.files(), ["home", "picture.png"])


class Refusals(Case):
    def check_refused(self, *arguments):
        """In the same words, with the same code."""
        said = run("upscale", *arguments)
        self.assertNotEqual(said.code, 0, said)
        before = look(self.folder)
        plan = run("plan", *arguments)
        self.assertEqual(look(self.folder), before)
        self.assertEqual((plan.code, plan.text.replace("help plan", "help upscale")),
                         (said.code, said.text))

    def test_as_upscale_refuses(self):
        picture, wide = self.path("picture.png"), self.path("wide.png")
        write_png(picture, 16, 12)
        write_png(wide, 5000, 1)
        broken = self.path("broken.png")
        with open(broken, "wb") as file:
            file.write(b"no picture")
        there = self.path("there.png")
        write_png(there, 4, 4)
        broken_model = self.path("broken.safetensors")
        with open(broken_model, "wb") as file:
            file.write(b"no model")
        for arguments in (
                [self.path("nowhere.png")],
                [broken],
                ["--model", "no such model", picture],
                ["--model", broken_model, picture],
                ["--model", "none", "-o", there, picture],
                ["--model", "none", "-o", picture, picture],
                ["--model", "none", "-o", self.path("no/folder.png"), picture],
                ["--model", "none", "--scale", "16", "-o", self.path("wide.jpg"), wide],
                ["--model", "none", "--bit-depth", "16", "-o", self.path("deep.jpg"), picture],
                ["--model", "none", "--max-memory", "100", picture],
                ["--reuse", "perceptual", picture],
                ["--output", self.path("a.png"), picture, there],
                ["--tile", "64", "--overlap", "40", picture],
                ["--model", "none", "--names", "one", picture, there]):
            with self.subTest(arguments=arguments):
                self.check_refused(*arguments)

    def test_one_of_several(self):
        picture = self.path("picture.png")
        write_png(picture, 16, 12)
        plans, result = self.plan("--model", "none", picture, self.path("nowhere.png"), code=1)
        self.assertEqual(len(plans), 2)
        self.assertIn("target", plans[0])
        self.assertEqual(plans[1]["code"], 3)
        self.assertIn(plans[1]["error"], result.text)


@unittest.skipIf(SHARED is None, "the clips are not there")
class Videos(Case):
    QUICK = ["--model", "nearest", "--scale", "2", "--to", "0.2"]

    def setUp(self):
        super().setUp()
        self.clip = os.path.join(SHARED, "media", "clips", "rabbit320_cc0.mp4")
        if not os.path.exists(self.clip):
            self.skipTest("the clips are not there")

    def test_video(self):
        plan = self.check_same(*self.QUICK, "-o", self.path("out.mkv"), self.clip)
        self.assertEqual((plan["sink"], plan["container"], plan["codec"]),
                         ("segments", "mkv", "h264"))
        self.assertEqual(plan["streams"]["audio"], {"count": 1, "kept": 1})
        self.assertGreater(plan["n_frames"], 1)

    def test_streams(self):
        clip = os.path.join(SHARED, "media", "clips", "anime_360p.mkv")
        for container, subtitles, attachments in (
                ("mkv", {"count": 1, "kept": 1}, {"count": 1, "kept": 1}),
                ("mp4", {"count": 1, "kept": 1, "converted": 1}, {"count": 1, "kept": 0})):
            with self.subTest(container=container):
                plan = self.check_same(*self.QUICK, "-o", self.path(f"out.{container}"), clip)
                # Of three chapters, one lies in the part.
                self.assertEqual(plan["streams"], {"audio": {"count": 2, "kept": 2},
                                                   "subtitles": subtitles,
                                                   "attachments": attachments,
                                                   "chapters": {"count": 3, "kept": 1}})
        plan = self.plan_one(*self.QUICK, "--audio", "no", "-o", self.path("quiet.mkv"), clip)
        self.assertEqual(plan["streams"]["audio"], {"count": 2, "kept": 0})

    def test_losses(self):
        clip = os.path.join(SHARED, "media", "clips", "anime_360p_hdr10.mp4")
        for arguments, said in ((["-o", self.path("deep.gif")], "GIF has 256 colours"),
                                (["-o", self.path("deep.webp")], "the source has 10"),
                                (["-o", self.path("deep/")], "--frames png16 keeps them"),
                                (["-o", self.path("deep.mkv"), "--keep-frames", "upscaled"],
                                 "picture viewers show wrongly")):
            with self.subTest(arguments=arguments):
                plan = self.check_same(*self.QUICK, "--pre-downscale", "64", *arguments, clip)
                self.assertTrue(any(said in notice for notice in plan["notices"]),
                                plan["notices"])

    def test_derived_container(self):
        for codec, container in (("prores", "mov"), ("ffv1", "mkv")):
            folder = self.path(codec)
            os.mkdir(folder)
            plan = self.check_same(*self.QUICK, "--codec", codec, "--output-dir", folder,
                                   self.clip)
            self.assertEqual((plan["container"], plan["codec"]), (container, codec))

    def test_no_card_is_opened(self):
        """Whether it can be used shows when it has coded a frame, which is not tried here."""
        for encoder, name in (("nvenc", "NVENC"), ("vaapi", "VA-API"), ("software", None)):
            plan = self.plan_one(*self.QUICK, "--encoder", encoder, "-o", self.path("out.mkv"),
                                 self.clip)
            said = [notice for notice in plan["notices"] if "graphics card" in notice]
            if any("Encoder not found" in notice for notice in said):
                self.skipTest(f"FFmpeg has no {name}")
            with self.subTest(encoder=encoder):
                self.assertEqual(len(said), int(name is not None), said)
                for notice in said:
                    self.assertIn(f"({name}) is tried at the start", notice)

    def test_animation_and_frames(self):
        gif = self.path("clip.gif")
        plan = self.check_same(*self.QUICK, "-o", gif, self.clip)
        self.assertEqual((plan["sink"], plan["container"]), ("animation", "gif"))
        self.assertEqual(plan["streams"]["audio"], {"count": 1, "kept": 0})
        self.assertEqual(len(plan["notices"]), 2, plan["notices"])
        plan = self.check_same("--model", "none", "--scale", "2", gif)
        self.assertEqual((plan["sink"], plan["container"]), ("animation", "gif"))

        frames = self.path("frames/")
        plan = self.check_same(*self.QUICK, "-o", frames, self.clip)
        self.assertEqual((plan["sink"], plan["frames"]), ("folder", "png"))
        plan = self.check_same("--model", "none", "-o", self.path("again.mkv"),
                               self.path("frames"))
        self.assertEqual((plan["sink"], plan["target_scale"]), ("segments", 1))
        # The folder is full by now.
        before = look(self.folder)
        said = run("upscale", *self.QUICK, "--sharpening", "1", "-o", frames, self.clip)
        planned = run("plan", *self.QUICK, "--sharpening", "1", "-o", frames, self.clip)
        self.assertEqual(look(self.folder), before)
        self.assertEqual((planned.code, planned.text), (said.code, said.text))
        self.assertEqual(planned.code, 5)

    def test_refusals(self):
        for arguments in (["-o", self.path("out.xyz")],
                          ["--codec", "prores", "-o", self.path("out.webm")],
                          ["--codec", "h265", "-o", self.path("out.gif")],
                          ["--from", "1:00:00", "-o", self.path("out.mkv")],
                          ["--max-memory", "1000", "-o", self.path("out.mkv")],
                          ["--keep-frames", "all", "-o", self.path("frames/")]):
            with self.subTest(arguments=arguments):
                said = run("upscale", "--model", "none", *arguments, self.clip)
                planned = run("plan", "--model", "none", *arguments, self.clip)
                self.assertNotEqual(planned.code, 0)
                self.assertEqual(planned.code, said.code, (planned, said))
                self.assertEqual(planned.text.splitlines()[-1], said.text.splitlines()[-1])
                self.assertEqual(self.files(), ["home"])


main()
