"""How points are earned: from the event log alone, each deed and each slot of playtime once."""
