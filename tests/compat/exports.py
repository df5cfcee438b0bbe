# SPDX-License-Identifier: GPL-3.0-or-later
"""The unfinished work that earlier versions left: how it was begun."""
import dataclasses

SEGMENT = "0.5"
# A folder of frames belongs to its source by path, size and time.
SOURCE = "clip.mkv"
SOURCE_TIME = 1700000000


@dataclasses.dataclass
class Export:
    options: list
    target: str = "out.mkv"
    leaves: str = ".out.mkv.genga"
    fault: str = "kill-after-entry:2"
    code: int = -9
    goes_on_as: tuple = ()  # what a run from the beginning has to be told to make the same


EXPORTS = {
    # Frames that nothing looks at were RGB, too.
    "x264": Export(["--model", "nearest", "--codec", "h264", "--preset", "ultrafast"],
                   goes_on_as=("--precision", "fp32")),
    "ffv1": Export(["--model", "nearest", "--codec", "ffv1", "--saturation", "0.5"]),
    "network": Export(["--model", "genga-fast", "--device", "reference", "--codec", "ffv1"]),
    "none": Export(["--model", "none", "--scale", "1", "--sharpening", "0.3", "--codec", "ffv1",
                    "--from", "0.25"]),
    "frames": Export(["--model", "none", "--scale", "1", "--frames", "png"], target="frames",
                     leaves="frames", fault="no-room:40+", code=5),
}


def arguments(export, target=None):
    """The command line, to be run in the folder of the source."""
    return ["upscale", "--progress", "line", *export.options, SOURCE, "-o", target or export.target]
