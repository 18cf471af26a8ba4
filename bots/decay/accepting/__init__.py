"""Vouching for a doubtful save: what it shows is so, and Helena goes on from there."""
