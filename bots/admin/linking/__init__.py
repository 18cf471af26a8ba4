"""Proof that a member is a player: a code typed in the game's chat."""
