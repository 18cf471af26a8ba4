"""The web page of a community, and its API."""
