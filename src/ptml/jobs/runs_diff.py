"""Two records side by side: what differs in what decides the result, and in the result."""

from collections.abc import Callable, Mapping
from typing import Any

from ptml.jobs.ledger import Record
from ptml.jobs.resolved import leaves
from ptml.jobs.runs import code_words, duration

ABSENT = "not there"
# Said of whether two runs are the same in a thing.
SAME, DIFFERENT, UNKNOWN = "same", "different", "unknown"


def compare(one: Record, other: Record) -> dict[str, Any]:
    """Hold two records against each other.

    Returns
    -------
    dict
        ``decides``: thing to `same`, `different` or `unknown`; ``settings``, ``libraries``,
        ``rows``, ``published``, ``asked``: key to the two values where they differ; ``stages``:
        seconds; ``figures``: those in either, with difference and whether the intervals overlap;
        ``made``: parts that differ; ``is_bug``; ``sentences``.
    """
    found: dict[str, Any] = {
        "runs": [one["id"], other["id"]],
        "decides": _decides(one, other),
        "settings": differing(_flat(one["settings"]), _flat(other["settings"])),
        "asked": differing(one["asked"], other["asked"]),
        "libraries": differing(one["libraries"], other["libraries"]),
        "machine": differing(one["machine"], other["machine"]),
        "rows": differing(_rows(one), _rows(other)),
        "stages": _stages(one, other),
        "figures": _figures(one, other),
        "published": differing(_outcome(one, "rows"), _outcome(other, "rows")),
        "made": _made(one, other),
    }
    found["is_bug"] = _is_bug(one, other, found)
    return {**found, "sentences": _sentences(one, other, found)}


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Keys whose values differ, with both; a key that one has not reads `not there`."""
    names = dict.fromkeys([*one, *other])
    pairs = {name: [one.get(name, ABSENT), other.get(name, ABSENT)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _decides(one: Record, other: Record) -> dict[str, str]:
    things: dict[str, Callable[[Record], Any]] = {
        "job": lambda r: r["job"],
        "settings": lambda r: r["settings"],
        "seed": lambda r: r["seed"],
        "models asked for": lambda r: sorted(r["asked"].get("only", ())),
        "data": lambda r: r.get("data", {}).get("fingerprint"),
        "as-of date": lambda r: r.get("as_of"),
        "code": lambda r: r["code"]["sources"],
        "libraries": lambda r: r["libraries"],
    }
    if "used" in one or "used" in other:
        things["models used"] = lambda r: r.get("used")
    return {name: _verdict(read(one), read(other)) for name, read in things.items()}


def _run_ids(one: Record, other: Record) -> list[Any]:
    return [record.get("outcome", {}).get("run_id") for record in (one, other)]


def _made(one: Record, other: Record) -> list[str]:
    """Parts whose hashes differ; published tables carry their run id, so that another id is one."""
    ids = _run_ids(one, other)
    if ids[0] != ids[1]:
        return []
    return sorted(differing(_outcome(one, "made"), _outcome(other, "made")))


def _verdict(one: Any, other: Any) -> str:
    if one is None or other is None:
        return UNKNOWN
    return SAME if one == other else DIFFERENT


def _flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {".".join(key): value for key, value in leaves(settings)}


def _rows(record: Record) -> Mapping[str, Any]:
    return dict(record.get("data", {}).get("rows", {}))


def _outcome(record: Record, name: str) -> Mapping[str, Any]:
    return dict(record.get("outcome", {}).get(name, {}))


def _stages(one: Record, other: Record) -> dict[str, list[float | None]]:
    took: dict[str, list[float | None]] = {}
    for side, record in enumerate((one, other)):
        for stage in record["stages"]:
            pair = took.setdefault(stage["stage"], [None, None])
            pair[side] = (pair[side] or 0.0) + stage["seconds"] if "seconds" in stage else None
    return took


def _figures(one: Record, other: Record) -> list[dict[str, Any]]:
    sides = [
        {f"{row['model']} {row['name']}": row for row in r.get("outcome", {}).get("figures", ())}
        for r in (one, other)
    ]
    return [
        _figure(name, sides[0].get(name, {}), sides[1].get(name, {}))
        for name in dict.fromkeys([*sides[0], *sides[1]])
    ]


def _figure(name: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    values: list[Any] = [one.get("value"), other.get("value")]
    known = values[0] is not None and values[1] is not None
    return {
        "name": name,
        "values": values,
        "intervals": [[side.get("low"), side.get("high")] for side in (one, other)],
        "difference": values[1] - values[0] if known else None,
        "overlap": _overlap(one, other),
    }


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool | None:
    """Whether the two intervals have a point in common; None where one has no interval."""
    ends: list[Any] = [side.get(end) for side in (one, other) for end in ("low", "high")]
    if any(end is None for end in ends):
        return None
    low, high, other_low, other_high = ends
    return bool(low <= other_high and other_low <= high)


def _is_same(found: Mapping[str, Any]) -> bool:
    return set(found["decides"].values()) == {SAME}


def _differs(found: Mapping[str, Any]) -> bool:
    return bool(found["made"] or found["published"]) or any(
        figure["values"][0] != figure["values"][1] for figure in found["figures"]
    )


def _is_bug(one: Record, other: Record, found: Mapping[str, Any]) -> bool:
    return _both_done(one, other) and _is_same(found) and not found["machine"] and _differs(found)


def _sentences(one: Record, other: Record, found: Mapping[str, Any]) -> list[str]:
    return [
        f"A {one['id']} ({one['job']}, {one['status']}), B {other['id']} ({other['job']},"
        f" {other['status']})",
        *_verdict_sentences(one, other, found),
        *_pairs("settings", found["settings"]),
        *_pairs("asked for", found["asked"]),
        *(_pairs("rows of", found["rows"]) if _rows(one) and _rows(other) else ()),
        *(_pairs("published rows of", found["published"]) if _both_done(one, other) else ()),
        *_code_sentences(one, other),
        *_pairs("library", found["libraries"]),
        *_pairs("machine", found["machine"]),
        *_stage_sentences(found["stages"]),
        # A run that is not done has no figures: that all are unknown is told by one sentence above.
        *(_figure_sentences(found["figures"]) if _both_done(one, other) else ()),
    ]


def _both_done(one: Record, other: Record) -> bool:
    return bool(one["status"] == other["status"] == "done")


def _verdict_sentences(one: Record, other: Record, found: Mapping[str, Any]) -> list[str]:
    decides = found["decides"]
    parts = [name for name, verdict in decides.items() if verdict == DIFFERENT]
    unknown = [name for name, verdict in decides.items() if verdict == UNKNOWN]
    told = []
    if parts:
        told.append(f"They differ in what decides the result: {', '.join(parts)}.")
    if unknown:
        told.append(f"Whether they differ in this is unknown: {', '.join(unknown)}.")
    if _is_same(found):
        told.append(f"The same in all that decides the result: {', '.join(decides)}.")
    if not _both_done(one, other):
        return [*told, "Not both were done: there are no two results to compare."]
    ids = _run_ids(one, other)
    if ids[0] != ids[1]:
        return [*told, f"They published runs {ids[0]} and {ids[1]}; rows that differ stand below."]
    if not _differs(found):
        return [*told, "The results are the same."]
    changed = f" ({', '.join(found['made'])})" if found["made"] else ""
    if not _is_same(found):
        return [*told, f"The results differ{changed}."]
    if found["machine"]:
        return [*told, f"Yet the results differ{changed}: the machines do too, which may be why."]
    return [
        *told,
        f"Yet the results differ{changed}. This is a bug: the same input must give the same"
        " result. Please report it with both records.",
    ]


def _pairs(what: str, pairs: Mapping[str, list[Any]]) -> list[str]:
    return [f"  {what} {name}: {one} -> {other}" for name, (one, other) in pairs.items()]


def _code_sentences(one: Record, other: Record) -> list[str]:
    if one["code"] == other["code"]:
        return []
    words = [f"{r['code']['version']} {code_words(r['code'])}" for r in (one, other)]
    alike = "same" if one["code"]["sources"] == other["code"]["sources"] else "different"
    return [f"  code: {words[0]} -> {words[1]} ({alike} sources)"]


def _stage_sentences(stages: Mapping[str, list[float | None]]) -> list[str]:
    return [
        f"  {stage} took {duration(one) or ABSENT} -> {duration(other) or ABSENT}"
        for stage, (one, other) in stages.items()
    ]


def _figure_sentences(figures: list[dict[str, Any]]) -> list[str]:
    told = []
    for figure in figures:
        if figure["values"][0] == figure["values"][1]:
            continue
        words = [
            _shown(value, *ends)
            for value, ends in zip(figure["values"], figure["intervals"], strict=True)
        ]
        by = "" if figure["difference"] is None else f", {figure['difference']:+.4g}"
        told.append(
            f"  {figure['name']}: {words[0]} -> {words[1]}{by}{_OVERLAP[figure['overlap']]}"
        )
    return told


_OVERLAP = {True: "; intervals overlap", False: "; intervals apart", None: ""}


def _shown(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return "unknown"
    return (
        f"{value:.4g}" if low is None or high is None else f"{value:.4g} ({low:.4g} to {high:.4g})"
    )
