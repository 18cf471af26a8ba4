"""Pictures of a server's territory: where bases stand, whose they are, when they decay, how they grew."""
