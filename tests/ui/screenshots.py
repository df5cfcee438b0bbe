#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the real window, for people to look at and for README and metainfo.

screenshots.py [NAME ...] with the environment of the tests and GENGA_UI_SCREENSHOTS, the folder that
they come to.
"""
import os
import pathlib
import subprocess
import sys
import time

import support

FOLDER = pathlib.Path(os.environ["GENGA_UI_SCREENSHOTS"])


def put_samples(desktop, *names):
    """Copies of the sample picture in the desktop's home."""
    return [desktop.put_sample(name) for name in names]


def take(desktop, name, title="Genga"):
    """A window alone, once it rests."""
    time.sleep(1)
    window = desktop.get_window(title)
    subprocess.run(["import", "-window", window, str(FOLDER / f"{name}.png")], check=True)


def wait_for_preview(desktop):
    """Until the preview is there."""
    desktop.find("label", "Preview")
    time.sleep(4)


def resize(desktop, width, height):
    """Another size of the window."""
    window = desktop.get_window("Genga")
    subprocess.run(["xdotool", "windowsize", "--sync", window, str(width), str(height)], check=True)
    time.sleep(1)


def shoot_empty(desktop):
    """Nothing is there yet."""
    desktop.start_genga()
    take(desktop, "empty")


def shoot_compare(desktop):
    """A live preview beside its source."""
    desktop.start_genga(*put_samples(desktop, "Episode 12 still.png", "Key visual.png"))
    desktop.find("panel", "Key visual.png, Waiting")
    wait_for_preview(desktop)
    for _ in range(3):
        desktop.press("Zoom In")
    time.sleep(3)
    take(desktop, "compare")


def shoot_panes(desktop):
    """Both pictures side by side."""
    desktop.start_genga(*put_samples(desktop, "Key visual.png"))
    wait_for_preview(desktop)
    desktop.press("Side by Side")
    desktop.press("Original Size")
    time.sleep(3)
    take(desktop, "side-by-side")


def shoot_candidates(desktop):
    """What three models make of the same part."""
    desktop.start_genga(*put_samples(desktop, "Key visual.png"))
    wait_for_preview(desktop)
    desktop.key("ctrl+shift+m")
    desktop.find("frame", "Compare Models")
    desktop.press("Add a Model")
    desktop.key("2", "Compare Models")
    time.sleep(5)
    take(desktop, "candidates", "Compare Models")


def shoot_running(desktop):
    """A queue at work."""
    desktop.write_options(model="bicubic", scale="16")
    desktop.start_genga(*put_samples(desktop, "one.png", "two.png", "three.png", "four.png"))
    desktop.find("panel", "four.png, Waiting")
    desktop.press("Start")
    desktop.find("panel", "one.png, Done")
    take(desktop, "running")


def put_episode(desktop):
    """A video with sound in two languages, and subtitles."""
    still = desktop.put_sample("still.png")
    lines = desktop.folder / "lines.srt"
    lines.write_text("1\n00:00:00,000 --> 00:00:01,000\na line\n")
    clip = desktop.folder / "Episode 12.mkv"
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-loop", "1", "-i", str(still), "-f", "lavfi",
                    "-i", "sine", "-i", str(lines), "-map", "0", "-map", "1", "-map", "1", "-map", "2",
                    "-t", "84", "-r", "24000/1001", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset",
                    "ultrafast", "-c:a", "flac", "-metadata:s:a:0", "language=jpn", "-metadata:s:a:1",
                    "language=eng", "-metadata:s:s:0", "language=eng", str(clip)], check=True)
    return clip


def scroll_options(desktop, times):
    """Beside the options, where the wheel changes none of them."""
    subprocess.run(["xdotool", "mousemove", "--window", desktop.get_window("Genga"), "741", "600",
                    "click", "--repeat", str(times), "--delay", "60", "5"], check=True)
    time.sleep(4)


def shoot_video(desktop):
    """A frame of a video beside its preview, the part that is used, and the options of videos."""
    desktop.start_genga(put_episode(desktop))
    wait_for_preview(desktop)
    for _ in range(2):
        desktop.press("Zoom In")
    desktop.find("slider", "Start of the Part").queryValue().currentValue = 12
    desktop.find("slider", "End of the Part").queryValue().currentValue = 70
    scroll_options(desktop, 6)
    take(desktop, "video")


def shoot_tracks(desktop):
    """What will happen to a video, and its tracks."""
    desktop.write_options(model="genga-fast", container="mp4")
    desktop.start_genga(put_episode(desktop))
    wait_for_preview(desktop)
    desktop.open_row("Tracks", "tracks.open")
    desktop.open_row("What Will Happen", "outlook.open")
    desktop.find("check box", "Audio 2").queryAction().doAction(0)
    scroll_options(desktop, 18)
    take(desktop, "tracks")
    scroll_options(desktop, 60)
    take(desktop, "what-will-happen")


def shoot_models(desktop):
    """The page of models."""
    desktop.start_genga()
    desktop.press("Models")
    desktop.find("frame", "Models")
    time.sleep(3)
    take(desktop, "models", "Models")


def shoot_dark(desktop):
    """In dark style."""
    desktop.environment["ADW_DEBUG_COLOR_SCHEME"] = "prefer-dark"
    desktop.start_genga(*put_samples(desktop, "Key visual.png"))
    wait_for_preview(desktop)
    desktop.press("Side by Side")
    for _ in range(4):
        desktop.press("Zoom In")
    time.sleep(4)
    take(desktop, "dark")


def shoot_narrow(desktop):
    """As on a phone."""
    desktop.start_genga(*put_samples(desktop, "Key visual.png"))
    wait_for_preview(desktop)
    resize(desktop, 360, 640)
    time.sleep(2)
    take(desktop, "narrow")


def shoot_french(desktop):
    """In French."""
    desktop.environment.update(LANGUAGE="fr", LC_ALL="C.UTF-8", LANG="fr_FR.UTF-8")
    desktop.start_genga(*put_samples(desktop, "Illustration.png"))
    time.sleep(6)
    take(desktop, "french")


def shoot_accessible(desktop):
    """With large text and high contrast."""
    desktop.write_settings(gtk_xft_dpi=int(1.5 * 96 * 1024))
    desktop.environment["ADW_DEBUG_HIGH_CONTRAST"] = "1"
    desktop.start_genga(*put_samples(desktop, "Illustration.png"))
    time.sleep(6)
    take(desktop, "large-text")


FOLDER.mkdir(parents=True, exist_ok=True)
os.environ.setdefault("GENGA_UI_SHOTS", " ".join(sys.argv[1:]))
wanted = os.environ["GENGA_UI_SHOTS"].split()
shots = {name.removeprefix("shoot_"): function for name, function in globals().items()
         if name.startswith("shoot_")}
support.run([(name, function) for name, function in shots.items()
             if not wanted or name in wanted])
