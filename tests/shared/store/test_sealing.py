"""Keys of one's own, keys of the data folder, and what opens under which."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from shared.errors import ConfigError
from shared.store.sealing import KEY_FILE, Keyring, forget_old_keys, load_keyring, new_key, renew_key_file

SECRET = SecretStr("a-token-that-nobody-shall-see")
# 43 characters, as `secrets.token_urlsafe(32)` writes them
UNPADDED = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA"


def test_what_was_sealed_opens_and_is_not_to_be_read_in_between() -> None:
    keyring = Keyring([new_key()])

    sealed = keyring.seal(SECRET, "4242/nitrado_token/main")

    assert SECRET.get_secret_value().encode() not in sealed
    assert keyring.open(sealed, "4242/nitrado_token/main") == SECRET
    assert sealed != keyring.seal(SECRET, "4242/nitrado_token/main")


def test_a_row_copied_to_another_community_does_not_open() -> None:
    keyring = Keyring([new_key()])
    sealed = keyring.seal(SECRET, "4242/nitrado_token/main")

    with pytest.raises(ConfigError, match="sealed for something else"):
        keyring.open(sealed, "1111/nitrado_token/main")


def test_a_changed_byte_does_not_open() -> None:
    keyring = Keyring([new_key()])
    sealed = bytearray(keyring.seal(SECRET, "one"))
    sealed[40] ^= 1

    with pytest.raises(ConfigError, match="cannot be opened"):
        keyring.open(bytes(sealed), "one")


def test_a_new_key_in_front_of_the_old_one_opens_what_the_old_one_sealed_and_seals_anew() -> None:
    old, new = new_key(), new_key()
    sealed = Keyring([old]).seal(SECRET, "one")

    both = Keyring([new, old])
    resealed = both.reseal(sealed)

    assert both.open(sealed, "one") == SECRET
    assert Keyring([new]).open(resealed, "one") == SECRET
    with pytest.raises(ConfigError, match="Add the key it was sealed with"):
        Keyring([new]).open(sealed, "one")
    with pytest.raises(ConfigError, match="cannot be opened"):
        Keyring([new]).reseal(sealed)


@pytest.mark.parametrize(
    "text",
    ["", "secret", "x" * 44, "ö" * 44, new_key()[:-4], f"{new_key()} {new_key()}"],
    ids=["empty", "short", "no base64", "no ASCII", "cut off", "two without a comma"],
)
def test_what_is_no_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Keyring([text])

    assert "HELENA_SECRET_KEY holds something that is no key" in str(caught.value)
    assert text == "" or text not in str(caught.value)


def test_no_representation_shows_a_key() -> None:
    key = new_key()
    keyring = Keyring([key])

    assert key[:20] not in f"{keyring!r}{keyring}"


def test_keys_come_from_the_variable_with_commas_between_them(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    sealed = Fernet(old).encrypt(b'{"label": "one", "secret": "x"}')

    keyring = load_keyring(SecretStr(f"{new}, {old},"), tmp_path)

    assert keyring.open(sealed, "one") == SecretStr("x")
    assert list(tmp_path.iterdir()) == []


def test_a_key_without_its_padding_is_the_same_key(tmp_path: Path) -> None:
    sealed = Keyring([UNPADDED + "="]).seal(SECRET, "one")

    assert load_keyring(SecretStr(UNPADDED), tmp_path).open(sealed, "one") == SECRET


def test_without_the_variable_a_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    sealed = load_keyring(None, folder).seal(SECRET, "one")

    assert load_keyring(None, folder).open(sealed, "one") == SECRET
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keyrings = list(threads.map(lambda _: load_keyring(None, tmp_path), range(8)))
    sealed = keyrings[0].seal(SECRET, "one")

    assert {keyring.open(sealed, "one") for keyring in keyrings} == {SECRET}


def test_renewing_a_file_forgets_no_key_until_that_is_asked_for(tmp_path: Path) -> None:
    first = load_keyring(None, tmp_path).seal(SECRET, "one")
    renew_key_file(tmp_path)
    # the rotation that should have followed failed, twice
    renew_key_file(tmp_path)
    ring = renew_key_file(tmp_path)

    resealed = ring.reseal(first)
    forget_old_keys(tmp_path)

    assert load_keyring(None, tmp_path).open(resealed, "one") == SECRET
    with pytest.raises(ConfigError, match="cannot be opened"):
        load_keyring(None, tmp_path).open(first, "one")


def test_after_a_rotation_the_key_before_it_still_opens(tmp_path: Path) -> None:
    late = load_keyring(None, tmp_path).seal(SECRET, "sealed by a process that knew the old key alone")
    renew_key_file(tmp_path)
    forget_old_keys(tmp_path)

    found = load_keyring(None, tmp_path).open(late, "sealed by a process that knew the old key alone")

    assert found == SECRET


def test_a_folder_that_cannot_be_used_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match="cannot be"):
        load_keyring(None, tmp_path / "file" / "secrets")
