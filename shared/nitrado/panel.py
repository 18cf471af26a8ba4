"""The calls about what the web interface shows beside the server itself: settings, lists of players, records."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from shared.nitrado import protocol
from shared.nitrado.models import (
    Backup,
    ListedPlayer,
    LogPage,
    NitradoServiceId,
    Notification,
    ServerSettings,
    SettingSet,
    Task,
)
from shared.nitrado.transport import Transport


class AccessList(StrEnum):
    """A list of players that the game server keeps."""

    BANS = "banlist"
    WHITELIST = "whitelist"
    ADMINS = "adminlist"


class PanelCalls(Transport):
    """Settings hold plain passwords: ``ServerSettings`` shows them in no representation."""

    async def get_settings(self, service_id: NitradoServiceId) -> ServerSettings:
        """Return all settings."""
        return await self._settings("GET", f"{_base(service_id)}/settings")

    async def set_setting(
        self, service_id: NitradoServiceId, *, category: str, key: str, value: str
    ) -> ServerSettings:
        """Change a setting, and return those that Nitrado shows then; it counts from the next restart on."""
        form = {"category": category, "key": key, "value": value}
        return await self._settings("POST", f"{_base(service_id)}/settings", form=form)

    async def get_default_settings(self, service_id: NitradoServiceId) -> ServerSettings:
        """Return what settings are until somebody changes them."""
        return await self._settings("GET", f"{_base(service_id)}/settings/defaults")

    async def list_setting_sets(self, service_id: NitradoServiceId) -> list[SettingSet]:
        """Return the settings that were put aside."""
        data = await self._call("GET", f"{_base(service_id)}/settings/sets")
        return protocol.read_values(data, "sets", SettingSet)

    async def list_listed(self, service_id: NitradoServiceId, which: AccessList) -> list[ListedPlayer]:
        """Return who is on a list of the game server."""
        data = await self._call("GET", f"{_base(service_id)}/games/{which}")
        return protocol.read_values(data, which.value, ListedPlayer)

    async def add_listed(
        self, service_id: NitradoServiceId, which: AccessList, identifiers: Sequence[str]
    ) -> None:
        """Put players on a list."""
        form = {"identifier": ",".join(identifiers)}
        await self._call("POST", f"{_base(service_id)}/games/{which}", form=form)

    async def remove_listed(
        self, service_id: NitradoServiceId, which: AccessList, identifiers: Sequence[str]
    ) -> None:
        """Take players off a list."""
        form = {"identifier": ",".join(identifiers)}
        await self._call("DELETE", f"{_base(service_id)}/games/{which}", form=form)

    async def ping_app_server(self, service_id: NitradoServiceId) -> None:
        """Return if the game's console can be reached."""
        await self._call("GET", f"{_base(service_id)}/app_server")

    async def send_command(self, service_id: NitradoServiceId, command: str) -> None:
        """Send a command to the game's console. Its output goes elsewhere, so this is no substitute for RCON."""
        await self._call("POST", f"{_base(service_id)}/app_server/command", form={"command": command})

    async def list_backups(self, service_id: NitradoServiceId) -> list[Backup]:
        """Return the backups of the games on the server, oldest first within a game."""
        return protocol.read_backups(await self._call("GET", f"{_base(service_id)}/backups"))

    async def get_service_log(self, service_id: NitradoServiceId, *, page: int = 1) -> LogPage:
        """Return a page of who did what to the service, newest first."""
        data = await self._call("GET", f"services/{service_id}/logs", query={"page": str(page)})
        return protocol.read_whole(data, LogPage)

    async def list_tasks(self, service_id: NitradoServiceId) -> list[Task]:
        """Return what is done at set times."""
        return protocol.read_values(await self._call("GET", f"services/{service_id}/tasks"), "tasks", Task)

    async def list_notifications(self, service_id: NitradoServiceId) -> list[Notification]:
        """Return what Nitrado has to say of the service, but for what was dismissed."""
        data = await self._call("GET", f"services/{service_id}/notifications")
        return protocol.read_values(data, "notifications", Notification)

    async def _settings(
        self, method: str, path: str, *, form: dict[str, str] | None = None
    ) -> ServerSettings:
        data = await self._call(method, path, form=form)
        return protocol.read_whole(data, ServerSettings)


def _base(service_id: NitradoServiceId) -> str:
    return f"services/{service_id}/gameservers"
