#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames that no filter and no network looks at stay in the planes of their file."""
import array
import json

from clips import Clips, main, pixels, run, video_stream

# In these, RGB has numbers for all colours that the picture has.
MUTED = "lutyuv=y=60+val/3:u=112+val/8:v=112+val/8,noise=alls=8:allf=t"


def samples(path, pixel_format):
    data = pixels(path, pixel_format)
    return array.array("H", data) if pixel_format.endswith("le") else data


class Planes(Clips):
    def make_muted(self, pixel_format, *arguments, size="74x42", frames=3):
        return self.make("in.mkv", "-vf", f"{MUTED},format={pixel_format}", *arguments, "-c:v",
                         "ffv1", size=size, frames=frames)

    def frames_of(self, source, *arguments):
        """As planes, and as RGB in floats."""
        planes = self.upscale(source, "planes.mkv", "--codec", "ffv1", *arguments)
        floats = self.upscale(source, "floats.mkv", "--codec", "ffv1", "--precision", "fp32",
                              *arguments)
        return planes, floats

    def test_like_floats(self):
        """Up to the last bit's rounding, whatever the samples and where they lie."""
        for pixel_format, scale, location in (
                ("yuv420p", 2, "left"), ("yuv420p", 3, "center"), ("yuv420p", 2, "topleft"),
                ("yuv420p10le", 2, "left"), ("yuv422p", 3, "left"), ("yuv444p", 2, "center"),
                ("yuv422p10le", 2, "left")):
            with self.subTest(pixel_format=pixel_format, scale=scale, location=location):
                source = self.make_muted(pixel_format, "-chroma_sample_location", location)
                planes, floats = (samples(path, pixel_format) for path in
                                  self.frames_of(source, "--scale", str(scale)))
                self.assertEqual(len(planes), len(floats))
                self.assertLessEqual(max(abs(a - b) for a, b in zip(planes, floats)), 1)

    def test_nothing_is_lost(self):
        """A picture that nothing is done to has the bits that it had, colours beyond RGB too."""
        for pixel_format in ("yuv420p", "yuv422p10le", "yuv444p"):
            with self.subTest(pixel_format=pixel_format):
                source = self.make("in.mkv", "-vf", f"noise=alls=60:allf=t,format={pixel_format}",
                                   "-c:v", "ffv1", frames=3)
                target = self.upscale(source, "out.mkv", "--model", "none", "--scale", "1",
                                      "--codec", "ffv1")
                self.assertEqual(pixels(source, pixel_format), pixels(target, pixel_format))

    def test_deeper(self):
        """An encoder of more bits gets the same numbers, further up."""
        source = self.make_muted("yuv420p")
        target = self.upscale(source, "out.mkv", "--model", "none", "--scale", "1", "--codec",
                              "ffv1", "--bit-depth", "12")
        self.assertEqual([16 * value for value in samples(source, "yuv420p")],
                         list(samples(target, "yuv420p12le")))

    def test_filters_see_rgb(self):
        """What asks for colours gets them, and other samples of colour are made of them."""
        source = self.make_muted("yuv420p")
        for arguments in (["--saturation", "0.5"], ["--pixel-format", "yuv444p"],
                          ["--strength", "50"], ["--reuse", "tolerance"]):
            with self.subTest(arguments=arguments):
                planes, floats = self.frames_of(source, *arguments)
                self.assertEqual(pixels(planes, "yuv444p"), pixels(floats, "yuv444p"))

    def test_uneven(self):
        """Where the last sample of colour is for more pixels than are left, the last of them counts;
        FFmpeg's FFV1 must not be let lose it, as it does with slices where a side is 46 or 358."""
        for width, height in (42, 42), (46, 46), (720, 24), (358, 24):
            source = self.make("in.mkv", "-vf", "format=gbrp,lutrgb=r=200:g=90:b=30", "-c:v",
                               "ffv1", size=f"{width}x{height}", frames=2)
            few = (width + 3) // 4
            for pixel_format, size in ("yuv410p", few * ((height + 3) // 4)), ("yuv411p", few * height):
                with self.subTest(width=width, pixel_format=pixel_format):
                    target = self.upscale(source, "out.mkv", "--scale", "1", "--codec", "ffv1",
                                          "--pixel-format", pixel_format)
                    self.assertEqual(video_stream(target)["pix_fmt"], pixel_format)
                    data = pixels(target, pixel_format)
                    luma = width * height
                    for frame in data[:len(data) // 2], data[len(data) // 2:]:
                        for plane in frame[:luma], frame[luma:-size], frame[-size:]:
                            self.assertEqual(len(set(plane)), 1)

    def test_another_form(self):
        """Frames that come in another size or format than the first one."""
        source = self.path("in.ts")
        with open(source, "wb") as whole:
            for number, (size, pixel_format) in enumerate((
                    ("64x48", "yuv420p"), ("32x24", "yuv420p"), ("64x48", "yuv444p"),
                    ("64x48", "gray"))):
                part = self.make(f"{number}.ts", "-vf", f"format={pixel_format}", "-c:v", "libx264",
                                 "-output_ts_offset", str(2 * number), source="smptebars", size=size, frames=4, rate="25")
                with open(part, "rb") as file:
                    whole.write(file.read())
        target = self.upscale(source, "out.mkv", "--model", "nearest", "--codec", "ffv1")
        self.assertIn("they are resized to 64 × 48", self.last.text)
        # The upper bars, which are the same in all sizes.
        frames = pixels(target, "gray", "scale=8:6")
        self.assertEqual(len(frames), 16 * 48)
        for number in (5, 9, 13):
            differences = [abs(a - b) for a, b in zip(frames[:24], frames[number * 48:][:24])]
            self.assertLess(max(differences), 40, number)

    def test_part(self):
        """The first frame of a part is there before its form is chosen."""
        source = self.make_muted("yuv420p", frames=24)
        target = self.upscale(source, "out.mkv", "--model", "none", "--scale", "1", "--codec",
                              "ffv1", "--from", "0.3", "--to", "0.7")
        whole, part = pixels(source, "yuv420p"), pixels(target, "yuv420p")
        size = len(whole) // 24
        self.assertEqual(part, whole[8 * size:8 * size + len(part)])
        self.assertEqual(len(part) // size, 9)

    def test_where_time_goes(self):
        """Changing the form of frames is a part of reading and of writing, and told apart."""
        source = self.make_muted("yuv420p")
        for arguments, converts in ((["--precision", "fp32"], True), ([], False)):
            result = run("upscale", "--model", "nearest", "--overwrite", "--progress", "json",
                         *arguments, source, "-o", self.path("out.mkv"))
            self.assertEqual(result.code, 0, result)
            done = next(event for event in map(json.loads, result.out.decode().splitlines())
                        if event["event"] == "done")
            for stage in ("read", "write"):
                converting = done["seconds"][stage + "_converting"]
                self.assertLessEqual(converting, done["seconds"][stage])
                self.assertTrue(converting > 0 or not converts, stage)

    def test_repeated(self):
        """A frame that is the one before is made once."""
        source = self.make("in.mkv", "-vf", "trim=end_frame=1,loop=11:1:0,setpts=N/24/TB", "-c:v",
                           "ffv1", frames=12, rate="24")
        result = run("upscale", "--model", "nearest", "--codec", "ffv1", "--progress", "json", source,
                     "-o", self.path("out.mkv"))
        self.assertEqual(result.code, 0, result)
        self.assertIn(b'"duplicate_frames":11', result.out.replace(b" ", b""))


if __name__ == "__main__":
    main()
