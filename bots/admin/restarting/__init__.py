"""Restarts with a countdown that can be stopped, a save before, and a look at the return."""
