"""Fixtures of tests that store saves."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.ids import ServerId
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import server_entry


@pytest.fixture
async def server_id(environment: Environment) -> ServerId:
    """Return a game server."""
    return (await environment.serve(server_entry())).id


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Return where what is stored is kept between two saves."""
    return tmp_path / "history"
