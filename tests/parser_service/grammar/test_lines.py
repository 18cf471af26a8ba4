from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parser_service.grammar.lines import Game, parse_line
from shared.domain.events import (
    AdminCommand,
    Chat,
    Creature,
    Fighter,
    FighterKind,
    GameEvent,
    Joined,
    Killed,
    Left,
    ServerChat,
    ServerLine,
    ServerStarted,
    ServerTopic,
    SurvivorId,
    Tamed,
    TribeJoined,
    TribeLeft,
    Unknown,
    WorldSaved,
)
from shared.ids import PlatformId, TribeId

STAMP = "[2026.03.01-10.20.30:456][ 78]"
GAME_STAMP = STAMP + "2026.03.01_10.20.30: "
EOS = "0002" + "ab12" * 7
ADA = Fighter(name="Ada", kind=FighterKind.SURVIVOR, level=12, tribe="Moss")


def event_of(message: str, game: Game = "asa") -> GameEvent:
    return parse_line(GAME_STAMP + message, game=game).event


def engine_event_of(message: str) -> GameEvent:
    return parse_line(STAMP + message, game="asa").event


@pytest.mark.parametrize(
    ("stamp", "instant"),
    [
        ("[2026.03.01-10.20.30:456][ 78]", datetime(2026, 3, 1, 10, 20, 30, 456_000, tzinfo=UTC)),
        ("[2024.02.29-23.59.59:999][999]", datetime(2024, 2, 29, 23, 59, 59, 999_000, tzinfo=UTC)),
        ("[2024.02.29-00.00.00:000][  0]2024.02.29_00.00.00: ", datetime(2024, 2, 29, tzinfo=UTC)),
        ("[2026.02.30-00.00.00:000][  0]", None),
        ("[2026.03.01-10.20.30:456]", None),
        ("[2026.03.01-10.20.30:4x6][  1]", None),
        ("", None),
    ],
)
def test_a_line_happened_when_its_stamp_says(stamp: str, instant: datetime | None) -> None:
    assert parse_line(stamp + "Saving world...", game="asa").occurred_at == instant


@pytest.mark.parametrize(
    ("message", "event"),
    [
        (
            f"Ada L. [UniqueNetId:{EOS} Platform:None] joined this ARK!",
            Joined(platform_name="Ada L.", platform_id=PlatformId(EOS)),
        ),
        (
            f"--x-- [UniqueNetId:{EOS.upper()} Platform:None] left this ARK!",
            Left(platform_name="--x--", platform_id=PlatformId(EOS)),
        ),
        ("いぬ [UniqueNetId: Platform:None] left this ARK!", Left(platform_name="いぬ")),
        ("Ada joined this ARK!", Joined(platform_name="Ada")),
        ("Ada: hi joined this ARK!", Joined(platform_name="Ada: hi")),
    ],
)
def test_asa_says_who_comes_and_goes(message: str, event: GameEvent) -> None:
    assert event_of(message) == event


@pytest.mark.parametrize(
    ("message", "event"),
    [
        ("[TV] LongSteamNa... joined this ARK!", Joined(platform_name="[TV] LongSteamNa...")),
        ("Ada left this ARK!", Left(platform_name="Ada")),
        ("Ada ist diesem ARK beigetreten!", Joined(platform_name="Ada")),
        ("Ada hat diesen ARK verlassen!", Left(platform_name="Ada")),
        # a Steam name that imitates ASA's id identifies nobody
        (
            f"x [UniqueNetId:{EOS} Platform:None] joined this ARK!",
            Joined(platform_name=f"x [UniqueNetId:{EOS} Platform:None]"),
        ),
    ],
)
def test_ase_says_who_comes_and_goes_without_ids(message: str, event: GameEvent) -> None:
    assert event_of(message, "ase") == event


@pytest.mark.parametrize("platform_id", ["", "0", "0000000000000000", "None", "NULL", "INVALID", "bad id!"])
def test_an_id_that_identifies_nobody_is_no_id(platform_id: str) -> None:
    assert event_of(f"Ada [UniqueNetId:{platform_id} Platform:None] joined this ARK!") == Joined(
        platform_name="Ada"
    )


@pytest.mark.parametrize(
    ("message", "event"),
    [
        ("ada_99 (Ada): hello there", Chat(platform_name="ada_99", survivor="Ada", text="hello there")),
        ("T T V (A d a): = =", Chat(platform_name="T T V", survivor="A d a", text="= =")),
        ("ada (tv) (Ada): (x): y", Chat(platform_name="ada (tv)", survivor="Ada", text="(x): y")),
        ("ada (Ada): ", Chat(platform_name="ada", survivor="Ada", text="")),
        ("ada (Ada): two\nlines", Chat(platform_name="ada", survivor="Ada", text="two\nlines")),
        (
            "ada (Ada): enablecheats hunter2",
            Chat(platform_name="ada", survivor="Ada", text="enablecheats ***"),
        ),
        ("SERVER: ben: Why not?", ServerChat(text="ben: Why not?")),
        ("SERVER: [D] Sam (staff): restart soon", ServerChat(text="[D] Sam (staff): restart soon")),
    ],
)
def test_chat_has_a_platform_name_a_survivor_and_a_text(message: str, event: GameEvent) -> None:
    assert event_of(message) == event


@pytest.mark.parametrize(
    ("message", "event"),
    [
        (
            f"AdminCmd: saveworld (PlayerName: Ada, ARKID: 123456789, SteamID: {EOS})",
            AdminCommand(
                command="saveworld",
                platform_name="Ada",
                survivor_id=SurvivorId(123_456_789),
                platform_id=PlatformId(EOS),
            ),
        ),
        (
            f'AdminCmd: GMSummon "Rex_C" 300 (PlayerName: A, b, ARKID: 7, PlatformID: {EOS.upper()})',
            AdminCommand(
                command='GMSummon "Rex_C" 300',
                platform_name="A, b",
                survivor_id=SurvivorId(7),
                platform_id=PlatformId(EOS),
            ),
        ),
        (
            f"AdminCmd:  (PlayerName: Ada, ARKID: 7, SteamID: {EOS})",
            AdminCommand(
                command="", platform_name="Ada", survivor_id=SurvivorId(7), platform_id=PlatformId(EOS)
            ),
        ),
        (
            f"AdminCmd: EnableCheats hunter2 (PlayerName: Ada, ARKID: 7, SteamID: {EOS})",
            AdminCommand(
                command="EnableCheats ***",
                platform_name="Ada",
                survivor_id=SurvivorId(7),
                platform_id=PlatformId(EOS),
            ),
        ),
        ("AdminCmd: Fly", AdminCommand(command="Fly")),
    ],
)
def test_admin_commands_have_an_actor_and_no_passwords(message: str, event: GameEvent) -> None:
    assert event_of(message) == event


WILD_REX = Fighter(name="Rex", kind=FighterKind.CREATURE, level=40, species="Rex")


@pytest.mark.parametrize(
    ("message", "event"),
    [
        ("Ada - Lvl 12 (Moss) was killed!", Killed(victim=ADA)),
        ("Ada - Lvl 12 (Moss) was killed by a Rex - Lvl 40 ()!", Killed(victim=ADA, killer=WILD_REX)),
        (
            "Ada - Lvl 12 (Moss) was killed! [KillerSID: 5]",
            Killed(victim=ADA, killer_survivor_id=SurvivorId(5)),
        ),
        (
            "Pip - Lvl 90 (Raptor) () was killed by Ben - Lvl 79-555 (Fern (old))! [KillerSID: 555]",
            Killed(
                victim=Fighter(name="Pip", kind=FighterKind.CREATURE, level=90, species="Raptor"),
                killer=Fighter(
                    name="Ben",
                    kind=FighterKind.SURVIVOR,
                    level=79,
                    tribe="Fern (old)",
                    survivor_id=SurvivorId(555),
                ),
                killer_survivor_id=SurvivorId(555),
            ),
        ),
        (
            "Ada - Lvl 12 (Moss) was killed by Grip [Clone] - Lvl 300 (Griffin) (Fern)! [KillerSID: 9]",
            Killed(
                victim=ADA,
                killer=Fighter(
                    name="Grip [Clone]", kind=FighterKind.CREATURE, level=300, species="Griffin", tribe="Fern"
                ),
                killer_survivor_id=SurvivorId(9),
            ),
        ),
        # without an article and without a tribe it may be a survivor or a creature
        (
            "Ada - Lvl 12 (Moss) was killed by Ben - Lvl 3 ()!",
            Killed(victim=ADA, killer=Fighter(name="Ben", level=3)),
        ),
        # a name may imitate what the game writes; what stands last was written by the game
        (
            "Ada - Lvl 900 - Lvl 12 (Moss) was killed!",
            Killed(victim=Fighter(name="Ada - Lvl 900", kind=FighterKind.SURVIVOR, level=12, tribe="Moss")),
        ),
        (
            "Ada - Level 12 (Moss) wurde von eine/einen Rex - Level 40 () getötet!",
            Killed(victim=ADA, killer=WILD_REX),
        ),
        ("Ada - Level 12 (Moss) wurde getötet!", Killed(victim=ADA)),
    ],
)
def test_public_deaths_name_victim_and_killer(message: str, event: GameEvent) -> None:
    assert event_of(message) == event


@pytest.mark.parametrize(
    ("message", "event"),
    [
        (
            "Ada of Tribe Moss and Co Tamed an Argentavis - Lvl 150 (Argentavis)!",
            Tamed(
                creature=Creature(name="Argentavis", level=150, species="Argentavis"),
                survivor="Ada",
                tribe="Moss and Co",
            ),
        ),
        (
            "Player Ada with ID 55 joined tribe Moss with ID 1234567890.",
            TribeJoined(
                survivor="Ada", survivor_id=SurvivorId(55), tribe="Moss", tribe_id=TribeId(1_234_567_890)
            ),
        ),
        (
            "Player Ada with ID 55 joined tribe Moss with ID 1234567890 Invited by Player Ben with ID 66.",
            TribeJoined(
                survivor="Ada",
                survivor_id=SurvivorId(55),
                tribe="Moss",
                tribe_id=TribeId(1_234_567_890),
                by="Ben",
                by_id=SurvivorId(66),
            ),
        ),
        (
            "Player Ada with ID 55 removed from tribe Moss with ID 1234567890 by Player Ben with ID 66.",
            TribeLeft(
                survivor="Ada",
                survivor_id=SurvivorId(55),
                tribe="Moss",
                tribe_id=TribeId(1_234_567_890),
                by="Ben",
                by_id=SurvivorId(66),
            ),
        ),
    ],
)
def test_other_public_lines_are_typed(message: str, event: GameEvent) -> None:
    assert event_of(message) == event


@pytest.mark.parametrize(
    ("message", "event"),
    [
        (
            "Log file open, 03/01/26 11:20:30",
            ServerLine(topic=ServerTopic.LOG_FILE, text="Log file open, 03/01/26 11:20:30"),
        ),
        ("ARK Version: 92.28", ServerLine(topic=ServerTopic.VERSION, text="ARK Version: 92.28")),
        (
            'Server: "Helena "Two" (x): y" has successfully started!',
            ServerStarted(name='Helena "Two" (x): y'),
        ),
        ("World Save Complete. Took: 0.5", WorldSaved(took_seconds=0.5)),
        ("Saving world...", ServerLine(topic=ServerTopic.SAVING, text="Saving world...")),
        (
            "LogMemory: Virtual Memory: 1 MB",
            ServerLine(topic=ServerTopic.MEMORY, text="LogMemory: Virtual Memory: 1 MB"),
        ),
        (
            "LogNet: NotifyAcceptingConnection",
            ServerLine(topic=ServerTopic.ENGINE, text="LogNet: NotifyAcceptingConnection"),
        ),
        (
            f"IP for incoming account {EOS} - IP 198.51.100.7",
            ServerLine(topic=ServerTopic.CONNECTING, text=f"IP for incoming account {EOS}"),
        ),
        (
            "Commandline:  TheIsland?MultiHome=198.51.100.7?ServerAdminPassword=hunter2?Port=7777 -server",
            ServerLine(
                topic=ServerTopic.SETTINGS,
                text="Commandline:  TheIsland?MultiHome=***?ServerAdminPassword=***?Port=7777 -server",
            ),
        ),
    ],
)
def test_lines_of_the_server_about_itself_bear_no_addresses_and_passwords(
    message: str, event: GameEvent
) -> None:
    parsed = parse_line(STAMP + message, game="asa")

    assert parsed.event == event
    assert "198.51.100.7" not in parsed.raw
    assert "hunter2" not in parsed.raw


def test_a_line_that_nobody_knows_is_kept_without_addresses() -> None:
    parsed = parse_line(GAME_STAMP + "A mod says hello to 198.51.100.7 and 2001:db8::7", game="asa")

    assert parsed.event == Unknown(text="A mod says hello to *** and ***")
    assert parsed.raw == GAME_STAMP + "A mod says hello to *** and ***"


def test_what_is_typed_is_stored_as_it_was_written() -> None:
    line = GAME_STAMP + "ada (Ada): come to 198.51.100.7"

    assert parse_line(line, game="asa").raw == line


@pytest.mark.parametrize("wrapper", ["[16:24:46] ", "[16:24:46] [16:24:46] "])
def test_a_consoles_clock_before_a_line_changes_nothing_but_the_line(wrapper: str) -> None:
    line = GAME_STAMP + "ada (Ada): hello"

    wrapped, plain = parse_line(wrapper + line, game="asa"), parse_line(line, game="asa")

    assert (wrapped.event, wrapped.occurred_at) == (plain.event, plain.occurred_at)
    assert wrapped.raw == wrapper + line


def test_a_managers_time_before_a_line_is_the_time_of_what_the_server_says_of_itself() -> None:
    said = parse_line("[2026-07-29T20:11:43.237Z] [log] ARK Version: 92.28", game="asa")
    chat = parse_line("[2026-07-29T20:11:43.237Z] [log] ada (Ada): hello", game="asa")

    assert said.event == ServerLine(topic=ServerTopic.VERSION, text="ARK Version: 92.28")
    assert said.occurred_at == datetime(2026, 7, 29, 20, 11, 43, 237_000, tzinfo=UTC)
    assert isinstance(chat.event, Unknown)
    assert chat.occurred_at is None


def test_a_line_may_have_been_put_together_in_the_second_before_it_was_written() -> None:
    line = "[2026.03.01-10.20.30:003][ 78]2026.03.01_10.20.29: Ada joined this ARK!"

    assert parse_line(line, game="ase").event == Joined(platform_name="Ada")
