"""Decide: from estimates to what a training department plans with."""
