"""The review database as an option, and its versions."""

from typing import Annotated

import typer

Db = Annotated[
    str,
    typer.Option(
        envvar="PTML_REVIEW_DB", help="sqlite:///FILE or postgresql://USER@HOST/DATABASE."
    ),
]


Roles = Annotated[
    list[str] | None, typer.Option(help="PostgreSQL role that runs the page; may be given again.")
]
Learners = Annotated[
    list[str] | None,
    typer.Option(help="PostgreSQL role that learns from decisions; may be given again."),
]


def review_migrate(
    db: Db = "sqlite:///review.db", page: Roles = None, learner: Learners = None
) -> None:
    """Make the review database, or bring an older one to this version; make a backup before."""
    from ptml.review.store import Database
    from ptml.review.store.granting import grant

    database = Database.open(db, upgrades=True)
    if page or learner:
        with database.begin() as connection:
            grant(connection, page or (), learner or ())
    typer.echo("The review database has the version of this ptml.")
