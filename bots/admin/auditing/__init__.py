"""Who did what: looked up, and shown in a channel as it happens."""
