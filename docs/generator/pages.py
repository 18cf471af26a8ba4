"""All pages that are generated."""

from __future__ import annotations

from dataclasses import dataclass

from docs.generator.bots import bots_page
from docs.generator.cli import cli_page
from docs.generator.commands import commands_page
from docs.generator.decay_tiers import decay_tiers_page
from docs.generator.errors import errors_page
from docs.generator.http_api import http_api_page
from docs.generator.programs import import_all
from docs.generator.settings import settings_page

_PAGES = {
    "bots.md": bots_page,
    "cli.md": cli_page,
    "commands.md": commands_page,
    "decay-tiers.md": decay_tiers_page,
    "errors.md": errors_page,
    "http-api.md": http_api_page,
    "settings.md": settings_page,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The pages by file name, and what could not be imported and so is on none of them."""

    pages: dict[str, str]
    problems: tuple[str, ...]


def make_pages() -> Made:
    """Return the pages."""
    problems = import_all()
    return Made(pages={name: make() for name, make in _PAGES.items()}, problems=problems)
