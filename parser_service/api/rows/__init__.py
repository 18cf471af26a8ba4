"""Rows of a save's tables as the API answers them: chosen and written in NumPy, a few hundred at a time."""
