"""Alerts of course health against what was planted in simulated organisations."""
