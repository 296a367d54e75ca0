"""A schema of a PostgreSQL database that always shows one whole run."""
