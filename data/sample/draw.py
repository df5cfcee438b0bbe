#!/usr/bin/python3
# SPDX-License-Identifier: CC0-1.0
"""Draws Genga's sample picture: the evening sky, a girl, the wind.

Usage: draw.py OUT.png [WIDTH]     (WIDTH 480 unless told; the height follows)

The picture is made of what an upscaler of anime has to keep: tapered lines,
flat cel shading with hard edges, fine strands of hair, eyes with highlights,
a gradient, soft clouds and lettering. All lengths below are in pixels of the
480x270 picture. Needs pycairo.
"""

import math
import random
import sys

import cairo

WIDTH, HEIGHT = 480, 270

LINE = '#3a2440'
SKIN, SKIN_SHADE, BLUSH = '#ffe4d3', '#f2b7a6', '#f58f86'
HAIR, HAIR_SHADE, HAIR_DEEP, HAIR_LIGHT = '#59b4c9', '#357f9f', '#27587f', '#b9eef0'
SHIRT, SHIRT_SHADE = '#fdf7f4', '#c9bfd8'
COLLAR, COLLAR_SHADE = '#34427f', '#232c5e'
SCARF, SCARF_SHADE = '#e8484f', '#a92b48'


def rgb(text, alpha=1.0):
    return tuple(int(text[i:i + 2], 16) / 255 for i in (1, 3, 5)) + (alpha,)


class Pen:
    """A cairo context with the few strokes that a cel needs."""

    def __init__(self, context):
        self.context = context

    def trace(self, start, *curves, close=True):
        """Bezier segments: six numbers a curve, two numbers a line."""
        c = self.context
        c.new_path()
        c.move_to(*start)
        for curve in curves:
            if len(curve) == 6:
                c.curve_to(*curve)
            else:
                c.line_to(*curve)
        if close:
            c.close_path()

    def fill(self, colour, alpha=1.0):
        self.context.set_source_rgba(*rgb(colour, alpha))
        self.context.fill()

    def cel(self, colour, width=1.5, line=LINE):
        """Fills the path and inks its outline."""
        c = self.context
        c.set_source_rgba(*rgb(colour))
        c.fill_preserve()
        c.set_source_rgba(*rgb(line))
        c.set_line_width(width)
        c.set_line_join(cairo.LINE_JOIN_ROUND)
        c.set_line_cap(cairo.LINE_CAP_ROUND)
        c.stroke()

    def ink(self, start, curve, width=1.6, colour=LINE, head=0.0, tail=0.0, alpha=1.0):
        """One tapered line: thin (head, tail), thick in the middle."""
        (x0, y0), (x1, y1, x2, y2, x3, y3) = start, curve
        left, right = [], []
        for i in range(33):
            t = i / 32
            u = 1 - t
            x = u**3 * x0 + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t**3 * x3
            y = u**3 * y0 + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t**3 * y3
            dx = 3 * (u * u * (x1 - x0) + 2 * u * t * (x2 - x1) + t * t * (x3 - x2))
            dy = 3 * (u * u * (y1 - y0) + 2 * u * t * (y2 - y1) + t * t * (y3 - y2))
            length = math.hypot(dx, dy) or 1.0
            ends = head * u + tail * t
            half = width / 2 * (ends + (1 - ends) * math.sin(math.pi * t) ** 0.75)
            left.append((x - dy / length * half, y + dx / length * half))
            right.append((x + dy / length * half, y - dx / length * half))
        self.trace(left[0], *left[1:], *reversed(right))
        self.fill(colour, alpha)

    def clip_to(self, draw_path):
        self.context.save()
        draw_path()
        self.context.clip()

    def unclip(self):
        self.context.restore()


# ---------------------------------------------------------------------------
# The sky

def sky(pen):
    c = pen.context
    gradient = cairo.LinearGradient(0, 0, 0, HEIGHT)
    for stop, colour in ((0, '#2f4fa0'), (0.3, '#5f7fc9'), (0.55, '#b79ad0'), (0.75, '#f6b3a8'),
                         (0.92, '#ffd9a6'), (1, '#ffe9bf')):
        gradient.add_color_stop_rgba(stop, *rgb(colour))
    c.set_source(gradient)
    c.paint()

    glow = cairo.RadialGradient(372, 196, 4, 372, 196, 150)
    glow.add_color_stop_rgba(0, 1, 0.96, 0.8, 0.95)
    glow.add_color_stop_rgba(0.16, 1, 0.9, 0.66, 0.55)
    glow.add_color_stop_rgba(1, 1, 0.8, 0.6, 0)
    c.set_source(glow)
    c.paint()
    c.arc(372, 196, 19, 0, 2 * math.pi)
    pen.fill('#fffbe8')

    stars = random.Random(7)
    for _ in range(46):
        x, y = stars.uniform(0, WIDTH), stars.uniform(0, 92)
        c.arc(x, y, stars.choice((0.45, 0.55, 0.7, 1.0)), 0, 2 * math.pi)
        pen.fill('#ffffff', 0.9 - y / 120)


def cloud(pen, x, y, size, seed, light='#fff3ea', shade='#e3a7bd'):
    """A heap of discs, shaded at its foot, cut flat below."""
    c = pen.context
    chance = random.Random(seed)
    puffs = []
    for i in range(11):
        t = i / 10
        radius = size * (0.16 + 0.3 * math.sin(math.pi * t) * chance.uniform(0.75, 1.15))
        puffs.append((x + size * 2.1 * (t - 0.5), y - radius * 0.55, radius))
    c.save()
    c.rectangle(0, 0, WIDTH, y)
    c.clip()
    for colour, dx, dy, grow in ((shade, 0, 0, 1.0), (light, 2.2, -2.4, 0.9)):
        c.new_path()
        for px, py, radius in puffs:
            c.new_sub_path()
            c.arc(px + dx, py + dy, radius * grow, 0, 2 * math.pi)
        pen.fill(colour)
    c.restore()


def background(pen):
    sky(pen)
    cloud(pen, 452, 150, 46, 3)
    cloud(pen, 300, 176, 30, 11, '#fff0e2', '#eab2b4')
    cloud(pen, 30, 150, 44, 5, '#f3dfee', '#c39cca')
    cloud(pen, 410, 232, 60, 8, '#fff1d8', '#f4bd9f')
    cloud(pen, 250, 240, 40, 21, '#fff1d8', '#f0b6a4')

    # Hills, the sea, and the sun on it.
    pen.trace((0, 236), (70, 214, 120, 232, 200, 236), (270, 240, 330, 228, 480, 240),
              (480, 270), (0, 270))
    pen.fill('#8f7fb8')
    pen.trace((0, 250), (90, 240, 200, 252, 300, 246), (360, 243, 420, 250, 480, 247),
              (480, 270), (0, 270))
    pen.fill('#5c5f9e')
    for i, (x, y, length) in enumerate(((344, 252, 56), (352, 256, 40), (340, 260, 66),
                                        (358, 264, 30), (350, 268, 48))):
        pen.ink((x, y), (x + length / 3, y - 0.5, x + 2 * length / 3, y + 0.5, x + length, y),
                1.5 + 0.15 * i, '#ffe6b3')


def birds(pen):
    for x, y, size in ((268, 62, 9), (288, 74, 6.5), (254, 82, 5)):
        pen.ink((x - size, y - size * 0.35), (x - size * 0.6, y - size * 0.75, x - size * 0.2,
                                             y - size * 0.5, x, y), 1.5, '#f7f2ff', tail=0.7)
        pen.ink((x, y), (x + size * 0.2, y - size * 0.55, x + size * 0.6, y - size * 0.8, x + size,
                         y - size * 0.45), 1.5, '#f7f2ff', head=0.7)


# ---------------------------------------------------------------------------
# The girl

def lock(pen, root, tip, bend, width, colour=HAIR, line=1.2, shade=HAIR_SHADE):
    """A pointed lock of hair from root to tip, bent sideways by bend."""
    (x0, y0), (x1, y1) = root, tip
    dx, dy = x1 - x0, y1 - y0
    length = math.hypot(dx, dy)
    nx, ny = -dy / length, dx / length

    def at(t, side):
        offset = bend * math.sin(math.pi * t) + side
        return x0 + dx * t + nx * offset, y0 + dy * t + ny * offset

    def edge(side):
        return (*at(0.35, side * 1.05), *at(0.7, side * 0.8), x1, y1)

    def outline():
        start, end = at(0, width / 2), at(0, -width / 2)
        back_a, back_b = at(0.7, -width * 0.4), at(0.35, -width * 0.52)
        pen.trace(start, edge(width / 2), (*back_a, *back_b, *end))

    outline()
    pen.cel(colour, line)
    pen.clip_to(outline)
    pen.trace(at(0.3, -width * 0.62), (*at(0.42, -width * 0.1), *at(0.7, -width * 0.12), x1, y1),
              at(0.6, -width * 2))
    pen.fill(shade)
    pen.unclip()


def back_hair(pen):
    def mass():
        pen.trace((97, 118), (92, 66, 128, 34, 172, 34), (220, 34, 240, 70, 239, 118),
                  (243, 152, 268, 168, 312, 172), (286, 182, 268, 184, 252, 180),
                  (276, 200, 300, 206, 338, 204), (300, 218, 262, 218, 238, 206),
                  (252, 226, 268, 236, 290, 242), (250, 246, 218, 236, 206, 214),
                  (170, 226, 126, 222, 112, 214), (96, 232, 74, 240, 52, 240),
                  (72, 228, 82, 214, 86, 198), (74, 206, 62, 208, 50, 206),
                  (78, 192, 97, 160, 97, 118))
    mass()
    pen.cel(HAIR_SHADE, 1.7)
    pen.clip_to(mass)
    pen.trace((100, 110), (96, 170, 120, 210, 168, 214), (214, 214, 232, 190, 226, 130),
              (238, 170, 232, 210, 200, 232), (150, 240, 90, 226, 96, 180))
    pen.fill(HAIR_DEEP)
    for i in range(5):
        pen.ink((226 + 2 * i, 110 + 8 * i), (240 + 4 * i, 150 + 9 * i, 262 + 4 * i, 168 + 9 * i,
                                            300 + 5 * i, 172 + 9.5 * i), 1.3, HAIR_DEEP)
    for i in range(3):
        pen.ink((94 + 3 * i, 150 + 12 * i), (92, 184 + 8 * i, 80, 200 + 10 * i, 62 + 2 * i,
                                            206 + 13 * i), 1.2, HAIR_DEEP)
    for i in range(4):
        pen.ink((238 + 5 * i, 136 + 15 * i), (250 + 4 * i, 160 + 11 * i, 270, 172 + 12 * i,
                                             292 + 6 * i, 176 + 12 * i), 2.0, HAIR, alpha=0.9)
    pen.unclip()
    # Loose strands in the wind.
    pen.ink((246, 140), (262, 160, 292, 158, 322, 150), 1.7, HAIR_SHADE, head=0.6)
    pen.ink((250, 170), (282, 184, 318, 186, 352, 176), 1.5, HAIR_SHADE, head=0.6)
    pen.ink((244, 206), (280, 226, 312, 226, 340, 222), 1.5, HAIR_SHADE, head=0.6)
    pen.ink((88, 196), (72, 216, 58, 220, 38, 220), 1.4, HAIR_SHADE, head=0.6)


def body(pen):
    # Shoulders and shirt.
    def shirt():
        pen.trace((66, 278), (76, 240, 104, 226, 138, 220), (168, 226, 178, 226, 202, 220),
                  (236, 228, 262, 242, 270, 278))
    shirt()
    pen.cel(SHIRT, 1.7)
    pen.clip_to(shirt)
    pen.trace((60, 280), (84, 250, 96, 236, 118, 222), (128, 236, 130, 250, 128, 280))
    pen.fill(SHIRT_SHADE)
    pen.trace((236, 270), (240, 256, 238, 246, 232, 236), (268, 236), (276, 270))
    pen.fill(SHIRT_SHADE)
    pen.unclip()
    pen.ink((96, 270), (98, 258, 100, 252, 104, 246), 1.4)
    pen.ink((240, 270), (238, 258, 236, 252, 231, 246), 1.4)

    # Neck with the shadow of the chin.
    def neck():
        pen.trace((150, 190), (152, 206, 150, 214, 142, 221), (158, 238, 182, 238, 198, 221),
                  (190, 214, 188, 206, 190, 190))
    neck()
    pen.cel(SKIN, 1.4)
    pen.clip_to(neck)
    pen.trace((140, 186), (140, 206), (156, 214, 178, 216, 192, 200), (200, 186))
    pen.fill(SKIN_SHADE)
    pen.unclip()

    # The sailor collar and its scarf.
    def left():
        pen.trace((142, 219), (124, 226, 112, 234, 106, 250), (126, 254, 150, 262, 168, 270),
                  (172, 262), (160, 250, 148, 234, 142, 219))

    def right():
        pen.trace((198, 219), (216, 226, 228, 234, 234, 250), (216, 254, 192, 262, 174, 270),
                  (170, 262), (182, 250, 192, 234, 198, 219))
    for side, shadow in ((left, ((100, 216), (128, 226, 140, 244, 150, 262), (100, 262))),
                         (right, ((240, 222), (226, 236, 216, 248, 196, 266), (244, 262)))):
        side()
        pen.cel(COLLAR, 1.5)
        pen.clip_to(side)
        pen.trace(*shadow)
        pen.fill(COLLAR_SHADE)
        pen.unclip()
    pen.ink((112, 247), (132, 250, 150, 256, 166, 265), 1.3, '#ffffff', head=0.8, tail=0.8)
    pen.ink((228, 247), (210, 250, 192, 256, 176, 265), 1.3, '#ffffff', head=0.8, tail=0.8)
    pen.trace((158, 258), (150, 256, 146, 264, 150, 272), (166, 272), (164, 264))
    pen.cel(SCARF, 1.3)
    pen.trace((184, 258), (192, 256, 196, 264, 192, 272), (176, 272), (178, 264))
    pen.cel(SCARF_SHADE, 1.3)
    pen.trace((163, 257), (168, 253, 174, 253, 179, 257), (181, 263, 179, 268, 175, 271),
              (170, 272, 166, 271, 164, 268), (161, 264, 161, 260, 163, 257))
    pen.cel(SCARF, 1.3)


def face_path(pen):
    pen.trace((116, 112), (112, 150, 122, 172, 140, 188), (152, 199, 162, 205, 169, 205),
              (177, 205, 188, 198, 199, 187), (216, 170, 224, 148, 221, 112),
              (216, 80, 122, 80, 116, 112))


def face(pen):
    # Ears first, half hidden.
    for side in (1, -1):
        def x(value):
            return 168.5 + side * (value - 168.5)
        pen.trace((x(118), 136), (x(106), 128, x(104), 146, x(110), 156),
                  (x(114), 164, x(121), 164, x(123), 158))
        pen.cel(SKIN, 1.4)
        pen.ink((x(117), 142), (x(111), 140, x(110), 148, x(116), 154), 1.2, SKIN_SHADE, 0.5, 0.5)

    face_path(pen)
    pen.cel(SKIN, 1.7)

    # The shade of the fringe, hard-edged, and of the cheek away from the sun.
    pen.clip_to(lambda: face_path(pen))
    pen.trace((106, 90), (230, 90), (226, 128), (214, 122, 208, 116, 204, 108),
              (198, 124, 190, 132, 180, 138), (178, 128, 176, 120, 174, 112),
              (164, 130, 150, 140, 136, 146), (138, 134, 138, 128, 136, 122),
              (128, 134, 124, 146, 121, 168), (124, 184, 136, 194, 148, 206), (110, 206))
    pen.fill(SKIN_SHADE)
    pen.unclip()

    pen.clip_to(lambda: face_path(pen))
    for x in (135, 203):
        glow = cairo.RadialGradient(x, 172, 1, x, 172, 13)
        glow.add_color_stop_rgba(0, *rgb(BLUSH, 0.55))
        glow.add_color_stop_rgba(1, *rgb(BLUSH, 0))
        pen.context.set_source(glow)
        pen.context.arc(x, 172, 13, 0, 2 * math.pi)
        pen.context.fill()
        for i in range(3):
            pen.ink((x - 5 + 4 * i, 174), (x - 4 + 4 * i, 172.5, x - 3.4 + 4 * i, 171, x - 2.4 + 4 * i,
                                           169.5), 1.0, '#e9776f', 0.4, 0.4)
    pen.unclip()

    pen.ink((168, 168), (169, 170, 169.4, 171.4, 167.6, 173), 1.5, '#c9746d', 0.2, 0.2)

    # A small open smile.
    def mouth():
        pen.trace((160, 184), (165, 186, 172, 186, 178, 183.4), (176, 192, 164, 193.4, 160, 184))
    mouth()
    pen.cel('#a8323f', 1.2)
    pen.clip_to(mouth)
    pen.trace((160, 197), (163, 187.4, 174, 187.6, 176, 195))
    pen.fill('#f58f86')
    pen.unclip()
    pen.ink((157.6, 183.2), (164, 186.6, 174, 186.2, 180.4, 182.6), 1.5, LINE, 0.1, 0.1)


def eye(pen, cx, cy, side):
    """side is +1 for the eye whose outer corner lies to the right."""
    c = pen.context
    c.save()
    c.translate(cx, cy)
    c.scale(side, 1)

    def white():
        pen.trace((-13, 3), (-11, -9, -3, -14, 5, -13), (12, -12, 15, -6, 15, 2),
                  (13, 10, 9, 14.6, 2, 15), (-5, 15, -11, 11, -13, 3))

    white()
    pen.fill('#ffffff')
    pen.clip_to(white)
    # Iris: dark above, light below, a ring, a pupil.
    iris = cairo.LinearGradient(0, -14, 0, 16)
    for stop, colour in ((0, '#3c1b4e'), (0.38, '#7a2f86'), (0.68, '#d2609f'), (1, '#ffc0a8')):
        iris.add_color_stop_rgba(stop, *rgb(colour))

    def oval(x, y, rx, ry):
        c.save()
        c.translate(x, y)
        c.scale(rx, ry)
        c.new_path()
        c.arc(0, 0, 1, 0, 2 * math.pi)
        c.restore()
    oval(1, 0.5, 10.2, 14.4)
    c.set_source(iris)
    c.fill_preserve()
    c.set_source_rgba(*rgb('#3c1b4e'))
    c.set_line_width(1.5)
    c.stroke()
    for i in range(9):
        angle = math.radians(20 + 17.5 * i)
        pen.ink((1 + 5.4 * math.cos(angle), 1.5 + 7.6 * math.sin(angle)),
                (1 + 6.5 * math.cos(angle), 1.5 + 9 * math.sin(angle), 1 + 7.6 * math.cos(angle),
                 1.5 + 10.6 * math.sin(angle), 1 + 8.6 * math.cos(angle),
                 1.5 + 12 * math.sin(angle)), 1.1, '#ffe3d6', alpha=0.75)
    oval(1, 1, 4.6, 7)
    pen.fill('#2a1038')
    # The lid's shadow on the eyeball.
    pen.trace((-16, 4), (-11, -5, -3, -9, 5, -8), (11, -8, 14, -4, 17, 2), (17, -18), (-16, -18))
    pen.fill('#2a1038', 0.35)
    pen.unclip()

    # Highlights lie on one side for both eyes: the light comes from one place.
    for x, y, rx, ry in ((4.6 * side, -5.6, 3.6, 4.2), (-3.8 * side, 7.6, 1.9, 2.2),
                         (6 * side, 3.4, 1.1, 1.3)):
        oval(x + 0.6, y, rx, ry)
        pen.fill('#ffffff')

    # The upper lid, thick, with lashes; the fold; the lower lid.
    pen.trace((-14.6, 4.4), (-13, -9, -4, -16.6, 5.4, -15.6), (13, -15, 17, -9, 20.4, -7),
              (17.6, -5, 17, -3.4, 16.6, 2), (14.6, -7, 11, -11.6, 4.6, -12),
              (-3, -12.4, -10.6, -7, -14.6, 4.4))
    pen.fill(LINE)
    pen.ink((14, -9), (17, -11.4, 19, -12.6, 22, -13), 2.0, LINE, head=0.9)
    pen.ink((10, -13), (12.6, -15.6, 14, -17, 16.6, -18.4), 1.6, LINE, head=0.9)
    pen.ink((-9, -17), (-2, -21, 5, -21, 12, -19), 1.1, '#b26a6c')
    pen.ink((-6, 15.6), (0, 17.4, 7, 16.6, 12, 11), 1.7, LINE, 0.1, 0.5)
    c.restore()


def brows(pen):
    pen.ink((128, 122), (134, 115, 144, 113, 154, 116), 2.4, HAIR_DEEP, 0.2, 0.4)
    pen.ink((184, 116), (194, 112, 204, 114, 210, 120), 2.4, HAIR_DEEP, 0.4, 0.2)


def crown_path(pen):
    pen.trace((104, 132), (88, 84, 108, 34, 164, 28), (220, 24, 248, 72, 234, 134),
              (230, 112, 224, 98, 214, 86), (190, 78, 146, 78, 122, 88),
              (112, 100, 106, 114, 104, 132))


def fringe(pen):
    crown_path(pen)
    pen.cel(HAIR, 1.7)

    # Locks from the parting outwards; the nearest come last. What lies between
    # their roots is hair in the shade.
    pen.trace((112, 96), (130, 74, 206, 74, 228, 96), (224, 106, 214, 104, 206, 108),
              (190, 100, 178, 112, 168, 104), (154, 112, 140, 100, 128, 108),
              (122, 108, 116, 106, 112, 96))
    pen.fill(HAIR_SHADE)
    lock(pen, (116, 84), (100, 182), 7, 20)
    lock(pen, (222, 84), (240, 180), -7, 19)
    lock(pen, (126, 78), (116, 150), 4, 20)
    lock(pen, (216, 80), (226, 148), -5, 18)
    lock(pen, (138, 72), (132, 136), 5, 22)
    lock(pen, (206, 74), (208, 134), -6, 21)
    lock(pen, (194, 68), (188, 136), -7, 22)
    lock(pen, (154, 68), (152, 132), 5, 22)
    lock(pen, (174, 64), (168, 140), -6, 25)

    # The skull over the roots, without a line below, so that locks grow from it.
    def cap():
        pen.trace((105, 118), (92, 72, 116, 36, 164, 29.4), (216, 26, 246, 68, 233.6, 118),
                  (228, 98, 214, 86, 200, 80), (186, 88, 160, 88, 146, 80),
                  (128, 88, 112, 98, 105, 118))
    cap()
    pen.fill(HAIR)

    # Cel shading along the edge, and the ring of light.
    pen.clip_to(cap)
    pen.trace((90, 130), (84, 80, 108, 32, 160, 24), (122, 44, 108, 76, 112, 116))
    pen.fill(HAIR_SHADE)
    pen.unclip()
    ring = [(120, 76), (128, 68), (137, 72), (146, 62), (156, 68), (166, 58), (177, 65), (187, 58),
            (196, 67), (206, 62), (213, 72), (222, 72)]
    pen.trace(ring[0], *ring[1:], (216, 58, 196, 47, 168, 46), (146, 47, 128, 58, 120, 76))
    pen.fill(HAIR_LIGHT)

    # Strands drawn on the crown, radiating from the parting.
    strands = ((168, 31, 150, 40, 128, 60, 118, 90), (169, 31, 158, 44, 142, 62, 136, 84),
               (170, 31, 166, 46, 160, 62, 158, 82), (172, 31, 178, 44, 184, 60, 186, 80),
               (174, 31, 192, 40, 206, 58, 210, 84), (175, 31, 204, 36, 224, 62, 228, 96))
    for x0, y0, *curve in strands:
        pen.ink((x0, y0), curve, 1.3, HAIR_SHADE, head=0.4)
    pen.ink((170, 30), (160, 20, 150, 16, 136, 18), 2.2, HAIR, head=0.9)
    pen.ink((170, 30), (160, 20, 150, 16, 136, 18), 0.9, LINE, head=0.9)
    pen.ink((172, 30), (178, 18, 190, 14, 202, 18), 2.6, HAIR, head=0.9)
    pen.ink((172, 30), (178, 18, 190, 14, 202, 18), 0.9, LINE, head=0.9)

    # A few hairs across the face.
    pen.ink((150, 84), (146, 110, 147, 126, 143, 150), 0.9, HAIR_DEEP, alpha=0.9)
    pen.ink((198, 84), (200, 108, 198, 130, 200, 148), 0.9, HAIR_DEEP, alpha=0.9)

    # The hair clip.
    for x0, y0, x1, y1 in ((206, 96, 224, 90), (208, 103, 226, 97)):
        pen.ink((x0, y0), (x0 + 5, y0 - 2, x1 - 5, y1 + 2, x1, y1), 4.6, LINE, 0.9, 0.9)
        pen.ink((x0 + 0.4, y0), (x0 + 5, y0 - 2, x1 - 5, y1 + 2, x1 - 0.4, y1), 2.8, '#ffd75e',
                0.9, 0.9)


def girl(pen):
    back_hair(pen)
    body(pen)
    face(pen)
    eye(pen, 143, 150, -1)
    eye(pen, 195, 149, 1)
    brows(pen)
    fringe(pen)


# ---------------------------------------------------------------------------
# The title

def text(pen, words, x, y, size, family, fill='#ffffff', edge='#2c2f6e', width=3.2, spacing=0.0):
    c = pen.context
    c.select_font_face(family, cairo.FONT_SLANT_NORMAL, cairo.FONT_WEIGHT_BOLD)
    c.set_font_size(size)
    for letter in words:
        c.move_to(x, y)
        c.text_path(letter)
        c.set_line_join(cairo.LINE_JOIN_ROUND)
        c.set_source_rgba(*rgb(edge))
        c.set_line_width(width)
        c.stroke_preserve()
        c.set_source_rgba(*rgb(fill))
        c.fill()
        x += c.text_extents(letter).x_advance + spacing


def title(pen):
    text(pen, '原画', 352, 62, 44, 'Noto Serif CJK JP', spacing=2)
    text(pen, 'GENGA', 356, 82, 14, 'DejaVu Sans', '#fff3c9', width=2.4, spacing=5)
    text(pen, 'the picture as it was drawn', 340, 97, 8, 'DejaVu Sans', width=1.6, spacing=0.35)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    width = int(sys.argv[2]) if len(sys.argv) == 3 else WIDTH
    height = round(width * HEIGHT / WIDTH)

    # Drawn four times too large and averaged, as a scan of a drawing would be.
    over = 4
    large = cairo.ImageSurface(cairo.FORMAT_RGB24, width * over, height * over)
    context = cairo.Context(large)
    context.scale(width * over / WIDTH, height * over / HEIGHT)
    pen = Pen(context)
    background(pen)
    birds(pen)
    girl(pen)
    title(pen)

    picture = cairo.ImageSurface(cairo.FORMAT_RGB24, width, height)
    context = cairo.Context(picture)
    context.scale(1 / over, 1 / over)
    context.set_source_surface(large)
    context.get_source().set_filter(cairo.FILTER_GOOD)
    context.paint()
    picture.write_to_png(sys.argv[1])


main()
