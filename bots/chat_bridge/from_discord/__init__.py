"""From Discord into the game, with a receipt for whoever spoke."""
