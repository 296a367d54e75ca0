"""The top of the page: what the run was, what it read and set aside, what it found, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ptml.report.course_lift import CourseLifts
from ptml.report.figures import PlainTable
from ptml.report.published import PublishedTables
from ptml.report.wording import (
    count,
    date,
    known,
    moment,
    number,
    parsed_mapping,
    percent,
    plural,
    shortened,
)

_MOST_RULES = 40


@dataclass(frozen=True)
class Tile:
    """One large number with what it counts."""

    value: str
    label: str
    detail: str


@dataclass(frozen=True)
class TableRead:
    """An input table: rows read and set aside, and the share set aside in percent for the bar."""

    name: str
    read: str
    set_aside: str
    share: str
    bar: float


@dataclass(frozen=True)
class BrokenRule:
    """Rows set aside for one rule, with examples."""

    table: str
    column: str
    rule: str
    rows: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Headline:
    """What the top of the page shows."""

    run_id: str
    as_of: str
    title: str
    has_failed: bool
    lead: tuple[str, ...]
    tiles: tuple[Tile, ...]
    notes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    reads: tuple[TableRead, ...]
    written: PlainTable
    versions: PlainTable
    rules: tuple[BrokenRule, ...]
    n_rules_left_out: int


def headline(published: PublishedTables, lifts: CourseLifts | None) -> Headline:
    """Build the top of the page.

    Parameters
    ----------
    published : PublishedTables
        The run's tables.
    lifts : CourseLifts or None
        The verdict on each course, where lift was published.
    """
    rows = parsed_mapping(published.run.get("rows"))
    reads = _reads(rows)
    rules = _rules(published.table("rejected_rows"))
    return Headline(
        run_id=shortened(published.run.get("run_id")) if published.run else "unknown run",
        as_of=date(published.run.get("as_of")),
        title=_title(published, lifts),
        has_failed=published.run.get("status") == "failed",
        lead=_lead(published, lifts, rows),
        tiles=_tiles(published, lifts, rows),
        notes=published.notes,
        facts=_facts(published.run),
        reads=reads,
        written=_written(rows),
        versions=_versions(published.run),
        rules=rules[:_MOST_RULES],
        n_rules_left_out=max(len(rules) - _MOST_RULES, 0),
    )


def _title(published: PublishedTables, lifts: CourseLifts | None) -> str:
    if lifts is not None:
        return lifts.headline
    people = published.n_people
    if people:
        noun = plural(people, "person", "people")
        return f"Courses recommended to {noun}, by preference alone."
    return "This run had nothing to recommend."


def _totals(rows: Mapping[str, object], name: str) -> Mapping[str, float]:
    counts = ((str(k), number(v)) for k, v in parsed_mapping(rows.get(name)).items())
    return {table: n for table, n in counts if n is not None}


def _lead(
    published: PublishedTables, lifts: CourseLifts | None, rows: Mapping[str, object]
) -> tuple[str, ...]:
    read, aside = _totals(rows, "read"), _totals(rows, "set_aside")
    sentences = [lifts.remainder] if lifts is not None and lifts.remainder else []
    if read:
        total, out = sum(read.values()), sum(aside.values())
        share = f" ({percent(out / total)})" if out and total else ""
        tables = plural(len([n for n in read.values() if n]), "table")
        kept = f"set aside {count(out)}{share}" if out else "set none aside"
        sentences.append(f"The run read {count(total)} rows from {tables} and {kept}.")
    people = published.n_people
    if people:
        courses = published.table("recommendations")["course_id"].nunique()
        who = plural(people, "person", "people")
        sentences.append(f"It recommends {plural(courses, 'different course')} to {who}.")
    flags = published.last_warnings["flagged"]
    if len(flags):
        n = int(flags.sum())
        sentences.append(
            f"Of {plural(len(flags), 'completed training')} looked at, {count(n)} "
            f"{'is' if n == 1 else 'are'} flagged as likely to stay unused at work."
        )
    sentences.append("Everything here is advice: a named person decides.")
    return tuple(sentences)


def _tiles(
    published: PublishedTables, lifts: CourseLifts | None, rows: Mapping[str, object]
) -> tuple[Tile, ...]:
    tiles = []
    people = published.n_people
    if people:
        per_person = len(published.table("recommendations")) / people
        detail = f"about {round(per_person)} courses each"
        tiles.append(Tile(count(people), "people with recommendations", detail))
    if lifts is not None:
        detail = f"of {count(lifts.n_judged)} that could be judged"
        tiles.append(Tile(count(lifts.n["helps"]), "courses clearly help", detail))
    elif published.has("course_health"):
        n = len(published.table("course_health"))
        tiles.append(Tile(count(n), "courses in the catalogue", "none judged by lift"))
    flags = published.last_warnings["flagged"]
    if len(flags):
        detail = f"{percent(flags.mean())} of those looked at"
        tiles.append(Tile(count(flags.sum()), "trainings flagged", detail))
    read, aside = _totals(rows, "read"), _totals(rows, "set_aside")
    if read:
        detail = f"of {count(sum(read.values()))} read"
        tiles.append(Tile(count(sum(aside.values())), "rows set aside", detail))
    return tuple(tiles)


def _facts(run: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    if not run:
        return ()
    return (
        ("Run", shortened(run.get("run_id"))),
        ("As of", date(run.get("as_of"))),
        ("Started", moment(run.get("started_at"))),
        ("Finished", moment(run.get("finished_at"))),
        ("Status", shortened(run.get("status")) if known(run.get("status")) else "unknown"),
        ("Fingerprint of the data", shortened(run.get("data_fingerprint"), 17)),
    )


def _reads(rows: Mapping[str, object]) -> tuple[TableRead, ...]:
    read, aside = _totals(rows, "read"), _totals(rows, "set_aside")
    result = []
    for name in sorted({*read, *aside}, key=lambda t: (-read.get(t, 0), t)):
        n_read, n_aside = read.get(name, 0), aside.get(name, 0)
        share = n_aside / n_read if n_read else 0.0
        said = percent(share) if n_aside else "none"
        # The bar is full at 5 %: past it the run would have ended.
        bar = round(min(share / 0.05, 1.0) * 100, 1)
        result.append(TableRead(name, count(n_read), count(n_aside), said, bar))
    return tuple(result)


def _written(rows: Mapping[str, object]) -> PlainTable:
    written = _totals(rows, "written")
    body = tuple((name, count(n)) for name, n in sorted(written.items()))
    return PlainTable(("Table written", "Rows"), body, frozenset({1}))


def _versions(run: Mapping[str, object]) -> PlainTable:
    versions = parsed_mapping(run.get("model_versions"))
    body = tuple((str(name), shortened(value, 17)) for name, value in sorted(versions.items()))
    return PlainTable(("Model", "Version"), body)


def _rules(rejected: pd.DataFrame) -> tuple[BrokenRule, ...]:
    if rejected.empty:
        return ()
    keys = ["table", "column", "rule"]
    groups = rejected.assign(**{key: rejected[key].fillna("").astype(str) for key in keys})
    result = []
    for names, rows in groups.groupby(keys, sort=True):
        table, column, rule = map(str, names)
        first = rows.sort_values("row", kind="stable").head(3)
        examples = tuple(
            f"row {count(row)}: {shortened(value, 32)}"
            for row, value in zip(first["row"], first["value"], strict=True)
        )
        result.append((len(rows), BrokenRule(table, column, rule, count(len(rows)), examples)))
    result.sort(key=lambda item: -item[0])
    return tuple(rule for _, rule in result)
