"""What alembic runs for every command: on the connection that `ptml.review.store` gives it."""

from alembic import context

from ptml.review.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes a column by making the table anew.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
