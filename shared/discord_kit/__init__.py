"""What every bot stands on: the client, its errors, cards, pages, permissions, outbox and panels."""
