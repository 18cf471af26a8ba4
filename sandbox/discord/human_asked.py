"""What comes back from a person's command, button or form."""

from __future__ import annotations

from sandbox.discord.human_client import Event, HumanClient
from sandbox.discord.human_values import NoAnswerError, SeenMessage, SeenModal
from sandbox.discord.models import Json

# Longer than Discord waits for an answer, so that a missing one shows as such.
SECONDS = 20.0


class Asked:
    """An interaction that was sent; each method waits for what it names."""

    def __init__(self, client: HumanClient, nonce: str, source: SeenMessage | None, since: int) -> None:
        self._client = client
        self._nonce = nonce
        self._source = source
        self._since = since

    async def reply(self, number: int = 0, *, within: float = SECONDS) -> SeenMessage:
        """Return the bot's answer once it is complete; ``number`` 1 is the first follow-up."""

        def look() -> SeenMessage | None:
            self._raise_failure()
            mine = [m for m in self._client.messages.values() if self._is_mine(m)]
            chosen = [SeenMessage(m) for m in sorted(mine, key=lambda m: int(m["id"]))][number : number + 1]
            return next((m for m in chosen if not m.is_loading), None)

        return await self._client.until(look, within, f"answer {number}")

    async def thinking(self, *, within: float = SECONDS) -> SeenMessage:
        """Return the placeholder of a deferred answer."""

        def look() -> SeenMessage | None:
            created = (e.data for e in self._events() if e.name == "MESSAGE_CREATE")
            return next((m for d in created if self._is_mine(d) and (m := SeenMessage(d)).is_loading), None)

        return await self._client.until(look, within, "a placeholder")

    async def update(self, *, within: float = SECONDS) -> SeenMessage:
        """Return the message whose button or menu was used, once the bot has changed it."""
        source = self._source

        def look() -> SeenMessage | None:
            self._raise_failure()
            changed = (e.data for e in self._events() if e.name == "MESSAGE_UPDATE")
            return next((SeenMessage(d) for d in changed if source and d["id"] == source.id), None)

        return await self._client.until(look, within, "a change of the message")

    async def modal(self, *, within: float = SECONDS) -> SeenModal:
        """Return the form that the bot shows."""

        def look() -> SeenModal | None:
            self._raise_failure()
            shown = (e.data for e in self._events() if e.name == "INTERACTION_MODAL_CREATE")
            return next((SeenModal(d) for d in shown if d["nonce"] == self._nonce), None)

        return await self._client.until(look, within, "a form")

    async def choices(self, *, within: float = SECONDS) -> list[Json]:
        """Return what an autocomplete offers."""

        def look() -> list[Json] | None:
            self._raise_failure()
            told = (e.data for e in self._events() if e.name == "APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE")
            return next((d["choices"] for d in told if d["nonce"] == self._nonce), None)

        return await self._client.until(look, within, "choices")

    async def done(self, *, within: float = SECONDS) -> None:
        """Wait until the bot has acknowledged it."""

        def look() -> bool | None:
            self._raise_failure()
            told = (e.data for e in self._events() if e.name == "INTERACTION_SUCCESS")
            return any(d["nonce"] == self._nonce for d in told) or None

        await self._client.until(look, within, "an acknowledgement")

    def _events(self) -> list[Event]:
        return self._client.events[self._since :]

    def _interaction_id(self) -> str | None:
        told = (e.data for e in self._events() if e.name == "INTERACTION_CREATE")
        return next((str(d["id"]) for d in told if d["nonce"] == self._nonce), None)

    def _is_mine(self, message: Json) -> bool:
        return (message.get("interaction_metadata") or {}).get("id") == (self._interaction_id() or "")

    def _raise_failure(self) -> None:
        if any(e.name == "INTERACTION_FAILURE" and e.data["nonce"] == self._nonce for e in self._events()):
            raise NoAnswerError("The application did not respond.")
