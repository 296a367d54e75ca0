"""``ptml import``: data of other systems as tables of the contract."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ptml.cli.telling import AsJson, shown_progress, tell
from ptml.errors import UsageError

import_app = typer.Typer(
    help="Turn data of other systems, and public data, into the contract's tables.",
    no_args_is_help=True,
)

Out = Annotated[Path, typer.Argument(help="Folder to make, in the contract's form.")]
PublicData = Annotated[Path, typer.Argument(help="Folder with the data set's Parquet files.")]
People = Annotated[
    Path | None,
    typer.Option("--people", help="CSV identifier,employee_id: who is meant by which address."),
]
TimeZone = Annotated[str, typer.Option(help="Decides on which day a moment falls.")]
Roles = Annotated[
    Path | None,
    typer.Option("--roles", help="CSV role_id,occupation: which occupation each of yours is."),
]
RetakeDays = Annotated[
    int, typer.Option(min=1, help="Begun again so long after completion: a new enrolment.")
]


def _import(name: str, source: Path, out: Path, as_json: bool, **options: Any) -> None:
    from ptml.jobs.imports import run_import

    with shown_progress(as_json) as progress:
        summary = run_import(name, source, out, progress, **options)
    tell(summary, as_json)


@import_app.command("xapi")
def import_xapi(
    source: Annotated[Path, typer.Argument(help="File or folder of statements, plain or .gz.")],
    out: Out,
    people: People = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", help="TOML: courses, verbs, which sessions are evidence."),
    ] = None,
    enrolments: Annotated[
        Path | None,
        typer.Option(help="Folder of tables whose enrolments practice may belong to as well."),
    ] = None,
    time_zone: TimeZone = "UTC",
    dated_by: Annotated[
        str, typer.Option(help="timestamp (when it happened) or stored (when it arrived).")
    ] = "timestamp",
    retake_days: RetakeDays = 90,
    language: Annotated[str, typer.Option(help="Of the names of courses.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Statements of xAPI and cmi5: enrolments, and practice in simulators, VR and coaching."""
    if dated_by not in ("timestamp", "stored"):
        raise UsageError(f"--dated-by must be timestamp or stored, got {dated_by}")
    _import(
        "xapi",
        source,
        out,
        as_json,
        people=people,
        mapping=mapping,
        enrolments=enrolments,
        time_zone=time_zone,
        is_dated_by_arrival=dated_by == "stored",
        retake_days=retake_days,
        language=language,
    )


@import_app.command("moodle")
def import_moodle(
    source: Annotated[Path, typer.Argument(help="File or folder of tables and downloads.")],
    out: Out,
    people: People = None,
    time_zone: TimeZone = "UTC",
    idle_minutes: Annotated[
        int, typer.Option(min=1, help="Longest pause between two events that counts as spent.")
    ] = 30,
    month_first: Annotated[
        bool, typer.Option("--month-first", help="Downloads write 3/5/26 for a day in March.")
    ] = False,
    highest_grade: Annotated[
        float, typer.Option(help="Of a downloaded course total that is no percentage.")
    ] = 100.0,
    as_json: AsJson = False,
) -> None:
    """Moodle: its log, enrolments, completions and grades, as tables or as downloads."""
    _import(
        "moodle",
        source,
        out,
        as_json,
        people=people,
        time_zone=time_zone,
        idle_minutes=idle_minutes,
        is_month_first=month_first,
        highest_grade=highest_grade,
    )


@import_app.command("scorm")
def import_scorm(
    source: Annotated[Path, typer.Argument(help="File or folder of results.")],
    out: Out,
    people: People = None,
    time_zone: TimeZone = "UTC",
    retake_days: RetakeDays = 90,
    as_json: AsJson = False,
) -> None:
    """SCORM 1.2 and 2004: results by element or by attempt, and SCORM Cloud's registrations."""
    _import(
        "scorm", source, out, as_json, people=people, time_zone=time_zone, retake_days=retake_days
    )


@import_app.command("hris")
def import_hris(
    source: Annotated[Path, typer.Argument(help="CSV in any encoding, JSON or JSON lines.")],
    out: Annotated[
        Path, typer.Argument(help="Folder to make; with --draft the mapping file to make.")
    ],
    mapping: Annotated[
        Path | None, typer.Option("--map", help="TOML: which columns make which table.")
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Write a first mapping file instead of tables.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """A personnel system's export, by a mapping file that --draft begins for you."""
    from ptml.jobs.imports import run_draft

    if draft == (mapping is not None):
        raise UsageError("name a mapping file with --map, or ask for one with --draft")
    if draft:
        tell(run_draft(source, out), as_json)
    else:
        _import("hris", source, out, as_json, mapping=mapping)


@import_app.command("esco")
def import_esco(
    source: Annotated[Path, typer.Argument(help="Folder with skills_en.csv and the others.")],
    out: Out,
    roles: Roles = None,
    language: Annotated[str, typer.Option(help="Of the files, skills_en.csv.")] = "en",
    essential_level: Annotated[float, typer.Option(min=0, max=5)] = 3.0,
    optional_level: Annotated[float, typer.Option(min=0, max=5)] = 2.0,
    as_json: AsJson = False,
) -> None:
    """ESCO's skills and occupations: competencies, roles and what they ask for."""
    _import(
        "esco",
        source,
        out,
        as_json,
        roles=roles,
        language=language,
        essential_level=essential_level,
        optional_level=optional_level,
    )


@import_app.command("onet")
def import_onet(
    source: Annotated[Path, typer.Argument(help="Folder of a release's text files.")],
    out: Out,
    roles: Roles = None,
    least_importance: Annotated[
        float, typer.Option(min=0, max=1, help="Below it nothing is asked for.")
    ] = 0.5,
    as_json: AsJson = False,
) -> None:
    """O*NET's ratings of skills, knowledge and abilities, scaled to levels and importances."""
    _import("onet", source, out, as_json, roles=roles, least_importance=least_importance)


@import_app.command("merge")
def merge(
    out: Out,
    parts: Annotated[
        list[Path], typer.Argument(help="Folders of tables; the most trusted one first.")
    ],
    same_days: Annotated[
        int,
        typer.Option(min=0, help="Enrolments of two parts so close together are one; 0 = none."),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Several imports as one: people from one, courses from another, a framework from a third."""
    from ptml.jobs.imports import run_merge

    with shown_progress(as_json) as progress:
        summary = run_merge(parts, out, same_days, progress)
    tell(summary, as_json)


@import_app.command("mooccubex")
def import_mooccubex(source: PublicData, out: Out, as_json: AsJson = False) -> None:
    """MOOCCubeX: 1.2 million real enrolments; order within a learner becomes dates."""
    _import("mooccubex", source, out, as_json)


@import_app.command("oulad")
def import_oulad(source: PublicData, out: Out, as_json: AsJson = False) -> None:
    """OULAD: module presentations of the Open University as courses."""
    _import("oulad", source, out, as_json)
