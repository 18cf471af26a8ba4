"""RCON as ARK speaks it: ``client`` is one connection, ``link`` keeps one open, ``protocol`` is the bytes.

ARK's habits, which this package is written around, are listed in ``protocol`` and ``client`` where they matter;
they were collected from tools and servers that others published.
"""
