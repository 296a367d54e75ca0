"""The review database as an option, and its versions."""

from typing import Annotated

import typer

Db = Annotated[
    str,
    typer.Option(
        envvar="PTML_REVIEW_DB", help="sqlite:///FILE or postgresql://USER@HOST/DATABASE."
    ),
]


def review_migrate(db: Db = "sqlite:///review.db") -> None:
    """Bring an older review database to this version; make a backup before."""
    from ptml.review.store import Database

    Database.open(db, upgrades=True)
    typer.echo("The review database has the version of this ptml.")
