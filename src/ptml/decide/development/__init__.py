"""Development: the person's own goals beside what the role asks for, and the way to them."""
