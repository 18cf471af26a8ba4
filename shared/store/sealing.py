"""Secrets at rest: sealed with Fernet (AES-128-CBC and HMAC-SHA256, from ``cryptography``) under keys from outside.

The first key of a keyring seals, every key opens: that is what makes a rotation possible without a pause.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from shared.errors import ConfigError

KEY_FILE = "secret_key"

# A key is 32 bytes, in base64 (the specification of Fernet).
_KEY_BYTES = 32
# The one before the last rotation still opens what a process that has not read the new one sealed meanwhile.
_KEYS_KEPT = 2
_WHERE = "HELENA_SECRET_KEY"


class Keyring:
    """Seals and opens secrets; no representation of it shows a key."""

    __slots__ = ("_fernet",)

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the keys, the present one first.

        Raises
        ------
        ConfigError
            When there is none, or one that is no key; it is not repeated.
        """
        self._fernet = MultiFernet([Fernet(_read_key(key)) for key in keys or [""]])

    def seal(self, secret: SecretStr, label: str) -> bytes:
        """Return a secret in a form that may be stored; it opens under the same label alone."""
        text = json.dumps({"label": label, "secret": secret.get_secret_value()})
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes, label: str) -> SecretStr:
        """Return what was sealed.

        Raises
        ------
        ConfigError
            When no key of the ring opens it, or it was sealed for something else.
        """
        try:
            found = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            message = f"The stored secret {label} cannot be opened with the keys of {_WHERE}. Add the key it was sealed with behind the present one, or store it again."
            raise ConfigError(message) from None
        if found["label"] != label:
            # a row that somebody copied in the database
            raise ConfigError(f"The stored secret {label} was sealed for something else. Store it again.")
        return SecretStr(found["secret"])

    def reseal(self, sealed: bytes) -> bytes:
        """Return the same secret, sealed with the present key.

        Raises
        ------
        ConfigError
            When no key of the ring opens it.
        """
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            message = f"A stored secret cannot be opened with the keys of {_WHERE}. Add the key it was sealed with behind the present one."
            raise ConfigError(message) from None


def load_keyring(keys: SecretStr | None, folder: Path) -> Keyring:
    """Return the keyring of ``HELENA_SECRET_KEY`` (keys with commas between them), or of a file in the folder.

    Without either, a key is made and kept in the folder, readable by its owner alone.

    Raises
    ------
    ConfigError
        When a key is none, or the folder cannot be used.
    """
    if keys is not None:
        return Keyring([key for key in keys.get_secret_value().split(",") if key.strip()])
    return Keyring(_read_file(folder) or _make_file(folder))


def renew_key_file(folder: Path) -> Keyring:
    """Put a new key before those of the folder's file, and return the keyring: rotate what is stored with it.

    No key is forgotten before that has been done (``forget_old_keys``): a rotation that fails loses nothing.
    """
    keys = [new_key(), *_read_file(folder)]
    _write_partial(folder, keys).replace(folder / KEY_FILE)
    return Keyring(keys)


def forget_old_keys(folder: Path) -> None:
    """Drop keys that nothing is sealed with any more, after a rotation."""
    _write_partial(folder, _read_file(folder)[:_KEYS_KEPT]).replace(folder / KEY_FILE)


def new_key() -> str:
    """Return a key, as ``HELENA_SECRET_KEY`` takes it."""
    return Fernet.generate_key().decode()


def _read_key(text: str) -> bytes:
    text = text.strip()
    try:
        # without the padding, too: that is how other secrets in the data folder are written
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _KEY_BYTES:
        message = f"{_WHERE} holds something that is no key. Keys are made with `helena nitrado new-key`, and stand with commas between them."
        raise ConfigError(message)
    return base64.urlsafe_b64encode(raw)


def _read_file(folder: Path) -> list[str]:
    try:
        return (folder / KEY_FILE).read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The key in {folder / KEY_FILE} cannot be read ({error}).") from error


def _make_file(folder: Path) -> list[str]:
    """Make a key, unless another process has just done so: then that is the key."""
    partial = _write_partial(folder, [new_key()])
    try:
        (folder / KEY_FILE).hardlink_to(partial)
    except FileExistsError:
        pass
    except OSError as error:
        raise _unusable(folder, error) from error
    finally:
        partial.unlink()
    return _read_file(folder)


def _write_partial(folder: Path, keys: Sequence[str]) -> Path:
    path = folder / f"{KEY_FILE}.{secrets.token_hex(8)}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("\n".join(keys) + "\n")
            file.flush()
            # a key that is lost with the power takes every secret with it
            os.fsync(file.fileno())
    except OSError as error:
        raise _unusable(folder, error) from error
    return path


def _unusable(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"The folder {folder} cannot be written to ({error.strerror}). Make it yours, or set {_WHERE}."
    )
