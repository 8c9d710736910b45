"""canvas: shapes, light and shadow land where they are put."""

from imagegen.pictures.canvas import Canvas
from imagegen.pictures.gradient import linear, radial

BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def white() -> Canvas:
    canvas = Canvas(100, 80)
    canvas.fill(canvas.whole(), WHITE)
    return canvas


def test_a_filled_shape_covers_its_inside_alone() -> None:
    canvas = white()
    canvas.fill(canvas.ellipse(50, 40, 20), BLACK)
    assert canvas.image.getpixel((50, 40)) == BLACK
    assert canvas.image.getpixel((50, 64)) == WHITE


def test_edges_are_smooth() -> None:
    canvas = white()
    canvas.fill(canvas.polygon([(10, 10), (90, 30), (40, 70)]), BLACK)
    assert len(canvas.image.getcolors() or []) > 6


def test_shapes_outside_the_canvas_do_no_harm() -> None:
    canvas = white()
    canvas.fill(canvas.ellipse(-500, 40, 20), BLACK)
    canvas.shadow(canvas.rounded((-5000, -20, 90_000, 4), 3), BLACK, blur=3)
    canvas.glow((-900, -900), 20, BLACK)
    assert canvas.image.getpixel((50, 60)) == WHITE


def test_corners_are_round_where_marked() -> None:
    canvas = white()
    canvas.fill(canvas.rounded((20, 20, 80, 60), 20, round_at="1000"), BLACK)
    assert canvas.image.getpixel((22, 22)) == WHITE
    assert canvas.image.getpixel((78, 22)) == BLACK


def test_cutting_and_limiting() -> None:
    canvas = white()
    square, disc = canvas.rounded((20, 10, 80, 70), 0), canvas.ellipse(50, 40, 15)
    canvas.fill(canvas.without(square, disc), BLACK)
    assert canvas.image.getpixel((50, 40)) == WHITE
    assert canvas.image.getpixel((25, 15)) == BLACK
    canvas.fill(canvas.within(square, disc), (255, 0, 0))
    assert canvas.image.getpixel((50, 40)) == (255, 0, 0)
    assert canvas.image.getpixel((25, 15)) == BLACK


def test_light_adds_and_shadow_takes() -> None:
    canvas = Canvas(100, 80)
    canvas.fill(canvas.whole(), (100, 100, 100))
    canvas.glow((20, 40), 15, WHITE)
    canvas.shadow(canvas.ellipse(80, 40, 8), BLACK, blur=4)
    light, still, dark = (canvas.image.getpixel((x, 40))[0] for x in (20, 50, 80))
    assert light > still == 100 > dark


def test_a_softened_edge_keeps_its_place() -> None:
    canvas = Canvas(200, 200)
    soft = canvas.softened(canvas.rounded((60, 60, 140, 140), 0), 16)
    assert soft.coverage.getpixel((100 - soft.x, 100 - soft.y)) > 240
    assert 90 < soft.coverage.getpixel((60 - soft.x, 100 - soft.y)) < 165


def test_gradients_run_from_first_to_last() -> None:
    stops = ((0.0, BLACK), (1.0, WHITE))
    down = linear((40, 60), stops)
    assert down.getpixel((20, 0))[0] < 12 and down.getpixel((20, 59))[0] > 243
    across = linear((40, 60), stops, angle=0)
    assert across.getpixel((0, 30))[0] < 12 and across.getpixel((39, 30))[0] > 243
    slanted = linear((40, 60), stops, angle=45)
    assert slanted.getpixel((1, 1))[0] < 20 and slanted.getpixel((38, 58))[0] > 235
    out = radial((50, 50), stops, reach=0.5)
    assert out.getpixel((25, 25))[0] < 12 and out.getpixel((0, 0)) == WHITE
