"""Which game servers and channels belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.ids import ChannelId, GuildId, ServerId
from shared.store.servers import GameServer, Purpose, Route

BOT = "chat_bridge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """The game servers of a community, and the channel that carries each one's chat."""

    guild_id: GuildId
    community: str
    servers: tuple[GameServer, ...]
    channels: dict[ServerId, ChannelId]

    def server(self, server_id: ServerId) -> GameServer | None:
        """Return a server of the community."""
        return next((server for server in self.servers if server.id == server_id), None)

    def channel_of(self, server: GameServer) -> ChannelId | None:
        """Return where a server's chat goes; without a route it goes nowhere."""
        return self.channels.get(server.id)

    def servers_of(self, channel_id: ChannelId) -> list[GameServer]:
        """Return the servers whose chat a channel carries."""
        return [server for server in self.servers if self.channels.get(server.id) == channel_id]

    def neighbours_of(self, server: GameServer) -> list[GameServer]:
        """Return the other servers of the same cluster: people there know each other."""
        return [other for other in self.servers if other.cluster == server.cluster and other.id != server.id]

    def crowd_name(self, channel_id: ChannelId) -> str:
        """Return under which name lines of several people are posted together."""
        servers = self.servers_of(channel_id)
        return servers[0].name if len(servers) == 1 else self.community


def build_bridge(
    guild_id: GuildId, community: str, servers: Sequence[GameServer], routes: Sequence[Route]
) -> Bridge:
    """Return the bridge that the routes describe; a server without one of its own uses the community's."""
    chat = {route.server_id: route.channel_id for route in routes if route.purpose == Purpose.CHAT}
    channels = {server.id: chat.get(server.id) or chat.get(ServerId(0)) for server in servers}
    return Bridge(
        guild_id=guild_id,
        community=community,
        servers=tuple(servers),
        channels={server_id: channel for server_id, channel in channels.items() if channel is not None},
    )
