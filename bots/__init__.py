"""The six Discord bots, and the runner that starts them."""
