"""What two or more programs need, one package per concern."""
