"""What the host (Nitrado) says of the game servers rented from it: asked through the cache, told with its age."""
