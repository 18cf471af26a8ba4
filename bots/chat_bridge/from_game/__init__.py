"""From the game to Discord, to the other maps, and back to who asked something in the game."""
