"""What every route needs, in one value."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.discord.access import Access
from sandbox.discord.cdn import Signer
from sandbox.discord.hub import Hub
from sandbox.discord.interaction_state import InteractionBook
from sandbox.discord.limits import Limits, RateLimiter
from sandbox.discord.render_message import MessageRenderer
from sandbox.discord.world import World


@dataclass(slots=True)
class Switches:
    """Bad days to order: what bots get instead of an answer, and how late."""

    outage: int | None = None
    delay_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The parts of one stand-in."""

    url: str
    gateway_url: str
    world: World
    access: Access
    hub: Hub
    messages: MessageRenderer
    signer: Signer
    limits: Limits
    limiter: RateLimiter
    interactions: InteractionBook
    switches: Switches = field(default_factory=Switches)
