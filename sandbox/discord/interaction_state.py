"""Interactions under way: what was asked, whether it was answered, and how long the token lives."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sandbox.discord.models import Json
from sandbox.discord.snowflake import Snowflake

# Discord docs, "Interaction Type".
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5

# Beyond this many, interactions whose token has expired are forgotten.
_MANY = 2_000


@dataclass(slots=True, kw_only=True)
class Interaction:
    """One interaction from a person to a bot."""

    id: Snowflake
    token: str
    type: int
    application_id: Snowflake
    user_id: Snowflake
    channel_id: Snowflake
    guild_id: Snowflake | None
    began: float
    nonce: str | None
    metadata: Json = field(default_factory=dict)
    # The message whose component was used, or that the form was opened from.
    source_id: Snowflake | None = None
    # What ``@original`` means, once there is one.
    original_id: Snowflake | None = None
    # The form this interaction was answered with, and the interaction whose form this one submits.
    modal: Json | None = None
    form: Interaction | None = None
    is_acknowledged: bool = False
    has_failed: bool = False
    deadline: asyncio.TimerHandle | None = None

    def acknowledge(self) -> None:
        """Note the first answer, which ends the deadline, and closes the form that was sent in."""
        self.is_acknowledged = True
        if self.deadline is not None:
            self.deadline.cancel()
        if self.form is not None:
            self.form.modal = None


class InteractionBook:
    """Interactions by token; they end with the process, as Discord's end after 15 minutes."""

    def __init__(self, token_seconds: float) -> None:
        self._token_seconds = token_seconds
        self._by_token: dict[str, Interaction] = {}

    def add(self, interaction: Interaction, now: float) -> None:
        """Take an interaction in; ``now`` is monotonic."""
        if len(self._by_token) >= _MANY:
            self._by_token = {t: i for t, i in self._by_token.items() if self._lives(i, now)}
        self._by_token[interaction.token] = interaction

    def find(self, token: str, now: float) -> Interaction | None:
        """Return the interaction of a token that is still good."""
        interaction = self._by_token.get(token)
        return interaction if interaction is not None and self._lives(interaction, now) else None

    def find_modal(self, interaction_id: Snowflake, user_id: Snowflake) -> Interaction | None:
        """Return the interaction that showed a person a form."""
        return next(
            (
                interaction
                for interaction in self._by_token.values()
                if interaction.id == interaction_id
                and interaction.user_id == user_id
                and interaction.modal is not None
            ),
            None,
        )

    def close(self) -> None:
        """Stop every deadline."""
        for interaction in self._by_token.values():
            if interaction.deadline is not None:
                interaction.deadline.cancel()

    def _lives(self, interaction: Interaction, now: float) -> bool:
        return now - interaction.began < self._token_seconds
