"""A folder of exported files: all of them or none, and nobody else may read them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.errors import InvalidInputError, OperationalError


@contextmanager
def out_folder(folder: Path, names: list[str], *, overwrite: bool) -> Iterator[Path]:
    """Give a folder to write files of these names to; they appear in ``folder`` once all of them are whole.

    Raises
    ------
    InvalidInputError
        When one of them is there and may not be overwritten, or ``folder`` is none.
    OperationalError
        When this machine cannot take them.
    """
    if folder.exists() and not folder.is_dir():
        raise InvalidInputError(f"{folder} is a file. Name a folder; it is made if need be.")
    there = [name for name in names if (folder / name).exists()]
    if there and not overwrite:
        raise InvalidInputError(
            f"{folder / there[0]} is there already. Choose another folder, or add --force."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        incoming = Path(tempfile.mkdtemp(prefix=".incoming-", dir=folder))  # which nobody else may look into
        try:
            yield incoming
            for name in names:
                (incoming / name).chmod(0o600)
                (incoming / name).replace(folder / name)
        finally:
            shutil.rmtree(incoming, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OperationalError(
            f"{folder} cannot be written to ({reason}). Check free space and permissions."
        ) from error
