"""The values of Nitrado's API, as far as Helena uses them; read leniently, because Nitrado writes that way.

Booleans and numbers come as strings, empty objects as empty lists, names as null, and new states without notice.
"""

from __future__ import annotations

from typing import Annotated, Any, NewType, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from shared.domain.event_kinds import OpenSet

NitradoServiceId = NewType("NitradoServiceId", int)
"""Nitrado's id of a rented service."""


def _empty_list_as_none(value: Any) -> Any:
    # PHP writes an empty object as an empty list
    return None if value in ([], "") else value


def _empty_list_as_mapping(value: Any) -> Any:
    return {} if value in ([], "", None) else value


def _unix_or_nothing(value: Any) -> Any:
    # other endpoints write local time without a zone, which says nothing
    return value if str(value).isdecimal() else None


Instant = Annotated[AwareDatetime | None, BeforeValidator(_unix_or_nothing)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, populate_by_name=True)


class ServiceStatus(OpenSet):
    """Whether a service is paid for and usable."""

    ACTIVE = "active"
    INSTALLING = "installing"
    SUSPENDED = "suspended"
    ADMINLOCKED = "adminlocked"
    ADMINLOCKED_SUSPENDED = "adminlocked_suspended"
    UNKNOWN = "unknown"


class ServerStatus(OpenSet):
    """What a game server is doing."""

    STARTED = "started"
    STOPPED = "stopped"
    SUSPENDED = "suspended"
    GUARDIAN_LOCKED = "guardian_locked"
    STARTING = "starting"
    STOPPING = "stopping"
    RESTARTING = "restarting"
    UPDATING = "updating"
    INSTALLING = "gs_installation"
    BACKUP_RESTORE = "backup_restore"
    BACKUP_CREATION = "backup_creation"
    CHUNKFIX = "chunkfix"
    OVERVIEWMAP_RENDER = "overviewmap_render"
    UNKNOWN = "unknown"

    @property
    def is_busy(self) -> bool:
        """Return whether it is on its way to another state; a state this version does not know counts as busy."""
        return self not in _AT_REST


_AT_REST = frozenset(
    {ServerStatus.STARTED, ServerStatus.STOPPED, ServerStatus.SUSPENDED, ServerStatus.GUARDIAN_LOCKED}
)


class Owner(_Value):
    """Whose token it is."""

    id: int
    username: str | None = None


class TokenInfo(_Value):
    """What a token is good for, and until when."""

    user: Owner
    expires_at: Instant = None
    scopes: tuple[str, ...] = ()


class ServiceDetails(_Value):
    """What a service runs."""

    address: str | None = None
    name: str | None = None
    game: str | None = None
    folder_short: str | None = None
    slots: int | None = None


class Service(_Value):
    """One rented service."""

    id: NitradoServiceId
    status: ServiceStatus
    type: str
    username: str | None = None
    suspending_in: int | None = Field(default=None, description="seconds")
    details: Annotated[ServiceDetails, BeforeValidator(_empty_list_as_mapping)] = ServiceDetails()


class ServerQuery(_Value):
    """What the running game says of itself."""

    server_name: str | None = None
    map: str | None = None
    version: str | None = None
    player_current: int | None = None
    player_max: int | None = None


class GameSpecific(_Value):
    """Where the game's files are; log files are relative to the parent of ``path``."""

    path: str | None = None
    update_status: str | None = None
    path_available: bool = False
    log_files: tuple[str, ...] = ()
    config_files: tuple[str, ...] = ()


Settings = Annotated[dict[str, str | None], BeforeValidator(_empty_list_as_mapping)]


class GameServer(_Value):
    """One game server. Its settings hold plain passwords, so they are in no representation of it."""

    service_id: NitradoServiceId
    status: ServerStatus
    last_status_change: Instant = None
    game: str
    game_human: str | None = None
    username: str | None = None
    ip: str | None = None
    port: int | None = None
    query_port: int | None = None
    rcon_port: int | None = None
    slots: int | None = None
    game_specific: Annotated[GameSpecific, BeforeValidator(_empty_list_as_mapping)] = GameSpecific()
    query: Annotated[ServerQuery | None, BeforeValidator(_empty_list_as_none)] = None
    settings: Annotated[dict[str, Settings], BeforeValidator(_empty_list_as_mapping), Field(repr=False)] = (
        Field(default_factory=dict, repr=False)
    )

    @property
    def rcon_password(self) -> SecretStr | None:
        """Return the password of RCON: the admin password that the running server was started with."""
        config = self.settings.get("config", {})
        password = config.get("current-admin-password") or config.get("admin-password")
        return SecretStr(password) if password else None


class ServerSettings(_Value):
    """All settings of a game server, by category and key, as strings; in no representation, for the passwords."""

    settings: Annotated[dict[str, Settings], BeforeValidator(_empty_list_as_mapping), Field(repr=False)] = (
        Field(default_factory=dict, repr=False)
    )


class SettingSet(_Value):
    """Settings that were put aside under a name."""

    id: int
    name: str
    game: str | None = None


class ListedPlayer(_Value):
    """An entry of a list of players, such as the bans."""

    id: str
    name: str | None = None
    id_type: str | None = None


class Backup(_Value):
    """A backup of a game's files."""

    game: str = ""
    number: int = Field(alias="backup_number")
    type: str = Field(alias="backup_type")
    at: Instant = Field(default=None, alias="backup_timestamp")
    size_bytes: int = Field(default=0, alias="backup_size")


class LogEntry(_Value):
    """What somebody did to the service; the instant comes without a time zone, so it is told as it was written."""

    user: str | None = None
    category: str
    severity: str
    message: str
    created: str = Field(default="", alias="created_at")


class LogPage(_Value):
    """A page of the service's log."""

    current_page: int = 1
    page_count: int = 1
    entries: tuple[LogEntry, ...] = Field(default=(), alias="logs")


class Task(_Value):
    """Something that Nitrado does at set times, in cron's form."""

    id: int
    status: str | None = None
    minute: str
    hour: str
    day: str
    month: str
    weekday: str
    timezone: str | None = None
    action_method: str
    action_data: str | None = None


class Notification(_Value):
    """What Nitrado has to say of a service."""

    id: int
    type: str
    level: str
    message: str
    is_dismissed: bool = Field(default=False, alias="dismissed")
    at: Instant = Field(default=None, alias="created_at_timestamp")


class FileEntry(_Value):
    """A file or folder."""

    type: str
    path: str
    name: str
    size: int = 0
    modified_at: Instant = None

    @property
    def is_file(self) -> bool:
        """Return whether it is a file."""
        return self.type == "file"


class NitradoPlayer(_Value):
    """A player that the panel knows; consoles' names may be missing."""

    id: str
    name: str | None = None
    id_type: str | None = None
    is_online: bool = Field(default=False, alias="online")


class Sample(_Value):
    """One value of a statistic, and its instant."""

    value: float | None
    at: AwareDatetime

    @classmethod
    def from_pair(cls, pair: Any) -> Self:
        """Read ``[value, unix seconds]``."""
        value, at = pair
        return cls(value=value, at=at)


class Stats(_Value):
    """The load of a game server in steps of some minutes, oldest first."""

    current_players: tuple[Sample, ...] = ()
    max_players: tuple[Sample, ...] = ()
    cpu_usage: tuple[Sample, ...] = ()
    memory_usage: tuple[Sample, ...] = ()
