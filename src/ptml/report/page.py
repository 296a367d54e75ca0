"""The page as one HTML file: sections gathered, rendered, and put in place whole."""

import base64
import errno
import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from ptml.errors import TryAgainError, UsageError
from ptml.report.absence import Absent
from ptml.report.budget import budget_section
from ptml.report.checks import listed_plainly
from ptml.report.course_alerts import course_alerts
from ptml.report.course_lift import CourseLifts, course_lifts
from ptml.report.examples import worked_examples
from ptml.report.findings import Findings
from ptml.report.four_levels import four_levels
from ptml.report.glossary import GLOSSARY
from ptml.report.goals import goals_view
from ptml.report.headline import headline
from ptml.report.lift_quality import lift_quality
from ptml.report.list_variety import list_variety
from ptml.report.needs_map import needs_map
from ptml.report.offered import offered
from ptml.report.paths import paths_view
from ptml.report.plans import plans_view
from ptml.report.proficiency_view import proficiency_view
from ptml.report.published import PublishedTables
from ptml.report.recommend_quality import recommend_quality
from ptml.report.stalled import stalled_overview
from ptml.report.team_view import team_view
from ptml.report.training_or_not import training_or_not
from ptml.report.unit_matters import unit_matters
from ptml.report.warning_fairness import warning_fairness
from ptml.report.warning_quality import warning_quality
from ptml.report.warning_reasons import warning_overview
from ptml.report.warning_rules import warning_rules
from ptml.report.who_is_who import who_is_who

# Anchor (and template), name in the contents, and the view that may be absent.
_SECTIONS = (
    ("run", "The run", ""),
    ("courses", "Lift per course", "courses"),
    ("health", "Course health", "alerts"),
    ("needs", "Needs", "needs"),
    ("diagnosis", "Training or not", "diagnosis"),
    ("teams", "Portraits of teams", "teams"),
    ("proficiency", "Time to proficiency", "proficiency"),
    ("goals", "Goals", "goals"),
    ("paths", "Learning paths", "paths"),
    ("plans", "Development plans", "plans"),
    ("warnings", "Warnings", "warnings"),
    ("units", "Team before person", "units"),
    ("offered", "What is offered", "offered"),
    ("budget", "What the budget buys", "budget"),
    ("models", "How good it is", ""),
    ("examples", "Worked examples", ""),
    ("data", "What was read", ""),
    ("glossary", "Words", ""),
)


def render_report(tables: Mapping[str, pd.DataFrame]) -> str:
    """Render the page of one run.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The contract's output tables of one run by name, `evidence` among them. Absent and empty
        ones are said to be missing on the page.

    Returns
    -------
    str
        A whole HTML document that loads nothing. The same tables give the same text.
    """
    published = PublishedTables(tables)
    findings = Findings.read(published.table("evidence"))
    lifts = course_lifts(published, findings)
    views = {
        "courses": lifts,
        "alerts": course_alerts(published),
        "needs": needs_map(published),
        "diagnosis": training_or_not(published),
        "teams": team_view(published),
        "proficiency": proficiency_view(published),
        "goals": goals_view(published),
        "paths": paths_view(published),
        "plans": plans_view(published),
        "warnings": warning_overview(published),
        "units": unit_matters(published, findings),
        "offered": offered(published),
        "budget": budget_section(published, findings),
    }
    page = _environment().get_template("page.html")
    return page.render(
        **views,
        headline=headline(published, lifts if isinstance(lifts, CourseLifts) else None),
        variety=list_variety(findings),
        recommend=recommend_quality(published, findings),
        lift=lift_quality(published, findings),
        warning=warning_quality(published, findings),
        warning_rules=warning_rules(published, findings),
        stalled=stalled_overview(published),
        who=who_is_who(published, findings),
        fairness=warning_fairness(findings),
        examples=worked_examples(published),
        levels=four_levels(published),
        others=listed_plainly(findings.without_a_place()),
        glossary=GLOSSARY,
        contents=_contents(views),
        style=source("style.css"),
        script=source("script.js"),
        style_hash=csp_hash(source("style.css")),
        script_hash=csp_hash(source("script.js")),
    )


def write_report(tables: Mapping[str, pd.DataFrame], out: Path) -> Path:
    """Write the page of one run to ``out``; a reader sees the old page or the new one, whole.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The contract's output tables of one run by name.
    out : Path
        The HTML file; its folder is made where it is missing.

    Returns
    -------
    Path
        ``out``.

    Raises
    ------
    UsageError
        If ``out`` cannot be written.
    TryAgainError
        If the disk is full.
    """
    return write_whole(render_report(tables), out)


def write_whole(text: str, out: Path) -> Path:
    """Write a page whole or not at all; errors as `write_report`."""
    page = text.encode()
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(page)
        draft.replace(out)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise _failure(out, error) from error
    return out


def _contents(views: Mapping[str, object]) -> tuple[tuple[str, str, bool], ...]:
    """Anchor, name and whether it is missing of each section; what is missing comes last."""
    missing = {name for name, view in views.items() if isinstance(view, Absent)}
    found = [(slug, name, view in missing) for slug, name, view in _SECTIONS]
    return tuple(sorted(found, key=lambda section: section[2]))


def _failure(out: Path, error: OSError) -> UsageError | TryAgainError:
    reason = error.strerror or str(error)
    if error.errno == errno.ENOSPC:
        return TryAgainError(f"the page {out} was not written: {reason}; free some space")
    return UsageError(f"the page {out} cannot be written: {reason}; choose another place")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ptml.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["absent"] = lambda value: isinstance(value, Absent)
    return environment


@cache
def source(name: str) -> str:
    """A file beside the templates as it is; it is ours, and so not escaped."""
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


def csp_hash(source: str) -> str:
    """What the page's content security policy lets run: this text and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
