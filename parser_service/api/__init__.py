"""The HTTP API: what was read from the game, for programs of the community's own."""
