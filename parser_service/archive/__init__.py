"""The columns of every save, kept compressed on disk: history, and what changed between any two saves."""
