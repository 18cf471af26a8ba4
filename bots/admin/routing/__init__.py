"""Which channel a class of posts goes to."""
