"""What the programs speak about: the events of the game, and text on its way in and out."""
