"""Answers of the outside world, kept: fetched by one, read by all, and never served without their age.

An answer is in three places. ``store`` is Redis: the value, and beside it a key that lives for as long as the
value is fresh. ``copies`` are this process's own, each with a deadline of its own. ``shelf`` decides between them
and the ``fetch`` it was given: one caller fetches, the others wait for it or take the stale answer.

Redis' own expiry invalidates: ``listener`` hears ``__keyevent@<db>__:expired`` and drops the copy. Those events
come late, or never where a managed Redis forbids them, so ``toucher`` asks for a due key, which makes Redis publish
at once, and nothing but speed rests on the event.
"""

from shared.cache.kept.opening import KeptAnswers, open_kept_answers
from shared.cache.kept.shelf import Shelf
from shared.cache.kept.values import Answer, AnswerSource, AnswerUnavailableError, Counts, Failure

__all__ = [
    "Answer",
    "AnswerSource",
    "AnswerUnavailableError",
    "Counts",
    "Failure",
    "KeptAnswers",
    "Shelf",
    "open_kept_answers",
]
