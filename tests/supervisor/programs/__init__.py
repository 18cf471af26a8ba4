"""Programs that behave as a file tells them to, in the place of the real ones."""
