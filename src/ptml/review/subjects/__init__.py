"""What a person has a right to: a name, a copy of all that is held, and to be erased."""
