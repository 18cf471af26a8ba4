"""Polls, as far as sending one goes: nobody votes here (Discord docs, "Poll Object")."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.discord import render
from sandbox.discord.api_errors import invalid
from sandbox.discord.bodies import number_of
from sandbox.discord.models import Json

# Discord docs, "Poll Create Request Object": a day unless said otherwise, 32 days at most.
_USUAL_HOURS, _MOST_HOURS = 24, 32 * 24


def as_poll(sent: Json, now: datetime) -> Json:
    """Return a poll as messages carry it."""
    answers = sent.get("answers") or []
    if not 1 <= len(answers) <= 10:
        raise invalid("poll.answers", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length.")
    hours = number_of(sent.get("duration"), "poll.duration") or _USUAL_HOURS
    if not isinstance(sent.get("question"), dict):
        raise invalid("poll.question", "BASE_TYPE_REQUIRED", "This field is required")
    if not 1 <= hours <= _MOST_HOURS:
        raise invalid(
            "poll.duration", "NUMBER_TYPE_MAX", f"Value should be less than or equal to {_MOST_HOURS}."
        )
    return {
        "question": sent["question"],
        "answers": [{**answer, "answer_id": number} for number, answer in enumerate(answers, start=1)],
        "expiry": render.timestamp(now + timedelta(hours=hours)),
        "allow_multiselect": bool(sent.get("allow_multiselect")),
        "layout_type": sent.get("layout_type") or 1,
        "results": {"is_finalized": False, "answer_counts": []},
    }
