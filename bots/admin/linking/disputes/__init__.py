"""Two members who say that they are the same player: nobody is overwritten, a fresh proof or staff decide."""
