from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import ConfigError
from supervisor.folders import Folders
from supervisor.manifests import BotManifest, find_bots
from supervisor.services import Plan, environment_of, make_plan, read_sandbox_environment
from supervisor.settings import Settings

BOTS = [
    BotManifest(name=name, title=name.title(), summary="", intents=()) for name in ("admin", "decay", "stats")
]


def plan_for(tmp_path: Path, environ: dict[str, str]) -> Plan:
    return make_plan(Settings.load(environ), BOTS, [], folders=Folders.of(tmp_path, environ))


def test_without_tokens_everything_runs_in_the_sandbox(tmp_path: Path) -> None:
    plan = plan_for(tmp_path, {"HELENA_PORT": "9000"})

    assert [service.name for service in plan.all] == [
        "sandbox",
        "parser",
        "dashboard",
        "admin",
        "decay",
        "stats",
    ]
    assert plan.all[0].arguments == ("--port", "9001", "--data", str(tmp_path / "data" / "sandbox"))
    assert plan.unused == ()
    assert not any(service.counts_identifies for service in plan.all)


def test_with_one_token_there_is_no_sandbox_and_bots_without_one_say_how_to_run_them(tmp_path: Path) -> None:
    plan = plan_for(tmp_path, {"HELENA_STATS_TOKEN": "s"})

    assert [service.name for service in plan.all] == ["parser", "dashboard", "stats"]
    assert [(bot.name, bot.reason) for bot in plan.unused] == [
        ("admin", "set HELENA_ADMIN_TOKEN to run it"),
        ("decay", "set HELENA_DECAY_TOKEN to run it"),
    ]
    assert plan.services[-1].counts_identifies


def test_bots_with_the_same_token_are_one_process_however_they_came_by_it(tmp_path: Path) -> None:
    environ = {"HELENA_DISCORD_TOKEN": "one", "HELENA_ADMIN_TOKEN": "one", "HELENA_DECAY_TOKEN": "two"}

    plan = plan_for(tmp_path, environ)

    assert [(service.name, service.arguments) for service in plan.services if service.bots] == [
        ("bots_admin", ("admin", "stats")),
        ("decay", ("decay",)),
    ]


def test_a_machine_may_run_a_part_alone(tmp_path: Path) -> None:
    parser = plan_for(tmp_path, {"HELENA_RUN": "parser"})
    bots = plan_for(tmp_path, {"HELENA_RUN": "bots, dashboard", "HELENA_DISCORD_TOKEN": "t"})

    assert [service.name for service in parser.all] == ["parser"]
    assert [service.name for service in bots.all] == ["dashboard", "bots_admin"]


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"HELENA_PORT": "0"}, "HELENA_PORT is '0'. It must be a number from 1 to 65535."),
        ({"HELENA_PORT": "65536"}, "HELENA_PORT is '65536'. It must be a number from 1 to 65535."),
        ({"HELENA_PORT": "65534"}, "HELENA_DASHBOARD_PORT is ''. It must be a number from 1 to 65535."),
        ({"HELENA_RUN": "bots,cake"}, "HELENA_RUN names cake. It may name parser, dashboard, bots."),
        ({"HELENA_X_FILE": "/nowhere"}, "HELENA_X_FILE points to /nowhere, which cannot be read"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(environ: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Settings.load(environ)

    assert str(caught.value).startswith(message)


def test_a_token_may_be_in_a_file_and_the_child_is_given_its_content_alone(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-a-file\n")
    environ = {"HELENA_STATS_TOKEN_FILE": str(tmp_path / "token"), "HELENA_ADMIN_TOKEN": "other"}
    settings, folders = Settings.load(environ), Folders.of(tmp_path, environ)
    folders.prepare()
    stats = next(service for service in plan_for(tmp_path, environ).services if service.name == "stats")

    found = environment_of(
        stats, settings, folders=folders, resolved={"DATABASE_URL": "x"}, sandbox={}, bots=BOTS
    )

    assert found["HELENA_STATS_TOKEN"] == "from-a-file"
    assert "HELENA_STATS_TOKEN_FILE" not in found
    assert "HELENA_ADMIN_TOKEN" not in found
    assert found["DATABASE_URL"] == "x"
    assert found["HELENA_REPORT_SOCKET"] == str(folders.report_socket)
    assert found["HELENA_PARSER_TOKEN"] == (folders.secrets / "parser_token").read_text()
    assert (folders.secrets / "parser_token").stat().st_mode & 0o777 == 0o600


def test_the_community_file_beside_env_is_used_unless_another_is_named(tmp_path: Path) -> None:
    (tmp_path / "community.toml").touch()
    folders = Folders.of(tmp_path, {})
    folders.prepare()
    parser = plan_for(tmp_path, {}).services[0]

    def found(environ: dict[str, str]) -> str:
        settings = Settings.load(environ)
        return environment_of(parser, settings, folders=folders, resolved={}, sandbox={}, bots=[])[
            "HELENA_COMMUNITY_FILE"
        ]

    assert found({}) == str(tmp_path / "community.toml")
    assert found({"HELENA_COMMUNITY_FILE": "other.toml"}) == "other.toml"


@pytest.mark.parametrize("content", ["", "[]", '{"A": 1}', "{" * 100, "x" * 100_000])
def test_a_sandbox_environment_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "environment.json").write_text(content)

    with pytest.raises(ConfigError):
        read_sandbox_environment(tmp_path)


def test_a_broken_manifest_stops_that_bot_alone(tmp_path: Path) -> None:
    for name, text in {
        "good": 'title = "Good"\nsummary = "Works"\nintents = ["guilds"]',
        "no_title": 'summary = "x"',
        "not_toml": "title = ",
        "parser": 'title = "x"\nsummary = "x"',
        "Bad-Name": 'title = "x"\nsummary = "x"',
        "intents": 'title = "x"\nsummary = "x"\nintents = [1]',
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "bot.toml").write_text(text)
    (tmp_path / "no_manifest").mkdir()

    bots, problems = find_bots(tmp_path)

    assert bots == [BotManifest(name="good", title="Good", summary="Works", intents=("guilds",))]
    assert len(problems) == 5
    assert "bots/no_title/bot.toml needs a text named 'title'." in problems
    assert "A bot cannot be named 'parser': Helena uses that name itself." in problems
