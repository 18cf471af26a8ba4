"""``!decay`` in the game's chat: the asking survivor's tribe, answered to them alone."""
