"""Settings and the community file: what is wrong is said in one line, with what to do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from shared.config.community import load_community
from shared.config.settings import Settings
from shared.discord_kit.endpoints import use_endpoints
from shared.discord_kit.settings import BotSettings, find_token
from shared.errors import ConfigError

BASE = {"DATABASE_URL": "postgresql://x", "REDIS_URL": "redis://x"}

COMMUNITY = """
[guild]
id = 42
name = "Wolves"

[[servers]]
key = "island"
name = "The Island"
game = "asa"
map = "TheIsland_WP"
rcon = { port = 27020, password = "open sesame" }
"""


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        ({"REDIS_URL": "redis://x"}, "DATABASE_URL is not set"),
        (BASE | {"HELENA_LOG_LEVEL": "LOUD"}, "HELENA_LOG_LEVEL cannot be used"),
        (
            BASE | {"HELENA_PARSER_TOKEN_FILE": "/nowhere/token"},
            "HELENA_PARSER_TOKEN_FILE points to /nowhere/token",
        ),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(environ: dict[str, str], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        Settings.load(environ)

    assert "\n" not in str(caught.value)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://from-file\n")

    settings = Settings.load({"DATABASE_URL_FILE": str(secret), "REDIS_URL": "redis://x"})

    assert settings.database_url.get_secret_value() == "postgresql://from-file"


def test_a_secret_is_not_shown_with_the_settings() -> None:
    settings = Settings.load(BASE | {"DATABASE_URL": "postgresql://u:hunter2@h/db"})

    assert "hunter2" not in repr(settings)


def test_bots_share_a_process_only_when_they_share_a_token() -> None:
    environ = {"HELENA_DISCORD_TOKEN": "common"}

    assert find_token(["stats", "decay"], environ).get_secret_value() == "common"
    with pytest.raises(ConfigError, match="tokens of their own"):
        find_token(["stats", "decay"], environ | {"HELENA_STATS_TOKEN": "other"})


def test_a_missing_token_is_named() -> None:
    with pytest.raises(ConfigError, match="HELENA_STATS_TOKEN, or HELENA_DISCORD_TOKEN"):
        find_token(["stats"], {})


def test_a_token_is_never_sent_unencrypted_to_another_machine() -> None:
    settings = BotSettings.load(BASE | {"HELENA_DISCORD_API": "http://198.51.100.7/api/v10"})

    with pytest.raises(ConfigError, match="unencrypted"):
        use_endpoints(settings)


def test_a_community_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "community.toml"
    path.write_text(COMMUNITY)

    community = load_community(path)

    assert community.servers[0].rcon is not None
    assert community.servers[0].rcon.password.get_secret_value() == "open sesame"
    assert "open sesame" not in repr(community)


def test_the_decay_options_of_a_server_are_read(tmp_path: Path) -> None:
    path = tmp_path / "community.toml"
    options = "fast_decay_interval = 'PT6H', period_days = { stone = 10, Mod_Thing_C = 2.5 }"
    path.write_text(f"{COMMUNITY}decay = {{ multiplier = 2.0, {options} }}")

    decay = load_community(path).servers[0].decay

    assert decay.fast_decay_interval == timedelta(hours=6)
    assert decay.period_days == {"stone": 10.0, "Mod_Thing_C": 2.5}
    assert decay.multiplier == 2.0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("guild = ", "is not valid TOML"),
        (COMMUNITY.replace("asa", "ark2"), "servers.0.game"),
        (COMMUNITY.replace("27020", "99999"), "servers.0.rcon.port"),
        (COMMUNITY + COMMUNITY[COMMUNITY.index("[[") :], "names a server key twice"),
        (COMMUNITY.replace("name = ", "nmae = ", 1), "guild.name"),
        (COMMUNITY + "decay = { mode = 'never' }", "servers.0.decay.mode"),
        (COMMUNITY + "decay = { multiplier = 0.0 }", "servers.0.decay.multiplier"),
        (COMMUNITY + "decay = { fast_decay_interval = 'PT0S' }", "servers.0.decay.fast_decay_interval"),
        (COMMUNITY + "decay = { period_days = { Wall_C = -1 } }", "servers.0.decay.period_days.Wall_C"),
    ],
)
def test_a_wrong_community_file_says_where(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "community.toml"
    path.write_text(text)

    with pytest.raises(ConfigError, match=complaint) as caught:
        load_community(path)

    assert "open sesame" not in str(caught.value)


def test_a_missing_community_file_says_which_variable_to_set(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="HELENA_COMMUNITY_FILE"):
        load_community(tmp_path / "nowhere.toml")
