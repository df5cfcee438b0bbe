#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes models/catalogue.json: make-catalogue.py OPENMODELDB.TSV SHA256SUMS > models/catalogue.json

OPENMODELDB.TSV has a row for each file of OpenModelDB's models (id, architecture, scale, tags,
licence, author, date, type, size, sha256, urls); SHA256SUMS has the hashes of files of other
collections that somebody has looked at, beside those files. Facts come from there and from the
lists below, which name where each file is published. What is not known is left out; a file without
a hash has no link, only a page.
"""
import json
import os
import re
import sys
import urllib.parse

# OpenModelDB's architectures that Genga runs, and what it calls them.
FAMILIES = {
    "compact": "Compact", "esrgan": "ESRGAN", "span": "SPAN", "dat": "DAT", "realplksr": "RealPLKSR",
    "realplksr-dysample": "RealPLKSR", "swinir": "SwinIR", "omnisr": "OmniSR", "srformer": "SRFormer",
    "mosr": "MoSR", "rcan": "RCAN", "hat": "HAT", "cugan": "Real-CUGAN", "ditn": "DITN",
    "real-cugan": "Real-CUGAN",
}

# The models of OpenModelDB, the most useful for drawn pictures first: anime, manga, pixel art.
CHOSEN = """
    2x-AnimeJaNai-HD-V3-Compact 2x-AnimeJaNai-HD-V3-UltraCompact
    2x-AnimeJaNai-HD-V3-SuperUltraCompact 2x-AnimeSharpV4 2x-AnimeSharpV4-Fast-RCAN-PU
    2x-AnimeSharpV3 2x-AnimeSharpV3-RCAN 2x-AnimeSharpV2-RPLKSR-Sharp 2x-AnimeSharpV2-RPLKSR-Soft
    2x-AnimeSharpV2-MoSR-Sharp 2x-AnimeSharpV2-MoSR-Soft 2x-ModernSpanimationV1
    2x-Fallin-Soft 2x-Fallin-Strong 2x-Ani4K 2x-AniScale-2-DITN 2x-AniScale-2-OmniSR
    2x-AniScale-2-ESRGAN 2x-AniScale-2-ESRGAN-Lite 2x-AniScale 2x-HFA2kAVCCompact
    2x-HFA2kAVCOmniSR 2x-HFA2kAVCSRFormer-light 2x-LD-Anime-Compact 2x-Futsuu-Anime
    2x-anifilm-compact 2x-DigitalFlim-SuperUltraCompact 2x-sudo-UltraCompact
    2x-realesrganv2-animevideo-xsx2 2x-Bubble-AnimeScale-Compact-v1
    2x-Bubble-AnimeScale-SwinIR-Small-v1 2x-GT-evA 2x-AnimeClassics-UltraLite 2x-BIGOLDIES
    2x-DigitoonLite 2x-StarSample-V2-Lite 2x-StarSample-V2 2x-UniScale-CartoonRestore-lite
    2x-NMKD-YandereNeo 2x-ATLA-KORRA
    4x-realesrgan-x4plus-anime-6b 4x-realesr-animevideo-v3 4x-UltraSharpV2 4x-AnimeSharp-lite
    4x-HFA2k 4x-HFA2k-ludvae-realplksr-dysample 4x-HFA2kLUDVAESwinIR-light
    4x-HFA2kLUDVAESRFormer-light 4x-Drawimation-compact 4x-anifilm-compact 4x-animerd-v1
    4x-NMKD-YandereNeo-Superlite 4x-eula-digimanga-bw-v2-nc1 4x-eula-digimanga-bw-v1
    4x-eula-digimanga-MiA-65k 4x-DWTP-DS-dat2-v1 4x-WTP-UDS-Esrgan 4x-Fatality-Comix
    4x-Fatal-Pixels 4x-NXbrz
    1x-AnimeUndeint-Compact 1x-BleedOut-Compact 1x-Dotzilla-Compact
    1x-HurrDeblur-SuperUltraCompact 1x-BroadcastToStudio-Compact 1x-MangaJPEGHQPlus 1x-MangaJPEGLQ
""".split()

# The collection that the originals of Genga offer; two of it are in OpenModelDB.
UPSCALE_HUB = "https://github.com/Sirosky/Upscale-Hub/releases/tag/"
ORIGINALS = [
    ("Ani4K v2 Compact", "2x_Ani4Kv2_G6i2_Compact_107500.pth", "Compact", "Ani4K-v2",
     ["anime"]),
    ("Ani4K v2 UltraCompact", "2x_Ani4Kv2_G6i2_UltraCompact_105K.pth", "Compact", "Ani4K-v2",
     ["anime"]),
    ("AniToon", "2x_AniToon_RPLKSR_197500.pth", "RealPLKSR", "AniToon",
     ["anime", "cartoon", "compression-removal", "denoise"]),
    ("AniToon Small", "2x_AniToon_RPLKSRS_242500.pth", "RealPLKSR", "AniToon",
     ["anime", "cartoon", "compression-removal", "denoise"]),
    ("AniToon Large", "2x_AniToon_RPLKSRL_280K.pth", "RealPLKSR", "AniToon",
     ["anime", "cartoon", "compression-removal", "denoise"]),
    ("AniSD AC", "2x_AniSD_AC_RealPLKSR_127500.pth", "RealPLKSR", "AniSD-RealPLKSR", ["anime"]),
    ("AniSD", "2x_AniSD_RealPLKSR_140K.pth", "RealPLKSR", "AniSD-RealPLKSR", ["anime"]),
    ("OpenProteus Compact", "2x_OpenProteus_Compact_i2_70K.pth", "Compact", None,
     ["cartoon", "video-frame"]),
    ("AniScale2 Compact", "2x_AniScale2S_Compact_i8_60K.pth", "Compact", "AniScale2", ["anime"]),
]

JANAI = "https://github.com/the-database/mpv-upscale-2x_animejanai"
JANAI_31 = [
    ("AnimeJaNai HD V3.1 Balanced",
     "2x_AnimeJaNai_HD_V3.1_Balanced_SPANF3_b8f64_unshuffle_fp16.onnx"),
    ("AnimeJaNai HD V3.1 Performance",
     "2x_AnimeJaNai_HD_V3.1_Performance_SPANF3_b5f48_unshuffle_fp16.onnx"),
    ("AnimeJaNai HD V3.1 Sharp1 Balanced",
     "2x_AnimeJaNai_HD_V3.1Sharp1_Balanced_SPANF3_b8f64_unshuffle_fp16.onnx"),
    ("AnimeJaNai HD V3.1 Sharp1 Performance",
     "2x_AnimeJaNai_HD_V3.1Sharp1_Performance_SPANF3_b5f48_unshuffle_fp16.onnx"),
]

# Pairs for ncnn: (name, author, family, scale, licence, tags, repository, revision, path without
# suffix or None, stem of the file beside SHA256SUMS, stem of the stored file)
CUGAN = ("nihui/realcugan-ncnn-vulkan", "395302c5")
WAIFU = ("nihui/waifu2x-ncnn-vulkan", "64914665")
UPSCAYL = ("upscayl/upscayl", "a00d55fe")
ANIME = ["anime"]
PAIRS = [
    ("Real-CUGAN 2x", "bilibili", "Real-CUGAN", 2, "MIT", ANIME, *CUGAN,
     "models/models-se/up2x-no-denoise", "realcugan_se_up2x-no-denoise", "realcugan-se-up2x"),
    ("Real-CUGAN 3x", "bilibili", "Real-CUGAN", 3, "MIT", ANIME, *CUGAN,
     "models/models-se/up3x-no-denoise", "realcugan_se_up3x-no-denoise", "realcugan-se-up3x"),
    ("Real-CUGAN 4x", "bilibili", "Real-CUGAN", 4, "MIT", ANIME, *CUGAN,
     "models/models-se/up4x-no-denoise", "realcugan_se_up4x-no-denoise", "realcugan-se-up4x"),
    ("Real-CUGAN nose 2x", "bilibili", "Real-CUGAN", 2, "MIT", ANIME, *CUGAN,
     "models/models-nose/up2x-no-denoise", "realcugan_nose_up2x-no-denoise", "realcugan-nose-up2x"),
    ("waifu2x CUNet 2x, noise 0", "nagadomi", "waifu2x", 2, "MIT", ["anime", "denoise"], *WAIFU,
     "models/models-cunet/noise0_scale2.0x_model", "waifu2x_cunet_noise0_scale2x",
     "waifu2x-cunet-noise0-scale2x"),
    ("waifu2x upconv_7 2x, anime", "nagadomi", "waifu2x", 2, "MIT", ANIME, *WAIFU, None,
     "waifu2x_upconv7_anime_scale2x", "waifu2x-upconv7-anime-scale2x"),
    ("waifu2x upconv_7 2x, anime, noise 0", "nagadomi", "waifu2x", 2, "MIT", ["anime", "denoise"],
     *WAIFU, None, "waifu2x_upconv7_anime_noise0_scale2x", "waifu2x-upconv7-anime-noise0-scale2x"),
    ("Upscayl Lite", "xinntao", "Compact", 4, "BSD-3-Clause", ["photo", "general-upscaler"], *UPSCAYL,
     "resources/models/upscayl-lite-4x", "realesr-general-x4v3", "upscayl-lite-4x"),
    ("Real-ESRGAN AnimeVideo v3 (Upscayl)", "xinntao", "Compact", 4, "BSD-3-Clause",
     ["anime", "cartoon"], *UPSCAYL, "models/realesr-animevideov3-x4", "realesr-animevideov3-x4",
     "realesr-animevideov3-x4"),
    ("LSDIRCompactC3 (Upscayl)", "helaman", "Compact", 4, "CC-BY-4.0", ["photo"],
     "upscayl/custom-models", "4b6d2cfa", "models/4xLSDIRCompactC3", "4xLSDIRCompactC3",
     "4xLSDIRCompactC3"),
]

# More of Upscayl's, of which only the names are known: (name, tags)
UPSCAYL_NAMES = [("Remacri (Upscayl)", "remacri", []), ("UltraSharp (Upscayl)", "ultrasharp", []),
                 ("UltraMix Balanced (Upscayl)", "ultramix-balanced-4x", []),
                 ("HFA2k (Upscayl)", "hfa2k-4x", ["anime"])]

# The text of a licence: where it is.
LICENCES = {
    "CC-BY-NC-SA-4.0": ("CC BY-NC-SA 4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
    "CC-BY-NC-4.0": ("CC BY-NC 4.0", "https://creativecommons.org/licenses/by-nc/4.0/"),
    "CC-BY-SA-4.0": ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "CC-BY-4.0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}

# ---- which model for this source ("--model match") ----

# The first rule whose ranges hold decides; of its choices the first that is installed is taken. A
# choice is a model, or the tags that a model of this catalogue has to have. What is measured:
# src/models/match/source-look.h. The limits were set by drawings and photographs as PNG, as JPEG of
# quality 30 to 90, and as videos: photographs have under 1.2 % of sharp edges or under 15 % of flat
# pixels, and pictures of quality 75 and worse a blockiness above 0.1.
STANDARD = [{"model": "genga-standard"}]
DAMAGED = [{"tags": ["anime", "jpeg"]}, {"tags": ["anime", "compression-removal"]},
           {"model": "genga-restore"}] + STANDARD
PHOTO = [{"tags": ["photo", "general-upscaler"]}, {"tags": ["photo"]}] + STANDARD
SMALL = [{"model": "2x_AniSD_RealPLKSR_140K"}, {"model": "2x_AniSD_AC_RealPLKSR_127500"}]
SMALL_DAMAGED = [{"model": "2x_AniToon_RPLKSR_197500"}, {"model": "2x_AniToon_RPLKSRL_280K"},
                 {"model": "2x_AniToon_RPLKSRS_242500"}]
MODERN = [{"model": "2x_Ani4Kv2_G6i2_Compact_107500"}, {"model": JANAI_31[0][1]},
          {"model": "2x-AnimeSharpV4"}, {"model": "2x_Ani4Kv2_G6i2_UltraCompact_105K"}]
RULES = [
    {"name": "photo", "if": {"edges": [None, 0.012]}, "take": PHOTO},
    {"name": "photo", "if": {"flat": [None, 0.15]}, "take": PHOTO},
    {"name": "manga-damaged", "if": {"grey": [0.98, None], "blockiness": [0.1, None]},
     "take": [{"tags": ["manga", "jpeg"]}, {"tags": ["manga", "compression-removal"]},
              {"tags": ["manga"]}] + DAMAGED},
    {"name": "manga", "if": {"grey": [0.98, None]}, "take": [{"tags": ["manga"]}] + STANDARD},
    {"name": "small-damaged", "if": {"blockiness": [0.1, None], "height": [None, 577]},
     "take": SMALL_DAMAGED + DAMAGED},
    {"name": "damaged", "if": {"blockiness": [0.1, None]}, "take": DAMAGED},
    {"name": "noisy", "if": {"noise": [3, None]},
     "take": [{"tags": ["anime", "denoise"]}, {"model": "genga-restore"}] + STANDARD},
    {"name": "small", "if": {"height": [None, 577]}, "take": SMALL + STANDARD},
    {"name": "drawing", "if": {}, "take": MODERN + STANDARD},
]


def read_table(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    return [dict(zip(lines[0], line)) for line in lines[1:]]


def read_sums(path):
    with open(path, encoding="utf-8") as file:
        return {name: digest for digest, name in (line.split() for line in file)}


def find_link(row):
    """A link that gives the file itself, without anybody who clicks."""
    for link in row["urls"].split():
        parts = urllib.parse.urlsplit(link)
        if parts.scheme != "https" or not parts.path.lower().endswith("." + row["type"]):
            continue
        if ((parts.netloc == "github.com" and re.search("/releases/download/|/raw/", parts.path)) or
                parts.netloc.startswith("objectstorage.") or parts.netloc.endswith(".backblazeb2.com") or
                (parts.netloc == "huggingface.co" and "/resolve/" in parts.path)):
            return link
    return None


def get_name(link):
    return urllib.parse.unquote(urllib.parse.urlsplit(link).path.rsplit("/", 1)[-1])


def make_file(name, size, digest, link):
    return {"name": name, "size": int(size), "sha256": digest, "url": link}


def make_entry(ident, name, **facts):
    entry = {"id": ident, "name": name}
    entry.update((key, value) for key, value in facts.items() if value not in (None, "", []))
    return entry


def find_row(rows, ident):
    """Of a model's files, the one that most numbers are in, where it has a link."""
    order = {"safetensors": 0, "pth": 1, "onnx": 2}
    found = sorted((row for row in rows if row["id"] == ident),
                   key=lambda row: (find_link(row) is None, order[row["type"]], -int(row["size"] or 0)))
    return found[0]


def from_openmodeldb(rows, ident):
    row = find_row(rows, ident)
    link = find_link(row)
    licence = row["licence"]
    tags = [tag for tag in row["tags"].split(",") if tag not in ("research", "pretrained")]
    files = [make_file(get_name(link), row["size"], row["sha256"], link)] \
        if link and licence and row["sha256"] else None
    return make_entry(ident, ident, author=row["author"].replace(",", ", "), tags=tags,
                      scale=int(row["scale"]), family=FAMILIES[row["architecture"]],
                      licence=licence, page=f"https://openmodeldb.info/models/{ident}", files=files)


def from_originals(rows):
    by_name = {}
    for row in rows:
        link = find_link(row)
        if link:
            by_name[get_name(link)] = (row, link)
    for name, file, family, release, tags in ORIGINALS:
        page = UPSCALE_HUB + release if release else UPSCALE_HUB.removesuffix("/tag/")
        entry = make_entry(os.path.splitext(file)[0], name, author="sirosky", tags=tags, scale=2,
                           family=family, licence="CC-BY-NC-4.0", page=page)
        entry["files"] = [{"name": file}]
        if file in by_name:
            row, link = by_name[file]
            entry["tags"] = row["tags"].split(",")
            entry["files"] = [make_file(file, row["size"], row["sha256"], link)]
        yield entry


def from_janai():
    for name, file in JANAI_31:
        entry = make_entry(os.path.splitext(file)[0], name, author="the-database", tags=ANIME,
                           scale=2, family="SPANF3", page=JANAI)
        entry["files"] = [{"name": file}]
        yield entry


def from_pairs(sums, folder):
    for name, author, family, scale, licence, tags, repo, revision, path, stem, stored in PAIRS:
        entry = make_entry(stored, name, author=author, tags=tags, scale=scale, family=family,
                           licence=licence, page=f"https://github.com/{repo}")
        entry["files"] = []
        for suffix in (".param", ".bin"):
            file = {"name": stored + suffix, "sha256": sums[stem + suffix],
                    "size": os.path.getsize(os.path.join(folder, stem + suffix))}
            if path:
                file["url"] = f"https://github.com/{repo}/raw/{revision}/{path}{suffix}"
            entry["files"].append(file)
        yield entry


def from_names():
    for name, stem, tags in UPSCAYL_NAMES:
        entry = make_entry(stem, name, tags=tags, page="https://github.com/upscayl/upscayl")
        entry["files"] = [{"name": stem + ".param"}, {"name": stem + ".bin"}]
        yield entry


def main():
    rows = read_table(sys.argv[1])
    models = list(from_originals(rows)) + list(from_janai())
    models += from_pairs(read_sums(sys.argv[2]), os.path.dirname(sys.argv[2]))
    models += from_names()
    models += [from_openmodeldb(rows, ident) for ident in CHOSEN]
    licences = {key: {"name": name, "url": url} for key, (name, url) in LICENCES.items()}
    json.dump({"format": 1, "licences": licences, "rules": RULES, "models": models}, sys.stdout,
              indent=1, ensure_ascii=False)
    print()


main()
