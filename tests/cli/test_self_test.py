# SPDX-License-Identifier: GPL-3.0-or-later
"""genga-cli self-test: eight checks, each with an answer, and what they say of a broken machine."""
import json
import os
import signal

from support import TIMEOUT, TestCase, main, run, start

CHECKS = ["initialisation", "cuda-settings", "mps-settings", "cpu-settings", "batch-size",
          "inference-context", "compile-support", "warm-up"]
NAMES = ["Initialisation", "CUDA settings", "MPS settings", "CPU settings", "Batch size",
         "Inference context", "Compile support", "Warm-up"]
RESULTS = ["passed", "failed", "not applicable"]


class SelfTest(TestCase):
    def look(self, code, *arguments, **env):
        """The checks' results and texts by name; the cache of verdicts is the test's own."""
        done = self.check(run("self-test", "--json", *arguments, XDG_CACHE_HOME=self.folder, **env),
                          code)
        found = json.loads(done.out)
        self.assertEqual([check["check"] for check in found["checks"]], CHECKS)
        for check in found["checks"]:
            self.assertIn(check["result"], RESULTS)
            self.assertTrue(check["text"])
            self.assertGreaterEqual(check["seconds"], 0)
        results = {check["check"]: check["result"] for check in found["checks"]}
        self.assertEqual(found["failed"], list(results.values()).count("failed"))
        return results, {check["check"]: check["text"] for check in found["checks"]}

    def test_a_machine_that_works(self):
        results, texts = self.look(0, "--device", "reference")
        for check in ("mps-settings", "compile-support", "cuda-settings"):
            self.assertEqual(results.pop(check), "not applicable")
        self.assertEqual(set(results.values()), {"passed"})
        self.assertIn("“reference”", texts["initialisation"])
        self.assertIn("“reference”", texts["cuda-settings"])

    def test_every_device(self):
        devices = json.loads(self.check(run("diagnose", "--json"), 0).out)["devices"]
        for device in devices:
            with self.subTest(device=device["id"]):
                results, _ = self.look(0, "--device", device["id"])
                self.assertEqual(results["cuda-settings"] == "passed", "cuda" in device["id"])

    def test_lines_for_people(self):
        done = self.check(run("self-test", "--device", "reference"), 0)
        lines = done.out.decode().splitlines()
        self.assertEqual([line.split(":")[0] for line in lines], NAMES)
        for line in lines:
            self.assertRegex(line, r": (passed|not applicable) \(\d+\.\d\d s\): \S")
        self.assertEqual(done.text.splitlines(),
                         [f"Check {number} of 8: {name}" for number, name in enumerate(NAMES, 1)])

    def test_wrong_results(self):
        results, _ = self.look(1, "--device", "reference", GENGA_FAULT="self-test:1")
        self.assertEqual([check for check in CHECKS if results[check] == "failed"],
                         ["inference-context"])

    def test_wrong_kernels(self):
        kernels = json.loads(self.check(run("diagnose", "--json"), 0).out)["cpu"]["kernels"]
        if kernels == "plain":
            self.skipTest("this CPU runs plain C only")
        results, texts = self.look(1, "--device", "reference",
                                   GENGA_FAULT=f"kernel-check-{kernels}:1")
        self.assertEqual([check for check in CHECKS if results[check] == "failed"],
                         ["cpu-settings"])
        self.assertIn(kernels, texts["cpu-settings"])

    def test_no_device(self):
        """What can't be checked without one did not pass."""
        results, texts = self.look(1, "--device", "nothing:7")
        self.assertEqual(results["initialisation"], "failed")
        self.assertIn("nothing:7", texts["initialisation"])
        for check in ("batch-size", "inference-context", "warm-up"):
            self.assertEqual(results[check], "not applicable")

    def test_ctrl_c(self):
        process = start("self-test", "--json", "--device", "reference", XDG_CACHE_HOME=self.folder,
                        GENGA_FAULT="stop-self-test:5")
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        state = os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        self.assertEqual(state.si_status, signal.SIGSTOP)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        self.assertEqual(process.stdout.read(), b"")
        self.assertEqual(process.wait(TIMEOUT), 130)


if __name__ == "__main__":
    main()
