"""The players' curve, as a picture."""
