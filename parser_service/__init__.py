"""What the game writes in; events, columns and bases out."""
