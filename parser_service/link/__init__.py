"""The link to a game server: commands that must be known to have arrived, and who is on."""
