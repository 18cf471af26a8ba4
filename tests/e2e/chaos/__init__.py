"""The outside and the inside of Helena, killed, frozen and cut off at random; and what must be true afterwards."""
