"""What a transcript shows, and that nothing in it can do harm."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from bots.tickets.domain import Form
from bots.tickets.keeping.domain import Copy
from bots.tickets.transcripts.domain import (
    Target,
    Transcript,
    file_name,
    may_inline,
    picture_type,
    transcript_of,
)
from bots.tickets.transcripts.render import Renderer
from shared.ids import MessageId
from tests.bots.tickets.builders import NOW, OTHER, closed, kept_file, message

RENDERER = Renderer()
DISCORDS_LIMIT = 10 << 20


class Tags(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]


def page(transcript: Transcript) -> str:
    return RENDERER.render(transcript).decode()


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=80),
    st.text(alphabet=st.sampled_from("<>\"'&/=ab \n\x00\u202e{}%"), max_size=200) | st.text(max_size=200),
)
def test_no_text_becomes_markup(name: str, text: str) -> None:
    one = replace(closed(), opener_name=name, form=Form(subject=text or "x", text=text, happened=name))
    said = message(1, text, author_name=name, earlier=(text,))
    file = kept_file(1, name=name)
    seen = Tags()

    seen.feed(page(transcript_of(one, [said], [file], {1: b"GIF89a"}, Target.STAFF)))

    allowed = {"html", "head", "meta", "title", "style", "body", "main", "h1", "section", "dl", "dt", "dd"}
    allowed |= {"article", "header", "b", "time", "p", "span", "figure", "figcaption", "img", "footer"}
    allowed |= {"details", "summary", "code"}
    assert seen.tags <= allowed
    assert not {attribute for attribute in seen.attributes if attribute.startswith("on")}
    assert all(address.startswith("data:image/gif;base64,") for address in seen.addresses)


def test_staff_see_what_was_deleted_and_the_opener_only_their_own() -> None:
    by_staff = message(1, "the admin's secret", author_id=OTHER, deleted_at=NOW, earlier=("older secret",))
    own = message(2, "my own mistake", deleted_at=NOW)
    file = kept_file(1, message_id=MessageId(1), name="secret.png")

    for_staff = page(transcript_of(closed(), [by_staff, own], [file], {1: b"GIF89a"}, Target.STAFF))
    for_opener = page(transcript_of(closed(), [by_staff, own], [file], {1: b"GIF89a"}, Target.OPENER))

    assert "secret" in for_staff
    assert "older secret" in for_staff
    assert "secret" not in for_opener
    assert "my own mistake" in for_opener
    assert for_opener.count("deleted</span>") == 2


def test_a_file_that_is_not_there_is_named_with_the_reason() -> None:
    over = kept_file(1, state=Copy.REFUSED, sha256=None, problem="over the ticket's 25 MiB", name="video.mp4")
    large = kept_file(2, 5 << 20, name="large.png")

    shown = page(transcript_of(closed(), [message(1)], [over, large], {}, Target.STAFF))

    assert "video.mp4" in shown
    assert "not kept: over the ticket&#39;s 25 MiB" in shown
    assert "too large for this page" in shown
    assert "ab" * 32 in shown


def test_only_small_files_are_put_into_the_page() -> None:
    files = [kept_file(1, 3 << 20), *(kept_file(n, 1 << 20) for n in range(2, 9))]

    assert [file.id for file in may_inline(files)] == [2, 3, 4, 5]


def test_a_file_is_a_picture_by_its_bytes_and_not_by_its_claim() -> None:
    assert picture_type(b"\x89PNG\r\n\x1a\n....") == "image/png"
    assert picture_type(b"RIFF....WEBPVP8 ") == "image/webp"
    assert not picture_type(b"<svg onload=alert(1)>")
    assert not picture_type(b"")

    shown = page(
        transcript_of(closed(), [message(1)], [kept_file(1)], {1: b"<svg onload=alert(1)>"}, Target.STAFF)
    )

    assert 'download="proof.png" href="data:application/octet-stream;base64,' in shown


def test_the_largest_ticket_fits_into_what_discord_takes() -> None:
    many = [message(number, "'" * 4000) for number in range(1, 5001)]
    files = [kept_file(number, 1 << 20) for number in range(4)]

    transcript = transcript_of(
        closed(), many, files, dict.fromkeys(range(4), b"\xff" * (1 << 20)), Target.STAFF
    )
    rendered = RENDERER.render(transcript)

    assert len(rendered) < DISCORDS_LIMIT
    assert transcript.left_out > 0
    assert transcript.lines[-1].at == many[-1].sent_at
    assert f"The first {transcript.left_out} messages" in rendered.decode()


def test_an_empty_ticket_has_a_transcript() -> None:
    assert "Nothing was said" in page(transcript_of(closed(), [], [], {}, Target.OPENER))


def test_each_closing_has_its_own_file_name() -> None:
    assert file_name(closed()) == "ticket-0007.html"
    assert file_name(replace(closed(), closings=2)) == "ticket-0007-2.html"
