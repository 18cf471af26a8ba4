"""From structures to bases."""
