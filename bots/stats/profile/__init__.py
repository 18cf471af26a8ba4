"""What players have done: profiles and leaderboards."""
