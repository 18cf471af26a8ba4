"""Discord's stand-in: REST v10, gateway v10 and a console page, on loopback.

Unmodified discord.py bots connect with ``Bot <token>``; people use the same server with plain user
tokens (post messages, react, ``POST /interactions``, a gateway socket of their own), so a test driver
and the console page are just two more human clients.

===========================  ==========================================================================
start reading at             it holds
===========================  ==========================================================================
``server.py``                ``open_discord``: everything wired together, and the switches for tests
``human.py``                 ``Human``: drives the server as a person, for tests and tools
``community.py``             who and what a fresh server is seeded with
``models.py`` ``world.py``   the state, and its SQLite file (``store.py``)
``access.py``                who may see and do what (``permissions.py``: the arithmetic)
``hub.py`` ``gateway.py``    who hears of what, and the socket protocol
``messages.py`` …            the rules of one subject; ``routes_*.py`` are the thin ways in
``limits.py``                rate limits and deadlines, all settable
``console/``                 the page, plain ES modules and CSS
===========================  ==========================================================================

Where a behaviour is known from is said next to it: "Discord docs" (discord-api-docs), "OpenAPI"
(Discord's own description of its API), "discord.py" with the file that relies on it, or "observed"
for what the community measured and Discord does not write down.
"""
