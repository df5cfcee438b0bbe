# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to double a picture: filters, other people's models, ours."""
import numpy as np
import torch
from PIL import Image

import network

OURS = ("genga-standard", "genga-fast", "genga-restore")


def resize(how):
    def double(p):
        h, w = p.shape[:2]
        return np.asarray(Image.fromarray(p).resize((w * 2, h * 2), how))
    return double


def to_tensor(p):
    return torch.from_numpy(p.copy()).permute(2, 0, 1)[None].float() / 255


def to_picture(t):
    return (t[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()


def ours(path):
    model = network.load(path)

    @torch.no_grad()
    def double(p):
        return to_picture(model(to_tensor(p)))
    return double


def animevideo(path):
    """realesr-animevideov3 at 4x, each 2 x 2 pixels averaged."""
    from spandrel import ModelLoader
    model = ModelLoader().load_from_file(str(path)).model.eval()

    @torch.no_grad()
    def double(p):
        return to_picture(torch.nn.functional.avg_pool2d(
            model(to_tensor(p)).clamp(0, 1), 2))
    return double


def waifu2x(base):
    """upconv7 in ncnn's files; the network eats 7 pixels on each side."""
    import ncnn
    net = ncnn.Net()
    net.opt.num_threads = 1
    net.load_param(f"{base}.param")
    net.load_model(f"{base}.bin")

    def double(p):
        wide = np.pad(p, ((7, 7), (7, 7), (0, 0)), "edge")
        data = np.ascontiguousarray(wide.transpose(2, 0, 1), np.float32) / 255
        run = net.create_extractor()
        run.input(net.input_names()[0], ncnn.Mat(data))
        _, out = run.extract(net.output_names()[0])
        y = np.asarray(out).transpose(1, 2, 0) * 255
        return y.round().clip(0, 255).astype(np.uint8)
    return double


def every(shared, models):
    """name -> function, made when first asked for."""
    weights = shared / "weights"
    return {
        "lanczos": lambda: resize(Image.LANCZOS),
        "bicubic": lambda: resize(Image.BICUBIC),
        "waifu2x-upconv7": lambda: waifu2x(
            weights / "waifu2x_upconv7_anime_scale2x"),
        "realesr-animevideov3": lambda: animevideo(
            weights / "realesr-animevideov3.pth"),
        **{name: (lambda n=name: ours(models / f"{n}.safetensors"))
           for name in OURS},
    }
