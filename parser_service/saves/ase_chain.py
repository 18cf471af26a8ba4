"""Finds where the object headers of an ASE world start: each is as long as it says, so they are a chain."""

from __future__ import annotations

from typing import Final

import numpy as np

from parser_service.saves.columns import BoolArray, Int32Array, Int64Array
from parser_service.saves.cursor import FormatError

# An actor has one name, its component two, and a component's component three.
MOST_NAMES: Final = 64
"""How many names an object may have."""
# Every length in a header is a multiple of four, so it is read as 32-bit words: the number of names is word 7; two
# words a name later there is whether the object has a place, and six more words if so.
_NAMES, _PLACED, _PLACE_WORDS, _PLAIN_WORDS = 7, 10, 6, 13
# Enough chains to make a step of NumPy worth its while, and few enough to make them long.
_MOST_CHAINS: Final = 512
_SHORTEST_CHAIN: Final = 64
# A header has some 20 words; the longest real ones some 30.
_SEARCHED_WORDS: Final = 64
# More names than these are seldom, and a header that looks unlike others is merely no beginning.
_USUAL_NAMES: Final = 3


def header_starts(words: Int32Array, count: int) -> Int64Array:
    """Return at which words ``count`` headers start; the first one starts at word 0.

    Raises ``FormatError`` where the chain breaks.

    Notes
    -----
    A chain has to be followed link by link, which Python does at some 0.3 µs each. So many are followed in lockstep,
    each from a place that looks like a header. The first one is right. It is known that the next one is right, too,
    when it is run into; where a chain misses the next one's beginning, it is followed alone until it meets one.
    """
    if not count:
        return np.zeros(0, dtype=np.int64)
    begin = _beginnings(words, count)
    links, ends = _follow(words, begin)
    parts: list[Int64Array] = []
    found, at, chain = 0, 0, 0
    while found < count:
        if chain < len(begin) and begin[chain] == at and len(links[chain]):
            part, at = links[chain], int(ends[chain])
        else:
            alone, at = _alone(
                words, at, int(begin[chain]) if chain < len(begin) else len(words), count - found
            )
            part = np.array(alone, dtype=np.int64)
        parts.append(part)
        found += len(part)
        chain = int(np.searchsorted(begin, at))
    return np.concatenate(parts)[:count]


def _next(words: Int32Array, at: int) -> int:
    """Return where the header after the one at a word starts."""
    if at + _PLAIN_WORDS > len(words):
        message = "an object header is cut"
        raise FormatError(message)
    names = int(words[at + _NAMES])
    if not 0 <= names <= MOST_NAMES:
        message = f"an object has {names} names"
        raise FormatError(message)
    after = at + _PLAIN_WORDS + 2 * names
    if after <= len(words) and words[at + _PLACED + 2 * names]:
        after += _PLACE_WORDS
    if after > len(words):
        message = "an object header is cut"
        raise FormatError(message)
    return after


def _alone(words: Int32Array, at: int, until: int, most: int) -> tuple[list[int], int]:
    """Return the headers from a word on that start before another, at least one, and where the next one starts."""
    starts = [at]
    at = _next(words, at)
    while at < until and len(starts) < most:
        starts.append(at)
        at = _next(words, at)
    return starts, at


def _beginnings(words: Int32Array, count: int) -> Int64Array:
    """Return words, ascending, from word 0 on, at which headers may start."""
    chains = min(_MOST_CHAINS, count // _SHORTEST_CHAIN)
    if chains < 2:
        return np.zeros(1, dtype=np.int64)
    last = len(words) - _SEARCHED_WORDS - _PLAIN_WORDS - _PLACE_WORDS - 2 * _USUAL_NAMES
    grid = np.linspace(0, max(last, 0), chains, dtype=np.int64)[1:]
    places = grid[:, None] + np.arange(_SEARCHED_WORDS)
    places = places[(places < last).all(axis=1)]
    likely = _looks_like_header(words, places)
    hit = likely.any(axis=1)
    begin = places[hit, likely[hit].argmax(axis=1)]
    return np.unique(np.append(0, begin))


def _looks_like_header(words: Int32Array, at: Int64Array) -> BoolArray:
    """Return where there is a class without instance number, one to three names, and flags where flags should be."""
    names = words[at + _NAMES].astype(np.int64)
    likely: BoolArray = (names >= 1) & (names <= _USUAL_NAMES)
    tail = at + _PLACED + 2 * np.where(likely, names, 0)
    likely &= (words[at + 4] > 0) & (words[at + 5] == 0)
    # Is it an item; is it from a data file; has it a place.
    for flag in (words[at + 6], words[tail - 2], words[tail]):
        likely &= (flag | 1) == 1
    # The last word of a header is always zero.
    likely &= words[tail + 2 + np.where(words[tail] == 1, _PLACE_WORDS, 0)] == 0
    return likely


def _follow(words: Int32Array, begin: Int64Array) -> tuple[list[Int64Array], Int64Array]:
    """Return the links of each chain up to where the next one begins, and where each would go on.

    A chain that breaks ends before the header that breaks it.
    """
    until = np.append(begin[1:], len(words))
    at, live = begin.copy(), np.arange(len(begin))
    steps: list[Int64Array] = []
    whose: list[Int64Array] = []
    while len(live):
        here = at[live]
        whole = here + _PLAIN_WORDS <= len(words)
        names = words[here + np.where(whole, _NAMES, 0)].astype(np.int64)
        whole &= (names >= 0) & (names <= MOST_NAMES)
        after = here + _PLAIN_WORDS + 2 * np.where(whole, names, 0)
        whole &= after <= len(words)
        flag = np.where(whole, after - _PLAIN_WORDS + _PLACED, 0)
        after += np.where(words[flag] != 0, _PLACE_WORDS, 0)
        whole &= after <= len(words)
        live, here, after = live[whole], here[whole], after[whole]
        steps.append(here)
        whose.append(live)
        at[live] = after
        live = live[after < until[live]]
    return _by_chain(steps, whose, len(begin)), at


def _by_chain(steps: list[Int64Array], whose: list[Int64Array], chains: int) -> list[Int64Array]:
    """Return the steps of each chain, in order."""
    owner, place = np.concatenate(whose), np.concatenate(steps)
    order = np.argsort(owner, kind="stable")
    counts = np.bincount(owner, minlength=chains)
    return np.split(place[order], np.cumsum(counts)[:-1])
