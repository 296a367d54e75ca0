"""The command that looks, before a run, whether anything would stop it."""

import time
from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.clock import now
from ptml.cli.telling import AsJson, SettingsFile, tell


def doctor(
    data: Annotated[str | None, typer.Argument(help="What DATA is to the other commands.")] = None,
    models: Annotated[Path | None, typer.Option(help="Folder that `ptml train` wrote.")] = None,
    out: Annotated[str | None, typer.Option(help="Where `ptml score` publishes.")] = None,
    store: Annotated[Path | None, typer.Option(help="Folder of MLflow's store.")] = None,
    settings: SettingsFile = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with 3 for what is only to be looked at, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Would a run come to its end? Exit code 3 when something would stop it; changes nothing."""
    from ptml.jobs.doctor import Patient, examine

    patient = Patient(data, models, out, store)
    if settings is not None:
        # All settings at once take as long to import as all checks.
        from ptml.jobs.settings import load_settings

        chosen = load_settings(settings)
        bucket, limit = chosen.scoring.bucket_employees, chosen.source.memory_limit
        patient = Patient(data, models, out, store, bucket, limit)
    summary = examine(patient, now, time.monotonic, strict)
    tell(summary, as_json)
    if summary["exit_code"]:
        raise typer.Exit(summary["exit_code"])
