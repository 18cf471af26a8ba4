"""Settings, read once per program and passed down."""
