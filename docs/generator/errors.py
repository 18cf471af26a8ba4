"""``errors.md``: every error code, from the classes that have them."""

from __future__ import annotations

from docs.generator.markdown import page, rst_code, sentences
from docs.generator.programs import subclasses, summary_of
from docs.generator.texts import load_texts
from shared.errors import HelenaError, OperationalError, UserError


def error_classes() -> list[type[HelenaError]]:
    """Return the errors that people may meet, by code. The stand-ins' are seen in the sandbox's console alone."""
    found: list[type[HelenaError]] = [HelenaError, *subclasses(HelenaError)]
    return sorted(
        (one for one in found if not one.__module__.startswith("sandbox.")), key=lambda one: one.code
    )


def group_of(code: str) -> str:
    """Return the part of a code that names its group."""
    return code.split("-", maxsplit=1)[0]


def errors_page() -> str:
    """Return the page."""
    texts = load_texts()
    about = (
        "Every failure that has a message has a code, too. "
        "Codes do not change; messages may. "
        "A bot's answer shows the code of what failed on the way, the log shows all, "
        "and the HTTP API has it in the field `code` of its problem details (`HTTP-404` and the like are plain HTTP)."
    )
    parts = [sentences(about)]
    group = ""
    for cls in error_classes():
        if group_of(cls.code) != group:
            group = group_of(cls.code)
            parts.append(f"## {group}: {texts.error_groups.get(group, '')}".removesuffix(": "))
        parts.append(_error(cls, texts.errors.get(cls.code, "")))
    return page("Error codes", *parts)


def _error(cls: type[HelenaError], advice: str) -> str:
    lines = [
        sentences(rst_code(summary_of(cls))),
        f"Kind: {_kind(cls)}.",
        f"Class: `{cls.__module__}.{cls.__qualname__}`.",
    ]
    return (
        f"### {cls.code}\n\n" + "\n".join(lines) + (f"\n\nWhat to do: {sentences(advice)}" if advice else "")
    )


def _kind(cls: type[HelenaError]) -> str:
    if issubclass(cls, UserError):
        return "who asked can put it right; the operator sees nothing of it"
    if issubclass(cls, OperationalError):
        return "something failed on the way; a warning in the log"
    return "a bug; an error in the log, with its traceback"
