"""Budgets: facts out of buckets or of a published run, and the tables of a plan."""
