"""Which servers are up, who is on, and how old that is."""
