# SPDX-License-Identifier: GPL-3.0-or-later
"""Ctrl+C: the first stops in order, the second at once; no partial file under a final name."""
import json
import signal

from support import TIMEOUT, TestCase, main, start, write_compact, write_png


class Interrupt(TestCase):
    def setUp(self):
        super().setUp()
        write_compact(self.path("slow.safetensors"), features=24, layers=8)
        # More than are under way at a time.
        self.pictures = [self.path(f"{name}.png") for name in "abcde"]
        for picture in self.pictures:
            write_png(picture, 800, 600)
        self.before = self.files()

    def start_and_wait_for_work(self):
        process = start("upscale", "--progress=json", "--model", self.path("slow.safetensors"),
                        "--device", "reference", "--tile", "64", "--overlap", "16", *self.pictures)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "progress" and event["tiles_done"] > 0:
                return process
        self.fail(f"no progress: {process.stderr.read()!r}")

    def check_interrupt(self, number):
        process = self.start_and_wait_for_work()
        process.send_signal(number)
        events = [json.loads(line) for line in process.stdout]
        self.assertEqual(process.wait(TIMEOUT), 130)
        kinds = [event["event"] for event in events]
        self.assertIn("stopping", kinds)
        cancelled = [event["index"] for event in events if event["event"] == "cancelled"]
        self.assertEqual(cancelled, [1, 2, 3, 4, 5])
        self.assertEqual(events[-1]["event"], "summary")
        self.assertEqual(events[-1]["cancelled"], 5)
        self.assertEqual(self.files(), self.before)

    def test_ctrl_c(self):
        self.check_interrupt(signal.SIGINT)

    def test_terminate(self):
        self.check_interrupt(signal.SIGTERM)

    def test_second_signal_ends_at_once(self):
        process = self.start_and_wait_for_work()
        # Two kinds, as the kernel may fold two of one kind into one.
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
        self.assertEqual(process.wait(TIMEOUT), 130)
        self.assertFalse([name for name in self.files() if name.endswith("_upscaled.png")])


if __name__ == "__main__":
    main()
