"""How a world begins and what happens in it: survivors, tribes, bases, and the events the game would log."""
