"""``helena save …``: what is in a save, and what can be made of it, without any service."""
