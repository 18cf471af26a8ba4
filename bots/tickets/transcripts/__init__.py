"""What is left of a closed ticket: one file for staff, and one for who opened it."""
