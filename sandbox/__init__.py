"""The outside world on loopback: Discord, ARK servers, Nitrado."""
