"""Records of runs put into words: a line each, and one at length."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ptml.jobs.ledger import Record

COLUMNS = ("run", "job", "ended", "as of", "took", "data", "code", "result")
SHORT = 8
_WIDEST = 60
# The figures that a line has room for; the record has all.
HEADLINES = (
    ("recommend", "ndcg_at_10/chosen", "NDCG@10"),
    ("lift", "mean_lift", "lift"),
    ("transfer", "auc/completion", "AUC"),
)


def line_of(record: Record) -> tuple[str, ...]:
    """One line of the table, in the order of `COLUMNS`."""
    if record["status"] == "damaged":
        return (str(record["id"]), "?", "damaged", "", "", "", "", "changed after writing")
    return (
        str(record["id"]),
        str(record["job"]),
        str(record["status"]),
        str(record.get("as_of") or ""),
        duration(record.get("seconds")),
        str(record.get("data", {}).get("fingerprint") or "")[:SHORT],
        code_words(record["code"]),
        result_words(record),
    )


def code_words(code: Mapping[str, Any]) -> str:
    """The commit with `+` where files were changed since; without a checkout the version."""
    if code["commit"] is None:
        return str(code["version"])
    return str(code["commit"])[:SHORT] + ("+" if code["is_dirty"] else "")


def duration(seconds: float | None) -> str:
    """Seconds as a person says them.

    >>> duration(3.21), duration(75.0), duration(None)
    ('3.2 s', '1 min 15 s', '')
    """
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{seconds:.1f} s"


def result_words(record: Record) -> str:
    """How a run ended: its first figures, what it published, or why it failed."""
    if record["status"] == "killed":
        return f"its process is gone; it was at {_last_stage(record)}"
    if record["status"] == "running":
        return f"at {_last_stage(record)}"
    if record["status"] != "done":
        return shortened(f"exit {record['exit_code']}: {record['error']}")
    return shortened(_told(record["outcome"]))


def shortened(text: str) -> str:
    """Its first line, as much of it as a column has room for.

    >>> shortened("one" + chr(10) + "two"), len(shortened("x" * 99))
    ('one', 60)
    """
    line = text.partition("\n")[0]
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 3].rstrip()}..."


def _told(outcome: Mapping[str, Any]) -> str:
    decision = _decision(outcome)
    if decision is not None:
        return decision
    found = {(row["model"], row["name"]): row["value"] for row in outcome["figures"]}
    told = [
        f"{words} {found[model, name]:.3f}"
        for model, name, words in HEADLINES
        if found.get((model, name)) is not None
    ]
    if told:
        return ", ".join(told)
    if "run_id" in outcome:
        return f"published {outcome['run_id']}"
    return str(next(iter(outcome.get("sentences", ())), ""))


def _decision(outcome: Mapping[str, Any]) -> str | None:
    """What a job decided that decides; None for the others."""
    if "promoted" in outcome:
        what = "promoted" if outcome["promoted"] else "refused"
        why = next(iter(outcome.get("refused", ())), None)
        return f"{what} {outcome.get('version', '')}" + ("" if why is None else f": {why}")
    if "advice" in outcome:
        return f"{outcome['advice']}: {outcome['reason']}"
    if "is_adopted" in outcome:
        return "new settings" if outcome["is_adopted"] else "the default stays"
    return None


def _last_stage(record: Record) -> str:
    stages = record.get("stages") or [{"stage": "its beginning"}]
    return str(stages[-1]["stage"])


def told_at_length(record: Record) -> list[str]:
    """What a person wants to know of one run; `--json` has all of it."""
    data = record.get("data", {})
    where = f"{data.get('address')} ({data.get('fingerprint')})" if data else "unknown"
    lines = [
        f"{record['id']}: {record['job']}, {record['status']}",
        f"  command: {' '.join(record['command'])}",
        *(f"  file: {file['path']} ({file['sha256'][:SHORT]})" for file in record["files"]),
        f"  began {_moment(record['started'])},"
        f" took {duration(record.get('seconds')) or 'unknown'}",
        f"  data: {where}, as of {record.get('as_of') or 'unknown'}, seed {record['seed']}",
        f"  code: ptml {record['code']['version']}, {code_words(record['code'])},"
        f" sources {record['code']['sources']}",
        "  libraries: " + ", ".join(f"{k} {v}" for k, v in record["libraries"].items()),
        *(f"  {stage['stage']}: {duration(stage.get('seconds'))}" for stage in record["stages"]),
        f"  result: {result_words(record)}",
    ]
    if "error" in record:
        lines += [f"    {line}" for line in str(record["error"]).splitlines()]
    return lines + [f"    {told}" for told in record.get("outcome", {}).get("sentences", ())]


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S %Z}"
