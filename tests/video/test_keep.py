#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames that stay as pictures beside a video: which ones, until when, and after what."""
import os
import pathlib

from clips import Clips, ffmpeg, ffprobe, main, packets, pixels, run, times, video_stream

N_FRAMES = 24
SEGMENT = "0.25"


class Keep(Clips):
    def setUp(self):
        super().setUp()
        self.source = self.path("in.mkv")
        # Each picture is shown twice; the pixels are not square.
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=48x32:rate=12", "-f", "lavfi", "-i",
               "sine=duration=1", "-vf", "fps=24,setsar=4/3", "-frames:v", str(N_FRAMES), "-c:v",
               "ffv1", "-pix_fmt", "gbrp", "-c:a", "flac", self.source)

    def export(self, name, *more, code=0, fault=None, model="nearest"):
        target = self.path(name)
        env = {"GENGA_SEGMENT_SECONDS": SEGMENT}
        if fault:
            env["GENGA_FAULT"] = fault
        self.last = run("upscale", "--model", model, "--codec", "ffv1", *more, self.source, "-o",
                        target, **env)
        self.assertEqual(self.last.code, code, self.last)
        return target

    def parts(self, target):
        """What is beside a video: the names of the folders, each with its pictures."""
        folder = pathlib.Path(target + ".frames")
        if not folder.exists():
            return {}
        return {part.name: sorted(p.name for p in part.iterdir() if p.suffix != ".ffconcat")
                for part in sorted(folder.iterdir())}

    def contents(self, target, part="upscaled"):
        folder = pathlib.Path(target + ".frames", part)
        return {p.name: p.read_bytes() for p in folder.iterdir()}

    def shown(self, target, part, pixel_format="gbrp"):
        """The pixels of the pictures of a folder, in order."""
        return ffmpeg("-i", os.path.join(target + ".frames", part, "frame_%05d.png"), "-f",
                      "rawvideo", "-pix_fmt", pixel_format, "-")

    def left(self):
        return sorted(os.listdir(self.folder))

    def test_which(self):
        """Only the video; frames and video; everything (CLEAN-4)."""
        names = [f"frame_{n:05}.png" for n in range(N_FRAMES)]
        for which, parts in (("none", []), ("until-done", []), ("upscaled", ["upscaled"]),
                             ("source", ["source"]), ("all", ["source", "upscaled"])):
            with self.subTest(which=which):
                target = self.export(which + ".mkv", "--keep-frames", which)
                self.assertEqual(self.parts(target), {part: names for part in parts})
        self.assertEqual(self.left(), sorted(
            ["in.mkv"] + [f"{which}.mkv{ending}" for which in ("all", "source", "upscaled")
                          for ending in ("", ".frames")] + ["none.mkv", "until-done.mkv"]))
        self.assertEqual(self.shown(self.path("all.mkv"), "source"), pixels(self.source, "gbrp"))

    def test_code_again(self):
        """Pictures that were kept become the very video, without upscaling."""
        target = self.export("out.mkv", "--keep-frames", "all")
        again = self.path("again.mkv")
        for part, model, whole in (("upscaled", "none", target), ("source", "nearest", target),
                                   ("source", "none", self.source)):
            with self.subTest(part=part, model=model):
                result = run("upscale", os.path.join(target + ".frames", part), "--model", model,
                             "--codec", "ffv1", "--overwrite", "-o", again)
                self.assertEqual(result.code, 0, result)
                self.assertEqual(pixels(again, "gbrp"), pixels(whole, "gbrp"))
                self.assertEqual(times(again), times(whole))
                self.assertEqual(packets(again, "a"), packets(whole, "a"))
                self.assertEqual(video_stream(again)["sample_aspect_ratio"], "4:3")

    def test_hdr(self):
        """Colours and HDR10 data, which pictures do not hold, come back with the list."""
        source, target, again = (self.path(name) for name in ("hdr.mp4", "out.mkv", "again.mkv"))
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24", "-frames:v", "3", "-c:v", "libx265",
               "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=none:colorprim=bt2020:"
               "transfer=smpte2084:colormatrix=bt2020nc:master-display=G(13250,34500)B(7500,3000)"
               "R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400", source)
        for arguments in (["--model", "nearest", "--keep-frames", "upscaled", source, "-o", target],
                          ["--model", "none", target + ".frames/upscaled", "-o", again]):
            result = run("upscale", "--codec", "h265", "--preset", "ultrafast", "--pixel-format",
                         "yuv420p10le", *arguments)
            self.assertEqual(result.code, 0, result)
        for name in ("color_primaries", "color_transfer", "color_space", "color_range"):
            self.assertEqual(video_stream(again)[name], video_stream(source)[name])
        light = [ffprobe(path, "-select_streams", "v", "-show_frames", "-read_intervals", "%+#1")["frames"][0]
                 for path in (source, target, again)]
        data = [[entry for entry in frame["side_data_list"]
                 if "Mastering" in entry["side_data_type"] or "light" in entry["side_data_type"]]
                for frame in light]
        self.assertEqual(len(data[0]), 2)
        self.assertEqual(data[2], data[0])
        self.assertEqual(data[2], data[1])

    def test_kinds(self):
        """--frames says of which kind they are, and is no folder in the place of the video."""
        target = self.export("out.mkv", "--keep-frames", "upscaled", "--frames", "png16")
        self.assertEqual(len(times(target)), N_FRAMES)
        picture = video_stream(os.path.join(target + ".frames", "upscaled", "frame_00001.png"))
        self.assertEqual(picture["pix_fmt"], "rgb48be")
        self.upscale(self.source, "folder/", "--keep-frames", "upscaled", code=2)
        self.assertIn("already a folder of frames", self.last.text)
        animated = run("upscale", "--model", "nearest", "--keep-frames", "upscaled", self.source,
                       "-o", self.path("out.gif"))
        self.assertEqual(animated.code, 0, animated)
        self.assertEqual(len(self.parts(self.path("out.gif"))["upscaled"]), N_FRAMES)

    def test_encoder_fails(self):
        """What was upscaled stays until the video is there (CLEAN-3)."""
        whole = self.export("whole.mkv", "--keep-frames", "upscaled")
        expected = self.contents(whole)
        del expected["frames.ffconcat"]
        for which, place in (("until-done", "encoder:20"), ("upscaled", "no-room:80+")):
            with self.subTest(which=which, place=place):
                target = self.export(which + ".mkv", "--keep-frames", which, fault=place, code=5)
                kept = self.contents(target)
                del kept["frames.ffconcat"]
                self.assertGreater(len(kept), 4)
                self.assertEqual(kept, {name: expected[name] for name in kept})
                # As far as it goes it is a source, and not a success.
                part = run("upscale", os.path.join(target + ".frames", "upscaled"), "--model",
                           "none", "-o", self.path("part.mkv"))
                self.assertEqual(part.code, 1, part)
                self.assertIn("Incomplete source", part.text)
                self.export(which + ".mkv", "--keep-frames", which)
                self.assertEqual(pixels(target, "gbrp"), pixels(whole, "gbrp"))
        self.assertEqual(self.parts(self.path("until-done.mkv")), {})
        self.assertEqual(self.contents(self.path("upscaled.mkv")), self.contents(whole))

    def test_kill(self):
        """All frames are there after any number of interruptions, and each is what it was."""
        whole = self.export("whole.mkv", "--keep-frames", "all")
        target = self.path("out.mkv")
        for place in ("kill-after-entry:1", "kill-before-entry:1", "kill-segment-written:2",
                      "kill-before-name:1"):
            self.export("out.mkv", "--keep-frames", "all", fault=place, code=-9)
        self.export("out.mkv", "--keep-frames", "all")
        self.assertIn("Continuing", self.last.text)
        for part in ("source", "upscaled"):
            self.assertEqual(self.contents(target, part), self.contents(whole, part))
        self.assertEqual(pixels(target, "gbrp"), pixels(whole, "gbrp"))

    def test_kill_until_done(self):
        """What is there only for a while goes also when the end was interrupted."""
        for place in ("kill-after-entry:2", "kill-after-name:1"):
            self.export("out.mkv", "--keep-frames", "until-done", fault=place, code=-9)
            self.assertIn("upscaled", self.parts(self.path("out.mkv")))
        self.export("out.mkv", "--keep-frames", "until-done")
        self.assertEqual(self.left(), ["in.mkv", "out.mkv"])

    def test_gone(self):
        """Frames that somebody took away while the video waited are missed, and that is said."""
        self.export("out.mkv", "--keep-frames", "upscaled", fault="kill-after-entry:2", code=-9)
        folder = pathlib.Path(self.path("out.mkv.frames"), "upscaled")
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        self.export("out.mkv", "--keep-frames", "upscaled")
        self.assertIn("incomplete", self.last.text)
        self.assertEqual(self.parts(self.path("out.mkv"))["upscaled"][-1],
                         f"frame_{N_FRAMES - 1:05}.png")
        rest = run("upscale", str(folder), "--model", "none", "-o", self.path("rest.mkv"))
        self.assertEqual(rest.code, 1, rest)

    def test_no_place_is_no_reason_for_another_container(self):
        source = self.make("clip.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p", frames=6)
        folder = pathlib.Path(self.path("clip_upscaled.mp4.frames"), "upscaled")
        folder.mkdir(parents=True)
        (folder / "notes.txt").write_text("mine")
        result = run("upscale", "--model", "nearest", "--keep-frames", "upscaled", source)
        self.assertEqual(result.code, 5, result)
        self.assertIn("contains other files", result.text)
        self.assertFalse(os.path.exists(self.path("clip_upscaled.mkv.frames")))

    def test_nothing_of_others_is_touched(self):
        """Only what a list names is ever deleted (CLEAN-6)."""
        self.export("out.mkv", "--keep-frames", "until-done", fault="kill-after-entry:2", code=-9)
        folder = pathlib.Path(self.path("out.mkv.frames"), "upscaled")
        (folder / "notes.txt").write_text("mine")
        self.export("out.mkv", "--keep-frames", "until-done")
        self.assertEqual(self.parts(self.path("out.mkv")), {"upscaled": ["notes.txt"]})
        self.export("out.mkv", "--keep-frames", "upscaled", "--overwrite", code=5)
        self.assertIn("contains other files", self.last.text)

        kept = self.export("kept.mkv", "--keep-frames", "upscaled")
        before = self.contents(kept)
        os.remove(kept)
        self.export("kept.mkv", "--keep-frames", "upscaled", model="bicubic", code=5)
        self.assertIn("other frames", self.last.text)
        self.assertEqual(self.contents(kept), before)
        self.export("kept.mkv", "--keep-frames", "upscaled", "--overwrite", model="bicubic")
        self.assertNotEqual(self.contents(kept), before)


if __name__ == "__main__":
    main()
