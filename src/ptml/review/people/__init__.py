"""Teams and single people: what they can, what is offered to them, what is held about them."""
