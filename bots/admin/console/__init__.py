"""Commands typed for a server's console, with a question before the dangerous ones."""
