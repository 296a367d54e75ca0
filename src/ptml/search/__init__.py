"""Search of settings: spaces, judges, trials in memory or in a study that can be taken up again."""
