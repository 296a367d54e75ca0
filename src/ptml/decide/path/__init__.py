"""Learning paths: which courses, in which order and when, and what they bring together."""
