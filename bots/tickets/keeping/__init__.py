"""Keeps every message of a ticket's thread as it comes, with what it said before, and copies of its files."""
