"""The objects in the answers, in the shapes of the documentation and of real bodies; every value is the stand-in's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sandbox.ark.server import ArkServer, State
from sandbox.ark.world import Game
from sandbox.nitrado.answers import Json

# Nitrado's names of the games (Beacon, ShortcodeToGameId).
SHORTCODES = {Game.ASA: "arksa", Game.ASE: "arkse"}
TITLES = {Game.ASA: "ARK: Survival Ascended", Game.ASE: "ARK: Survival Evolved"}
# Real state names; while a server comes up Nitrado says "restarting".
STATUS = {State.UP: "started", State.STALLED: "started", State.STARTING: "restarting", State.DOWN: "stopped"}
STEP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One rented server."""

    service_id: int
    server: ArkServer

    @property
    def user(self) -> str:
        """The user its files belong to."""
        return f"ni{self.service_id}_1"

    @property
    def code(self) -> str:
        """The game's short name."""
        return SHORTCODES[self.server.spec.game]

    @property
    def home(self) -> str:
        """Where its files begin."""
        return f"/games/{self.user}/ftproot"

    @property
    def path(self) -> str:
        """Where the game's files begin; ``log_files`` are relative to the folder above."""
        return f"{self.home}/{self.code}/"

    @property
    def folder(self) -> Path:
        """The folder that ``path`` stands for: it holds ``ShooterGame``."""
        return self.server.saves_folder.parents[2]

    @property
    def restart_log(self) -> Path:
        """Where the messages of restarts are written."""
        return self.folder / "restart.log"


def service_body(service: Service, now: datetime) -> dict[str, Json]:
    """Return an entry of ``GET /services``."""
    title = TITLES[service.server.spec.game]
    return {
        "id": service.service_id,
        "location_id": 2,
        "status": "active",
        "websocket_token": "",
        "user_id": 2,
        "comment": service.server.spec.name,
        "auto_extension": False,
        "auto_extension_duration": None,
        "type": "gameserver",
        "type_human": f"Gameserver {service.server.spec.max_players} Slots",
        "managedroot_id": None,
        "details": {
            "address": "127.0.0.1:7777",
            "name": service.server.spec.name,
            "game": title,
            "portlist_short": service.code,
            "folder_short": service.code,
            "slots": service.server.spec.max_players,
        },
        "start_date": f"{now - timedelta(days=300):%Y-%m-%dT%H:%M:%S}",
        "suspend_date": f"{now + timedelta(days=20):%Y-%m-%dT%H:%M:%S}",
        "delete_date": f"{now + timedelta(days=30):%Y-%m-%dT%H:%M:%S}",
        "username": service.user,
        "roles": ["ROLE_OWNER"],
    }


def gameserver_body(service: Service, changed_at: datetime, *, has_empty_query: bool) -> dict[str, Json]:
    """Return ``gameserver`` of ``GET …/gameservers``."""
    server = service.server
    return {
        "status": STATUS[server.state],
        "last_status_change": int(changed_at.timestamp()),
        "must_be_started": True,
        "websocket_token": "",
        "hostsystems": {
            "linux": {"hostname": "sandbox.nitrado.invalid", "servername": "sandbox", "status": "online"}
        },
        "username": service.user,
        "user_id": 2,
        "service_id": service.service_id,
        "location_id": 2,
        "minecraft_mode": False,
        "ip": "127.0.0.1",
        "ipv6": None,
        "port": 7777,
        "query_port": 27015,
        "rcon_port": server.port,
        "label": "ni",
        "type": "Gameserver",
        "memory": "Standard",
        "memory_mb": 16_384,
        "game": service.code,
        "game_human": TITLES[server.spec.game],
        "game_specific": _game_specific(service),
        "modpacks": {},
        "slots": server.spec.max_players,
        "location": "DE",
        "credentials": {"ftp": None, "mysql": None},
        "settings": _settings(server),
        "quota": None,
        "query": [] if has_empty_query or server.state is not State.UP else _query(server),
    }


def _game_specific(service: Service) -> dict[str, Json]:
    return {
        "path": service.path,
        "update_status": "up_to_date",
        "last_update": None,
        "path_available": True,
        # False although there is an RCON port (mjlomeli's body).
        "features": {"has_backups": True, "has_rcon": False, "has_file_browser": True, "has_ftp": True},
        "log_files": [f"{service.code}/ShooterGame/Saved/Logs/ShooterGame.log"],
        "config_files": [],
    }


def _settings(server: ArkServer) -> dict[str, Json]:
    """Return settings: all values are strings, and the RCON password stands among them in plain text."""
    return {
        "config": {
            "server-name": server.spec.name,
            "disable-structure-decay-pve": "false",
            "PvEStructureDecayPeriodMultiplier": "1.0",
            "AutoDestroyOldStructuresMultiplier": "1.0",
            "AutoSavePeriodMinutes": f"{server.spec.save_every / timedelta(minutes=1):.6f}",
            "current-admin-password": server.spec.rcon_password,
            "map": f"preinstalled,1,{server.spec.map_name}",
        },
        "gameini": {"FastDecayInterval": "FastDecayInterval=43200"},
        "general": {"expertMode": "false"},
        "start-param": {"PvPStructureDecay": "false"},
    }


def _query(server: ArkServer) -> dict[str, Json]:
    online = server.online()
    return {
        "server_name": server.spec.name,
        "connect_ip": "127.0.0.1:7777",
        "map": server.spec.map_name,
        "version": "92.28" if server.spec.game is Game.ASA else "360.42",
        "player_current": len(online),
        "player_max": server.spec.max_players,
        "players": [
            {
                "id": number,
                "name": survivor.platform_name,
                "bot": False,
                "score": 0,
                "frags": 0,
                "deaths": 0,
                "time": 60,
            }
            for number, survivor in enumerate(online, 1)
        ],
    }


def players_body(server: ArkServer) -> list[Json]:
    """Return everybody the server knows; ``online`` is a string, and a name may be missing."""
    online = {survivor.player_id for survivor in server.online()}
    return [
        {
            "name": None if survivor.platform_name == "Unavailable name" else survivor.platform_name,
            "id": survivor.account,
            "id_type": "internal",
            "online": "true" if survivor.player_id in online else "false",
            "actions": ["kick"],
        }
        for survivor in server.world.survivors.values()
    ]


def stats_body(samples: list[tuple[datetime, int]], slots: int, hours: int, now: datetime) -> dict[str, Json]:
    """Return series of ``[value, unix]`` in steps of five minutes."""
    steps = max(1, int(timedelta(hours=hours) / STEP))
    times = [now - STEP * (steps - 1 - number) for number in range(steps)]
    counts = [next((count for at, count in reversed(samples) if at <= time), 0) for time in times]
    stamps = [int(time.timestamp()) for time in times]
    return {
        "currentPlayers": [[float(count), stamp] for count, stamp in zip(counts, stamps, strict=True)],
        "maxPlayers": [[float(slots), stamp] for stamp in stamps],
        "cpuUsage": [[12.0, stamp] for stamp in stamps],
        "memoryUsage": [[6400.0, stamp] for stamp in stamps],
    }
