"""Goals: from what units must achieve to what a gap in a competency counts there."""
