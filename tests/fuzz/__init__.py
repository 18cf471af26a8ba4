"""Coverage-guided fuzzing of every decoder of foreign bytes: ``python -m tests.fuzz --help``."""
