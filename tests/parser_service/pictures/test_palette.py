"""Colours that everybody tells apart, measured."""

from __future__ import annotations

from itertools import pairwise

import pytest

from parser_service.pictures.palette import (
    COLOURS,
    DECAY_CLASSES,
    GRID,
    INK,
    LAND,
    LAND_DARKER,
    OTHERS,
    PAPER,
    SOFT_INK,
    TRIBE_LOOKS,
    UNKNOWN_DECAY,
)
from tests.parser_service.pictures.seeing import contrast, distance, least_distance, luminance

# Six times what can just be noticed (2.3): the least that reads as another colour on small areas.
_APART = 14.0


def test_black_on_white_is_the_largest_contrast_and_equal_colours_have_no_distance() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert least_distance(("#123456", "#123456"))[0] == 0.0
    # a pink and a grey that many people see as the same
    assert distance("#cc79a7", "#9a9a9a", "normal") > _APART > distance("#cc79a7", "#9a9a9a", "deuteranopia")


def test_tribes_colours_are_apart_to_everybody() -> None:
    least, *which = least_distance((*COLOURS, OTHERS))

    assert least >= _APART, which


def test_decay_goes_from_dark_to_light_and_its_colours_are_apart_to_everybody() -> None:
    colours = tuple(one.look.colour for one in DECAY_CLASSES)
    brightness = [luminance(colour) for colour in colours]

    least, *which = least_distance((*colours, UNKNOWN_DECAY.colour))

    assert least >= _APART, which
    assert brightness == sorted(brightness)
    # side by side in grey, each is another step
    assert all(contrast(one, other) >= 1.4 for one, other in pairwise(colours))


def test_text_and_outlines_stand_out() -> None:
    for ground in (PAPER, LAND, LAND_DARKER):
        assert contrast(INK, ground) >= 7
        assert contrast(SOFT_INK, ground) >= 4.5
    assert contrast(GRID, LAND) < 2


def test_hatching_shows_on_every_colour_that_has_it() -> None:
    looks = [*TRIBE_LOOKS, *(one.look for one in DECAY_CLASSES)]

    assert all(contrast(INK, look.colour) >= 3 for look in looks if look.hatch)


def test_no_two_tribes_look_alike_even_without_colours() -> None:
    assert len(set(TRIBE_LOOKS)) == len(TRIBE_LOOKS) >= 20
    assert len({(look.hatch, look.marker) for look in TRIBE_LOOKS}) == 4
    assert len({one.look.marker for one in DECAY_CLASSES}) == len(DECAY_CLASSES)
