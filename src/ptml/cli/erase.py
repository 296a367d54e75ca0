"""``ptml erase``: take a person out of all that ptml wrote, and prove it."""

import secrets
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.telling import AsJson, SettingsFile, now, shown_progress, tell
from ptml.errors import ACTION_NEEDED, UsageError

Outs = Annotated[
    list[str] | None,
    typer.Option("--out", help="Where `ptml score` publishes; may be repeated."),
]
ModelFolders = Annotated[
    list[Path] | None,
    typer.Option("--models", help="Folder that `ptml train` wrote; may be repeated."),
]
RegistryFolder = Annotated[Path | None, typer.Option("--registry", help="Folder of the registry.")]
Records = Annotated[
    Path | None, typer.Option("--runs", help="Records of runs; empty = runs beside the others.")
]
Store = Annotated[
    Path | None, typer.Option("--mlflow", help="MLflow's folder; empty = mlruns beside the others.")
]
ErasuresFolder = Annotated[
    Path | None,
    typer.Option(help="Folder that knows who was erased; empty = erasures beside each place."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(erase)
    app.command()(prune)


def erase(
    employee: Annotated[
        list[str] | None,
        typer.Argument(help="Ids of one or more employees; - reads them from the input."),
    ] = None,
    people: Annotated[Path | None, typer.Option("--list", help="A file with an id a line.")] = None,
    out: Outs = None,
    models: ModelFolders = None,
    registry: RegistryFolder = None,
    runs: Records = None,
    store: Store = None,
    page: Annotated[
        list[Path] | None, typer.Option(help="A page written elsewhere; may be repeated.")
    ] = None,
    data: Annotated[str | None, typer.Option(help="The source: is the person still there?")] = None,
    from_data: Annotated[
        bool, typer.Option("--from-data", help="Take the person out of the source too.")
    ] = False,
    who: Annotated[str, typer.Option(help="Who erases: a name for the record.")] = "",
    why: Annotated[str, typer.Option(help="Why: a sentence without the id.")] = "",
    erasures: ErasuresFolder = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look; change nothing.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check the record, and look again for all erased.")
    ] = False,
    readmit: Annotated[
        bool, typer.Option("--readmit", help="Take an erased id off the list: hired again.")
    ] = False,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Remove people from every table, page and record, keep them out, and prove it."""
    from ptml.jobs.erase import Request, erase_people, find_people
    from ptml.jobs.erasing_places import Places
    from ptml.jobs.erasing_record import readmit_people, verify_erasures
    from ptml.jobs.settings import load_settings

    known = load_settings(settings)
    places = Places(
        tuple(out or ()),
        tuple(models or ()),
        registry,
        store,
        runs,
        tuple(page or ()),
        data,
        erasures,
        Path(tempfile.gettempdir()),
        now,
        known.publish,
        known.postgres,
    )
    asked = _asked(employee or [], people, verify)
    with shown_progress(as_json) as progress:
        if verify:
            summary = verify_erasures(asked, places, progress)
        elif dry_run:
            summary = find_people(asked, places, progress)
        elif readmit:
            summary = readmit_people(Request(asked, who, why, now()), places.lists, _key)
        else:
            request = Request(asked, who, why, now())
            summary = erase_people(request, places, _key, progress, from_data)
    tell(summary, as_json)
    if summary.get("left") or summary.get("problems"):
        raise typer.Exit(ACTION_NEEDED)


def prune(
    out: Outs = None,
    models: ModelFolders = None,
    registry: RegistryFolder = None,
    runs: Records = None,
    store: Store = None,
    hold: Annotated[
        list[str] | None, typer.Option(help="A name, or its beginning, that stays.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only look.")] = False,
    who: Annotated[str, typer.Option(help="Who, for the log of a registry.")] = "ptml prune",
    why: Annotated[str, typer.Option(help="Why, for the log of a registry.")] = "older than kept",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Take away what is older than the settings keep it; never what is in use or held."""
    from ptml.jobs.erasing_places import Places
    from ptml.jobs.retention import run_pruning
    from ptml.jobs.settings import load_settings
    from ptml.registry import Said

    known = load_settings(settings)
    places = Places(
        tuple(out or ()),
        tuple(models or ()),
        registry,
        store,
        runs,
        temporary=Path(tempfile.gettempdir()),
        now=now,
        config=known.publish,
        postgres=known.postgres,
    )
    rules = known.retention
    held = rules.model_copy(update={"hold": (*rules.hold, *(hold or ()))})
    tell(run_pruning(places, held, Said(who, why, now()), yes), as_json)


def _asked(employees: list[str], listed: Path | None, verify: bool) -> tuple[str, ...]:
    # On the command line they would stay in the history of the shell.
    lines = sys.stdin.read().splitlines() if "-" in employees else []
    if listed is not None:
        try:
            lines += listed.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--list {listed} cannot be read ({error})") from error
    named = [one for one in (*employees, *lines) if one.strip() and one != "-"]
    if not named and not verify:
        raise UsageError("name an EMPLOYEE, or - to read ids from the input, or --list FILE")
    return tuple(dict.fromkeys(named))


def _key() -> bytes:
    return secrets.token_bytes(32)
