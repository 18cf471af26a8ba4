"""Text on its way between people: what goes into the game, and what the game says on its way to Discord.

Names and chat are anybody's. Nothing here deletes a character because it might be abused, except characters that
nobody can see; everything else is shown as it was written and merely loses its effect. No function raises,
whatever the string, lone surrogates included.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from anyascii import anyascii

DISCORD_MESSAGE_LIMIT = 2_000
"""Discord's limit for a message's content."""
WEBHOOK_NAME_LIMIT = 80
"""Discord's limit for a webhook's name."""

# longer input is cut before it is looked at: Discord's longest message has 4,000 characters, a log line 1,024
_INPUT_LIMIT = 16_384
# the two format characters that belong to words (Persian, Hindi) and to emoji
_JOINERS = "\u200c\u200d"
# Unicode calls these letters and symbols, and fonts draw nothing
_BLANKS = dict.fromkeys(map(ord, "\u115f\u1160\u3164\uffa0\u2800"), " ")

# spaces, and the bracket that would open markup together with the dots of "..."
_NOT_BEFORE_A_MARK = (
    "< \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)

_CUSTOM_EMOJI = re.compile(r"<a?:(\w{1,32}):\d{1,20}>")
# Unreal's rich text takes `<name …>` and `</>` as markup, and only directly after the bracket
_MARKUP_START = re.compile(r"<(?=[^\W\d]|[/:.-])")
_RICH_COLOR = re.compile(r"<RichColor [^<>]{0,60}>|</>", re.IGNORECASE)
_CHAT_IMAGE = re.compile(r'<img src="Chat\.Image"(?: path="([^"<>]{0,200})")?[^<>]{0,40}/>', re.IGNORECASE)
# what Discord's clients take for a link, which ends at a blank or a bracket, and begins inside words too
_LINK = re.compile(r"([a-z]{2,10})(://[^\s<]*)", re.IGNORECASE)
# Discord's Markdown, brackets of masked links and of `<@…>`, `<#…>`, `<t:…>` included
_MARKDOWN = re.compile(r"[\\*_~`|\[\]<]")
_MARKDOWN_AT_START = re.compile(r"[>#+-]")
# a backslash that lost the character it stood before, when the text was cut
_OPEN_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\(?=…?$)")
_LINK_ESCAPES = str.maketrans({"*": "%2A", "|": "%7C", "`": "%60", "\\": "%5C"})
# "Webhook names … must not contain the substrings clyde or discord" (Discord's API reference, webhook resource)
_RESERVED = re.compile(r"(cly)(de)|(dis)(cord)|^(every)(one)$|^(he)(re)$", re.IGNORECASE)


def for_game(text: str, *, limit: int, ascii_only: bool = False) -> str:
    """Return ``text`` as one line of at most ``limit`` characters that the game shows and does not obey.

    The one way for text into the game. Double quotes become single ones, because ``ServerChatTo "id" text`` quotes
    its arguments with them; the bar, which chains commands in Unreal's console, becomes a broken bar.
    Mentions are resolved to names by the caller.
    """
    line = _CUSTOM_EMOJI.sub(r":\1:", _visible(text[:_INPUT_LIMIT]))
    if ascii_only:
        # full-width brackets and bars become plain ones here, so this comes before they are made harmless
        line = _visible("".join(map(_ascii_character, line)))
    line = _MARKUP_START.sub("< ", line.replace('"', "'").replace("|", "!" if ascii_only else "¦"))
    return _cut(line.strip(), limit, "..." if ascii_only else "…")


def for_discord(text: str, *, limit: int = DISCORD_MESSAGE_LIMIT) -> str:
    """Return what the game wrote as one line for Discord, shown as written, at most ``limit`` long.

    Markdown is escaped, links stay links, colours are dropped, the game's emoji become ``:name:``.
    Mentions are left as they are: the sender switches them off with ``allowed_mentions``.
    """
    line = _CHAT_IMAGE.sub(_emoji_name, _visible(text[:_INPUT_LIMIT]))
    line = _escape_markdown(_RICH_COLOR.sub("", line).strip())
    return _OPEN_ESCAPE.sub(r"\1", _cut(line, limit, "…", _units))


def webhook_name(name: str) -> str:
    """Return ``name`` as Discord accepts it for a webhook: 1 to 80 characters, reserved words broken by a dot."""
    visible = " ".join(_visible(name[:_INPUT_LIMIT]).translate(_BLANKS).split())
    visible = _RESERVED.sub(_break_word, visible.replace("```", "'''"))
    return _cut(visible, WEBHOOK_NAME_LIMIT, "…", _units).strip() or "Nameless survivor"


def fold(lines: Iterable[str], limit: int, *, separator: str = "\n") -> list[str]:
    """Return a burst of lines as few texts of at most ``limit`` characters, in order, none left out."""
    texts: list[str] = []
    for line in lines:
        part = _cut(line, limit, "…", _units)
        if texts and _units(texts[-1]) + _units(separator) + _units(part) <= limit:
            texts[-1] += separator + part
        else:
            texts.append(part)
    return texts


def _visible(text: str) -> str:
    """Return ``text`` without control characters, direction overrides and line breaks."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    category = unicodedata.category(character)
    if character in "\t\n\v\f\r\x1c\x1d\x1e\x85" or category in {"Zl", "Zp"}:
        return " "
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    if category == "Cc" or (category == "Cf" and character not in _JOINERS):
        return ""
    return character


def _ascii_character(character: str) -> str:
    if character.isascii():
        return character
    is_part_of_another = character in _JOINERS or unicodedata.category(character).startswith("M")
    return anyascii(character) or ("" if is_part_of_another else "?")


def _escape_markdown(line: str) -> str:
    pieces: list[str] = []
    end = 0
    for link in _LINK.finditer(line):
        pieces += _escape(line[end : link.start()]), _escape_link(link[1], link[2])
        end = link.end()
        if line.startswith("<", end):
            # else the link would swallow the backslash that the bracket is escaped with
            pieces.append(" ")
    escaped = "".join((*pieces, _escape(line[end:])))
    return "\\" + escaped if _MARKDOWN_AT_START.match(escaped) else escaped


def _escape(text: str) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", text)


def _escape_link(scheme: str, rest: str) -> str:
    scheme = scheme.lower()
    return scheme + (rest.translate(_LINK_ESCAPES) if scheme.endswith(("http", "https")) else _escape(rest))


def _emoji_name(image: re.Match[str]) -> str:
    # the path of an Unreal asset: /Folder/Name.Name
    name = (image[1] or "").rpartition("/")[2].partition(".")[0]
    return f":{name}:" if name.isidentifier() and len(name) <= 32 else ":emoji:"


def _break_word(word: re.Match[str]) -> str:
    return "·".join(filter(None, word.groups()))


def _units(text: str) -> int:
    """Return the length in UTF-16 units: what the strictest of Discord's programs count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, limit: int, mark: str, length: Callable[[str], int] = len) -> str:
    """Return ``text``, or as much of its beginning as fits with ``mark`` behind it."""
    if length(text) <= limit:
        return text
    mark = mark if len(mark) < limit else ""
    kept = text[: max(limit - len(mark), 0)]
    while (excess := length(kept) + len(mark) - limit) > 0:
        # a character is at most two units long, so this never takes too much away
        kept = kept[: -((excess + 1) // 2)]
    return kept.rstrip(_NOT_BEFORE_A_MARK) + mark
