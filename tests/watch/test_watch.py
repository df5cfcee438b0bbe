#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder that is watched: each file is taken once, whole, and results never are."""
import collections
import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
import support
from support import TestCase, main, read_png, write_png

LONG = "GENGA_LONG" in os.environ
N = 1000 if LONG else 60


class Watch(TestCase):
    def setUp(self):
        super().setUp()
        self.inbox = pathlib.Path(self.path("in"))
        self.results = self.inbox / "upscaled"
        self.inbox.mkdir()
        self.env = {"XDG_STATE_HOME": self.path("state"), "XDG_CACHE_HOME": self.path("cache")}
        self.picture = self.path("picture.png")
        write_png(self.picture, 8, 6)
        self.bytes = pathlib.Path(self.picture).read_bytes()
        self.n_marks = 0

    # ---- the program ----

    def begin(self, *more, fault=None):
        env = dict(self.env, **({"GENGA_FAULT": fault} if fault else {}))
        process = support.start("watch", "--model", "nearest", "--progress", "json", *more,
                                str(self.inbox), **env)
        self.addCleanup(self.end, process, None)
        process.seen = collections.Counter()
        process.told = []
        return process

    def end(self, process, code=0, signal_number=signal.SIGTERM):
        """In order, as a service is stopped."""
        if process.returncode is None:
            process.send_signal(signal_number)
        out, err = process.communicate(timeout=support.TIMEOUT)
        for line in out.splitlines():
            self.keep(process, json.loads(line))
        if code is not None:
            self.assertEqual(process.returncode, code, err)
        return err.decode()

    def keep(self, process, event):
        process.told.append(event)
        if event["event"] in ("done", "failed"):
            name = os.path.relpath(event["source"], self.inbox)
            process.seen[name if event["event"] == "done" else "failed " + name] += 1

    def wait(self, process, wanted):
        """Until it has told of these."""
        wanted = set(wanted)
        while not wanted <= set(process.seen):
            line = process.stdout.readline()
            self.assertTrue(line, (wanted - set(process.seen), process.told[-3:]))
            self.keep(process, json.loads(line))

    # ---- files ----

    def put(self, name):
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.bytes)
        return path

    def mark(self, process):
        """A file that comes after all others; what it did not take by then, it does not want."""
        self.n_marks += 1
        name = f"zz-mark-{self.n_marks}.png"
        self.put(name)
        self.wait(process, [name])
        process.seen.pop(name)

    def made(self, folder=None):
        folder = folder or self.results
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")
                      if path.is_file() and "zz-mark" not in path.name)

    def result_of(self, name):
        return str(pathlib.Path(name).with_suffix("")) + "_upscaled.png"

    # ---- the tests ----

    def test_ways_in(self):
        """There before, written slowly, renamed, moved in with folders: each once, none early."""
        before = [f"a{i}.png" for i in range(N // 6)]
        slowly = [f"b{i}.png" for i in range(N // 6)]
        renamed = [f"c{i}.png" for i in range(N // 3)]
        moved = [f"tree/{i % 3}/d{i}.png" for i in range(N - 2 * (N // 6) - N // 3)]
        for name in before:
            self.put(name)
        process = self.begin("--recursive")
        writers = [open(self.inbox / name, "wb") for name in slowly]
        for writer in writers:
            writer.write(self.bytes[:40])
            writer.flush()
        staging = pathlib.Path(self.path("staging"))
        for name in moved:
            path = staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.bytes)
        self.wait(process, before)
        if self.has_leases():
            self.mark(process)
            self.assertFalse([name for name in process.seen if "b" in name], process.seen)
        for writer in writers:
            writer.write(self.bytes[40:])
            writer.close()
        for name in renamed:
            part = self.inbox / ("." + name + ".part")
            part.write_bytes(self.bytes)
            part.rename(self.inbox / name)
        (staging / "tree").rename(self.inbox / "tree")
        names = before + slowly + renamed + moved
        self.wait(process, names)
        self.mark(process)
        self.end(process)
        self.assertEqual(process.seen, collections.Counter(names))
        self.assertEqual(self.made(), sorted(map(self.result_of, names)))
        for name in self.made():
            self.assertEqual(read_png(self.results / name)[:2], (16, 12))

    def has_leases(self):
        """Whether the file system tells who writes a file."""
        with open(self.picture, "rb") as file:
            try:
                fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            except OSError:
                return False
            return True

    def test_again(self):
        """What was done stays so; what is replaced, changed or comes back is another file."""
        for name in ("a.png", "b.png"):
            self.put(name)
        process = self.begin()
        self.wait(process, ["a.png", "b.png"])
        self.assertIn("Another Genga is watching", self.refused(5))
        self.put("new.png").rename(self.inbox / "a.png")
        self.wait(process, ["a.png"])
        while process.seen["a.png"] < 2:
            self.keep(process, json.loads(process.stdout.readline()))
        self.end(process, signal_number=signal.SIGINT)
        process = self.begin()
        self.mark(process)
        self.end(process)
        self.assertEqual(process.seen, {})
        self.assertEqual(self.made(), ["a_upscaled-2.png", "a_upscaled.png", "b_upscaled.png"])

    def refused(self, code, *more):
        done = support.run("watch", "--model", "nearest", *more, str(self.inbox), **self.env)
        return self.check(done, code).text

    def test_killed(self):
        """Wherever it dies: what is there is not made again, all else is."""
        names = [f"{i}.png" for i in range(8)]
        for name in names:
            self.put(name)
        for fault in ("kill-watched:3", "kill-watched:2"):
            process = self.begin("--done", "move", fault=fault)
            process.wait(support.TIMEOUT)
            self.end(process, -signal.SIGKILL)
        process = self.begin("--done", "move")
        self.mark(process)
        self.end(process)
        self.assertEqual(self.made(), [self.result_of(name) for name in names])
        self.assertEqual(self.made(self.inbox / "done"), names)
        self.assertEqual(sorted(os.listdir(self.inbox)), ["done", "upscaled"])

    def test_moves(self):
        """With folders, a number where a name is taken, and once more for who puts it back."""
        self.put("sub/a.png")
        process = self.begin("--done", "move", "-r", "--output-dir", self.path("out"))
        self.wait(process, ["sub/a.png"])
        (self.inbox / "done/sub/a.png").rename(self.inbox / "sub/a.png")
        while process.seen["sub/a.png"] < 2:
            self.keep(process, json.loads(process.stdout.readline()))
        self.put("sub/a.png")
        self.put("done/sub/b.png")
        while process.seen["sub/a.png"] < 3:
            self.keep(process, json.loads(process.stdout.readline()))
        self.mark(process)
        self.end(process)
        self.assertEqual(process.seen, {"sub/a.png": 3})
        self.assertEqual(self.made(self.inbox / "done"), ["sub/a-2.png", "sub/a.png", "sub/b.png"])
        self.assertEqual(self.made(pathlib.Path(self.path("out"))),
                         ["sub/a_upscaled-2.png", "sub/a_upscaled-3.png", "sub/a_upscaled.png"])

    def test_broken(self):
        """What can't be read is left alone until it is another file; what is none is passed over."""
        (self.inbox / "broken.png").write_bytes(self.bytes[:60])
        (self.inbox / "text").write_text("no picture")
        (self.inbox / "picture").write_bytes(self.bytes)
        process = self.begin()
        self.wait(process, ["failed broken.png", "picture"])
        self.mark(process)
        self.end(process)
        self.assertEqual(process.seen, {"failed broken.png": 1, "picture": 1})
        failed = [event for event in process.told if event["event"] == "failed"]
        self.assertIn("“broken.png”", failed[0]["message"])
        process = self.begin()
        self.mark(process)
        self.end(process)
        self.assertEqual(process.seen, {})
        process = self.begin()
        self.put("broken.png")
        self.wait(process, ["broken.png"])
        self.end(process)
        self.assertEqual(self.made(), ["broken_upscaled.png", "picture_upscaled.png"])

    def test_links(self):
        """Nothing outside of the folder is read, and nothing that is no file."""
        outside = pathlib.Path(self.path("outside"))
        outside.mkdir()
        (outside / "secret.png").write_bytes(self.bytes)
        (self.inbox / "link.png").symlink_to(outside / "secret.png")
        (self.inbox / "folder").symlink_to(outside)
        os.mkfifo(self.inbox / "pipe.png")
        (self.inbox / "empty.png").touch()
        (self.inbox / ".hidden.png").write_bytes(self.bytes)
        process = self.begin("--recursive")
        self.mark(process)
        self.end(process)
        self.assertEqual((process.seen, self.made()), ({}, []))

    def rewrite_while_read(self, *more):
        """Its bytes are others before it is noted that the first ones are done."""
        self.put("a.png")
        process = self.begin(*more, fault="stop-watched:1")
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        other = self.path("other.png")
        write_png(other, 10, 4)
        with open(self.inbox / "a.png", "r+b") as file:
            file.truncate()
            file.write(pathlib.Path(other).read_bytes())
        process.send_signal(signal.SIGCONT)
        self.mark(process)
        while read_png(self.newest())[:2] != (20, 8):
            self.keep(process, json.loads(process.stdout.readline()))
        self.mark(process)
        self.end(process)

    def newest(self):
        return max(self.results.glob("a_*.png"), key=lambda path: path.stat().st_mtime_ns)

    def test_rewritten(self):
        """What is another version by the end of its job is made as well, and known only then."""
        self.rewrite_while_read()
        process = self.begin()
        self.mark(process)
        self.end(process)
        self.assertEqual(process.seen, {})

    def test_rewritten_and_moved(self):
        """Nothing goes to “done” that was not made."""
        self.rewrite_while_read("--done", "move")
        self.assertEqual(read_png(self.inbox / "done" / "a.png")[:2], (10, 4))
        self.assertEqual(self.made(self.inbox / "done"), ["a.png"])

    def test_folders_gone(self):
        """A process that is confined to folders ends when they are others, and says so."""
        for code, folder in ((5, self.results), (3, self.inbox)):
            process = self.begin()
            self.mark(process)
            folder.rename(self.path(f"away-{code}"))
            if code == 3:
                folder.mkdir()
            process.wait(support.TIMEOUT)
            self.assertIn("Start it again", self.end(process, code))
        self.put("a.png")
        process = self.begin()
        self.wait(process, ["a.png"])
        self.end(process)

    def test_folder_blinks(self):
        """The same folder is watched on."""
        process = self.begin()
        self.mark(process)
        self.inbox.rename(self.path("away"))
        while not any("can't be read" in event.get("message", "") for event in process.told):
            self.keep(process, json.loads(process.stdout.readline()))
        os.rename(self.path("away"), self.inbox)
        self.mark(process)
        self.end(process)

    def test_share(self):
        """A server that gives no leases says nothing of who writes."""
        self.put("a.png")
        process = self.begin("--poll", "1", fault="watched-share:1,hasty-share:1,refused-lease:1+")
        self.wait(process, ["a.png"])
        self.end(process)

    def test_link_for_results(self):
        self.results.symlink_to(self.path("elsewhere"))
        os.mkdir(self.path("elsewhere"))
        self.assertIn("Can't make the output folder", self.refused(5))

    def test_damaged_memory(self):
        """It is seen before anything is taken for known or new, wherever the damage is."""
        self.put("a.png")
        process = self.begin()
        self.wait(process, ["a.png"])
        self.end(process)
        store, = pathlib.Path(self.path("state")).rglob("watched/*.sqlite")
        content = bytearray(store.read_bytes())
        size = int.from_bytes(content[16:18], "big")
        content[-size:] = b"\xff" * size
        store.write_bytes(content)
        process = self.begin()
        self.wait(process, ["a.png"])
        self.end(process)
        self.assertTrue(any("put aside" in event.get("message", "") for event in process.told))

    def test_polling(self):
        """Where nothing tells of changes, and this is said."""
        process = self.begin("--poll", "1")
        self.put("a.png")
        self.wait(process, ["a.png"])
        self.put("b.png")
        self.wait(process, ["b.png"])
        self.end(process)
        for fault, words in (("watched-share:1", "network share"), ("no-watches:1", "no more watches")):
            process = self.begin(fault=fault)
            while not any(words in event.get("message", "") for event in process.told):
                self.keep(process, json.loads(process.stdout.readline()))
            self.end(process)

    def test_results(self):
        """They never lie where sources come from, and those of other runs are none either."""
        for folder in (self.inbox, self.inbox.parent):
            self.assertIn("Choose another folder", self.refused(2, "--output-dir", str(folder)))
        self.put("a.png")
        self.check(support.run("upscale", "--model", "nearest", str(self.inbox / "a.png"),
                               **self.env), 0)
        process = self.begin("--output-dir", str(self.inbox / "b" / "c"), "--recursive")
        self.wait(process, ["a.png"])
        self.mark(process)
        self.end(process)
        self.assertEqual(process.seen, {"a.png": 1})
        self.assertEqual(self.made(self.inbox / "b" / "c"), ["a_upscaled.png"])
        (self.inbox / "a.png").unlink()
        process = self.begin("--output-dir", str(self.inbox / "b" / "c"), "--recursive")
        self.mark(process)
        self.end(process)
        self.assertEqual(process.seen, {})

    @unittest.skipUnless(shutil.which("ffmpeg") and "GENGA_HAS_VIDEO" in os.environ, "no FFmpeg")
    def test_video(self):
        """It goes on where it was killed, with its sound, to the bytes of any other run."""
        self.env["GENGA_SEGMENT_SECONDS"] = "0.5"
        clip = self.path("clip.mp4")
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=32x24:rate=24",
                        "-f", "lavfi", "-i", "sine", "-t", "3", clip], check=True)
        shutil.copy(clip, self.inbox / "clip.mp4")
        process = self.begin(fault="kill-after-entry:3")
        process.wait(support.TIMEOUT)
        self.end(process, -signal.SIGKILL)
        self.assertTrue((self.results / ".clip_upscaled.mp4.genga/segment-000002").exists())
        process = self.begin()
        self.wait(process, ["clip.mp4"])
        self.end(process)
        self.check(support.run("upscale", "--model", "nearest", "-o", self.path("local.mp4"), clip,
                               **self.env), 0)
        self.assertEqual((self.results / "clip_upscaled.mp4").read_bytes(),
                         pathlib.Path(self.path("local.mp4")).read_bytes())

    @unittest.skipUnless(shutil.which("ffmpeg") and "GENGA_HAS_VIDEO" in os.environ, "no FFmpeg")
    def test_frames(self):
        """A folder of frames that is not whole is not taken for a result; it goes on."""
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=32x24:rate=48",
                        "-t", "1", str(self.inbox / "clip.mp4")], check=True)
        process = self.begin("--frames", "png", fault="stop-frame:40")
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        self.end(process, -signal.SIGKILL, signal.SIGKILL)
        self.assertIn(len(list(self.results.rglob("*.png"))), range(1, 48))
        process = self.begin("--frames", "png")
        self.wait(process, ["clip.mp4"])
        self.end(process)
        self.assertEqual(os.listdir(self.results), ["clip_upscaled"])
        self.assertEqual(len(list(self.results.rglob("*.png"))), 48)

    def test_politeness(self):
        """It lets others come first, and waits while there is only the battery."""
        self.put("a.png")
        process = self.begin("--nice", "7", "--ionice", "idle", "--pause-on-battery",
                             fault="on-battery:1")
        self.wait(process, ["a.png"])
        for thread in os.listdir(f"/proc/{process.pid}/task"):
            try:
                self.assertEqual(os.getpriority(os.PRIO_PROCESS, int(thread)), 7)
            except ProcessLookupError:
                continue  # it has ended meanwhile
        done = subprocess.run(["ionice", "-p", str(process.pid)], capture_output=True, text=True)
        self.assertEqual(done.stdout.strip(), "idle")
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        for child in children.read_text().split():  # what starts others
            self.assertEqual(os.getpriority(os.PRIO_PROCESS, int(child)), 7)
        self.end(process)
        notices = [event["message"] for event in process.told if event["event"] == "notice"]
        self.assertEqual(notices[1:], ["Paused: the computer runs on its battery.", "Going on."])
        self.assertIn("for the window's preferences", self.refused(2, "--pause-in-use"))

    def test_usage(self):
        for more in (("--done", "burn"), ("--poll", "-1"), ("--naming", "list", "--names", "a"),
                     ("-o", "a.png")):
            self.refused(2, *more)
        done = support.run("watch", self.path("nowhere"), **self.env)
        self.check(done, 3)
        self.check_one_line(done)

    def test_many_failures(self):
        """They do not fill the log of a service."""
        for i in range(14):
            (self.inbox / f"{i}.png").write_bytes(self.bytes[:50 + i])
        process = subprocess.Popen(
            [support.CLI, "watch", "--model", "nearest", str(self.inbox)], stderr=subprocess.PIPE,
            stdout=subprocess.PIPE, env=support.environment(**self.env))
        self.addCleanup(process.stdout.close)
        self.put("good.png")
        process.stdout.readline()
        process.terminate()
        _, err = process.communicate(timeout=support.TIMEOUT)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(err.decode().count("genga-cli: "), 10, err.decode())
        self.assertIn("4 more files failed.", err.decode())


if __name__ == "__main__":
    main()
