"""What staff ask of game servers: status, save, broadcast."""
