"""Drift, data volume and freshness, and decay of a model in use."""
