"""Keeps Discord's side of each ticket as its row says, and its row true to what happened in Discord."""
