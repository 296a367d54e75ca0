"""Which models are in use and were: versions, the champion, and a log of moves."""
