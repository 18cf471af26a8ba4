"""Fixtures every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--long``: run the long forms of tests that have a short one."""
    parser.addoption("--long", action="store_true", help="run the long form of tests that have a short one")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real saves and log lines; skip where a checkout lacks it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real saves and log lines (../shared/data) are not beside this checkout")
    return folder
