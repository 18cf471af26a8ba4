# ruff: noqa: RUF001  # Russian words are written in Russian letters
"""The vocabulary of the game's texts per language of the server, as tables.

The game is only partly translated: a German server writes "Stamm" and translates public deaths, but keeps the
tribes' logs in English around German articles. Sources: saves and logs in those languages (ark-interfaces, section 2).
"""

from __future__ import annotations

# before a level: English, German, Spanish, French, Russian (twice: two versions of the game)
LEVEL_MARKS = (" - Lvl ", " - Level ", " - Nvl ", " - Niv. ", " - Ур. ", " - Ур ")

# before a wild creature: English (Russian servers too), German, Spanish, French (doubled by the game)
ARTICLES = ("a ", "an ", "eine/einen ", "eine ", "einen ", "ein ", "una ", "un ", "un(e) un(e) ", "un(e) ")

# behind a structure that is locked or has a PIN: English, Spanish, French, Russian
LOCKS = (" (Locked) ", " (Bloqueado) ", " (Verrouillé(e)) ", " (Установлен ПИН)")

# before the tribe's name in a line of its log: English, German
TRIBE_PREFIXES = ("Tribe ", "Stamm ")

# behind the name of who comes and who goes: English, German
JOINED = (" joined this ARK!", " ist diesem ARK beigetreten!")
LEFT = (" left this ARK!", " hat diesen ARK verlassen!")
