"""Tables that several programs read: one module per concern, one function per statement."""
