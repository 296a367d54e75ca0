"""Course health: four levels, what a course costs and brings, and what asks for a second look."""
