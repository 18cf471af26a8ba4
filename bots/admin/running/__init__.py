"""Commands for game servers that a person ordered: queued, followed, and put on record with their outcome."""
