from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import SecretStr

from shared.clock import FrozenClock
from shared.nitrado.client import NitradoClient, open_nitrado
from shared.nitrado.errors import (
    NitradoBlockedError,
    NitradoBusyError,
    NitradoError,
    NitradoFileMissingError,
    NitradoMaintenanceError,
    NitradoNotFoundError,
    NitradoRateLimitError,
    NitradoReplyError,
    NitradoTokenError,
    NitradoUnreachableError,
)
from shared.nitrado.models import NitradoServiceId
from tests.shared.nitrado.api import TOKEN, FakeNitrado, open_api

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE = NitradoServiceId(1)


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [
        (401, "Access denied.", (NitradoTokenError, "NIT-01")),
        (403, "No permission.", (NitradoTokenError, "NIT-01")),
        (428, "Concurrency error.", (NitradoBusyError, "NIT-02")),
        (429, "Too many requests.", (NitradoRateLimitError, "NIT-03")),
        (503, "Maintenance.", (NitradoMaintenanceError, "NIT-04")),
        (500, "File doesn't exist", (NitradoFileMissingError, "NIT-05")),
        (404, "File doesn't exist", (NitradoFileMissingError, "NIT-05")),
        (404, "Invalid address.", (NitradoNotFoundError, "NIT-06")),
        (500, "The service is currently in state 4 but it expecting state 2,3.", (NitradoError, "NIT-00")),
        (200, "an error with a good status", (NitradoError, "NIT-00")),
    ],
)
async def test_every_refusal_has_its_own_error(
    api: FakeNitrado, client: NitradoClient, status: int, message: str, error: tuple[type[NitradoError], str]
) -> None:
    api.fail(status, message, X_Raven_Event_ID="raven-1")

    with pytest.raises(error[0]) as caught:
        await client.get_gameserver(ONE)

    assert (type(caught.value), caught.value.code) == error
    assert (caught.value.status, caught.value.event_id) == (status, "raven-1")
    assert TOKEN not in f"{caught.value!r}{caught.value}"
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "30"}, 30),
        ({"Retry_After": format_datetime(NOON + timedelta(minutes=2), usegmt=True)}, 120),
        ({"X_RateLimit_Reset": str(int(NOON.timestamp()) + 900)}, 900),
        ({"Retry_After": "soon"}, 60),
        ({"Retry_After": "99999999"}, 3_600),
        ({}, 60),
    ],
)
async def test_a_spent_budget_says_when_it_is_renewed(
    api: FakeNitrado, client: NitradoClient, headers: dict[str, str], seconds: float
) -> None:
    api.fail(429, **headers)

    with pytest.raises(NitradoRateLimitError) as caught:
        await client.ping()

    assert caught.value.retry_after_seconds == seconds


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (403, "<html>Just a moment...</html>", NitradoBlockedError),
        (502, "<html>Bad gateway</html>", NitradoUnreachableError),
        (520, "", NitradoUnreachableError),
        (503, "<html>Maintenance</html>", NitradoMaintenanceError),
        (401, "", NitradoTokenError),
        (200, "<html>Welcome</html>", NitradoReplyError),
        (200, "[]", NitradoReplyError),
        (200, "[" * 100_000, NitradoReplyError),
        (301, "", NitradoReplyError),
    ],
)
async def test_a_page_in_place_of_an_answer_is_told_from_an_answer(
    api: FakeNitrado, client: NitradoClient, status: int, text: str, error: type[NitradoError]
) -> None:
    api.status, api.text = status, text

    with pytest.raises(error):
        await client.ping()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"gameserver": None},
        {"gameserver": []},
        {"gameserver": {"status": "started"}},
        {"gameserver": {"service_id": {}}},
    ],
)
async def test_an_answer_of_another_form_is_refused(
    api: FakeNitrado, client: NitradoClient, data: dict[str, object]
) -> None:
    api.say(data)

    with pytest.raises(NitradoReplyError, match="gameserver"):
        await client.get_gameserver(ONE)


async def test_an_answer_that_does_not_end_is_not_read(api: FakeNitrado, client: NitradoClient) -> None:
    api.text = "x" * (8 * 1024 * 1024 + 1)

    with pytest.raises(NitradoReplyError, match="longer than"):
        await client.ping()


async def test_an_answer_that_does_not_come_in_time_is_unreachable(
    api: FakeNitrado, client: NitradoClient
) -> None:
    api.seconds = 5.0

    with pytest.raises(NitradoUnreachableError, match="in time"):
        await client.ping()


async def test_no_answer_at_all_is_unreachable() -> None:
    async with open_api() as gone:
        url = gone.url
    async with open_nitrado(
        SecretStr(TOKEN),
        clock=FrozenClock(NOON),
        base_url=url,
    ) as client:
        with pytest.raises(NitradoUnreachableError, match="ClientConnectorError"):
            await client.ping()
