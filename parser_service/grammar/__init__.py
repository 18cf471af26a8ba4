"""What the game writes, line by line, into typed events.

``splitter`` cuts bytes into records and accounts for every byte, ``lines`` reads one record, ``replies`` reads what
RCON hands out. ``phrases`` holds the grammar as tables, one per language; ``templates`` matches them by
``str.find`` alone, so that no line, however hostile, costs more than its length.
"""
