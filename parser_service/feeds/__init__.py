"""Feeds: what game servers tell becomes events, every line once."""
