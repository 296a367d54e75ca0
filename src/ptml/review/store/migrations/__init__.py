"""The versions of the review database, one step each (alembic)."""
