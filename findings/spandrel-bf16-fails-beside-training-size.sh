#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# spandrel: models of seven families say that they support bfloat16, and fail in it unless a picture
# has the very size that the network was trained with.
#
# SwinIR, Swin2SR, SRFormer, DRCT, GRL, RGT and ATD keep the masks of their shifted windows for the
# size of the training crops. For any other size the masks are made anew, as float32 whatever the
# weights are; the scores become float32 with them, and their product with bfloat16 is refused. A
# program that asks `supports_bfloat16` and tries a picture of 64x64 first sees nothing of it.
#
# Seen (spandrel 0.4.2, torch 2.11.0, CPU), small random SwinIR, Swin2SR and DRCT for 64x64:
#   64x64 in bfloat16 runs; 64x80 ends in "expected m1 and m2 to have the same dtype"
#   DAT makes its masks in the type of the picture: both sizes run
# Checked: which model, which size. float32 runs always. Needs about 7 GB on disk.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/sizes.py" <<'PY'
import torch
from spandrel import ModelLoader
from spandrel.architectures.DAT.__arch.DAT import DAT
from spandrel.architectures.DRCT.__arch.drct_arch import DRCT
from spandrel.architectures.Swin2SR.__arch.Swin2SR import Swin2SR
from spandrel.architectures.SwinIR.__arch.SwinIR import SwinIR

torch.manual_seed(1)
swin = dict(img_size=64, window_size=8, depths=[2, 2], embed_dim=12, num_heads=[2, 2], mlp_ratio=2,
            upscale=2, upsampler="pixelshuffledirect", resi_connection="1conv")
networks = {
    "SwinIR": SwinIR(**swin),
    "DRCT": DRCT(img_size=64, window_size=16, depths=[2, 2], num_heads=[2, 2], embed_dim=12, gc=4,
                 upscale=2, upsampler="pixelshuffle", resi_connection="1conv", mlp_ratio=2),
    "Swin2SR": Swin2SR(**swin),
    "DAT": DAT(img_size=64, split_size=[8, 8], depth=[2, 2], embed_dim=32, num_heads=[2, 2],
               expansion_factor=2, upscale=2, upsampler="pixelshuffle"),
}
for name, network in networks.items():
    model = ModelLoader().load_from_state_dict(network.state_dict())
    assert model.supports_bfloat16
    outcome = {}
    with torch.inference_mode():
        for width in (64, 80):
            picture = torch.rand(1, 3, 64, width)
            assert torch.isfinite(model.float()(picture)).all()
            try:
                model.bfloat16()(picture.bfloat16())
                outcome[width] = "runs"
            except RuntimeError as error:
                outcome[width] = str(error)
    print(name, outcome, flush=True)
    assert outcome[64] == "runs" and (outcome[80] == "runs") == (name == "DAT")
PY
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.11.0 torchvision==0.26.0 \
  spandrel==0.4.2
"$folder/venv/bin/python" -W ignore "$folder/sizes.py"
