# SPDX-License-Identifier: GPL-3.0-or-later
"""genga-cli models, model-info and diagnose, for people and for programs."""
import json
import os
import unittest

from support import SHARED, TestCase, main, run, write_compact


class Models(TestCase):
    def setUp(self):
        super().setUp()
        write_compact(self.path("Small.safetensors"))
        with open(self.path("broken.PTH"), "wb") as file:
            file.write(b"<!DOCTYPE html>")
        with open(self.path("readme.txt"), "wb") as file:
            file.write(b"not a model")

    def list(self, *arguments):
        result = run("models", "--json", *arguments, "--models-dir", self.folder)
        return json.loads(self.check(result, 0).out)["models"]

    def test_found_and_broken(self):
        models = {model["name"]: model for model in self.list()}
        self.assertEqual(models["Small"]["family"], "Compact")
        self.assertEqual(models["Small"]["scale"], 2)
        self.assertEqual(models["Small"]["size_bytes"],
                         os.path.getsize(self.path("Small.safetensors")))
        self.assertTrue(models["Small"]["usable"])
        self.assertFalse(models["broken"]["usable"])
        self.assertTrue(models["broken"]["reason"])
        self.assertNotIn("readme", models)

    def test_environment_variable(self):
        result = run("models", "--json", GENGA_MODELS_PATH=self.folder)
        names = [model["name"] for model in json.loads(self.check(result, 0).out)["models"]]
        self.assertIn("Small", names)

    def test_known_models_come_with_their_licence(self):
        known = json.loads(run("models", "--json").out)["not_installed"]
        self.assertGreaterEqual(len(known), 9)
        for model in known:
            self.assertTrue(model["file"])
        self.assertTrue(any("CC BY-NC 4.0" in (model["licence"] or "") for model in known))

    def test_lines_for_people(self):
        text = self.check(run("models", "--models-dir", self.folder), 0).out.decode()
        self.assertIn("Small", text)
        self.assertIn("Compact", text)
        self.assertIn("broken", text)
        self.assertIn("2x_Ani4Kv2", text)
        self.assertNotIn("2x_Ani4Kv2", run("models", "--installed").out.decode())


class ModelInfo(TestCase):
    def test_json(self):
        write_compact(self.path("small.safetensors"), features=8, layers=2)
        result = run("model-info", "--json", self.path("small.safetensors"))
        info = json.loads(self.check(result, 0).out)
        self.assertEqual(info["family"], "Compact")
        self.assertEqual((info["scale"], info["in_channels"], info["out_channels"]), (2, 3, 3))
        self.assertEqual(info["hyper"]["num_feat"], "8")
        self.assertEqual(info["hyper"]["num_conv"], "2")
        # Four convolutions of 3 x 3 with bias, three activations.
        self.assertEqual(info["parameters"],
                         (8 * 3 * 9 + 8) + 2 * (8 * 8 * 9 + 8) + (12 * 8 * 9 + 12) + 3 * 8)
        self.assertEqual(info["receptive_radius"], 4)
        self.assertEqual(info["stored"], "f32")
        self.assertTrue(info["fp16_safe"])

    def test_lines_for_people(self):
        write_compact(self.path("small.safetensors"))
        text = self.check(run("model-info", self.path("small.safetensors")), 0).out.decode()
        for word in ("Compact", "num_feat", "2x"):
            self.assertIn(word, text)

    @unittest.skipUnless(SHARED, "no shared data")
    def test_hyper_parameters_of_the_golden_models(self):
        folder = os.path.join(SHARED, "golden", "synthetic")
        with open(os.path.join(folder, "index.json"), encoding="utf-8") as file:
            entries = [entry for entry in json.load(file)
                       if entry["arch"] in ("Compact", "RealPLKSR", "ESRGAN", "SPAN", "DAT")]
        self.assertTrue(entries)
        for entry in entries:
            path = os.path.join(folder, entry["name"] + ".safetensors")
            info = json.loads(self.check(run("model-info", "--json", path), 0).out)
            self.assertEqual(info["scale"], entry["scale"], entry["name"])
            self.assertEqual(info["in_channels"], entry["in_ch"], entry["name"])

    def test_errors(self):
        with open(self.path("noise.pth"), "wb") as file:
            file.write(b"\x80\x02noise")
        self.check_one_line(self.check(run("model-info", self.path("noise.pth")), 4))
        self.check_one_line(self.check(run("model-info", "no-such-model"), 4))


class Diagnose(TestCase):
    def test_json(self):
        found = json.loads(self.check(run("diagnose", "--json"), 0).out)
        self.assertIn("reference", [device["id"] for device in found["devices"]])
        self.assertGreaterEqual(found["cpu"]["threads"], 1)
        self.assertEqual({module["name"] for module in found["modules"]},
                         {"torch-cpu", "torch-cuda", "vulkan", "media", "video"})
        for module in found["modules"]:
            self.assertTrue(module["version"] if module["opened"] else module["reason"])
            self.assertTrue(os.path.isabs(module["path"]))
        self.assertIn(found["engine"], [None] + [device["id"] for device in found["devices"]])
        if not found["cuda_available"]:
            self.assertEqual(found["mode"], "CPU mode")
        for one in found["encoders"]:
            self.assertEqual(one["works"], one["reason"] is None, one)
        software = [one for one in found["encoders"] if one["encoder"] == "software"]
        if software:
            self.assertEqual({one["codec"] for one in software},
                             {"h264", "h265", "av1", "vp9", "prores", "dnxhd", "dnxhr", "ffv1"})
            # FFmpeg always has this one, and may lack others.
            self.assertIn("ffv1", [one["codec"] for one in software if one["works"]])
        refused = [device for device in found["devices"] if device["refusal"]]
        broken = [one for one in software if one["name"] and not one["works"]]
        if not refused and not broken and not found["gpu_problem"]:
            self.assertEqual(found["faults"], 0)
        else:
            self.assertGreater(found["faults"], 0)

    def test_lines_for_people(self):
        text = self.check(run("diagnose"), 0).out.decode()
        self.assertRegex(text, r"\AGenga \d")
        self.assertIn("GLib", text)
        self.assertTrue("CPU mode" in text or "VRAM:" in text, text)
        if "FFmpeg" in text:
            self.assertIn("  h264, libx264: works\n", text)
        faults = json.loads(self.check(run("diagnose", "--json"), 0).out)["faults"]
        self.assertEqual("Everything that is here was tried and works." in text, faults == 0)

    def test_an_encoder_that_fails(self):
        """Only what has coded a frame works. A card's that does not is no fault of Genga's."""
        def look(**environment):
            return json.loads(self.check(run("diagnose", "--json", **environment), 0).out)

        def list_broken(found):
            return [one["codec"] for one in found["encoders"]
                    if one["encoder"] == "software" and not one["works"]]
        before, found = look(), look(GENGA_FAULT="encoder:1")
        if not found["encoders"]:
            self.skipTest("this build has no videos")
        if "h264" in list_broken(before):
            self.skipTest("this FFmpeg has no libx264")
        self.assertEqual(list_broken(found), ["h264"] + list_broken(before))
        self.assertEqual(found["faults"], before["faults"] + 1)

    def test_kernels_that_fail_their_check(self):
        """They are named, remembered, and replaced by the next set; “plain” is always there."""
        def look(faults, *arguments):
            done = run("diagnose", *arguments, XDG_CACHE_HOME=self.folder, GENGA_FAULT=faults)
            return self.check(done, 0).out.decode()
        best = json.loads(look("", "--json"))["cpu"]
        self.assertEqual(best["refused_kernels"], [])
        if best["kernels"] == "plain":
            self.skipTest("this CPU runs plain C only")
        self.assertNotIn("Kernels not used", look(""))
        os.remove(self.path("genga/checks/kernels"))
        faults = f"kernel-check-{best['kernels']}:1"
        worse = json.loads(look(faults, "--json"))["cpu"]
        self.assertEqual(worse["refused_kernels"], [best["kernels"]])
        self.assertIn("is here does not work; it is named above.", look(""))
        self.assertNotEqual(worse["kernels"], best["kernels"])
        self.assertIn(f"“{best['kernels']}” compute wrong results on this processor; "
                      f"“{worse['kernels']}” are used instead.", look(""))

    def test_drivers_that_fail_their_check(self):
        """A graphics device that computes wrong numbers is named, and nothing runs on it."""
        def look(faults, *arguments):
            return run(*arguments, XDG_CACHE_HOME=self.folder, GENGA_FAULT=faults)
        found = json.loads(self.check(look("vulkan-wrong-numbers:1", "diagnose", "--json"), 0).out)
        devices = [device for device in found["devices"] if device["id"].startswith("vulkan:")]
        if not devices:
            self.skipTest("there is no driver of Vulkan's")
        self.assertIn("computes wrong results in fp32", devices[0]["refusal"])
        self.assertFalse(any(device["refusal"] for device in devices[1:]))
        text = self.check(look("", "diagnose"), 0).out.decode()
        self.assertIn("Device not used: ", text)


if __name__ == "__main__":
    main()
