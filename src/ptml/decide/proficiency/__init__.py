"""Time to proficiency: how soon new people reach their level, and how far teams differ."""
