"""The reference pages say what the programs are, completely."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from docs.generator.bots import PRIVILEGED
from docs.generator.cli import described_commands
from docs.generator.commands import all_roots, may_use
from docs.generator.errors import error_classes, group_of
from docs.generator.http_api import apis, supervisor_addresses
from docs.generator.pages import Made, make_pages
from docs.generator.programs import bots
from docs.generator.settings import community_fields, found_variables, public_variables
from docs.generator.texts import load_texts

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"

# What discord.py writes where a command or an option has no description.
NOTHING = {"", "…"}
# Written by hand: the words.
BY_HAND = {"glossary.md"}


@pytest.fixture(scope="module")
def made() -> Made:
    return make_pages()


def test_every_part_of_the_programs_can_be_described(made: Made) -> None:
    assert made.problems == ()


def test_the_reference_is_what_the_programs_say(made: Made) -> None:
    different = [
        name
        for name, text in made.pages.items()
        if not (REFERENCE / name).is_file() or (REFERENCE / name).read_text(encoding="utf-8") != text
    ]

    assert different == [], "run: python docs/generate.py"


def test_the_generator_runs_from_any_folder(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]

    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_every_page_of_the_reference_is_generated_or_known_to_be_written_by_hand(made: Made) -> None:
    assert {path.name for path in REFERENCE.glob("*.md")} == made.pages.keys() | BY_HAND


def test_no_two_errors_share_a_code() -> None:
    counts = Counter(cls.code for cls in error_classes())

    assert [code for code, count in counts.items() if count > 1] == []


def test_every_error_has_a_code_a_meaning_and_an_advice() -> None:
    texts = load_texts()
    classes = error_classes()

    assert {cls.code for cls in classes} == texts.errors.keys()
    assert {group_of(cls.code) for cls in classes} == texts.error_groups.keys()
    assert [cls.__name__ for cls in classes if "code" not in vars(cls) or not cls.__doc__] == []


def test_every_setting_is_explained_and_every_explanation_is_of_a_setting() -> None:
    explained = [name for group in load_texts().settings for name in group.variables]

    assert sorted(explained) == sorted(set(explained))
    assert found_variables().keys() == set(explained)


def test_the_example_names_every_setting_that_people_may_set_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    named = re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)

    assert sorted(named) == sorted(public_variables())


def test_the_example_holds_no_values() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert re.findall(r"^[A-Z_]+=.+", example, re.MULTILINE) == []


def test_every_field_of_the_community_file_is_explained() -> None:
    assert load_texts().community.keys() == community_fields()


def test_every_command_and_every_option_says_what_it_is_for() -> None:
    silent = []
    for root in all_roots():
        for leaf in root.leaves():
            named = {leaf.qualified_name: str(leaf.description)}
            named |= {
                f"{leaf.qualified_name} {option.display_name}": str(option.description)
                for option in leaf.parameters
            }
            silent += [name for name, description in named.items() if description in NOTHING]
        if root.command.description in NOTHING:
            silent.append(root.command.name)

    assert silent == []


def test_every_command_says_who_sees_its_answer(made: Made) -> None:
    sections = made.pages["commands.md"].split("\n### /")[1:]

    assert [section.splitlines()[0] for section in sections if "\nAnswer: " not in section] == []


def test_every_command_works_in_a_discord_server_only() -> None:
    open_to_direct_messages = [root.command.name for root in all_roots() if not root.command.guild_only]

    assert open_to_direct_messages == []


def test_every_bot_has_commands_and_no_two_have_the_same() -> None:
    roots = all_roots()

    assert {root.bot for root in roots} == {bot.manifest.name for bot in bots()}
    assert [name for name, count in Counter(root.command.name for root in roots).items() if count > 1] == []


def test_every_class_with_commands_is_put_together_by_its_bot() -> None:
    forgotten = {root.cog.__name__ for root in all_roots()}
    for root in all_roots():
        for path in (ROOT / "bots" / root.bot).rglob("*.py"):
            if re.search(rf"(?<!class ){root.cog.__name__}\(", path.read_text(encoding="utf-8")):
                forgotten.discard(root.cog.__name__)

    assert forgotten == set()


def test_who_may_use_a_command_is_read_from_its_description() -> None:
    who = {leaf.qualified_name: may_use(leaf) for root in all_roots() for leaf in root.leaves()}

    assert who["status"] == "everybody in the Discord server"
    assert who["points adjust"] == "staff"
    assert who["bridge pause"] == "staff"
    assert who["rcon"] == "the owner of the community"


def test_every_intent_is_explained() -> None:
    used = {intent for bot in bots() for intent in bot.manifest.intents}

    assert used <= load_texts().intents.keys()
    assert PRIVILEGED & used


def test_every_verb_of_the_command_line_says_what_it_does() -> None:
    described = described_commands()

    assert {"helena up", "helena down", "helena status", "helena save inspect"} <= described.keys()
    assert [name for name, text in described.items() if not text] == []


def test_every_address_says_what_it_answers() -> None:
    silent = [
        f"{api} {method} {path}"
        for api, description in apis().items()
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if not (operation.get("summary") and operation.get("description"))
    ]

    assert silent == []
    assert set(supervisor_addresses()) == load_texts().supervisor.keys()


def test_the_pages_link_to_pages_that_exist() -> None:
    broken = []
    for path in sorted((ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")

    assert broken == []
