# SPDX-License-Identifier: GPL-3.0-or-later
"""waifu2x's transformers (nunif's swin_unet), out of torchvision's blocks, for random_nets.py."""

import torch
from torch import nn
from torch.nn import functional
from torchvision.models.swin_transformer import SwinTransformerBlock

MARGIN = 8
MULTIPLE = 48


class Blocks(nn.Module):
    def __init__(self, channels, heads, n, norm):
        super().__init__()
        self.block = nn.Sequential(
            *[
                SwinTransformerBlock(
                    channels,
                    heads,
                    window_size=[6, 6],
                    shift_size=[i % 2 * 3] * 2,
                    mlp_ratio=2.0,
                    norm_layer=norm,
                )
                for i in range(n)
            ]
        )

    def forward(self, x):
        return self.block(x)


class Down(nn.Module):
    def __init__(self, channels, out):
        super().__init__()
        self.conv = nn.Conv2d(channels, out, 2, 2)

    def forward(self, x):
        return self.conv(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


class Shuffle(nn.Module):
    """Gives channels first where it makes the picture."""

    def __init__(self, channels, out, factor, is_last=False):
        super().__init__()
        self.proj = nn.Linear(channels, out * factor**2)
        self.factor = factor
        self.is_last = is_last

    def forward(self, x):
        x = functional.pixel_shuffle(self.proj(x).permute(0, 3, 1, 2), self.factor)
        return x if self.is_last else x.permute(0, 2, 3, 1)


class Unet(nn.Module):
    def __init__(self, dim, heads, scale, norm):
        super().__init__()
        wide = 2 * dim
        last = wide if scale == 4 else dim
        self.patch = nn.Sequential(
            nn.Conv2d(3, dim // 2, 3), nn.LeakyReLU(0.1), nn.Conv2d(dim // 2, dim, 3), nn.LeakyReLU(0.1)
        )
        self.swin1 = Blocks(dim, heads, 2, norm)
        self.down1 = Down(dim, wide)
        self.swin2 = Blocks(wide, heads, 2, norm)
        self.down2 = Down(wide, wide)
        self.swin3 = Blocks(wide, heads, 6, norm)
        self.up2 = Shuffle(wide, wide, 2)
        self.swin4 = Blocks(wide, heads, 2, norm)
        self.up1 = Shuffle(wide, last, 2)
        self.proj2 = nn.Linear(dim, last) if scale == 4 else nn.Identity()
        self.swin5 = Blocks(last, heads, 2, norm)
        self.to_image = Shuffle(last, 3, scale, is_last=True)

    def forward(self, x):
        first = functional.pad(self.patch(x), (-6,) * 4).permute(0, 2, 3, 1)
        first = self.swin1(first)
        half = self.swin2(self.down1(first))
        x = self.up2(self.swin3(self.down2(half))) + half
        x = self.up1(self.swin4(x)) + self.proj2(first)
        return self.to_image(self.swin5(x))


def smooth(x):
    size = x.shape[2:]
    for sides in ([2 * side for side in size], size):
        x = functional.interpolate(
            x, size=tuple(sides), mode="bicubic", align_corners=False, antialias=True
        )
    return x


class SwinUnet(nn.Module):
    """The whole picture at once, padded as nunif pads its tiles."""

    def __init__(self, dim, heads, scale, has_norms, smooths_first):
        super().__init__()
        norm = (lambda n: nn.LayerNorm(n, bias=False)) if has_norms else (lambda n: nn.Identity())
        self.unet = Unet(dim, heads, scale, norm)
        self.scale = scale
        self.smooths_first = smooths_first
        self.hyper = {
            "in_channels": 3,
            "out_channels": 3,
            "base_dim": dim,
            "base_layers": 2,
            "scale_factor": scale,
            "layer_norm": has_norms,
            "pre_antialias": smooths_first,
        }

    def forward(self, x):
        height, width = x.shape[2:]
        x = functional.pad(x, (0, -width % MULTIPLE, 0, -height % MULTIPLE), mode="replicate")
        x = functional.pad(x, (MARGIN,) * 4, mode="replicate")
        if self.smooths_first:
            x = smooth(x)
        return self.unet(x)[:, :, : height * self.scale, : width * self.scale]
