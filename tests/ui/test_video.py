#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Videos in the real window: rows and options, single frames, clips of tests, and what is
unfinished."""
import json
import os
import subprocess

import support
from support import expect

ROLE_OF_ROWS = "combo box"


def put_clip(desktop, name="clip.mkv", seconds=4, size="64x48"):
    """A video of 24 frames per second with a tone, in the home folder."""
    path = desktop.folder / name
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i",
         f"testsrc2=size={size}:rate=24:duration={seconds}", "-f", "lavfi", "-i",
         f"sine=duration={seconds}", "-pix_fmt", "yuv420p", "-g", "24", "-c:v", "libx264",
         "-preset", "ultrafast", "-c:a", "pcm_s16le", str(path)], check=True)
    return path


def probe(path):
    """The streams of a file, with their frames counted."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-of", "json", "-show_streams", str(path)],
        check=True, capture_output=True)
    return json.loads(done.stdout)["streams"]


def wait_until_gone(desktop, role, name):
    """Until something is not to be seen any more."""
    support.wait_for(f"{role} “{name}” to go", lambda: desktop.look(role, name) is None)


def get_place(desktop):
    """The slider of the frame that is shown."""
    return desktop.find("slider", "Frame of the Video").queryValue()


def click(desktop, role, name):
    """Presses the mouse in the middle of something, which gives it the focus."""
    box = desktop.find(role, name).queryComponent().getExtents(support.get_window_coordinates())
    subprocess.run(["xdotool", "mousemove", "--window", desktop.get_window("Genga"),
                    str(box.x + box.width // 2), str(box.y + box.height // 2), "click", "1"],
                   check=True)


def move_to(desktop, seconds, shown):
    """Another frame, until it is there."""
    get_place(desktop).currentValue = seconds
    desktop.find("label", shown)


def get_leftovers(desktop):
    """What a test keeps in the cache."""
    return list((desktop.folder / "cache/genga").glob("test-*"))


def check_saving(desktop, result):
    """A result is saved as it is, not as another kind of file, and copied as a file."""
    desktop.activate_in_window("save-as")
    desktop.type(str(desktop.folder / "other.mp4"), "Save Result As")
    desktop.find_starting("label", "“other.mp4” would need another container")
    desktop.activate_in_window("save-as")
    desktop.type(str(desktop.folder / "copy.mkv"), "Save Result As")
    desktop.find("label", "Saved the result as “copy.mkv”.")
    expect((desktop.folder / "copy.mkv").read_bytes() == result.read_bytes(), "it is no copy")
    desktop.activate_in_window("copy-result")
    desktop.find("label", "Copied the file of the result to the clipboard.")
    text = desktop.read_clipboard("text")
    expect(result.name in text, f"the clipboard has {text!r}")


def test_queue(desktop):
    """A video comes in and is upscaled like a picture; its row tells its size, length and rate, and
    the panel has options for what is in the list."""
    desktop.write_options(model="nearest", preset="ultrafast")
    desktop.start_genga(put_clip(desktop))
    desktop.find_row("clip.mkv", "Waiting")
    desktop.find("label", "64 × 48 to 128 × 96, 0:04, 24 fps")
    for name in ["Target height", "Codec", "Profile"]:
        desktop.find(ROLE_OF_ROWS, name)
    desktop.find("label", "H.264")  # what an automatic codec comes to
    wait_until_gone(desktop, ROLE_OF_ROWS, "Format")
    quality = desktop.find("slider", "Video quality").queryValue()
    quality.currentValue = -24
    desktop.find("label", "Fair (CRF 24)")
    desktop.press("Reset the Quality")
    wait_until_gone(desktop, "label", "Fair (CRF 24)")
    desktop.check_names()
    desktop.press("Start")
    desktop.find_row("clip.mkv", "Done")
    desktop.find("label", "After")
    streams = probe(desktop.folder / "clip_upscaled.mkv")
    video = next(stream for stream in streams if stream["codec_type"] == "video")
    expect((video["width"], video["height"]) == (128, 96), f"the result is {video}")
    expect(video["nb_read_frames"] == "96", f"{video['nb_read_frames']} frames of 96")
    expect([s["codec_name"] for s in streams if s["codec_type"] == "audio"] == ["pcm_s16le"],
           "the sound is another")

    check_saving(desktop, desktop.folder / "clip_upscaled.mkv")
    desktop.drop([desktop.put_sample("picture.png")])
    desktop.find_row("picture.png", "Waiting")
    desktop.find(ROLE_OF_ROWS, "Format")
    desktop.find(ROLE_OF_ROWS, "Codec")
    desktop.activate_in_window("remove-done")
    wait_until_gone(desktop, ROLE_OF_ROWS, "Codec")
    desktop.find("label", "Preview")
    wait_until_gone(desktop, "slider", "Frame of the Video")
    desktop.quit()


def test_frames(desktop):
    """Every frame can be looked at, with its preview; the result has the same place."""
    desktop.write_options(model="nearest", preset="ultrafast", **{"target-height": "120"})
    desktop.start_genga(put_clip(desktop))
    desktop.find("label", "64 × 48 to 160 × 120, 0:04, 24 fps")
    desktop.find("label", "Preview")
    place = get_place(desktop)
    expect(0 < place.currentValue < 4, f"the first frame shown is at {place.currentValue}")
    move_to(desktop, 2, "0:02.00")
    for value in [1, 3, 0.5, 3.5, 1.5]:  # the last one counts
        place.currentValue = value
    desktop.find("label", "0:01.50")
    desktop.find("label", "Preview")
    click(desktop, "slider", "Frame of the Video")
    for keys, least, most in [("Right", 0.03, 0.05), ("Left", -0.05, -0.03), ("Page_Up", 0.9, 1.1),
                              ("Page_Down", -1.1, -0.9)]:
        before = place.currentValue
        desktop.key(keys)
        support.wait_for(keys, lambda: abs(place.currentValue - before) > 0.03)
        way = place.currentValue - before
        expect(least < way < most or least < -way < most, f"{keys} goes {way}")
    move_to(desktop, 100, "0:03.96")  # there is none after the last one
    desktop.press("Start")
    desktop.find_row("clip.mkv", "Done")
    desktop.find("label", "After")
    move_to(desktop, 1, "0:01.00")
    desktop.find("label", "After")
    desktop.quit()


def put_turned_hdr(desktop):
    """A video that players turn, whose pixels are not square, and which is HDR; its lower half is
    bright when it is turned."""
    flat, path = desktop.folder / "flat.mp4", desktop.folder / "clip.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i",
         "color=black:size=64x48:rate=24:duration=1", "-vf",
         "drawbox=0:0:32:48:white:fill,setsar=2", "-pix_fmt", "yuv420p10le", "-c:v", "libx265",
         "-preset", "ultrafast", "-x265-params",
         "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc", "-tag:v",
         "hvc1", str(flat)], check=True)
    copy = ["ffmpeg", "-v", "error", "-nostdin", "-y"]
    # FFmpeg has an option for it since 6, and knew a tag until then.
    if subprocess.run([*copy, "-display_rotation", "90", "-i", str(flat), "-c", "copy",
                       str(path)]).returncode != 0:
        subprocess.run([*copy, "-i", str(flat), "-c", "copy", "-metadata:s:v", "rotate=90",
                        str(path)], check=True)
    return path


def test_turned_hdr(desktop):
    """Frames are shown as players do, and computed as they are."""
    desktop.write_options(model="nearest", preset="ultrafast", codec="h265")
    desktop.start_genga(put_turned_hdr(desktop))
    desktop.find("label", "HDR, tone-mapped for the view")
    desktop.find("label", "Preview")
    desktop.keep_screenshot("turned HDR before")
    desktop.press("Start")
    desktop.find_row("clip.mp4", "Done")
    desktop.find("label", "After")
    desktop.keep_screenshot("turned HDR after")
    video = probe(desktop.folder / "clip_upscaled.mp4")[0]
    expect((video["width"], video["height"]) == (128, 96), f"the result is {video}")
    expect(video.get("color_transfer") == "smpte2084", "the result is no HDR")
    desktop.key("ctrl+shift+m")
    desktop.find("push button", "Use Nearest")
    desktop.press_until("Use genga-fast",
                        lambda: desktop.look("frame", "Compare Models") is None)
    desktop.quit()


def test_clip(desktop):
    """A test of a video plays beside its source, can be held, and leaves nothing behind."""
    desktop.write_options(model="nearest", preset="ultrafast")
    desktop.start_genga(put_clip(desktop, seconds=8))
    desktop.find("label", "Preview")
    move_to(desktop, 6, "0:06.00")
    desktop.press("Test")
    desktop.find("label", "Test Result")
    expect(len(get_leftovers(desktop)) == 1, f"there is {get_leftovers(desktop)}")
    place = get_place(desktop)
    seen = set()

    def has_moved():
        seen.add(round(place.currentValue, 3))
        return len(seen) > 3
    support.wait_for("frames of the clip", has_moved)
    expect(all(2.9 < value < 8 for value in seen), f"frames at {seen}")
    desktop.press("Pause the Clip")
    desktop.find("push button", "Play the Clip")
    move_to(desktop, 1, "0:01.00")
    desktop.find("label", "Preview")
    desktop.press("Play the Clip")
    desktop.find("label", "Test Result")
    scale = desktop.find("spin button", "Scale").queryValue()
    scale.currentValue = 3  # the clip is of other options then
    desktop.find("label", "Preview")
    wait_until_gone(desktop, "push button", "Pause the Clip")
    support.wait_for("the clip's file to go", lambda: not get_leftovers(desktop))
    desktop.quit()
    expect(not list(desktop.folder.glob("clip_*")), "the test has written a result")


def test_unfinished(desktop):
    """A test can be stopped, and so can a video, which is there the next time and can be started
    again; one that is none says why."""
    desktop.write_slow_options()
    broken = desktop.folder / "broken.mkv"
    desktop.start_genga(put_clip(desktop))
    desktop.find("slider", "Frame of the Video")
    desktop.press("Test")
    desktop.find("progress bar", "Progress of the Test")
    desktop.press("Test")
    wait_until_gone(desktop, "progress bar", "Progress of the Test")
    support.wait_for("the folder to go", lambda: not get_leftovers(desktop))

    desktop.press("Start")
    desktop.find_matching("panel", r"clip\.mkv, [0-9]+ %.*")
    desktop.find_matching("label", r"[0-9]+ of 96 frames.*")
    desktop.press("Pause")
    desktop.find("label", "Paused")
    desktop.press("Stop")
    desktop.find_row("clip.mkv", "Stopped")
    broken.write_bytes((desktop.folder / "clip.mkv").read_bytes()[:300])
    desktop.drop([broken])
    desktop.find_starting("panel", "broken.mkv, Can't read “broken.mkv”")
    desktop.quit()

    desktop.start_genga()
    desktop.find_row("clip.mkv", "Stopped")
    desktop.press("Start")
    desktop.find_matching("panel", r"clip\.mkv, [0-9]+ %.*")
    desktop.press("Stop")
    desktop.find_row("clip.mkv", "Stopped")
    expect(not (desktop.folder / "clip_upscaled.mkv").exists(), "there is half a result")
    desktop.quit()


def test_leftovers(desktop):
    """Taking a video out of the list asks what is to become of what is finished of it."""
    clip = put_clip(desktop)
    put_clip(desktop, "other.mkv", seconds=1)
    folder = desktop.folder / ".clip_upscaled.mkv.genga"
    environment = dict(desktop.environment, GENGA_SEGMENT_SECONDS="1",
                       GENGA_FAULT="kill-after-entry:2")
    subprocess.run([os.environ["GENGA_CLI"], "upscale", "--model", "nearest", "--keep-frames",
                    "until-done", str(clip)], env=environment, capture_output=True)
    if not folder.exists():
        return  # a build without faults
    desktop.write_options(model="nearest", preset="ultrafast")
    desktop.start_genga(desktop.folder / "other.mkv")
    desktop.find_row("other.mkv", "Waiting")
    desktop.activate_in_window("remove-selected")
    wait_until_gone(desktop, "panel", "other.mkv, Waiting")
    for answer in ["Keep", "Discard"]:
        desktop.drop([clip])
        desktop.find_row("clip.mkv", "Waiting")
        desktop.activate_in_window("remove-selected")
        desktop.find_starting("label", "48 of 96 frames of “clip_upscaled.mkv” are finished")
        expect(folder.exists(), "it went without an answer")
        desktop.answer(answer)
    support.wait_for("what was finished to go", lambda: not folder.exists())
    expect(not (desktop.folder / "clip_upscaled.mkv.frames").exists(), "its frames stay")
    desktop.drop([clip])
    desktop.find_row("clip.mkv", "Waiting")
    desktop.activate_in_window("remove-selected")
    wait_until_gone(desktop, "panel", "clip.mkv, Waiting")
    desktop.quit()  # which a question would not let


def put_film(desktop):
    """A video with two tracks of audio, subtitles and chapters."""
    lines, chapters = desktop.folder / "lines.srt", desktop.folder / "chapters.txt"
    lines.write_text("1\n00:00:00,000 --> 00:00:01,000\na line\n")
    chapters.write_text(";FFMETADATA1\n" + "".join(
        f"[CHAPTER]\nTIMEBASE=1/1\nSTART={start}\nEND={start + 2}\n" for start in (0, 2)))
    path = desktop.folder / "film.mkv"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-i", str(put_clip(desktop)), "-i", str(lines), "-i",
         str(chapters), "-map", "0", "-map", "0:a", "-map", "1", "-map_metadata", "2", "-c", "copy",
         "-metadata:s:a:0", "language=jpn", "-metadata:s:a:1", "language=eng", str(path)], check=True)
    return path


def test_tracks(desktop):
    """Each track has a switch, and what will happen follows it."""
    desktop.write_options(model="nearest", preset="ultrafast", container="mp4")
    desktop.start_genga(put_film(desktop))
    desktop.find_row("film.mkv", "Waiting")
    desktop.find_starting("label", "Converted: Audio (Japanese, PCM) to FLAC; Audio (English, PCM)")
    desktop.open_row("Tracks", "tracks.open")
    desktop.find("check box", "Audio 2").queryAction().doAction(0)
    desktop.find("label", "3 of 4 in the result")
    desktop.find("check box", "Chapters").queryAction().doAction(0)
    desktop.find("label", "2 of 4 in the result")
    desktop.open_row("What Will Happen", "outlook.open")
    desktop.find("label", "Left out as chosen")
    desktop.find("label", "Audio (English, PCM); 2 chapters")
    desktop.check_names()
    desktop.keep_screenshot("tracks")

    # Measured, in the way and wholly.
    desktop.press("Measure")
    desktop.find("label", "These numbers come from a few seconds of the video.")
    desktop.press("Start")
    desktop.find_row("film.mkv", "Done")
    streams = probe(desktop.folder / "film_upscaled.mp4")
    expect([(s["codec_name"], s["tags"]["language"]) for s in streams if s["codec_type"] == "audio"]
           == [("flac", "jpn")], f"the streams are {streams}")
    wait_until_gone(desktop, "list item", "What Will Happen")
    desktop.quit()
    stored = (desktop.folder / "config/glib-2.0/settings/keyfile").read_text()
    expect("leave-out" not in stored, f"tracks of one film are remembered in {stored!r}")


def test_measuring_stopped(desktop):
    """A measurement ends when it is told to, even one that is stuck, and leaves nothing behind."""
    support.need_faults()
    desktop.environment["GENGA_FAULT"] = "stall-measure:2"
    desktop.write_options(model="nearest", preset="ultrafast")
    desktop.start_genga(put_clip(desktop, seconds=1))
    desktop.find_row("clip.mkv", "Waiting")
    desktop.open_row("What Will Happen", "outlook.open")
    desktop.press("Measure")
    bar = desktop.find("progress bar", "Progress of Measuring")
    support.wait_for("a part to be measured", lambda: bar.queryValue().currentValue > 0)
    desktop.press("Stop Measuring")
    desktop.find("push button", "Measure")
    wait_until_gone(desktop, "progress bar", "Progress of Measuring")
    left = list((desktop.folder / "cache/genga/temporary").iterdir())
    expect(not left, f"{left} is left")
    desktop.press("Start")
    desktop.find_row("clip.mkv", "Done")
    desktop.quit()


def take_hold(desktop, handle):
    """Presses the mouse on the handle at the right end of the part, wherever its edge is."""
    import pyatspi
    window = desktop.get_window("Genga")
    box = handle.queryComponent().getExtents(support.get_window_coordinates())
    for x in range(box.x + box.width + 24, box.x + box.width - 24, -6):
        subprocess.run(["xdotool", "mousemove", "--window", window, str(x),
                        str(box.y + box.height // 2), "click", "1"], check=True)
        if handle.getState().contains(pyatspi.STATE_FOCUSED):
            return


def test_trim(desktop):
    """The part that is used has a handle at each end, which are sliders; the options follow them,
    and they the options."""
    desktop.write_options(model="nearest", preset="ultrafast", to="3.5")
    desktop.start_genga(put_clip(desktop))
    desktop.find_row("clip.mkv", "Waiting")
    start, end = (desktop.find("slider", name) for name in ("Start of the Part", "End of the Part"))
    expect((start.queryValue().currentValue, end.queryValue().currentValue) == (0, 3.5),
           "the part is not what was chosen")
    start.queryValue().currentValue = 1.01  # between two frames there is nothing
    support.wait_for("the start to move", lambda: start.queryValue().currentValue == 1)
    end.queryValue().currentValue = 0  # there is a frame at least
    support.wait_for("the end to be held", lambda: 1 < end.queryValue().currentValue < 1.1)
    end.queryValue().currentValue = 4
    take_hold(desktop, end)
    desktop.key("Page_Down")  # which goes by a quarter of so short a clip
    support.wait_for("the end to move", lambda: end.queryValue().currentValue == 3)
    desktop.keep_screenshot("trim")
    desktop.press("Start")
    desktop.find_row("clip.mkv", "Done")
    video = next(s for s in probe(desktop.folder / "clip_upscaled.mkv") if s["codec_type"] == "video")
    expect(video["nb_read_frames"] == "48", f"{video['nb_read_frames']} frames of 48")
    desktop.quit()


def get_width(desktop):
    """The window's, in pixels."""
    done = subprocess.run(["xdotool", "getwindowgeometry", "--shell", desktop.get_window("Genga")],
                          capture_output=True, check=True, text=True)
    return int(dict(line.split("=") for line in done.stdout.splitlines())["WIDTH"])


def test_narrow(desktop):
    """As on a phone, even with the bar of a video's frames."""
    desktop.write_options(model="nearest")
    desktop.start_genga(put_clip(desktop, seconds=1))
    desktop.find_row("clip.mkv", "Waiting")
    desktop.find("slider", "End of the Part")
    subprocess.run(["xdotool", "windowsize", desktop.get_window("Genga"), "360", "640"], check=True)
    support.wait_for("a window of 360 pixels", lambda: get_width(desktop) == 360)
    for name in ["Start", "Zoom In"]:
        desktop.find("push button", name)
    desktop.keep_screenshot("narrow")
    desktop.quit()


support.run([
    ("queue", test_queue),
    ("frames", test_frames),
    ("turned HDR", test_turned_hdr),
    ("clip", test_clip),
    ("tracks", test_tracks),
    ("measuring stopped", test_measuring_stopped),
    ("trim", test_trim),
    ("narrow", test_narrow),
    ("unfinished", test_unfinished),
    ("leftovers", test_leftovers),
])
