"""What the engine reads and writes: tables, their rules, and the checked data set made of them."""
