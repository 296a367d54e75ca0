"""Early warning: which completed courses are likely to stay unused at work, and why."""
