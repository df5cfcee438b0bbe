# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes small random networks of the supported families, with the reference's own results.

    python random_nets.py FOLDER SEED

needs torch, safetensors, torchvision and spandrel. For each network FOLDER gets NAME.safetensors with the
weights and NAME.io.safetensors with `input` (of a size that the network takes without padding) and
`raw_output` (as the network gave it, in fp32 on the CPU); index.json tells of each what the
reference found in the weights, in the form of the shared golden vectors' index. The same seed
makes the same networks.
"""

import collections
import json
import math
import random
import re
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from spandrel import ModelLoader
from spandrel.architectures.ATD import ATD
from spandrel.architectures.Compact import Compact
from spandrel.architectures.CRAFT import CRAFT
from spandrel.architectures.DAT import DAT
from spandrel.architectures.DITN import DITN
from spandrel.architectures.DRCT import DRCT
from spandrel.architectures.ESRGAN import ESRGAN
from spandrel.architectures.FDAT import FDAT
from spandrel.architectures.GRL import GRL
from spandrel.architectures.HAT import HAT
from spandrel.architectures.MoESR import MoESR
from spandrel.architectures.MoSR import MoSR
from spandrel.architectures.OmniSR import OmniSR
from spandrel.architectures.PLKSR import PLKSR, RealPLKSR
from spandrel.architectures.RCAN import RCAN
from spandrel.architectures.RealCUGAN import UpCunet2x, UpCunet2x_fast, UpCunet3x, UpCunet4x
from spandrel.architectures.RGT import RGT
from spandrel.architectures.SAFMN import SAFMN
from spandrel.architectures.SeemoRe import SeemoRe
from spandrel.architectures.SPAN import SPAN
from spandrel.architectures.SwiftSRGAN import SwiftSRGAN
from spandrel.architectures.Swin2SR import Swin2SR
from spandrel.architectures.SwinIR import SwinIR
from swin_unet import SwinUnet

try:
    import spandrel_extra_arches
    from spandrel_extra_arches.architectures.SRFormer import SRFormer

    spandrel_extra_arches.install()
except ImportError:
    SRFormer = None


def randomise(net):
    """Nothing may be 0 or 1 by chance of its initialisation, and nothing may grow without end."""
    for name, tensor in [*net.named_parameters(), *net.named_buffers()]:
        last = name.rsplit(".", 1)[-1]
        if not tensor.is_floating_point() or last in ("init_pos", "rpe_biases", "no_norm"):
            continue
        if "attn_mask" in last or last in ("relative_coords_table", "biases_h", "biases_v"):
            continue
        if name.startswith(("sub_mean", "add_mean")) or name == "pro":
            continue
        if re.fullmatch(r"(table|index|mask)_(w|s[hv]).*", last):
            continue
        if last == "running_var" or last == "temperature":
            value = torch.empty_like(tensor).uniform_(0.5, 1.5)
        elif tensor.dim() >= 2:
            value = torch.randn_like(tensor) * math.sqrt(0.6 / tensor[0].numel())
        elif last == "weight":
            # A norm's gain, or the slopes of a PReLU.
            value = torch.empty_like(tensor).uniform_(0.2, 1.2)
        else:
            value = torch.randn_like(tensor) * 0.1
        tensor.data.copy_(value)
    return net.eval()


def state_of(net):
    return {name: value.detach().clone().contiguous() for name, value in net.state_dict().items()}


def renamed_esrgan(state, blocks, n_up, body, dense, trunk, up, high):
    """The old layout's keys in the words of one of the newer ones."""
    single = {"0": "conv_first", str(3 * n_up + 2): high, str(3 * n_up + 4): "conv_last"}
    single.update({str(3 * i): f"{up}{i}" for i in range(1, n_up + 1)})
    result = {}
    for key, value in state.items():
        parts = key.split(".")
        if parts[1] != "1":
            result[f"{single[parts[1]]}.{parts[2]}"] = value
        elif parts[3] == str(blocks) and len(parts) == 5:
            result[f"{trunk}.{parts[4]}"] = value
        else:
            block = re.fullmatch(r"model\.1\.sub\.(\d+)\.RDB(\d)\.conv(\d)\.0\.(\w+)", key)
            result["{}.{}.{}{}.conv{}.{}".format(body, block[1], dense, *block.groups()[1:])] = value
    return result


def slim_span(state):
    """Only the kernels that a SPAN network works with in the end."""
    return {
        key: value
        for key, value in state.items()
        if "eval_conv" in key or key.startswith(("conv_cat", "upsampler")) or key == "no_norm"
    }


def compact_nets(rng):
    for name, channels, scale in [("1x", 3, 1), ("2x", 3, 2), ("4x", 3, 4), ("gray", 1, 3)]:
        yield f"compact_{name}", Compact(
            num_in_ch=channels,
            num_out_ch=channels,
            num_feat=rng.choice([8, 12, 24]),
            num_conv=rng.randint(0, 5),
            upscale=scale,
        )


def plksr_nets(rng):
    for name, scale, layer_norm, dysample in [
        ("gn", 2, False, False),
        ("ln", 3, True, False),
        ("gn_dysample", rng.choice([2, 3, 4]), False, True),
        ("ln_dysample", rng.choice([2, 3, 4]), True, True),
        ("ln_dysample_1x", 1, True, True),
    ]:
        yield f"realplksr_{name}", RealPLKSR(
            dim=rng.choice([16, 24, 32]),
            n_blocks=rng.randint(1, 3),
            upscaling_factor=scale,
            kernel_size=rng.choice([3, 5, 13, 17]),
            split_ratio=rng.choice([0.25, 0.5]),
            use_ea=rng.random() < 0.5,
            layer_norm=layer_norm,
            dysample=dysample,
        )
    for mixer in ("CCM", "ICCM", "DCCM"):
        yield f"plksr_{mixer.lower()}", PLKSR(
            dim=rng.choice([16, 24]),
            n_blocks=rng.randint(1, 3),
            upscaling_factor=rng.choice([1, 2, 3, 4]),
            ccm_type=mixer,
            kernel_size=rng.choice([5, 9, 17]),
            use_ea=rng.random() < 0.5,
        )


def esrgan_nets(rng):
    new = ("body", "rdb", "conv_body", "conv_up", "conv_hr")
    bsrgan = ("RRDB_trunk", "RDB", "trunk_conv", "upconv", "HRconv")
    for name, n_up, unshuffle, channels, plus, layout in [
        ("old_1x", 0, None, 3, False, None),
        ("old_2x_gray", 1, None, 1, False, None),
        ("old_8x", 3, None, 3, False, None),
        ("plus_4x", 2, None, 3, True, None),
        ("old_unshuffle4_1x", 2, 4, 3, False, None),
        ("new_1x", 0, None, 3, False, new),
        ("new_4x", 2, None, 3, False, new),
        ("new_unshuffle2_2x", 2, 2, 3, False, new),
        ("new_unshuffle4_2x", 3, 4, 3, False, new),
        ("bsrgan_2x", 1, None, 3, False, bsrgan),
        ("bsrgan_4x", 2, None, 3, False, bsrgan),
    ]:
        blocks = rng.randint(1, 2)
        net = ESRGAN(
            in_nc=channels * (unshuffle or 1) ** 2,
            out_nc=channels,
            num_filters=rng.choice([8, 16]),
            num_blocks=blocks,
            scale=2**n_up,
            plus=plus,
            shuffle_factor=unshuffle,
        )
        rename = None
        if layout is not None:
            rename = lambda state, b=blocks, n=n_up, l=layout: renamed_esrgan(state, b, n, *l)
        yield f"esrgan_{name}", net, rename


def span_nets(rng):
    for name, norm, channels, scale in [
        ("norm", True, 3, 2),
        ("nonorm", False, 3, 4),
        ("nonorm_gray", False, 1, 2),
        ("nonorm_1x", False, 3, 1),
    ]:
        yield f"span_{name}", SPAN(
            num_in_ch=channels,
            num_out_ch=channels,
            feature_channels=rng.choice([8, 16, 28]),
            upscale=scale,
            norm=norm,
        )


def dat_nets(rng):
    for name, upsampler, residual, scale, depth, channels in [
        ("ps_1conv_4x", "pixelshuffle", "1conv", 4, [3, 2], 3),
        ("ps_3conv_3x", "pixelshuffle", "3conv", 3, [2], 3),
        ("direct_1conv_2x", "pixelshuffledirect", "1conv", 2, [1, 2, 1], 3),
        ("direct_3conv_gray", "pixelshuffledirect", "3conv", 3, [3], 1),
    ]:
        yield f"dat_{name}", DAT(
            # Where no mask tells the size, the reference takes 64.
            img_size=16 if depth[0] >= 3 else 64,
            in_chans=channels,
            embed_dim=rng.choice([64, 96]),
            split_size=rng.choice([[4, 4], [4, 8], [2, 8], [8, 16]]),
            depth=depth,
            num_heads=[rng.choice([2, 4]) for _ in depth],
            expansion_factor=float(rng.choice([2, 4])),
            qkv_bias=rng.random() < 0.5,
            upscale=scale,
            resi_connection=residual,
            upsampler=upsampler,
        )


def unshuffled_swinir(state):
    """With the keys of a network that has a layer before its first convolution."""
    return {re.sub(r"^conv_first\.", "conv_first.1.", key): value for key, value in state.items()}


def swin_nets(rng):
    for name, upsampler, residual, scale, window, unshuffle, channels in [
        ("ps_3conv_3x", "pixelshuffle", "3conv", 3, 8, 1, 3),
        ("direct_gray", "pixelshuffledirect", "1conv", 2, 4, 1, 1),
        ("nearest_4x", "nearest+conv", "1conv", 4, 6, 1, 3),
        ("w7_1x", "", "3conv", 1, 7, 1, 3),
        ("ps_unshuffle2_2x", "pixelshuffle", "1conv", 4, 4, 2, 3),
        ("nearest_unshuffle4_1x", "nearest+conv", "1conv", 4, 2, 4, 3),
    ]:
        net = SwinIR(
            img_size=rng.choice([2, 4]) * window,
            in_chans=channels,
            embed_dim=rng.choice([12, 24]),
            depths=[rng.choice([2, 3]), 2],
            num_heads=[rng.choice([1, 2]), 3],
            window_size=window,
            mlp_ratio=float(rng.choice([1, 2])),
            upscale=scale,
            img_range=255.0 if window == 7 else 1.0,
            upsampler=upsampler,
            resi_connection=residual,
            start_unshuffle=unshuffle,
        )
        yield f"swinir_{name}", net, unshuffled_swinir if unshuffle > 1 else None
    for name, upsampler, residual, scale, window, shifted in [
        ("ps_3x", "pixelshuffle", "3conv", 3, 8, True),
        ("aux_4x", "pixelshuffle_aux", "1conv", 4, 8, True),
        ("direct_2x", "pixelshuffledirect", "1conv", 2, 4, False),
        ("w7_1x", "", "1conv", 1, 7, True),
    ]:
        yield f"swin2sr_{name}", Swin2SR(
            img_size=(2 if shifted else 1) * window,
            embed_dim=rng.choice([12, 24]),
            depths=[rng.choice([2, 3]), 2],
            num_heads=[rng.choice([1, 2]), 3],
            window_size=window,
            mlp_ratio=float(rng.choice([1, 2])),
            qkv_bias=rng.random() < 0.7,
            upscale=scale,
            img_range=255.0 if window == 7 else 1.0,
            upsampler=upsampler,
            resi_connection=residual,
        )


def srformer_nets(rng):
    for name, upsampler, residual, scale, window, shifted in [
        ("ps_3x", "pixelshuffle", "3conv", 3, 8, True),
        ("nearest_odd_shift", "nearest+conv", "1conv", 4, 6, True),
        ("direct_2x", "pixelshuffledirect", "1conv", 2, 4, False),
    ]:
        if SRFormer is None:
            return
        yield f"srformer_{name}", SRFormer(
            # Of few sizes the reference can tell which one it was.
            img_size=24 if shifted else window,
            embed_dim=rng.choice([16, 32]),
            depths=[rng.choice([2, 3]), 2],
            num_heads=[rng.choice([1, 2]), 4],
            window_size=window,
            mlp_ratio=2.0,
            qkv_bias=rng.random() < 0.7,
            upscale=scale,
            upsampler=upsampler,
            resi_connection=residual,
        )


def hat_nets(rng):
    for name, window, overlap, residual, scale in [
        ("half", 4, 0.5, "1conv", 2),
        ("whole", 4, 1, "1conv", 3),
        ("quarter", 8, 0.25, "identity", 4),
    ]:
        yield f"hat_{name}", HAT(
            img_size=64,
            embed_dim=24,
            depths=[2, rng.choice([1, 2])],
            num_heads=[rng.choice([1, 2]), 3],
            window_size=window,
            compress_ratio=rng.choice([3, 6]),
            squeeze_factor=rng.choice([4, 8]),
            overlap_ratio=overlap,
            mlp_ratio=2.0,
            qkv_bias=rng.random() < 0.7,
            upscale=scale,
            upsampler="pixelshuffle",
            resi_connection=residual,
            num_feat=rng.choice([8, 64]),
        )


def drct_nets(rng):
    for name, img_size, window, residual, scale in [
        ("2x", 16, 8, "1conv", 2),
        ("4x_unshifted", 16, 16, "identity", 4),
    ]:
        yield f"drct_{name}", DRCT(
            img_size=img_size,
            embed_dim=24,
            depths=[6, 6],
            num_heads=[rng.choice([2, 3]), 4],
            window_size=window,
            mlp_ratio=2.0,
            qkv_bias=rng.random() < 0.7,
            upscale=scale,
            upsampler="pixelshuffle",
            resi_connection=residual,
            gc=rng.choice([4, 8]),
        )


def grl_nets(rng):
    for name, upsampler, conv, anchor, one_stage, down, scale, window, stripe in [
        ("mean", "", "linear", "avgpool", True, 4, 1, 8, [8, 8]),
        ("conv", "", "3conv", "conv2d", True, 2, 1, 8, [8, 8]),
        ("separable", "", "1conv", "separable_conv", True, 4, 1, 8, [8, 8]),
        ("stages", "", "1conv1x1", "conv2d", False, 4, 1, 8, [8, 8]),
        ("merges", "", "1conv", "patchmerging", False, 4, 1, 8, [8, 8]),
        ("nearest", "nearest+conv", "1conv", "avgpool", True, 4, 4, 16, [32, 64]),
    ]:
        yield f"grl_{name}", GRL(
            img_size=64,
            in_channels=3,
            embed_dim=36,
            upscale=scale,
            img_range=1.0,
            upsampler=upsampler,
            depths=[rng.choice([2, 4])],
            num_heads_window=[rng.choice([1, 2])],
            num_heads_stripe=[rng.choice([1, 2])],
            window_size=window,
            stripe_size=stripe,
            stripe_groups=[None, None],
            stripe_shift=True,
            mlp_ratio=2.0,
            qkv_bias=True,
            qkv_proj_type=rng.choice(["linear", "separable_conv"]),
            anchor_proj_type=anchor,
            anchor_one_stage=one_stage,
            anchor_window_down_factor=down,
            out_proj_type="linear",
            local_connection=rng.random() < 0.5,
            conv_type=conv,
            init_method="n",
            euclidean_dist=False,
        )


def rectangle_nets(rng):
    for name, split, residual, scale, ratio in [
        ("4x8", [4, 8], "1conv", 2, 0.5),
        ("8x8_3conv", [8, 8], "3conv", 3, 0.25),
        ("2x8_4x", [2, 8], "1conv", 4, 0.5),
    ]:
        yield f"rgt_{name}", RGT(
            embed_dim=rng.choice([32, 64]),
            depth=[rng.choice([3, 4]), 2],
            num_heads=[2, 4],
            mlp_ratio=float(rng.choice([1, 2])),
            qkv_bias=rng.random() < 0.7,
            upscale=scale,
            resi_connection=residual,
            split_size=split,
            c_ratio=ratio,
        )
    for name, split, residual, scale in [
        ("4x16", [4, 16], "1conv", 2),
        ("8x8", [8, 8], "identity", 3),
    ]:
        yield f"craft_{name}", CRAFT(
            embed_dim=rng.choice([32, 48]),
            depths=[2, 1],
            num_heads=[4, 2],
            split_size_0=split[0],
            split_size_1=split[1],
            mlp_ratio=float(rng.choice([1, 2])),
            qkv_bias=rng.random() < 0.7,
            upscale=scale,
            resi_connection=residual,
        )


def omnisr_nets(rng):
    for name, window, positions, bias, scale in [
        ("w8", 8, True, True, 2),
        ("w8_bare", 8, False, False, 3),
        ("w4", 4, True, True, 4),
    ]:
        yield f"omnisr_{name}", OmniSR(
            num_feat=rng.choice([16, 32]),
            block_num=rng.choice([1, 2]),
            pe=positions,
            window_size=window,
            res_num=rng.choice([1, 2]),
            up_scale=scale,
            bias=bias,
        )


def fdat_nets(rng):
    for name, upsampler, scale in [
        ("direct", "pixelshuffledirect", 3),
        ("shuffle", "pixelshuffle", 4),
        ("nearest", "nearest+conv", 2),
        ("transpose", "transpose+conv", 4),
        ("conv_1x", "conv", 1),
    ]:
        yield f"fdat_{name}", FDAT(
            scale=scale,
            embed_dim=rng.choice([16, 24]),
            num_groups=rng.choice([1, 2]),
            depth_per_group=rng.choice([1, 2]),
            num_heads=rng.choice([2, 4]),
            window_size=rng.choice([4, 8]),
            ffn_expansion_ratio=rng.choice([1.0, 2.0]),
            aim_reduction_ratio=rng.choice([4, 8]),
            upsampler_type=upsampler,
            mid_dim=16,
        )


def ditn_nets(rng):
    for bias, scale in [(False, 4), (True, 2)]:
        yield f"ditn_{scale}x", DITN(
            dim=rng.choice([12, 20]),
            ITL_blocks=rng.choice([1, 2]),
            SAL_blocks=rng.choice([1, 2]),
            UFONE_blocks=2,
            ffn_expansion_factor=rng.choice([1.5, 2]),
            bias=bias,
            upscale=scale,
        )


def atd_nets(rng):
    for name, upsampler, residual, scale, window, norm in [
        ("ps_3conv", "pixelshuffle", "3conv", 3, 8, True),
        ("direct", "pixelshuffledirect", "1conv", 2, 4, True),
        ("nearest_4x", "nearest+conv", "1conv", 4, 8, False),
        ("1x", "", "1conv", 1, 4, False),
    ]:
        yield f"atd_{name}", ATD(
            embed_dim=rng.choice([24, 36]),
            depths=[3, 2],
            num_heads=[2, 3],
            window_size=window,
            num_tokens=rng.choice([8, 16]),
            reducted_dim=rng.choice([4, 6]),
            convffn_kernel_size=rng.choice([3, 5]),
            mlp_ratio=float(rng.choice([1, 2])),
            qkv_bias=rng.random() < 0.7,
            upscale=scale,
            upsampler=upsampler,
            resi_connection=residual,
            norm=norm,
        )


def rcan_nets(rng):
    for name, scale, norm, unshuffles in [
        ("2x_norm", 2, True, False),
        ("3x", 3, False, False),
        ("4x_norm", 4, True, False),
        ("unshuffle", rng.choice([1, 2]), rng.random() < 0.5, True),
    ]:
        yield f"rcan_{name}", RCAN(
            scale=scale,
            n_resgroups=rng.choice([1, 2]),
            n_resblocks=rng.choice([1, 3]),
            n_feats=rng.choice([8, 16]),
            reduction=rng.choice([2, 4]),
            kernel_size=rng.choice([3, 5]),
            norm=norm,
            unshuffle_mod=unshuffles,
        )


def cugan_nets(rng):
    for name, kind, rest in [
        ("2x", UpCunet2x, {"pro": False}),
        ("3x_pro", UpCunet3x, {"pro": True}),
        ("4x", UpCunet4x, {"pro": False}),
        ("2x_fast", UpCunet2x_fast, {}),
    ]:
        yield f"realcugan_{name}", kind(in_channels=3, out_channels=3, **rest)


def mosr_nets(rng):
    for upsampler in ("ps", "dys", "gps"):
        yield f"mosr_{upsampler}", MoSR(
            upscale=rng.choice([2, 3, 4]),
            n_block=rng.randint(1, 3),
            dim=rng.choice([16, 32]),
            upsampler=upsampler,
            kernel_size=rng.choice([3, 7]),
            expansion_ratio=rng.choice([1.5, 2.0]),
            conv_ratio=rng.choice([0.5, 1.0]),
        )
    for name, upsampler, scale in [
        ("direct", "pixelshuffledirect", 3),
        ("shuffle", "pixelshuffle", 4),
        ("nearest", "nearest+conv", 2),
        ("dysample", "dysample", rng.choice([2, 3, 4])),
        ("conv", "conv", 1),
    ]:
        yield f"moesr_{name}", MoESR(
            scale=scale,
            dim=rng.choice([16, 24]),
            n_blocks=rng.choice([1, 2]),
            n_block=rng.choice([1, 2]),
            upsampler=upsampler,
            upsample_dim=rng.choice([16, 32]),
        )


def small_nets(rng):
    for scale in (2, 4):
        yield f"safmn_{scale}x", SAFMN(
            dim=rng.choice([16, 36]),
            n_blocks=rng.randint(1, 3),
            ffn_scale=rng.choice([1.5, 2.0]),
            upscaling_factor=scale,
        )
        yield f"swiftsrgan_{scale}x", SwiftSRGAN(
            num_channels=rng.choice([8, 16]), num_blocks=rng.randint(1, 3), upscale_factor=scale
        )
    for space, scale in (("linear", 2), ("double", 3), ("exp", 4)):
        yield f"seemore_{space}", SeemoRe(
            scale=scale,
            num_experts=rng.choice([2, 3]),
            num_layers=rng.choice([1, 2]),
            embedding_dim=rng.choice([12, 24]),
            global_kernel_size=rng.choice([7, 11]),
            use_shuffle=rng.random() < 0.5,
            recursive=rng.choice([1, 2]),
            lr_space=space,
        )


def swin_unet_nets(rng):
    for scale, has_norms, smooths_first in [
        (1, False, False),
        (2, False, False),
        (2, True, False),
        (4, False, True),
    ]:
        name = f"swin_unet_{scale}x" + ("_norm" if has_norms else "")
        yield name, SwinUnet(rng.choice([24, 48]), rng.choice([2, 3]), scale, has_norms, smooths_first)


def sort_as_they_come():
    """ATD leaves the order of equals to the processor; as Genga, to where they come from."""
    sort = torch.sort
    torch.sort = lambda *args, **rest: sort(*args, **{**rest, "stable": True})


def pick_size(rng, requirements, name):
    """An odd size where the network takes one."""
    multiple = requirements.multiple_of
    if name.startswith("swinir") and "unshuffle" in name:
        # The reference pads to whole windows before it unshuffles, and fails then.
        multiple = 16
    size = rng.randint(9, 27) | 1
    return -(-max(size, requirements.minimum) // multiple) * multiple


def save(folder, name, weights, inputs, output, metadata=None):
    save_file(weights, folder / f"{name}.safetensors", metadata)
    save_file(
        {"input": inputs, "raw_output": output.contiguous()}, folder / f"{name}.io.safetensors"
    )


def describe(name, model):
    hyper = {key: str(value) for key, value in model.model.hyperparameters.items()}
    return {
        "name": name,
        "arch": model.architecture.id,
        "scale": model.scale,
        "in_ch": model.input_channels,
        "out_ch": model.output_channels,
        "tags": model.tags,
        "half": model.supports_half,
        "bf16": model.supports_bfloat16,
        "minimum": model.size_requirements.minimum,
        "multiple_of": model.size_requirements.multiple_of,
        "hyper": hyper,
    }


def save_swin_unet(folder, name, net, weights, rng):
    """One that the reference does not know."""
    net.load_state_dict(weights)
    inputs = torch.rand(1, 3, rng.randint(9, 60), rng.randint(9, 60))
    with torch.inference_mode():
        output = net(inputs)
    metadata = {"kwargs.pre_antialias": str(net.smooths_first)}
    save(folder, name, weights, inputs, output, metadata)
    return {
        "name": name,
        "arch": "waifu2x (swin_unet)",
        "scale": net.scale,
        "in_ch": 3,
        "out_ch": 3,
        "tags": [f"swin_unet_{net.scale}x", f"{net.hyper['base_dim']}dim"],
        "half": True,
        "bf16": True,
        "minimum": 1,
        "multiple_of": 1,
        "hyper": {key: str(value) for key, value in net.hyper.items()},
    }


FAMILIES = (
    compact_nets,
    plksr_nets,
    esrgan_nets,
    span_nets,
    dat_nets,
    swin_nets,
    srformer_nets,
    hat_nets,
    drct_nets,
    grl_nets,
    rectangle_nets,
    omnisr_nets,
    fdat_nets,
    ditn_nets,
    atd_nets,
    rcan_nets,
    cugan_nets,
    mosr_nets,
    small_nets,
    swin_unet_nets,
)


def main():
    folder = Path(sys.argv[1])
    seed = int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    sort_as_they_come()

    index = []
    for make in FAMILIES:
        for name, net, *rename in make(rng):
            weights = state_of(randomise(net))
            if rename and rename[0] is not None:
                weights = rename[0](weights)
            if make is swin_unet_nets:
                index.append(save_swin_unet(folder, name, net, weights, rng))
                continue
            # Loaded again, so that the reference's own detection has its say.
            model = ModelLoader(device="cpu").load_from_state_dict(dict(weights))
            sizes = [pick_size(rng, model.size_requirements, name) for _ in range(2)]
            inputs = torch.rand(1, model.input_channels, *sizes)
            with torch.inference_mode():
                output = model.model.eval()(inputs.clone())
            if not torch.isfinite(output).all():
                raise SystemExit(f"{name}: the reference's output is not finite")

            save(folder, name, weights, inputs, output)
            index.append(describe(name, model))
            if make is span_nets:
                # The kernels as the reference worked them out, in its own file layout.
                slim = slim_span(state_of(model.model))
                save(folder, f"{name}_slim", slim, inputs, output)
                index.append(describe(f"{name}_slim", model))

    fewest = min(collections.Counter(entry["arch"] for entry in index).values())
    if fewest < 2:
        raise SystemExit(f"a family has {fewest} networks: the tests count on two of each")
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n")


if __name__ == "__main__":
    main()
