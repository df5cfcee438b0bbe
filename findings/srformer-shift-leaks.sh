#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# SRFormer with windows of 22 (its published size for plain upscaling): the last row of a picture
# changes the first rows of the result, however tall the picture is; likewise the columns.
#
# Every other block rolls the picture by half a window, 11, and masks what did not touch before.
# Keys and values have half the resolution, so their mask should end 5 (or 5.5) from the border; the
# code writes -self.shift_size // 2, which Python reads as (-11) // 2 = -6. One row of the far end
# stays in view. Windows of 16 and 24 have even halves and keep to their neighbourhood. Tiles with
# any overlap can therefore not repeat what the whole picture gives.
#
# Seen (spandrel-extra-arches 0.2.0, torch 2.11.0, CPU), random network, two blocks, five windows
# tall, last row inverted, rows of the result that change by over 1e-6:
#   window 16: 61 to 79; window 22: 0 to 13 and 85 to 109; window 24: 93 to 119
# Checked: with 22 the upper half changes, with 16 and 24 it does not. Needs about 7 GB on disk.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/leak.py" <<'PY'
import torch
from spandrel_extra_arches.architectures.SRFormer.__arch.SRFormer import SRFormer

torch.set_num_threads(1)
for window in 16, 22, 24:
    torch.manual_seed(1)
    net = SRFormer(img_size=2 * window, window_size=window, embed_dim=12, depths=(2,),
                   num_heads=(2,), mlp_ratio=2, upscale=1, upsampler="", in_chans=3).eval()
    side = 5 * window
    x = torch.rand(1, 3, side, side)
    y = x.clone()
    y[..., -1, :] = 1 - y[..., -1, :]
    with torch.inference_mode():
        change = (net(x) - net(y)).abs().amax((0, 1, 3))
    rows = (change > 1e-6).nonzero().flatten().tolist()
    print("window", window, "rows that change:", rows, flush=True)
    assert rows[-1] == side - 1
    assert (rows[0] < side // 2) == (window == 22)
PY
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.11.0 torchvision==0.26.0 \
  spandrel==0.4.2 spandrel_extra_arches==0.2.0
"$folder/venv/bin/python" -W ignore "$folder/leak.py"
