"""Budget: who gets which course under money, seats, hours and minimum service."""
