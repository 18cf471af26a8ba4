"""What the game writes, line by line, into typed events.

``splitter`` cuts bytes into records and accounts for every byte, with ``chain`` to tell forged lines from true ones;
``lines`` reads one record, ``replies`` what RCON hands out, ``tribe_log`` entries from saves. ``facts`` puts the lines
of one kill together, ``shapes`` says what unknown lines have in common.

The grammar itself is data: ``tables/*.toml``, one per language. ``book`` puts it together; ``templates`` finds a line's
row by the words in it and matches it by ``str`` alone, so that no line, however hostile, costs more than its length.
"""
