"""Points discord.py at the addresses in the settings; the one place that knows how."""

from __future__ import annotations

import discord
import yarl

from shared.discord_kit.settings import BotSettings
from shared.errors import ConfigError

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def use_endpoints(settings: BotSettings) -> None:
    """Set where discord.py finds REST, gateway and CDN. Call it before the first client is made.

    Raises
    ------
    ConfigError
        For an address that would send a token unencrypted to another machine.
    """
    for name, address in (
        ("HELENA_DISCORD_API", settings.discord_api),
        ("HELENA_DISCORD_GATEWAY", settings.discord_gateway),
        ("HELENA_DISCORD_CDN", settings.discord_cdn),
    ):
        url = yarl.URL(address)
        if url.scheme not in {"https", "wss"} and url.host not in _LOOPBACK:
            message = f"{name} is {address}: unencrypted addresses are allowed on this machine only. Use https or wss."
            raise ConfigError(message)
    discord.http.Route.BASE = settings.discord_api
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway)
    discord.asset.Asset.BASE = settings.discord_cdn
