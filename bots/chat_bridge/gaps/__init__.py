"""Holes in what the bridge has heard of the game: shown to whoever asks, and told where the chat is read."""
