"""As-of features: what was known of people, courses and their pairs before a day."""
