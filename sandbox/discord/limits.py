"""Rate limits and deadlines, as values, and the counters that apply them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """So many calls in so many seconds."""

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every limit of the stand-in; the defaults are Discord's.

    Discord docs: 50 requests a second per bot, 3 s to answer an interaction, 15 min for its token.
    Observed: 5 messages per 5 s and channel, 5 per 2 s and webhook, 2 renames per 10 min and channel.
    People are never limited.
    """

    messages: Window = field(default=Window(calls=5, seconds=5.0))
    webhooks: Window = field(default=Window(calls=5, seconds=2.0))
    renames: Window = field(default=Window(calls=2, seconds=600.0))
    other: Window = field(default=Window(calls=100, seconds=1.0))
    all_calls: Window = field(default=Window(calls=50, seconds=1.0))
    answer_seconds: float = 3.0
    token_seconds: float = 15 * 60.0
    # Discord docs, "enforce_nonce": "in the past few minutes".
    nonce_seconds: float = 5 * 60.0
    # Observed: Discord's own value.
    heartbeat_seconds: float = 41.25
    # Discord docs say only that a session may be resumed for a while; observed: about two minutes.
    resume_seconds: float = 120.0

    @classmethod
    def generous(cls) -> Limits:
        """Return limits that no test meets by chance."""
        many = Window(calls=100_000, seconds=1.0)
        return cls(messages=many, webhooks=many, renames=many, other=many, all_calls=many)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one call."""

    allowed: bool
    limit: int
    remaining: int
    reset_after: float
    bucket: str
    is_global: bool = False

    def headers(self, now: float) -> dict[str, str]:
        """Return the headers discord.py reads (http.py, ``Ratelimit.update``); ``now`` is Unix time."""
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": f"{now + self.reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{self.reset_after:.3f}",
            "X-RateLimit-Bucket": self.bucket,
        }
        if not self.allowed:
            headers["Retry-After"] = f"{self.reset_after:.3f}"
            headers["X-RateLimit-Scope"] = "global" if self.is_global else "user"
        if not self.allowed and self.is_global:
            headers["X-RateLimit-Global"] = "true"
        return headers


@dataclass(slots=True)
class _Count:
    began: float
    calls: int


class RateLimiter:
    """Counts calls by bucket in fixed windows that begin with their first call (observed)."""

    # Beyond this many buckets, those whose window is over are forgotten.
    _MANY = 5_000

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], _Count] = {}

    def hit(self, bucket: str, who: str, window: Window, now: float, *, is_global: bool = False) -> Verdict:
        """Count a call and say whether it is within the limit; ``now`` is monotonic."""
        key = (bucket, who)
        count = self._counts.get(key)
        if count is None or now - count.began >= window.seconds:
            self._forget(now, window)
            count = self._counts[key] = _Count(began=now, calls=0)
        allowed = count.calls < window.calls
        count.calls += allowed
        return Verdict(
            allowed=allowed,
            limit=window.calls,
            remaining=window.calls - count.calls,
            # A millisecond more than is left: who sleeps exactly this long must not come too early.
            reset_after=max(0.0, count.began + window.seconds - now) + 0.001,
            # Short and stable, as Discord's bucket hashes are; discord.py keys its own buckets by it.
            bucket=hashlib.sha256(bucket.encode()).hexdigest()[:32],
            is_global=is_global,
        )

    def _forget(self, now: float, window: Window) -> None:
        if len(self._counts) < self._MANY:
            return
        oldest = max(window.seconds, 600.0)
        self._counts = {key: count for key, count in self._counts.items() if now - count.began < oldest}
