#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Videos, as ratios of what is measured side by side in one run: nothing here can fail a test.

  reuse     the reel with and without reuse of earlier frames: processor time and wall time
  planes    what is neither decoder nor encoder, against the ffmpeg program: noisy frames, 1080p to 4K
  overlap   300 frames: wall time against the slowest stage's own time
  profiles  PSNR, SSIM (and VMAF where ffmpeg has it) of codecs against the frames that went in

GENGA_BENCH_MODEL (genga-fast) chooses what reuse runs, GENGA_BENCH_FRAMES (96; 0: the whole reel) how
many frames it and planes have. Arguments are the names of those that are to run; else all do.
"""
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time

CLI = os.environ["GENGA_CLI"]
SHARED = os.environ.get("GENGA_SHARED", "")
MODEL = os.environ.get("GENGA_BENCH_MODEL", "genga-fast")
FRAMES = int(os.environ.get("GENGA_BENCH_FRAMES", "96"))
PROFILES = [("h264", "high"), ("h264", "lossless"), ("h265", "main"), ("h265", "main10"),
            ("h265", "lossless"), ("av1", "auto"), ("vp9", "auto"), ("prores", "hq"),
            ("dnxhr", "hq"), ("ffv1", "auto")]


def ffmpeg(*arguments):
    return subprocess.run(["ffmpeg", "-v", "info", "-nostdin", "-y", *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True,
                          text=True).stderr


def upscale(source, target, *arguments):
    """The program's last word, wall seconds and processor seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    out = subprocess.run([CLI, "upscale", "--progress", "json", "--overwrite", *arguments, source,
                          "-o", target], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         check=True).stdout
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = next(e for e in map(json.loads, out.decode().splitlines()) if e["event"] == "done")
    return done, wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def take(*command):
    """Wall seconds, processor seconds and megabytes of a program, and what it says."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as said, subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        said.seek(0)
        return (time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3,
                said.read())


def bench_planes(folder):
    source, target = (os.path.join(folder, name) for name in ("noisy.mkv", "out.mkv"))
    n_frames = FRAMES or 96
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=24,noise=alls=20:allf=t", "-frames:v",
           str(n_frames), "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt",
           "yuv420p", source)
    coding = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "18")
    theirs = take("ffmpeg", "-v", "error", "-nostdin", "-y", "-i", source, "-vf",
                  "scale=3840:2160:flags=neighbor", *coding, target)
    for name, more in (("planes", ()), ("RGB in floats", ("--precision", "fp32"))):
        ours = take(CLI, "upscale", "--progress", "json", "--overwrite", "--model", "nearest",
                    "--reuse", "off", "--codec", "h264", "--preset", "veryfast", "--crf", "18", *more,
                    source, "-o", target)
        done = next(e for e in map(json.loads, ours[3].decode().splitlines()) if e["event"] == "done")
        seconds = done["seconds"]
        stages = ", ".join(f"{label} {1000 * seconds[key] / n_frames:.1f}" for label, key in (
            ("converting after the decoder", "read_converting"), ("steps", "work"),
            ("converting for the encoder", "write_converting")))
        wall, cpu, memory = (a / b for a, b in zip(ours[:3], theirs[:3]))
        print(f"planes: {n_frames} frames 1080p to 4K, {name}, against ffmpeg: wall {wall:.2f} "
              f"({ours[0]:.1f} s), processor time {cpu:.2f} ({ours[1]:.1f} s), memory {memory:.2f} "
              f"({ours[2]:.0f} MB); ms a frame: {stages}")


def bench_reuse(folder):
    reel = os.path.join(SHARED, "media/clips/anime_720p.mkv")
    if not os.path.exists(reel):
        print("reuse: the shared reel is not here")
        return
    source = os.path.join(folder, "reel.mkv")
    ffmpeg("-i", reel, "-map", "0:v", "-c", "copy", *(["-frames:v", str(FRAMES)] if FRAMES else []),
           source)
    seconds = {}
    for how in ("off", "exact"):
        done, wall, cpu = upscale(source, os.path.join(folder, "out.mkv"), "--model", MODEL,
                                  "--reuse", how, "--preset", "ultrafast")
        seconds[how] = wall, cpu
    print(f"reuse: {done['frames']} frames of the reel with {MODEL}: wall {seconds['off'][0]:.1f} s "
          f"off, {seconds['exact'][0]:.1f} s on, ratio {seconds['off'][0] / seconds['exact'][0]:.2f}; "
          f"processor ratio {seconds['off'][1] / seconds['exact'][1]:.2f}; network computed "
          f"{100 * done['pixels_computed'] / done['pixels']:.1f} % of its pixels")


def bench_overlap(folder):
    source = os.path.join(folder, "moving.mkv")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=24", "-frames:v", "300", "-c:v",
           "libx264", "-preset", "ultrafast", source)
    done, _, _ = upscale(source, os.path.join(folder, "out.mkv"), "--model", "bicubic")
    seconds, total = done["seconds"], done["statistics"]["total_time"]
    slowest = max(seconds[name] for name in ("read", "work", "write"))
    print(f"overlap: 300 frames 320x180 x2 in {total:.1f} s; reading {seconds['read']:.1f} s, "
          f"working {seconds['work']:.1f} s, writing {seconds['write']:.1f} s; wall is "
          f"{total / slowest:.3f} of the slowest")


def measure(path, reference, name):
    filters = {"psnr": r"average:(inf|[\d.]+)", "ssim": r"All:([\d.]+)", "libvmaf": r"score: ([\d.]+)"}
    text = ffmpeg("-i", path, "-i", reference, "-lavfi",
                  f"[0:v]format=yuv444p[a];[1:v]format=yuv444p[b];[a][b]{name}", "-f", "null", "-")
    found = re.search(filters[name], text)
    return found.group(1) if found else "?"


def bench_profiles(folder):
    clip = os.path.join(SHARED, "media/clips/anime_360p.mkv")
    source = os.path.join(folder, "clip.mkv")
    ffmpeg(*(["-i", clip, "-map", "0:v", "-c", "copy"] if os.path.exists(clip) else
             ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=24", "-c:v", "libx264"]),
           "-frames:v", "24", source)
    reference = os.path.join(folder, "reference.mkv")
    upscale(source, reference, "--model", "nearest", "--codec", "ffv1")
    has_vmaf = " libvmaf " in subprocess.run(["ffmpeg", "-v", "quiet", "-filters"], text=True,
                                             stdout=subprocess.PIPE, check=False).stdout
    for codec, profile in PROFILES:
        target = os.path.join(folder, "profile.mkv")
        try:
            upscale(source, target, "--model", "nearest", "--codec", codec, "--profile", profile)
        except subprocess.CalledProcessError:
            print(f"profiles: {codec} {profile} is not possible here")
            continue
        vmaf = f", VMAF {measure(target, reference, 'libvmaf')}" if has_vmaf else ""
        print(f"profiles: {codec} {profile}: PSNR {measure(target, reference, 'psnr')} dB, SSIM "
              f"{measure(target, reference, 'ssim')}{vmaf}, {os.path.getsize(target) / 1e6:.2f} MB")


def main():
    with tempfile.TemporaryDirectory(prefix="genga-bench-") as folder:
        for bench in (bench_planes, bench_overlap, bench_profiles, bench_reuse):
            if len(sys.argv) == 1 or bench.__name__.removeprefix("bench_") in sys.argv[1:]:
                bench(folder)


if __name__ == "__main__":
    main()
