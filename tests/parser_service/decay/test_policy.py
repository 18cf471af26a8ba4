"""From the community file to a policy."""

from __future__ import annotations

from datetime import timedelta

from parser_service.decay import Category, DecayMode, DecayPolicy, policy_of
from shared.config.community import DecaySettings


def test_a_file_that_says_nothing_asks_for_the_games_defaults() -> None:
    assert policy_of(DecaySettings()) == DecayPolicy()


def test_every_option_of_the_file_reaches_the_policy() -> None:
    asked = {
        "mode": "tribe_last_seen",
        "tribe_days": 21.0,
        "disabled": True,
        "multiplier": 2.0,
        "pvp": True,
        "pvp_structure_decay": True,
        "only_unsnapped_core": True,
        "fast_decay_unsnapped_core": True,
        "fast_decay_interval": 3600,
        "auto_destroy_multiplier": 1.5,
        "only_auto_destroy_core": True,
        "period_days": {"stone": 10.0, "Mod_Thing_C": 3.0},
        "immune_classes": ["Mod_Statue_C"],
        "dino_days": 8.0,
        "dino_multiplier": 3.0,
        "dino_decay_disabled": True,
        "pvp_dino_decay": True,
    }
    of_bases = {"radius", "minimum"}
    assert asked.keys() | of_bases == DecaySettings.model_fields.keys()

    policy = policy_of(DecaySettings.model_validate(asked))

    assert policy == DecayPolicy(
        mode=DecayMode.TRIBE_LAST_SEEN,
        tribe_days=21.0,
        disabled=True,
        multiplier=2.0,
        pvp=True,
        pvp_structure_decay=True,
        only_unsnapped_core=True,
        fast_decay_unsnapped_core=True,
        fast_decay_interval=timedelta(hours=1),
        auto_destroy_multiplier=1.5,
        only_auto_destroy_core=True,
        period_days={Category.STONE: 10.0, "Mod_Thing_C": 3.0},
        immune_classes=frozenset({"Mod_Statue_C"}),
        dino_days=8.0,
        dino_multiplier=3.0,
        dino_decay_disabled=True,
        pvp_dino_decay=True,
    )
