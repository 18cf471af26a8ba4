from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parser_service.saves.name_check import count_damaged_hashed, count_damaged_texts
from shared.saves.names import hashed_name


@given(st.lists(st.text(st.characters(codec="ascii"), max_size=60)))
def test_names_that_hash_to_their_ids_are_whole(names: list[str]) -> None:
    table = {hashed_name(name): name for name in names}

    assert count_damaged_hashed(table) == 0


@given(st.lists(st.text(st.characters(codec="ascii"), max_size=60), unique_by=str.upper), st.data())
def test_each_changed_name_is_counted(names: list[str], data: st.DataObject) -> None:
    table = {hashed_name(name): name for name in names}
    changed = data.draw(st.sets(st.sampled_from(sorted(table)))) if table else set()
    damaged = {number: f"{name}x" if number in changed else name for number, name in table.items()}

    assert count_damaged_hashed(damaged) == len(changed)


def test_letters_beyond_ascii_count_only_where_they_are_garbled() -> None:
    table = {1: "/Game/Mods/Größe.Größe_C", 2: "Gr\N{REPLACEMENT CHARACTER}e", 3: "Wall"}

    assert count_damaged_hashed(table) == 2


def test_a_text_with_controls_is_no_name() -> None:
    names = ["TargetingTeam", "Größe", "Target\x07ingTeam", "Target\N{REPLACEMENT CHARACTER}", ""]

    assert count_damaged_texts(names) == 2
