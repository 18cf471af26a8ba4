"""Saves: taken when they stand still, decoded in a process apart, stored where they differ from the last."""
