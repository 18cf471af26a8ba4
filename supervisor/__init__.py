"""Keeps processes running; the command line ``helena``."""
