from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from parser_service.feeds.log_files import READ_BYTES, Piece, read_on
from parser_service.feeds.marks import Mark
from shared.store.events import FeedCursor


def line(second: int, text: str = "Aster joined this ARK!", minute: int = 0) -> bytes:
    return f"[2026.09.13-18.{minute:02d}.{second:02d}:782][696]2026.09.13_18.{minute:02d}.{second:02d}: {text}\n".encode()


def lines(count: int, minute: int = 0) -> bytes:
    return b"".join(line(second, f"line {second}", minute) for second in range(count))


def upto(minute: int) -> datetime:
    return datetime(2026, 9, 13, 18, minute, 59, tzinfo=UTC)


def read_all(
    path: Path, cursor: FeedCursor | None, at: datetime | None = None
) -> tuple[list[Piece], FeedCursor]:
    pieces: list[Piece] = []
    while True:
        piece = read_on(path, cursor, stored_upto=at)
        if not piece.data:
            assert cursor is not None
            return pieces, cursor
        pieces.append(piece)
        cursor = piece.cursor_after(len(piece.data))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ShooterGame.log"


def test_a_file_is_read_from_its_beginning_and_then_on_from_the_cursor(path: Path) -> None:
    path.write_bytes(lines(3))
    first = read_on(path, None, stored_upto=None)
    cursor = first.cursor_after(len(first.data))

    with path.open("ab") as file:
        file.write(line(4))
    second = read_on(path, cursor, stored_upto=None)

    assert (first.data, second.data) == (lines(3), line(4))
    assert not second.follows_loss


@pytest.mark.parametrize("first_taken", [1, 30, 63, 64, 65, 255, 256, 257, 700])
def test_a_place_is_known_again_however_short_the_file_was(path: Path, first_taken: int) -> None:
    content = lines(20)
    path.write_bytes(content[:first_taken])
    cursor = read_on(path, None, stored_upto=None).cursor_after(first_taken)

    path.write_bytes(content)

    assert read_on(path, cursor, stored_upto=None).data == content[first_taken:]


def test_one_look_is_bounded(path: Path) -> None:
    path.write_bytes(b"x" * (READ_BYTES + 5))

    piece = read_on(path, None, stored_upto=None)

    assert (len(piece.data), piece.has_more) == (READ_BYTES, True)


def test_a_renamed_file_is_finished_before_the_new_one_begins(path: Path) -> None:
    path.write_bytes(lines(3))
    first = read_on(path, None, stored_upto=None)
    cursor = first.cursor_after(len(line(0, "line 0")))
    path.rename(path.with_name("ShooterGame-backup-2026.09.13-19.00.00.log"))
    path.write_bytes(lines(2, minute=5))

    pieces, _ = read_all(path, cursor)

    assert [piece.data for piece in pieces] == [line(1, "line 1") + line(2, "line 2"), lines(2, minute=5)]
    assert [piece.is_finished for piece in pieces] == [True, False]
    assert not any(piece.follows_loss for piece in pieces)


def test_a_renamed_file_is_not_finished_while_no_new_one_has_begun(path: Path) -> None:
    path.write_bytes(lines(3))
    cursor = read_on(path, None, stored_upto=None).cursor_after(len(line(0, "line 0")))
    path.rename(path.with_name("ShooterGame-backup-2026.09.13-19.00.00.log"))

    piece = read_on(path, cursor, stored_upto=None)

    assert piece.data == line(1, "line 1") + line(2, "line 2")
    assert not piece.is_finished


def test_files_that_came_and_went_while_nobody_looked_are_read_in_order(path: Path) -> None:
    path.write_bytes(lines(3))
    cursor = read_on(path, None, stored_upto=None).cursor_after(len(lines(3)))
    # names that sort against time: what counts is the stamp of the first line
    path.rename(path.with_name("ShooterGame-backup-9.log"))
    path.with_name("ShooterGame-backup-8.log").write_bytes(lines(2, minute=5))
    path.with_name("ShooterGame-backup-7.log").write_bytes(lines(2, minute=6))
    path.write_bytes(lines(2, minute=7))

    pieces, _ = read_all(path, cursor)

    assert [piece.data for piece in pieces] == [lines(2, minute=m) for m in (5, 6, 7)]


def test_older_backups_that_were_stored_long_ago_are_not_read_again(path: Path) -> None:
    path.with_name("ShooterGame-backup-1.log").write_bytes(lines(2, minute=1))
    path.write_bytes(lines(3, minute=2))
    cursor = read_on(path, None, stored_upto=None).cursor_after(len(lines(3, minute=2)))
    path.rename(path.with_name("ShooterGame-backup-2.log"))
    path.write_bytes(lines(1, minute=3))

    pieces, _ = read_all(path, cursor, upto(2))

    assert [piece.data for piece in pieces] == [lines(1, minute=3)]


def test_a_file_whose_rest_is_gone_is_followed_by_a_loss(path: Path) -> None:
    path.write_bytes(lines(3))
    cursor = read_on(path, None, stored_upto=None).cursor_after(len(lines(3)))
    path.unlink()
    path.with_name("ShooterGame-backup-1.log").write_bytes(lines(2, minute=5))
    path.write_bytes(lines(2, minute=6))

    pieces, _ = read_all(path, cursor, upto(0))

    assert [(piece.data, piece.follows_loss) for piece in pieces] == [
        (lines(2, minute=5), True),
        (lines(2, minute=6), False),
    ]


def test_a_file_begun_anew_in_place_is_read_from_its_beginning(path: Path) -> None:
    path.write_bytes(lines(9))
    cursor = read_on(path, None, stored_upto=None).cursor_after(len(lines(9)))

    # the same inode, and longer than the cursor's place
    path.write_bytes(lines(30, minute=7))
    piece = read_on(path, cursor, stored_upto=upto(0))

    assert piece.data == lines(30, minute=7)
    assert piece.follows_loss


def test_a_file_replaced_by_a_longer_copy_of_itself_goes_on(path: Path) -> None:
    path.write_bytes(lines(9))
    cursor = read_on(path, None, stored_upto=None).cursor_after(len(lines(9)))

    other = path.with_name("incoming")
    other.write_bytes(lines(12))
    other.replace(path)
    piece = read_on(path, cursor, stored_upto=upto(0))

    assert piece.data == lines(12)[len(lines(9)) :]
    assert not piece.follows_loss


def test_an_absent_file_and_one_that_is_no_file_are_errors(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_on(path, None, stored_upto=None)

    os.mkfifo(path)

    with pytest.raises(OSError, match="Not a regular file"):
        read_on(path, None, stored_upto=None)


@pytest.mark.parametrize("text", ["", "x", "1 2 3", "a 1 b 1 c", "1 999 b 1 c", "1 1 b 999 c", "1 1 b 1 c d"])
def test_a_file_identity_that_is_no_mark_fits_no_file(path: Path, text: str) -> None:
    path.write_bytes(lines(3))

    piece = read_on(path, FeedCursor(file_identity=text, byte_offset=5), stored_upto=None)

    assert Mark.from_text(text) is None
    assert (piece.offset, piece.follows_loss) == (0, True)
