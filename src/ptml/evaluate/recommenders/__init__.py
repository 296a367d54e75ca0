"""Recommenders side by side: the same past, budget and judges for all."""
