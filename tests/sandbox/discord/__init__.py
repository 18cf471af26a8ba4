"""Tests of Discord's stand-in, with real discord.py clients."""
