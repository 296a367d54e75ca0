"""ptml."""
