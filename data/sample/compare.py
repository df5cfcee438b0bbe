#!/usr/bin/python3
# SPDX-License-Identifier: CC0-1.0
"""Sets a part of the sample picture before and after side by side, for the README.

Usage: compare.py SAMPLE.png ENLARGED.png OUT.webp

ENLARGED.png is SAMPLE.png upscaled four times. On the left is what a viewer
shows of the sample when it enlarges it, bicubic; on the right the upscaled
picture, untouched. Needs Pillow.
"""

import sys

from PIL import Image, ImageDraw, ImageFont

SCALE = 4
PART = (118, 92, 224, 200)


def panel(picture, words):
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype('DejaVuSans-Bold.ttf', 18)
    pen.text((12, picture.height - 32), words, font=font, fill='white', stroke_width=3,
             stroke_fill='#2c2f6e')
    return picture


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    with Image.open(sys.argv[1]) as sample, Image.open(sys.argv[2]) as enlarged:
        size = tuple(SCALE * side for side in sample.size)
        if enlarged.size != size:
            sys.exit(f'{sys.argv[2]} is {enlarged.size}, not {size}')
        part = tuple(SCALE * edge for edge in PART)
        before = panel(sample.convert('RGB').resize(size, Image.BICUBIC).crop(part), 'before')
        after = panel(enlarged.convert('RGB').crop(part), 'after')

    gap = 8
    both = Image.new('RGB', (before.width + gap + after.width, before.height), 'white')
    both.paste(before, (0, 0))
    both.paste(after, (before.width + gap, 0))
    both.save(sys.argv[3], quality=93, method=6)


main()
