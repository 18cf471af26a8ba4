"""One base: how its tribe calls it, and what became of it."""
