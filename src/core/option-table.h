/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every option, a row each; no other place lists them. The order is that of the help and the panel.
 *
 * A file that includes this defines OPTION (ID, GROUP, name, type, nick, blurb, fields of
 * GengaOptionInfo ...) before, as options.h and options.c do; it may be included several times.
 *
 * A name, the nicks of its values and, where an option changes segments, its default are written in
 * job lists, settings and unfinished exports: they stay (job/export/fingerprint.c).
 */
#ifndef OPTION
#  define OPTION(...)
#endif
OPTION (MODEL,
        NETWORK,
        "model",
        TEXT (GENGA_MODEL_AUTO),
        N_ ("Model"),
        N_ ("The network: a name from “genga-cli models”, or a .safetensors, .pth, .onnx, "
            ".param, .ckpt or .pt file. “nearest” and “bicubic” only enlarge; “none” only resizes "
            "and filters; “auto” is genga-standard, or genga-fast for videos on a CPU; “match” "
            "looks at the source and takes the installed model that fits it."),
        .metavar = N_ ("NAME|FILE"),
        .facts = GENGA_OPTION_REACHES_NETWORK)

OPTION (SCALE,
        NETWORK,
        "scale",
        INT (0, 16, 2),
        N_ ("Scale"),
        N_ ("Upscaling factor, 1 to 16; 1 only improves the picture. “native” is the scale of the "
            "model, as for videos unless a size is given."),
        .metavar = N_ ("FACTOR"),
        .zero_nick = "native",
        WINDOW (0, 16, 1),
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_REACHES_NETWORK)

OPTION (WIDTH,
        NETWORK,
        "width",
        INT (0, 1000000, 0),
        N_ ("Width"),
        N_ ("Width of the result in pixels, in the place of a factor; the height follows."),
        .metavar = N_ ("PIXELS"),
        .zero_nick = "auto",
        WINDOW (0, 32768, 16),
        .place = GENGA_OPTION_ELSEWHERE,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_SETS_SIZE)

OPTION (HEIGHT,
        NETWORK,
        "height",
        INT (0, 1000000, 0),
        N_ ("Height"),
        N_ ("Height of the result in pixels; the width follows."),
        .metavar = N_ ("PIXELS"),
        .zero_nick = "auto",
        WINDOW (0, 32768, 16),
        .place = GENGA_OPTION_ELSEWHERE,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_SETS_SIZE)

OPTION (LONGEST,
        NETWORK,
        "longest",
        INT (0, 1000000, 0),
        N_ ("Longest side"),
        N_ ("Longest side of the result in pixels."),
        .metavar = N_ ("PIXELS"),
        .zero_nick = "auto",
        WINDOW (0, 32768, 16),
        .place = GENGA_OPTION_ELSEWHERE,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_SETS_SIZE)

OPTION (SHORTEST,
        NETWORK,
        "shortest",
        INT (0, 1000000, 0),
        N_ ("Shortest side"),
        N_ ("Shortest side of the result in pixels."),
        .metavar = N_ ("PIXELS"),
        .zero_nick = "auto",
        WINDOW (0, 32768, 16),
        .place = GENGA_OPTION_ELSEWHERE,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_SETS_SIZE)

OPTION (MEGAPIXELS,
        NETWORK,
        "megapixels",
        DOUBLE (0, 100000, 0),
        N_ ("Megapixels"),
        N_ ("Millions of pixels that the result has, about."),
        .metavar = N_ ("NUMBER"),
        .zero_nick = "auto",
        WINDOW (0, 100, 1),
        .place = GENGA_OPTION_ELSEWHERE,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_SETS_SIZE)

OPTION (FIT,
        NETWORK,
        "fit",
        TEXT (NULL),
        N_ ("Fit into"),
        N_ ("The largest result that fits into so many pixels, such as 1920x1080."),
        .metavar = N_ ("WIDTHxHEIGHT"),
        .place = GENGA_OPTION_ELSEWHERE,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_SETS_SIZE)

OPTION (PRE_DOWNSCALE,
        NETWORK,
        "pre-downscale",
        INT (0, 8640, 0),
        N_ ("Reduce first"),
        N_ ("Reduce a higher picture or video to this height before upscaling it, such as 720; "
            "never enlarges. A factor counts from there."),
        .metavar = N_ ("PIXELS"),
        .zero_nick = "original",
        .place = GENGA_OPTION_BEHIND,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_SETS_SIZE)

OPTION (PRECISION,
        NETWORK,
        "precision",
        CHOICE (genga_precision_get_type, GENGA_PRECISION_AUTO),
        N_ ("Precision"),
        N_ ("Number format of the network; “auto” is the fastest that is safe for the model and "
            "the device."),
        .metavar = N_ ("PRECISION"),
        .facts = GENGA_OPTION_PLANNED | GENGA_OPTION_REACHES_NETWORK)

OPTION (DEVICE,
        NETWORK,
        "device",
        TEXT ("auto"),
        N_ ("Device"),
        N_ ("Where the network runs: “auto”, “cpu”, “torch:cpu”, “torch:cuda:0”, … or “reference”, "
            "which is slow and exact. Several share the work, with commas between, and so do “all” "
            "that compute the same bytes as the one “auto” takes; one that is named twice has two "
            "engines."),
        .metavar = N_ ("DEVICE"),
        .place = GENGA_OPTION_BEHIND,
        .facts = GENGA_OPTION_PLANNED | GENGA_OPTION_REACHES_NETWORK | GENGA_OPTION_IS_LOCAL)

OPTION (
    WORKERS,
    NETWORK,
    "workers",
    INT (1, 8, 1),
    N_ ("Workers"),
    N_ ("Engines on each device, which work on files, or segments of a video, beside each other "
        "and share the threads."),
    .metavar = N_ ("NUMBER"),
    WINDOW (1, 8, 1),
    .place = GENGA_OPTION_ELSEWHERE,
    .facts = GENGA_OPTION_REACHES_NETWORK | GENGA_OPTION_IS_LOCAL)

OPTION (MIXED_DEVICES,
        NETWORK,
        "mixed-devices",
        SWITCH (FALSE),
        N_ ("Mixed devices"),
        N_ ("Let devices of different kinds share the work, although their results may differ by "
            "1/255."),
        .place = GENGA_OPTION_BEHIND,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_REACHES_NETWORK)

OPTION (TILE,
        NETWORK,
        "tile",
        INT (0, 8192, 0),
        N_ ("Tile size"),
        N_ ("Larger pictures are cut into tiles of this many pixels per side; at least 64, or "
            "“auto” (0)."),
        .metavar = N_ ("PIXELS"),
        .zero_nick = "auto",
        WINDOW (256, 1024, 64),
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_REACHES_NETWORK)

OPTION (OVERLAP,
        NETWORK,
        "overlap",
        INT (-1, 4095, -1),
        N_ ("Tile overlap"),
        N_ ("Number of pixels that neighbouring tiles share, less than half a tile; -1 is "
            "automatic."),
        .metavar = N_ ("PIXELS"),
        WINDOW (16, 64, 8),
        .place = GENGA_OPTION_BEHIND,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_REACHES_NETWORK)

OPTION (BLEND,
        NETWORK,
        "blend",
        CHOICE (genga_blend_get_type, GENGA_BLEND_GAUSSIAN),
        N_ ("Tile blending"),
        N_ ("How overlapping tiles fade into each other."),
        .metavar = N_ ("SHAPE"),
        .place = GENGA_OPTION_BEHIND,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_REACHES_NETWORK)

OPTION (THREADS,
        NETWORK,
        "threads",
        INT (0, 1024, 0),
        N_ ("Threads"),
        N_ ("Number of CPU threads; “auto” uses all that are available."),
        .metavar = N_ ("NUMBER"),
        .zero_nick = "auto",
        WINDOW (0, 64, 1),
        .place = GENGA_OPTION_ELSEWHERE,
        .facts = GENGA_OPTION_REACHES_NETWORK | GENGA_OPTION_IS_LOCAL)

OPTION (MAX_MEMORY,
        NETWORK,
        "max-memory",
        BYTES,
        N_ ("Memory limit"),
        N_ ("Refuse pictures that need more memory than this, for example 4G; “auto” is half of "
            "the available memory."),
        .metavar = N_ ("BYTES"),
        .zero_nick = "auto",
        .place = GENGA_OPTION_ELSEWHERE,
        .facts = GENGA_OPTION_IS_LOCAL)

OPTION (NICE,
        NETWORK,
        "nice",
        INT (0, 19, 0),
        N_ ("Niceness"),
        N_ ("How far other programs come first for processors; 19 takes only what they leave."),
        .metavar = N_ ("0-19"),
        POLITE)

OPTION (IONICE,
        NETWORK,
        "ionice",
        CHOICE (genga_ionice_get_type, GENGA_IONICE_NORMAL),
        N_ ("Disk priority"),
        N_ ("“low” reads and writes behind other programs, “idle” only while none of them does."),
        .metavar = N_ ("KIND"),
        POLITE)

OPTION (PAUSE_ON_BATTERY,
        NETWORK,
        "pause-on-battery",
        SWITCH (FALSE),
        N_ ("Pause on Battery"),
        N_ ("Pause while the computer runs on its battery."),
        POLITE)

OPTION (PAUSE_IN_USE,
        NETWORK,
        "pause-in-use",
        SWITCH (FALSE),
        N_ ("Pause While in Use"),
        N_ ("Pause until nobody has used the computer for a minute; only in the window."),
        POLITE)

OPTION (ALLOW_TRUNCATED,
        NETWORK,
        "allow-truncated",
        SWITCH (FALSE),
        N_ ("Truncated pictures"),
        N_ ("Read PNG, JPEG, GIF and BMP pictures that are truncated or damaged as far as they go, "
            "and say so; otherwise they are refused."),
        .place = GENGA_OPTION_ELSEWHERE,
        .facts = GENGA_OPTION_IS_LOCAL)

OPTION (STRENGTH,
        FILTERS,
        "strength",
        DOUBLE (0, 100, 100),
        N_ ("Strength"),
        N_ ("Per cent of the network's result; the rest is a plain enlargement (Lanczos)."),
        .metavar = N_ ("0-100"),
        WINDOW (0, 100, 5),
        .facts = GENGA_OPTION_CHANGES_SEGMENTS)

OPTION (SHARPENING,
        FILTERS,
        "sharpening",
        DOUBLE (0, 2, 0),
        N_ ("Sharpening"),
        N_ ("How much to sharpen edges after upscaling; 0 leaves them unchanged."),
        .metavar = N_ ("AMOUNT"),
        WINDOW (0, 2, 0.1),
        .facts = GENGA_OPTION_CHANGES_SEGMENTS)

OPTION (CONTRAST,
        FILTERS,
        "contrast",
        DOUBLE (0, 2, 1),
        N_ ("Contrast"),
        N_ ("Less contrast below 1, more above."),
        .metavar = N_ ("FACTOR"),
        WINDOW (0.8, 1.2, 0.05),
        .facts = GENGA_OPTION_CHANGES_SEGMENTS)

OPTION (SATURATION,
        FILTERS,
        "saturation",
        DOUBLE (0, 2, 1),
        N_ ("Saturation"),
        N_ ("Paler below 1, more colourful above."),
        .metavar = N_ ("FACTOR"),
        WINDOW (0.8, 1.2, 0.05),
        .facts = GENGA_OPTION_CHANGES_SEGMENTS)

OPTION (TRANSPARENCY,
        OUTPUT,
        "transparency",
        SWITCH (TRUE),
        N_ ("Keep transparency"),
        N_ ("Keep transparent pixels; otherwise they are composited on the background."),
        .metavar = N_ ("YES|NO"),
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_REACHES_NETWORK)

OPTION (ALPHA,
        OUTPUT,
        "alpha",
        CHOICE (genga_alpha_get_type, GENGA_ALPHA_NETWORK),
        N_ ("Transparency by"),
        N_ ("How transparency is enlarged: by the “network”, on black and on white; by “lanczos”, "
            "which is faster and softer; or “nearest”, which keeps hard edges hard."),
        .metavar = N_ ("HOW"),
        .place = GENGA_OPTION_BEHIND,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_REACHES_NETWORK)

OPTION (BACKGROUND,
        OUTPUT,
        "background",
        TEXT ("#ffffff"),
        N_ ("Background"),
        N_ ("Colour behind transparent pixels where they are not kept, as #rrggbb."),
        .metavar = N_ ("COLOUR"),
        .place = GENGA_OPTION_BEHIND,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_REACHES_NETWORK)

OPTION (
    COLOUR_PROFILE,
    OUTPUT,
    "colour-profile",
    CHOICE (genga_colour_profile_get_type, GENGA_COLOUR_PROFILE_KEEP),
    N_ ("Colour profile"),
    N_ ("“keep” the profile of a picture, whose colours are sRGB for the network alone; or “srgb” "
        "for results in sRGB, without a profile."),
    .metavar = N_ ("HOW"),
    .place = GENGA_OPTION_BEHIND,
    .facts = GENGA_OPTION_REACHES_NETWORK,
    .results = GENGA_OPTION_FOR_PICTURES)

OPTION (DPI,
        OUTPUT,
        "dpi",
        CHOICE (genga_dpi_get_type, GENGA_DPI_KEEP),
        N_ ("Size on paper"),
        N_ ("What a picture says of it: “keep” its dots per inch, so that it is printed larger; or "
            "its “print-size”, with more dots per inch."),
        .metavar = N_ ("HOW"),
        .place = GENGA_OPTION_BEHIND,
        .results = GENGA_OPTION_FOR_PICTURES)

OPTION (FORMAT,
        OUTPUT,
        "format",
        CHOICE (genga_format_get_type, GENGA_FORMAT_AUTO),
        N_ ("Format"),
        N_ ("File format of the result; “auto” follows the name of the output, else the source."),
        .metavar = N_ ("FORMAT"),
        .results = GENGA_OPTION_FOR_PICTURES)

OPTION (QUALITY,
        OUTPUT,
        "quality",
        INT (0, 100, 95),
        N_ ("Quality"),
        N_ ("Quality of JPEG and lossy WebP, AVIF and JPEG XL, from 0 to 100."),
        .metavar = N_ ("0-100"),
        WINDOW (80, 100, 5),
        .results = GENGA_OPTION_FOR_PICTURES | GENGA_OPTION_FOR_ANIMATIONS |
                   GENGA_OPTION_FOR_FRAMES)

OPTION (ADAPTIVE_QUALITY,
        OUTPUT,
        "adaptive-quality",
        SWITCH (FALSE),
        N_ ("Quality by source"),
        N_ ("Quality of JPEG and WebP by the size of the source's file: 95 below 500 KiB, 85 above "
            "2 MiB, else the one that is chosen."),
        .place = GENGA_OPTION_BEHIND,
        .results = GENGA_OPTION_FOR_PICTURES)

OPTION (LOSSLESS,
        OUTPUT,
        "lossless",
        SWITCH (FALSE),
        N_ ("Lossless"),
        N_ ("Write lossless WebP or JPEG XL, and AVIF that is as good as lossless."),
        .results = GENGA_OPTION_FOR_PICTURES | GENGA_OPTION_FOR_ANIMATIONS |
                   GENGA_OPTION_FOR_FRAMES)

OPTION (
    NEAR_LOSSLESS,
    OUTPUT,
    "near-lossless",
    SWITCH (FALSE),
    N_ ("Nearly lossless WebP"),
    N_ ("Write lossless WebP of slightly changed pixels, as far as the quality allows: smaller, "
        "without blocks."),
    .place = GENGA_OPTION_BEHIND,
    .results = GENGA_OPTION_FOR_PICTURES)

OPTION (WEBP_METHOD,
        OUTPUT,
        "webp-method",
        INT (0, 6, 6),
        N_ ("WebP effort"),
        N_ ("From 0, fast and large, to 6, slow and small."),
        .metavar = N_ ("0-6"),
        WINDOW (0, 6, 1),
        .place = GENGA_OPTION_BEHIND,
        .results = GENGA_OPTION_FOR_PICTURES | GENGA_OPTION_FOR_FRAMES)

OPTION (SUBSAMPLING,
        OUTPUT,
        "subsampling",
        CHOICE (genga_subsampling_get_type, GENGA_SUBSAMPLING_AUTO),
        N_ ("JPEG colours"),
        N_ ("Resolution of colours in JPEG: “444” is full, “420” half each way; “auto” is full "
            "from quality 90."),
        .metavar = N_ ("KIND"),
        .place = GENGA_OPTION_BEHIND,
        .results = GENGA_OPTION_FOR_PICTURES | GENGA_OPTION_FOR_FRAMES)

OPTION (COMPRESSION,
        OUTPUT,
        "compression",
        CHOICE (genga_compression_get_type, GENGA_COMPRESSION_DEFLATE),
        N_ ("TIFF compression"),
        N_ ("How a TIFF is compressed: “deflate”, “lzw” (read by more programs), “zstd” (read by "
            "fewer), or “none”."),
        .metavar = N_ ("KIND"),
        .place = GENGA_OPTION_BEHIND,
        .results = GENGA_OPTION_FOR_PICTURES)

OPTION (PNG_LEVEL,
        OUTPUT,
        "png-level",
        INT (0, 9, 6),
        N_ ("PNG compression"),
        N_ ("From 0, fast and large, to 9, slow and small."),
        .metavar = N_ ("0-9"),
        WINDOW (0, 9, 1),
        .place = GENGA_OPTION_BEHIND,
        .results = GENGA_OPTION_FOR_PICTURES | GENGA_OPTION_FOR_ANIMATIONS |
                   GENGA_OPTION_FOR_FRAMES)

OPTION (PNG_OPTIMISE,
        OUTPUT,
        "png-optimise",
        SWITCH (FALSE),
        N_ ("Optimise PNG"),
        N_ ("Level 9 with adaptive filters: several times slower, a few per cent smaller."),
        .place = GENGA_OPTION_BEHIND,
        .results = GENGA_OPTION_FOR_PICTURES)

OPTION (BIT_DEPTH,
        OUTPUT,
        "bit-depth",
        INT (0, 32, 0),
        N_ ("Bit depth"),
        N_ ("Bits per channel: 8, 12 (AVIF), 16 (PNG, TIFF, JPEG XL) or 32 (TIFF, floats); “auto” "
            "is what the format has if the source has more than 8."),
        .metavar = N_ ("BITS"),
        .zero_nick = "auto",
        .place = GENGA_OPTION_BEHIND,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS)

OPTION (OUTPUT_DIR,
        OUTPUT,
        "output-dir",
        TEXT (NULL),
        N_ ("Output folder"),
        N_ ("Folder for results, made where it is not there; by default, they are written beside "
            "their sources."),
        .metavar = N_ ("FOLDER"),
        .place = GENGA_OPTION_ELSEWHERE,
        .facts = GENGA_OPTION_NAMES_RESULT)

OPTION (NAMING,
        OUTPUT,
        "naming",
        CHOICE (genga_naming_get_type, GENGA_NAMING_SUFFIX),
        N_ ("Naming"),
        N_ ("How results are named: “suffix” appends one to the source's name, “original” keeps "
            "the name, “list” takes names from a list, “template” follows a pattern."),
        .metavar = N_ ("KIND"),
        .facts = GENGA_OPTION_NAMES_RESULT)

OPTION (SUFFIX,
        OUTPUT,
        "suffix",
        TEXT ("_upscaled"),
        N_ ("Suffix"),
        N_ ("Text that is appended to the source's name."),
        .metavar = N_ ("TEXT"),
        .facts = GENGA_OPTION_NAMES_RESULT)

OPTION (NAMES,
        OUTPUT,
        "names",
        TEXT (NULL),
        N_ ("Names"),
        N_ ("Names of the results, one per line, in the order of the files."),
        .metavar = N_ ("LIST"),
        .facts = GENGA_OPTION_NAMES_RESULT)

OPTION (NAME_TEMPLATE,
        OUTPUT,
        "name-template",
        TEXT ("{stem}_{scale}x"),
        N_ ("Name template"),
        N_ ("How results are called, without an extension: {stem} is the source's name, and there "
            "are {model}, {scale}, {width}, {height}, {index} and {date}."),
        .metavar = N_ ("TEMPLATE"),
        .facts = GENGA_OPTION_NAMES_RESULT)

OPTION (FOLDERS,
        OUTPUT,
        "folders",
        CHOICE (genga_folders_get_type, GENGA_FOLDERS_PLAIN),
        N_ ("Subfolders"),
        N_ ("How results lie in the output folder: “plain”, as their sources do; “kinds”, in "
            "“images” and “videos”; “dated”, in such ones in a folder for each run."),
        .metavar = N_ ("KIND"),
        .place = GENGA_OPTION_BEHIND,
        .facts = GENGA_OPTION_NAMES_RESULT)

OPTION (EXISTING,
        OUTPUT,
        "existing",
        CHOICE (genga_existing_get_type, GENGA_EXISTING_ASK),
        N_ ("Existing results"),
        N_ ("Where a result exists already: “skip” leaves it, “number” writes another one beside "
            "it, “replace” replaces it; “ask” asks, and without a terminal is an error."),
        .metavar = N_ ("WHAT"),
        .facts = GENGA_OPTION_REPLACES)

OPTION (OVERWRITE,
        OUTPUT,
        "overwrite",
        SWITCH (FALSE),
        N_ ("Overwrite"),
        N_ ("Replace existing results, as “--existing replace”."),
        .place = GENGA_OPTION_ELSEWHERE,
        .facts = GENGA_OPTION_REPLACES)

OPTION (CODEC,
        VIDEO,
        "codec",
        CHOICE (genga_codec_get_type, GENGA_CODEC_AUTO),
        N_ ("Codec"),
        N_ ("Video codec; “auto” is H.264, or VP9 in WebM."),
        .metavar = N_ ("CODEC"),
        .facts = GENGA_OPTION_CHANGES_SEGMENTS,
        .results = GENGA_OPTION_FOR_VIDEOS | GENGA_OPTION_FOR_ANIMATIONS)

OPTION (
    PROFILE,
    VIDEO,
    "profile",
    TEXT ("auto"),
    N_ ("Profile"),
    N_ ("Profile of the codec: “high”, “main”, “baseline” or “lossless” for H.264; “main”, "
        "“main10”, “main10-hq”, “main10-fast” or “lossless” for H.265; “proxy”, “lt”, “standard”, "
        "“hq”, “4444” or “4444xq” for ProRes; “36”, “115”, “175”, “220” or “175x” for DNxHD; “lb”, "
        "“sq”, “hq”, “hqx” or “444” for DNxHR; “auto” picks the profile closest to the source."),
    .metavar = N_ ("PROFILE"),
    .facts = GENGA_OPTION_CHANGES_SEGMENTS,
    .results = GENGA_OPTION_FOR_VIDEOS)

OPTION (CONTAINER,
        VIDEO,
        "container",
        CHOICE (genga_container_get_type, GENGA_CONTAINER_AUTO),
        N_ ("Container"),
        N_ ("Container of the video; “auto” follows the name of the output, else the source and "
            "the codec."),
        .metavar = N_ ("KIND"),
        .place = GENGA_OPTION_BEHIND,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS,
        .results = GENGA_OPTION_FOR_VIDEOS | GENGA_OPTION_FOR_ANIMATIONS)

OPTION (CRF,
        VIDEO,
        "crf",
        INT (-1, 63, -1),
        N_ ("CRF"),
        N_ ("Quality of H.264, H.265, AV1 and VP9: lower is better and larger; -1 is the value of "
            "the profile."),
        .metavar = N_ ("NUMBER"),
        WINDOW (0, 63, 1),
        .facts = GENGA_OPTION_CHANGES_SEGMENTS,
        .results = GENGA_OPTION_FOR_VIDEOS)

OPTION (PRESET,
        VIDEO,
        "preset",
        TEXT ("auto"),
        N_ ("Preset"),
        N_ ("Speed of the encoder: “ultrafast” to “veryslow” for H.264 and H.265, 0 to 13 for AV1, "
            "0 to 8 for VP9, or “auto”."),
        .metavar = N_ ("PRESET"),
        .place = GENGA_OPTION_BEHIND,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS,
        .results = GENGA_OPTION_FOR_VIDEOS)

OPTION (PIXEL_FORMAT,
        VIDEO,
        "pixel-format",
        TEXT ("auto"),
        N_ ("Pixel format"),
        N_ ("Pixel format for the encoder, such as yuv420p, yuv422p10le or yuv444p12le; “auto” "
            "keeps the source's bit depth and chroma subsampling if the codec can."),
        .metavar = N_ ("FORMAT"),
        .place = GENGA_OPTION_BEHIND,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS,
        .results = GENGA_OPTION_FOR_VIDEOS)

OPTION (FPS,
        VIDEO,
        "fps",
        TEXT ("0"),
        N_ ("Frames per second"),
        N_ ("Constant frame rate up to 60, such as 24 or 24000/1001; “0” keeps the timestamps of "
            "the source."),
        .metavar = N_ ("RATE"),
        CHANGES_MOTION)

OPTION (AUDIO,
        VIDEO,
        "audio",
        CHOICE (genga_audio_get_type, GENGA_AUDIO_AUTO),
        N_ ("Audio"),
        N_ ("“auto” copies all audio tracks unchanged and encodes those that the container can't "
            "hold: without loss if they are, else as AAC or Opus. “copy” only copies; “aac”, "
            "“opus” and “flac” encode all others; “no” leaves audio out."),
        .metavar = N_ ("HOW"),
        .results = GENGA_OPTION_FOR_VIDEOS)

OPTION (LEAVE_OUT,
        VIDEO,
        "leave-out",
        TEXT (NULL),
        N_ ("Tracks to leave out"),
        N_ ("Tracks of a video that its result does not have: “audio”, “subtitles”, “attachments”, "
            "“chapters”, “videos”, “data”, or one of a kind, such as “audio:2”; several are "
            "separated by commas."),
        .metavar = N_ ("LIST"),
        .place = GENGA_OPTION_ELSEWHERE,
        .facts = GENGA_OPTION_IS_LOCAL | GENGA_OPTION_IS_PASSING,
        .results = GENGA_OPTION_FOR_VIDEOS)

OPTION (DEINTERLACE,
        VIDEO,
        "deinterlace",
        CHOICE (genga_deinterlace_get_type, GENGA_DEINTERLACE_AUTO),
        N_ ("Deinterlace"),
        N_ ("Deinterlace. “auto” does so only for video marked as interlaced."),
        .metavar = N_ ("WHEN"),
        CHANGES_MOTION)

OPTION (
    REUSE,
    VIDEO,
    "reuse",
    CHOICE (genga_reuse_get_type, GENGA_REUSE_EXACT),
    N_ ("Reuse"),
    N_ ("Reuse results of earlier frames: “exact” for parts that are identical bit for bit, "
        "with the same result as “off”; “tolerance” also for parts that differ by at most "
        "--tolerance; “perceptual” also replaces whole frames that look like the previous one."),
    .metavar = N_ ("HOW"),
    CHANGES_MOTION)

OPTION (TOLERANCE,
        VIDEO,
        "tolerance",
        INT (0, 64, 2),
        N_ ("Tolerance"),
        N_ ("Samples that differ by at most this many of 255 levels count as unchanged, for "
            "“--reuse tolerance” and “perceptual”."),
        .metavar = N_ ("LEVELS"),
        CHANGES_MOTION)

OPTION (
    DUPLICATE_GRID,
    VIDEO,
    "duplicate-grid",
    INT (8, 32, 16),
    N_ ("Grid for duplicates"),
    N_ ("“--reuse perceptual” takes frames for the same only if the same cells of a grid of this "
        "many by this many are brighter than their mean: 8 is coarse, 32 is fine."),
    .metavar = N_ ("CELLS"),
    CHANGES_MOTION)

OPTION (FRAME_MAPPING,
        VIDEO,
        "frame-mapping",
        SWITCH (FALSE),
        N_ ("Frame mapping"),
        N_ ("Write a file beside the video that lists duplicate frames and frames that partly "
            "reuse earlier ones."),
        .place = GENGA_OPTION_BEHIND,
        .results = GENGA_OPTION_FOR_MOTION)

OPTION (TARGET_HEIGHT,
        VIDEO,
        "target-height",
        INT (0, 8640, 0),
        N_ ("Target height"),
        N_ ("Height of a video's result, such as 1080 or 2160, whatever the size of the video; "
            "“auto” follows the scale."),
        .metavar = N_ ("PIXELS"),
        .zero_nick = "auto",
        .facts = GENGA_OPTION_CHANGES_SEGMENTS,
        .results = GENGA_OPTION_FOR_MOTION)

OPTION (FROM,
        VIDEO,
        "from",
        TEXT (NULL),
        N_ ("From"),
        N_ ("Start with the frame at this time: seconds, 1:30 or 0:01:30.250. Audio, subtitles and "
            "chapters are trimmed too, audio between packets."),
        .metavar = N_ ("TIME"),
        .place = GENGA_OPTION_BEHIND,
        CHOOSES_PART)

OPTION (TO,
        VIDEO,
        "to",
        TEXT (NULL),
        N_ ("To"),
        N_ ("End before the frame at this time of the source."),
        .metavar = N_ ("TIME"),
        .place = GENGA_OPTION_BEHIND,
        CHOOSES_PART)

OPTION (CLIP_AT,
        VIDEO,
        "clip-at",
        TEXT (NULL),
        N_ ("Clip at"),
        N_ ("Make a clip of only the five seconds around this time, to see what the whole video "
            "will look like; its name ends in “_clip”."),
        .metavar = N_ ("TIME"),
        .place = GENGA_OPTION_ELSEWHERE,
        CHOOSES_PART)

OPTION (FRAMES,
        VIDEO,
        "frames",
        CHOICE (genga_frames_get_type, GENGA_FRAMES_OFF),
        N_ ("Frames as pictures"),
        N_ ("Write a folder of pictures instead of a video: “png” has 8 bits, “png16” has 16 bits "
            "and is not compressed, “png9” is the smallest, “jpeg” has quality 95, “jpeg100” has "
            "quality 100. A list in the folder keeps the timestamps, so the folder can be a source "
            "again. With --keep-frames, this only sets the format of those frames."),
        .metavar = N_ ("KIND"),
        CHANGES_MOTION)

OPTION (
    KEEP_FRAMES,
    VIDEO,
    "keep-frames",
    CHOICE (genga_keep_frames_get_type, GENGA_KEEP_FRAMES_NONE),
    N_ ("Keep frames"),
    N_ ("Keep frames as pictures beside the video, in a folder of its name with “.frames”: "
        "“upscaled” ones, those of the “source”, “all” of them, or the upscaled ones "
        "“until-done”, while the video is incomplete. Each folder in it can be a source again."),
    .metavar = N_ ("WHICH"),
    CHANGES_MOTION)

OPTION (ENCODER,
        VIDEO,
        "encoder",
        CHOICE (genga_encoder_get_type, GENGA_ENCODER_AUTO),
        N_ ("Encoder"),
        N_ ("Encoder: “software” (reproducible), “nvenc” (NVIDIA; H.264 and H.265) or “vaapi” "
            "(other graphics cards; AV1 and VP9, too). “auto” tries “nvenc” and takes software if "
            "a test encode fails."),
        .metavar = N_ ("WHERE"),
        .place = GENGA_OPTION_BEHIND,
        .facts = GENGA_OPTION_CHANGES_SEGMENTS,
        .results = GENGA_OPTION_FOR_VIDEOS)

#undef OPTION
