"""Makes the pages of ``docs/reference`` from the programs themselves."""
