"""The verbs of the review page."""

import time
from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.clock import now
from ptml.cli.telling import AsJson, tell

_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
audit_app = typer.Typer(help="The log of who looked and who decided.", no_args_is_help=True)
Db = Annotated[str, typer.Option(help="sqlite:///FILE or postgresql://USER@HOST/DATABASE.")]


def review(
    data: Annotated[str, typer.Option(help="Where `ptml score` published (its --out).")],
    db: Db = "sqlite:///review.db",
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8600,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Cookies over HTTP too: for a try on this machine.")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="Make an account of every role, for a try.")
    ] = False,
) -> None:
    """Serve the review page: people look at warnings, understand why, and decide."""
    import uvicorn

    from ptml.errors import UsageError
    from ptml.review import ReviewConfig, create_app

    if (demo or insecure) and host not in _THIS_MACHINE:
        raise UsageError("--demo and --insecure are for this machine alone: leave --host out")
    config = ReviewConfig(secure_cookies=not (insecure or demo))
    app = create_app(data, db, config, now, time.monotonic)
    if demo:
        _tell_demo_accounts(db)
    typer.echo(f"The review page is at http://{host}:{port}/ (Ctrl-C ends it).")
    uvicorn.run(
        app, host=host, port=port, log_level="warning", access_log=False, server_header=False
    )


def _tell_demo_accounts(db: str) -> None:
    from ptml.review.demo import PASSWORD, add_demo_accounts
    from ptml.review.store import Database

    with Database.open(db).begin() as connection:
        made = add_demo_accounts(connection)
    typer.echo(f"Sign in with the password {PASSWORD} as")
    for account in made:
        typer.echo(f"  {account.login:<10} {account.role.replace('_', ' ')}: {account.reach}")


def review_account(
    login: Annotated[str, typer.Argument(help="User name.")],
    name: Annotated[str, typer.Option(help="Name as others see it.")],
    role: Annotated[
        str, typer.Option(help="reviewer, manager, employee, data_scientist, administrator.")
    ],
    password_file: Annotated[Path, typer.Option(help="File whose first line is the password.")],
    db: Db = "sqlite:///review.db",
    unit: Annotated[list[str] | None, typer.Option(help="Unit; may be given again.")] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="Every unit.")] = False,
    employee: Annotated[str | None, typer.Option(help="The person's own employee_id.")] = None,
) -> None:
    """Make a local account for the review page."""
    from ptml.errors import UsageError
    from ptml.review.access.accounts import add_account
    from ptml.review.access.viewer import Role
    from ptml.review.store import Database

    if role not in {known.value for known in Role}:
        raise UsageError(f"--role must be one of {', '.join(Role)}, got {role}")
    password = password_file.read_text(encoding="utf-8").splitlines()[0]
    units = None if everywhere else unit or ()
    with Database.open(db).begin() as connection:
        add_account(
            connection,
            login,
            name,
            Role(role),
            password=password,
            units=units,
            employee_id=employee,
        )
    typer.echo(f"{login} may sign in as {role}.")


@audit_app.command("verify")
def audit_verify(db: Db = "sqlite:///review.db", as_json: AsJson = False) -> None:
    """Look through the whole log; exit code 65 when a line was changed, left out or put in."""
    from ptml.review.audit import verify
    from ptml.review.store import Database

    with Database.open(db).read() as connection:
        found = verify(connection)
    tell({"entries": found.n_entries, "head": found.head, "broken_at": found.broken_at}, as_json)
    if found.broken_at is not None:
        raise typer.Exit(65)


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command()(review)
    app.command("review-account")(review_account)
    app.add_typer(audit_app, name="audit")
