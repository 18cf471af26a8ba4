"""What save_path may be: a path here, or an address without a password."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from shared.config.community import ServerEntry
from shared.config.save_places import SaveAddress, Scheme, read_place


@pytest.mark.parametrize("text", ["/srv/SavedArks", "saves", r"C:\ark\SavedArks", "C:/ark/SavedArks"])
def test_a_path_is_a_path(text: str) -> None:
    assert read_place(text) == Path(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (
            "sftp://ark@play.example.org/srv/SavedArks",
            SaveAddress(
                scheme=Scheme.SFTP,
                host="play.example.org",
                port=22,
                user="ark",
                path=PurePosixPath("/srv/SavedArks"),
            ),
        ),
        (
            "FTPS://a%40b@[::1]:2121/Saved%20Arks",
            SaveAddress(
                scheme=Scheme.FTPS, host="::1", port=2121, user="a@b", path=PurePosixPath("/Saved Arks")
            ),
        ),
        (
            "ftp://ark@h",
            SaveAddress(scheme=Scheme.FTP, host="h", port=21, user="ark", path=PurePosixPath("/")),
        ),
        ("nitrado:", SaveAddress(scheme=Scheme.NITRADO, port=443)),
        (
            "nitrado:/games/ni1_1/x",
            SaveAddress(scheme=Scheme.NITRADO, port=443, path=PurePosixPath("/games/ni1_1/x")),
        ),
    ],
)
def test_an_address_is_read(text: str, address: SaveAddress) -> None:
    assert read_place(text) == address


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sftp://ark:secret@h/x", "save_login.password"),
        ("sftp://h/x", "has to look like sftp://user@host"),
        ("ftp://ark@/x", "has to look like ftp://user@host"),
        ("https://ark@h/x", "begins with none of sftp:"),
        ("sftp://ark@h/x?y", "%3F"),
        ("sftp://ark@h/x%0ay", "characters that no path has"),
        ("sftp://ark@h:99999/x", "[Pp]ort"),
        ("nitrado:games", "whole path"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        read_place(text)

    assert "secret" not in str(caught.value)


def test_the_community_file_takes_both() -> None:
    basics = {"key": "a", "name": "A", "game": "asa", "map": "TheIsland_WP"}

    here = ServerEntry.model_validate({**basics, "save_path": "/srv/SavedArks"})
    there = ServerEntry.model_validate(
        {
            **basics,
            "save_path": "sftp://ark@h/x",
            "save_login": {"password": "secret", "host_key": "ssh-ed25519 A"},
        }
    )

    assert here.save_path == Path("/srv/SavedArks")
    assert isinstance(there.save_path, SaveAddress)
    assert "secret" not in repr(there)
    assert there.model_dump()["save_path"] == "sftp://ark@h/x"
