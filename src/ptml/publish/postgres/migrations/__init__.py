"""Versions of the output schema, each a step from the one before; never changed once released."""
