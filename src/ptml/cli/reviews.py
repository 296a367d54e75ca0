"""The option of commands that learn from people's decisions, or look at them."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ptml.jobs.settings import Settings

Reviews = Annotated[
    str | None,
    typer.Option(help="Database of the review page: decisions count as table warning_actions."),
]


def on_reviews(settings: "Settings", database: str | None) -> "Settings":
    """Settings with the review database that the call names."""
    from ptml.jobs.settings import with_reviews

    return with_reviews(settings, database)
