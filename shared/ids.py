"""A type for each kind of id; a bare ``int`` becomes one where it enters."""

from __future__ import annotations

from typing import NewType

GuildId = NewType("GuildId", int)
"""A Discord server's snowflake."""
ChannelId = NewType("ChannelId", int)
"""A Discord channel's or thread's snowflake."""
MemberId = NewType("MemberId", int)
"""A Discord user's snowflake, as a member of a guild."""
MessageId = NewType("MessageId", int)
"""A Discord message's snowflake."""
RoleId = NewType("RoleId", int)
"""A Discord role's snowflake."""
ServerId = NewType("ServerId", int)
"""A game server's row id."""
TribeId = NewType("TribeId", int)
"""The game's id of a tribe (``TargetingTeam``)."""
PlatformId = NewType("PlatformId", str)
"""A player's account on the game's platform: Steam id, EOS id, Xbox id."""
SaveId = NewType("SaveId", int)
"""A decoded save's row id."""
BaseId = NewType("BaseId", int)
"""A base's row id, the same from save to save."""
TicketId = NewType("TicketId", int)
"""A ticket's row id."""
