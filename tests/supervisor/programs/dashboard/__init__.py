"""Stands in for the program of this name."""
