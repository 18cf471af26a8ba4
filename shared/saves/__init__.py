"""What more than one program knows of ARK's save files: name ids and map coordinates."""
