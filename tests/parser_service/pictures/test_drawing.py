"""Maps and time-lapses: what is on them, at sizes that a phone shows."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image

from parser_service.pictures.domain import Colouring, Form, Territory
from parser_service.pictures.draw import Page
from parser_service.pictures.files import draw
from parser_service.pictures.frame import lines_of, window_of
from parser_service.pictures.groups import MOST_TRIBES, groups_of
from parser_service.pictures.labels import place_labels
from parser_service.pictures.lettering import DPI, SMALLEST_PX, fitted
from tests.parser_service.pictures.territories import NOW, drawing, territory

NASTY = {
    1000: "$\\frac{1}{0}$ & Co",
    1001: "海盗部落",
    1002: "line\nbreak\tand \x07 bell",
    1003: "\u202eright to left",
    1004: "x" * 5000,
    1005: "",
}


def page_of(*frames: Territory, **values: Any) -> Page:
    page = Page(drawing(*frames, **values))
    FigureCanvasAgg(page.figure)
    page.show(frames[-1])
    page.figure.canvas.draw()
    return page


def words_of(page: Page) -> list[Text]:
    """Return all texts on a page that say something."""
    return [text for text in page.figure.findobj(Text) if text.get_text() and text.get_visible()]


def test_no_text_is_smaller_than_a_phone_shows() -> None:
    for frames, values in (
        ((territory(36, 150),), {}),
        ((territory(36, 150),), {"colouring": Colouring.DECAY}),
        ((territory(4, 9, is_geographic=False),), {"note": "The grid of this map is not known."}),
    ):
        page = page_of(*frames, **values)

        sizes = [float(text.get_fontsize()) * DPI / 72 for text in words_of(page)]
        assert min(sizes) >= SMALLEST_PX - 0.01
        assert page.figure.get_figwidth() * DPI == 1080


def test_every_text_is_on_the_page_whole() -> None:
    names = {1000 + number: "W" * 60 for number in range(40)}
    for frames, values in (
        ((territory(40, 200, names=names),), {"title": "W" * 200}),
        ((territory(1, 40).of_tribe(1000),), {"tribe_id": 1000}),
        ((territory(6, 30, is_geographic=False),), {"note": "W" * 300}),
        ((territory(6, 30),), {"colouring": Colouring.DECAY}),
    ):
        page = page_of(*frames, **values)
        width, height = page.figure.bbox.width, page.figure.bbox.height

        for text in words_of(page):
            box = text.get_window_extent()
            assert box.x0 >= -1, text.get_text()
            assert box.x1 <= width + 1, text.get_text()
            assert box.y0 >= -1, text.get_text()
            assert box.y1 <= height + 1, text.get_text()


def test_the_page_says_how_old_the_data_is() -> None:
    [words] = [text.get_text() for text in words_of(page_of(territory(3, 8))) if "UTC" in text.get_text()]

    assert "13 Sep 2026 18:02 UTC, less than 20 min old" in words
    assert words.startswith("8 bases")


def test_north_is_above_and_the_grid_is_the_games() -> None:
    page = page_of(territory(3, 8))

    axes = page.figure.axes[0]
    assert axes.get_xlim() == (0, 100)
    assert axes.get_ylim() == (100, 0)
    assert [label.get_text() for label in axes.get_yticklabels()] == [str(n) for n in range(0, 101, 10)]


def test_a_base_is_drawn_where_it_stands() -> None:
    square = np.array([[20.0, 60.0], [30.0, 60.0], [30.0, 70.0], [20.0, 70.0]])
    one = Territory(
        saved_at=NOW,
        is_geographic=True,
        tribe_id=np.array([1000]),
        structures=np.array([500]),
        starts=np.array([0, 4]),
        corners=square,
        decays_at=np.array([np.nan]),
        names={1000: "Ada"},
    )

    image = np.asarray(Image.open(io.BytesIO(draw(drawing(one)))).convert("RGB"))

    # the first of the tribes' colours, a little beside the middle where the number stands
    blue = (image == (0x10, 0x79, 0xBD)).all(axis=2)
    rows, columns = np.nonzero(blue[: image.shape[0] - 120])
    left, top, size = 84, 132, 1080 - 84 - 32
    assert abs(columns.min() - (left + 0.2 * size)) < 5
    assert abs(columns.max() - (left + 0.3 * size)) < 5
    assert abs(rows.min() - (top + 0.6 * size)) < 5
    assert abs(rows.max() - (top + 0.7 * size)) < 5


@pytest.mark.parametrize("tribes", [0, 1, 6, 24, 60])
def test_the_legend_has_each_tribe_once_or_says_how_many_more_there_are(tribes: int) -> None:
    of = territory(tribes, tribes * 6)

    groups = groups_of(drawing(of))

    there = len(set(of.tribe_id.tolist()))
    numbered = [group for group in groups if group.number]
    assert len(numbered) == min(there, MOST_TRIBES)
    assert [group.number for group in numbered] == list(range(1, len(numbered) + 1))
    counts = np.zeros(len(of), dtype=int)
    for group in groups:
        counts += group.is_in(of)
    assert (counts == 1).all()
    if there > MOST_TRIBES:
        assert groups[-1].label == f"{there - MOST_TRIBES} smaller tribes"


def test_every_base_is_in_one_class_of_decay() -> None:
    of = territory(6, 300)

    groups = groups_of(drawing(of, colouring=Colouring.DECAY))

    assert (sum(group.is_in(of).astype(int) for group in groups) == 1).all()  # type: ignore[union-attr]
    due = next(group for group in groups if group.label.startswith("due now"))
    assert set(np.flatnonzero(due.is_in(of))) == set(np.flatnonzero(of.decays_at <= NOW.timestamp()))


def test_numbers_do_not_stand_on_each_other() -> None:
    of = territory(40, 400)
    pixel = 0.1

    labels = place_labels(of, groups_of(drawing(of)), pixel=pixel)

    places = [(label.east / pixel, label.south / pixel) for label in labels]
    assert len(labels) >= MOST_TRIBES
    assert max(Counter(label.text for label in labels).values()) <= 3
    for number, (east, south) in enumerate(places):
        for other_east, other_south in places[:number]:
            assert abs(east - other_east) > 30 or abs(south - other_south) > 25


def test_names_that_try_to_be_something_else_are_text() -> None:
    page = page_of(territory(6, 40, names=NASTY))

    words = [text.get_text() for text in words_of(page)]
    assert any("$\\frac{1}{0}$ & Co" in text for text in words)
    assert any("HaiDao" in text for text in words)
    assert not any(set(text) & {"\n", "\x07", "\u202e"} for text in words if "UTC" not in text)
    assert any("tribe 1005" in text for text in words)


def test_letters_that_the_font_lacks_are_written_in_latin_ones() -> None:
    assert fitted("Крылья", size_px=20, width_px=500) == "Крылья"
    assert fitted("海盗", size_px=20, width_px=500).isascii()
    assert fitted(" a \n b ", size_px=20, width_px=500) == "a b"


@pytest.mark.parametrize("letter", ["W", "i", "海", "\u202e"])
def test_a_text_that_is_too_long_ends_where_there_is_no_more_room(letter: str) -> None:
    short = fitted(letter * 1000, size_px=20, width_px=300)

    assert len(short) < 150
    assert fitted(short.removesuffix("…"), size_px=20, width_px=300) == short.removesuffix("…")


def test_a_window_holds_all_bases_and_is_a_square() -> None:
    far = territory(3, 30)
    outside = Territory(
        **{name: getattr(far, name) for name in ("saved_at", "is_geographic", "tribe_id", "structures")},
        starts=far.starts,
        corners=far.corners + 40,
        decays_at=far.decays_at,
        names=far.names,
    )
    for of, is_close in (
        (far, False),
        (far, True),
        (outside, False),
        (territory(2, 5, is_geographic=False), False),
    ):
        window = window_of([of], is_close=is_close)

        assert (of.corners >= (window.left, window.top)).all()
        assert (of.corners <= (window.right, window.bottom)).all()
    assert window_of([far.of_tribe(424242)], is_close=True).size == 100
    assert window_of([territory(1, 1)], is_close=True).size == 10


@pytest.mark.parametrize("width", [1e-3, 0.7, 10, 37.5, 100, 733_000, 2e6])
def test_grid_lines_are_few_and_round(width: float) -> None:
    lines = lines_of(-width / 3, width * 2 / 3)

    assert 4 <= len(lines) <= 12
    steps = np.diff(lines)
    np.testing.assert_allclose(steps, steps[0])


def test_thousands_of_bases_fit_into_time_and_size() -> None:
    picture = draw(drawing(territory(120, 4000)))

    assert len(picture) < 4 << 20


@pytest.mark.parametrize(("form", "name"), [(Form.GIF, "GIF"), (Form.ANIMATED_PNG, "PNG")])
def test_a_timelapse_has_a_frame_for_each_save_with_the_same_colours(form: Form, name: str) -> None:
    frames = tuple(_growing(3))

    image = Image.open(io.BytesIO(draw(drawing(*frames, form=form))))

    assert image.format == name
    assert getattr(image, "n_frames", 1) == 3
    colours = []
    for number in range(3):
        image.seek(number)
        colours.append({colour for _, colour in image.convert("RGB").getcolors(1 << 24) or ()})
    assert colours[0] <= colours[2]


def test_a_territory_whose_columns_do_not_belong_together_is_refused() -> None:
    of = territory(2, 3)

    with pytest.raises(ValueError, match="belong together"):
        Territory(
            saved_at=of.saved_at,
            is_geographic=True,
            tribe_id=of.tribe_id[:2],
            structures=of.structures,
            starts=of.starts,
            corners=of.corners,
            decays_at=of.decays_at,
            names={},
        )


def _growing(count: int) -> Iterator[Territory]:
    whole = territory(5, 12)
    for number in range(count):
        bases = 4 * (number + 1)
        yield Territory(
            saved_at=NOW - timedelta(days=count - number),
            is_geographic=True,
            tribe_id=whole.tribe_id[:bases],
            structures=whole.structures[:bases],
            starts=whole.starts[: bases + 1],
            corners=whole.corners[: whole.starts[bases]],
            decays_at=whole.decays_at[:bases],
            names=whole.names,
        )
