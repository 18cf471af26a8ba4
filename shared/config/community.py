"""The community file: which guild, channels and game servers there are, and how to reach them.

It holds secrets (RCON passwords), so it stays on the machine; the database gets the rest (``shared.store``).
"""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    ValidationError,
)

from shared.config.save_places import SaveAddress, read_place
from shared.errors import ConfigError
from shared.ids import ChannelId, GuildId, RoleId

# A community has at most a hundred servers (design, section 1); a file is no larger than this.
MAX_FILE_BYTES = 1 << 20


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rcon(_Part):
    """How to reach a game server's RCON."""

    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    password: SecretStr


class SaveLogin(_Part):
    """What fetching saves from another machine needs, beside the user in ``save_path``."""

    password: SecretStr | None = None
    key_file: Path | None = Field(default=None, description="SFTP: a private key, instead of a password")
    key_password: SecretStr | None = None
    host_key: str | None = Field(
        default=None, description="SFTP: the server's own key, a line as ssh-keyscan prints it"
    )
    known_hosts: Path | None = Field(default=None, description="SFTP: a file of such lines")
    certificate: Path | None = Field(
        default=None, description="FTPS: the server's own certificate, where no authority signed it"
    )


def _as_place(value: object) -> object:
    return read_place(value) if isinstance(value, str) else value


SavePlace = Annotated[
    Path | SaveAddress, BeforeValidator(_as_place, json_schema_input_type=str), PlainSerializer(str)
]


# Days and multipliers: a server's own are far below this; what is above is a slip of the pen.
_Days = Annotated[float, Field(gt=0, le=10_000)]
_Multiplier = Annotated[float, Field(gt=0, le=1000)]


class DecaySettings(_Part):
    """The decay options of a game server, as its own settings have them."""

    mode: Literal["material", "tribe_last_seen"] = "material"
    tribe_days: _Days = 30.0
    disabled: bool = False
    multiplier: _Multiplier = 1.0
    pvp: bool = False
    pvp_structure_decay: bool = False
    only_unsnapped_core: bool = False
    fast_decay_unsnapped_core: bool = False
    fast_decay_interval: timedelta = Field(default=timedelta(hours=12), gt=timedelta(0))
    auto_destroy_multiplier: float = Field(default=0.0, ge=0, le=1000)
    only_auto_destroy_core: bool = False
    period_days: dict[str, _Days] = Field(default_factory=dict)
    immune_classes: tuple[str, ...] = ()
    dino_days: _Days = 16.0
    dino_multiplier: _Multiplier = 1.0
    dino_decay_disabled: bool = False
    pvp_dino_decay: bool = False
    radius: float = Field(default=3000.0, gt=0, le=1e6, description="bases: distance that joins, in uu")
    minimum: int = Field(default=2, ge=1, le=10_000, description="bases: fewer structures are no base")


class ServerEntry(_Part):
    """One game server."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    name: str = Field(min_length=1, max_length=60)
    game: Literal["ase", "asa"]
    map: str = Field(min_length=1, max_length=60)
    cluster: str = "main"
    chat_channel: ChannelId | None = None
    rcon: Rcon | None = None
    log_path: Path | None = None
    save_path: SavePlace | None = None
    save_login: SaveLogin = SaveLogin()
    nitrado_service: int | None = None
    decay: DecaySettings = DecaySettings()


class Guild(_Part):
    """The Discord server of the community."""

    id: GuildId
    name: str
    staff_roles: tuple[RoleId, ...] = ()
    owner_roles: tuple[RoleId, ...] = ()


class Community(_Part):
    """All of the file."""

    guild: Guild
    channels: dict[str, ChannelId] = Field(default_factory=dict)
    servers: tuple[ServerEntry, ...] = ()


def load_community(path: Path) -> Community:
    """Read a community file.

    Raises
    ------
    ConfigError
        In one line: what is wrong, where, and what to do.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            message = f"{path} is larger than {MAX_FILE_BYTES} bytes. Is it the community file?"
            raise ConfigError(message)
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"The community file {path} cannot be read ({error.strerror}). Set HELENA_COMMUNITY_FILE."
        raise ConfigError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"The community file {path} is not valid TOML: {error}."
        raise ConfigError(message) from error
    try:
        community = Community.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        message = f"The community file {path}: {where}: {first['msg']}."
        raise ConfigError(message) from None
    keys = [server.key for server in community.servers]
    if len(set(keys)) != len(keys):
        message = f"The community file {path} names a server key twice. Give each server its own key."
        raise ConfigError(message)
    return community
