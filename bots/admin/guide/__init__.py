"""The help: what Helena can do, by bot."""
