#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# spandrel: an RCAN model changes the picture that it is called with, so the second call with the same
# tensor computes something else.
#
# The network multiplies its input by 255 in place. Its wrapper hands the caller's tensor on as it is
# unless something has to be padded, which RCAN does not ask for (but its variants with pixel
# unshuffle do, at sizes that do not fit). Whoever keeps the input to compare, to blend, or to cut
# overlapping tiles from it has pixels of 0 to 255 from there on, and of 65025 after the next call.
# Compact, as an example of the others, leaves it alone.
#
# Seen (spandrel 0.4.2, torch 2.11.0, CPU), random networks, a picture of 0 to 1, two calls:
#   RCAN: the largest value is 1.0, then 254.6, then 64931; Compact: 1.0, 1.0, 1.0
# Checked: RCAN's input grows 255 times with each call and the results differ; Compact's do not.
# Needs about 7 GB on disk.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/twice.py" <<'PY'
import torch
from spandrel import ModelLoader
from spandrel.architectures.Compact.__arch.SRVGG import SRVGGNetCompact
from spandrel.architectures.RCAN.__arch.rcan_arch import RCAN

torch.manual_seed(1)
networks = {
    "RCAN": RCAN(n_resgroups=2, n_resblocks=2, n_feats=16, scale=2),
    "Compact": SRVGGNetCompact(num_feat=16, num_conv=2, upscale=2),
}
for name, network in networks.items():
    model = ModelLoader().load_from_state_dict(network.state_dict())
    picture = torch.rand(1, 3, 16, 16)
    largest = [picture.max().item()]
    results = []
    with torch.inference_mode():
        for _ in range(2):
            results.append(model(picture))
            largest.append(picture.max().item())
    same = torch.equal(*results)
    print(name, *(f"{value:.1f}" for value in largest), "same results:", same, flush=True)
    grows = 255 if name == "RCAN" else 1
    assert abs(largest[1] / largest[0] - grows) < 0.01 and abs(largest[2] / largest[1] - grows) < 0.01
    assert same == (name != "RCAN")
PY
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.11.0 torchvision==0.26.0 \
  spandrel==0.4.2
"$folder/venv/bin/python" -W ignore "$folder/twice.py"
