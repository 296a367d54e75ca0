"""What was published, as the review page reads it."""
