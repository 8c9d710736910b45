"""Owns the mascot: a round friendly creature that waves, works or drinks coffee."""

from __future__ import annotations

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Point
from imagegen.pictures.colour import lighter, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.scenes import backdrop, props
from imagegen.pictures.scenes.props import Stand
from imagegen.pictures.theme import Theme


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint the mascot once for each thing that the prompt has it do."""
    unit, width, height = canvas.unit, canvas.width, canvas.height
    poses = [
        word
        for word, spoken in (
            ("wave", "waving wave hello"),
            ("work", "working desk laptop"),
            ("drink", "coffee mug cup holding drinking"),
        )
        if theme.speaks_of(spoken)
    ] or ["wave"]
    if width < height * 1.25:
        poses = poses[:1]
    backdrop.draw(canvas, palette, (width * 0.5, height * 0.5), unit * 0.43)
    floor = height * 0.83
    ground = canvas.rounded((-4, floor - unit * 0.02, width + 4, height + 4), 0)
    canvas.shade(
        ground, ((0, mix(palette.far, palette.low, 0.3)), (1, mix(palette.far, palette.mid, 0.35)))
    )
    gap = min(width / (len(poses) + 0.35), unit * 0.62)
    size = min(unit * (0.56 if len(poses) == 1 else 0.44), gap * 0.86)
    for at, pose in enumerate(poses):
        x = width * 0.5 + (at - (len(poses) - 1) / 2) * gap
        _mascot(canvas, palette, (x, floor + unit * 0.015), (size, pose))


def _mascot(canvas: Canvas, palette: Palette, place: Point, look: tuple[float, str]) -> None:
    x, y = place
    size, _ = look
    paint = palette.subject
    canvas.shadow(
        canvas.ellipse(x, y, size * 0.36, size * 0.045), palette.ink, blur=size * 0.03, opacity=0.5
    )
    _limbs(canvas, palette, (x, y), look)
    outline_points = [
        (x, y - size * 0.94),
        (x + size * 0.3, y - size * 0.82),
        (x + size * 0.4, y - size * 0.45),
        (x + size * 0.33, y - size * 0.1),
        (x, y - size * 0.03),
        (x - size * 0.33, y - size * 0.1),
        (x - size * 0.4, y - size * 0.45),
        (x - size * 0.3, y - size * 0.82),
    ]
    body = canvas.polygon(outline.smooth(outline_points, closed=True))
    shine = mix(lighter(paint, 0.1), palette.glow, 0.35)
    canvas.round_off(
        body,
        ((0, shine), (0.45, paint), (1, mix(paint, palette.near, 0.4))),
        light=(0.34, 0.24),
        reach=0.9,
    )
    belly = canvas.softened(
        canvas.ellipse(x, y - size * 0.24, size * 0.22, size * 0.17), size * 0.02
    )
    canvas.fill(belly, mix(paint, palette.paper, 0.6), 0.75)
    _smile(canvas, palette, (x, y - size * 0.56), size)
    _held(canvas, palette, (x, y), look)


def _limbs(canvas: Canvas, palette: Palette, place: Point, look: tuple[float, str]) -> None:
    x, y = place
    size, pose = look
    limb = lighter(palette.subject, -0.07)
    for side in (-1, 1):
        foot = canvas.rounded(
            (
                x + side * size * 0.16 - size * 0.1,
                y - size * 0.1,
                x + side * size * 0.16 + size * 0.1,
                y,
            ),
            size * 0.05,
        )
        canvas.fill(foot, limb)
    raised = pose == "wave"
    for side in (-1, 1):
        up = raised and side > 0
        elbow = (x + side * size * (0.52 if up else 0.47), y - size * (0.56 if up else 0.42))
        hand = (x + side * size * (0.56 if up else 0.46), y - size * (0.86 if up else 0.27))
        path = outline.smooth([(x + side * size * 0.3, y - size * 0.46), elbow, hand])
        canvas.shade(canvas.line(path, size * 0.11), ((0, lighter(limb, 0.05)), (1, limb)))
    sprout = outline.smooth(
        [
            (x, y - size * 0.86),
            (x + size * 0.02, y - size * 0.98),
            (x + size * 0.06, y - size * 1.06),
        ]
    )
    canvas.fill(canvas.line(sprout, size * 0.03), limb)
    for tip in ((x + size * 0.24, y - size * 1.2), (x - size * 0.12, y - size * 1.2)):
        blade = canvas.polygon(outline.leaf((x + size * 0.05, y - size * 1.04), tip, belly=0.34))
        canvas.shade(blade, ((0, lighter(palette.second, 0.08)), (1, palette.second)))


def _smile(canvas: Canvas, palette: Palette, face: Point, size: float) -> None:
    x, y = face
    ink = mix(palette.ink, palette.near, 0.15)
    for side in (-1, 1):
        canvas.fill(canvas.ellipse(x + side * size * 0.14, y, size * 0.042, size * 0.056), ink)
        canvas.fill(
            canvas.ellipse(x + side * size * 0.14 - size * 0.012, y - size * 0.02, size * 0.014),
            palette.paper,
        )
        cheek = canvas.ellipse(x + side * size * 0.24, y + size * 0.075, size * 0.05, size * 0.032)
        canvas.fill(
            canvas.softened(cheek, size * 0.012), mix(palette.accent, (255, 120, 130), 0.6), 0.6
        )
    mouth = canvas.polygon(
        [
            *outline.arc((x, y + size * 0.06), (size * 0.062, size * 0.075), 0, 180),
            *outline.arc((x, y + size * 0.06), (size * 0.062, size * 0.012), 180, 360),
        ]
    )
    canvas.fill(mouth, ink)
    tongue = canvas.ellipse(x, y + size * 0.125, size * 0.04, size * 0.028)
    canvas.fill(canvas.within(tongue, mouth), (240, 110, 110))


def _held(canvas: Canvas, palette: Palette, place: Point, look: tuple[float, str]) -> None:
    x, y = place
    size, pose = look
    if pose == "drink":
        cup = Stand(x + size * 0.46, y - size * 0.2, size * 0.24, palette.paper, 1)
        mouth = (cup.x, cup.y - cup.size)
        body = canvas.rounded(
            (cup.x - size * 0.1, cup.y - size * 0.22, cup.x + size * 0.1, cup.y),
            size * 0.04,
            round_at="0011",
        )
        canvas.shade(body, props.turned_body(cup, palette), angle=0)
        canvas.fill(
            canvas.ellipse(cup.x, cup.y - size * 0.22, size * 0.1, size * 0.026), (92, 56, 38)
        )
        props.steam(canvas, palette, mouth, size * 0.28)
    elif pose == "work":
        desk = canvas.rounded(
            (x - size * 0.6, y - size * 0.26, x + size * 0.6, y - size * 0.2), size * 0.02
        )
        for side in (-1, 1):
            leg = canvas.rounded(
                (
                    x + side * size * 0.5 - size * 0.02,
                    y - size * 0.22,
                    x + side * size * 0.5 + size * 0.02,
                    y + size * 0.02,
                ),
                size * 0.01,
            )
            canvas.fill(leg, mix(palette.mid, palette.ink, 0.3))
        canvas.shadow(desk, palette.ink, blur=size * 0.02, by=(0, size * 0.02), opacity=0.35)
        canvas.shade(desk, ((0, mix((196, 140, 92), palette.glow, 0.2)), (1, (158, 104, 66))))
        lid = canvas.rounded(
            (x - size * 0.2, y - size * 0.46, x + size * 0.2, y - size * 0.255), size * 0.02
        )
        canvas.shade(lid, ((0, (226, 229, 234)), (1, (178, 182, 190))))
        canvas.fill(canvas.ellipse(x, y - size * 0.36, size * 0.03), palette.second)
