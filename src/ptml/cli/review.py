"""The verbs of the review page."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ptml.cli.clock import now
from ptml.cli.review_account import review_account
from ptml.cli.review_audit import audit_app
from ptml.cli.review_db import Db, review_migrate
from ptml.cli.review_subjects import review_erase, review_export

if TYPE_CHECKING:
    from ptml.review import ReviewConfig

_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
_MOST_AT_ONCE = 200
_KEEP_ALIVE_SECONDS = 5
_LAST_SECONDS = 10


def review(
    data: Annotated[str, typer.Option(help="Where `ptml score` published (its --out).")],
    db: Db = "sqlite:///review.db",
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8600,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Cookies over HTTP too: for a try on this machine.")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="Make accounts of every role and names, for a try.")
    ] = False,
    people: Annotated[
        Path | None, typer.Option(help="CSV of employee_id, name and, if wanted, email.")
    ] = None,
    public_url: Annotated[
        str | None, typer.Option(help="Address that people see, as https://review.example.org.")
    ] = None,
    time_zone: Annotated[
        str, typer.Option(help="Where the page is used, as Asia/Taipei: its times of day.")
    ] = "UTC",
) -> None:
    """Serve the review page: people look at warnings, understand why, and decide."""
    import uvicorn

    from ptml.errors import UsageError
    from ptml.review import create_app
    from ptml.review.access.log import write_json_lines
    from ptml.review.access.oidc import OidcSettings
    from ptml.review.subjects.naming import read_people

    if (demo or insecure) and host not in _THIS_MACHINE:
        raise UsageError("--demo and --insecure are for this machine alone: leave --host out")
    config = _config(
        secure_cookies=not (insecure or demo), public_url=public_url, time_zone=time_zone
    )
    oidc = OidcSettings.from_environment(os.environ)
    named = () if people is None else read_people(people)
    app = create_app(data, db, config, now, time.monotonic, oidc=oidc, named=named)
    if demo:
        _tell_demo_accounts(db)
    write_json_lines()
    typer.echo(f"The review page is at http://{host}:{port}/ (Ctrl-C ends it).")
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_MOST_AT_ONCE,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )


def _config(**settings: object) -> "ReviewConfig":
    from pydantic import ValidationError

    from ptml.errors import UsageError
    from ptml.review import ReviewConfig

    try:
        return ReviewConfig.model_validate(settings)
    except ValidationError as error:
        wrong = error.errors()[0]
        option = str(wrong["loc"][0]).replace("_", "-")
        raise UsageError(f"--{option}: {wrong['msg'].removeprefix('Value error, ')}") from None


def _tell_demo_accounts(db: str) -> None:
    from ptml.review.demo import PASSWORD, add_demo_accounts, add_demo_names
    from ptml.review.store import Database

    with Database.open(db).begin() as connection:
        add_demo_names(connection, now())
        made = add_demo_accounts(connection)
    typer.echo(f"Sign in with the password {PASSWORD} as")
    for account in made:
        typer.echo(f"  {account.login:<10} {account.role.replace('_', ' ')}: {account.reach}")


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command()(review)
    app.command("review-account")(review_account)
    app.command("review-export")(review_export)
    app.command("review-erase")(review_erase)
    app.command("review-migrate")(review_migrate)
    app.add_typer(audit_app, name="audit")
