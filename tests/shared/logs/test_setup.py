"""Log lines: who and where, in both forms, and never a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from shared.logs import bind, new_reference, set_up_logging

# the shape of a bot token, made up
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4." + "GabcDE." + "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


def test_json_lines_carry_what_is_bound(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(form="json", program="stats")

    with bind(bot="stats", reference="ABCD2345"):
        logging.getLogger("x").warning("panel is %d s old", 7)

    line = json.loads(capsys.readouterr().err)
    assert (line["message"], line["bot"], line["reference"], line["program"]) == (
        "panel is 7 s old",
        "stats",
        "ABCD2345",
        "stats",
    )


@pytest.mark.parametrize("form", ["json", "text"])
def test_tokens_and_webhook_addresses_are_masked(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(form="json" if form == "json" else "text")

    logging.getLogger("x").warning("POST /webhooks/123456789012345678/%s with %s", "k" * 68, TOKEN)

    written = capsys.readouterr().err
    assert TOKEN not in written
    assert "k" * 68 not in written


def test_references_have_no_characters_that_look_alike() -> None:
    references = "".join(new_reference() for _ in range(200))

    assert not set(references) & set("01IOLl")
