"""Is it training at all: what holds units and people back, from four sources taken together."""
