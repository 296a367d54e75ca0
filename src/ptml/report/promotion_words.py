"""A comparison of trainings in a reader's words: what the template shows, nothing worked out."""

from collections.abc import Mapping, Sequence
from typing import Any

from ptml.report.wording import date, figure, percent, span

Record = Mapping[str, Any]

MODELS = {"recommend": "Recommendations", "lift": "Lift", "warnings": "Early warning"}
STAGES = {"completion": "at completion", "day_30": "after 30 days"}
FIGURES = {
    "ndcg_at_10": "Next choices in the first ten (NDCG)",
    "recall_at_20": "Next choices in the first twenty (recall)",
    "completion_brier": "Squared error of the probability to complete",
    "auc": "Tells weak from sound use (AUC)",
    "average_precision": "Precision over all thresholds",
    "log_loss": "Log loss of the probability",
    "calibration_error": "Distance of what is said from what comes true",
    "precision_flagged": "Share of the flagged that stayed unused",
    "lift_loss": "Orthogonal loss of lifts, points squared a start",
    "lift_slope": "Slope of observed on predicted lift (1 is right)",
}
VERDICTS = {
    "better": "better",
    "no_worse": "no worse",
    "worse": "worse",
    "unclear": "unclear",
    "too_few": "too few",
    "told": "told only",
    "equal": "equal",
}
MEASURES = {
    "flagged": "Flagged among open completions",
    "offered": "Offered a full head of the list",
    "gain": "Mean expected gain of a list",
}


def promotion_view(record: Record) -> dict[str, Any]:
    """What the page of a promotion shows."""
    is_first = record["champion_before"] is None
    return {
        "kind": "promotion",
        "title": _title(record),
        "models": None,
        "kicker": f"As of {date(record['window']['day'])}"
        + (" · a trial: nothing was moved" if record["dry_run"] else ""),
        "lead": _lead(record),
        "refused": record["refused"],
        "notes": record["notes"],
        "who": record["who"],
        "why": record["why"],
        "when": f"{date(record['when'][:10])}, {record['when'][11:16]} UTC",
        "version": record["version"],
        "champion": record["champion_before"],
        "is_first": is_first,
        "judged": _judged(record),
        "window": _window(record["window"]),
        "figures": _figures(record["figures"], is_same=record["recipe"]["same_twin"]),
        "lifts": any(row["name"] == "lift_loss" for row in record["figures"]),
        "since": _since(record["champion_since"]),
        "checks": _checks(record["checks"]),
        "evenness": [_even(row) for row in record["evenness"] if row["challenger"] is not None],
        "n_uneven_hidden": sum(row["challenger"] is None for row in record["evenness"]),
        "churn": _churn(record["churn"]),
        "fingerprint": record["window"]["fingerprint"],
    }


def evaluation_view(record: Record) -> dict[str, Any]:
    """What the page of one training shows."""
    stands = (
        "What stands here is its twin: the same settings and seed, fitted on what was known before "
        "the window. The training itself has seen the window."
        if record["is_twin"]
        else "It was trained on what was known before the window, and is judged as it is."
    )
    return {
        "kind": "evaluation",
        "title": "How good the training is on the newest outcomes",
        "models": record["models"],
        "kicker": f"As of {date(record['window']['day'])}",
        "lead": f"Trained on what was known before {date(record['as_of'])}.",
        "judged": [stands],
        "since": None,
        "window": _window(record["window"]),
        "figures": _figures(record["figures"]),
        "lifts": any(row["name"] == "lift_loss" for row in record["figures"]),
        "fingerprint": record["window"]["fingerprint"],
        "is_first": True,
    }


def _title(record: Record) -> str:
    if record["refused"]:
        return "The challenger is refused"
    if record["champion_before"] is None:
        return "The first champion"
    return "The challenger is champion now"


def _lead(record: Record) -> str:
    champion = record["champion_before"]
    if not record["refused"]:
        if champion is None:
            return "It passed every check. There was no champion to be held against."
        return f"It passed every check. {_beside(record)}"
    n = len(record["refused"])
    stays = f"{champion} stays champion" if champion else "There is still no champion"
    return f"{stays}. {n} reason{'s' if n > 1 else ''} against the challenger:"


def _beside(record: Record) -> str:
    champion = record["champion_before"]
    if record["recipe"]["same_twin"]:
        return (
            f"It is made as {champion} was, on newer data: equal by construction, so the checks "
            "decide."
        )
    if not any(row["verdict"] in ("better", "no_worse") for row in record["figures"]):
        return f"No figure tells it from {champion}: the checks decide."
    return f"It is clearly no worse than {champion} where that is known."


def _judged(record: Record) -> list[str]:
    """Who stands for whom in the window."""
    recipe = record["recipe"]
    parts = {"champion": recipe["champion"], "challenger": recipe["challenger"]}
    told = [_stands(name, part) for name, part in parts.items() if part is not None]
    if recipe["same_twin"]:
        told.append(
            "Both were made alike and have seen the window, so both have the same twin: they are "
            "equal by construction in how they are made, and differ only in how fresh they are. "
            "The figures say how good that way is; the checks decide."
        )
    elif recipe["same"]:
        told.append("Both were made alike: by the same settings and seed, on newer data.")
    elif recipe["champion"] is not None:
        told.append("They were made in different ways.")
    return told


def _stands(name: str, part: Record) -> str:
    of = f"The {name} was trained on what was known before {date(part['as_of'])}"
    if not part["is_twin"]:
        return f"{of}, has not seen the window and is judged as it is."
    if not part["is_judged"]:
        return f"{of} and has seen the window; it was not fitted again."
    return (
        f"{of} and has seen the window: its twin stands for it, made by the same settings and seed "
        "from what was known before the window."
    )


def _window(window: Record) -> str:
    if not window["is_open"]:
        return (
            f"The data do not reach back to before {date(window['first'])}: nothing could be held "
            "against outcomes."
        )
    return (
        f"Outcomes that became known from {date(window['first'])} and before "
        f"{date(window['day'])}, {window['days']} days."
    )


def _since(since: Record | None) -> dict[str, Any] | None:
    """How the champion itself did on what came after it was trained."""
    if since is None:
        return None
    # In the order of the columns: the twin stands where the champion does in a comparison.
    told = [row for row in since["figures"] if row["champion"] is not None]
    return {
        "first": date(since["first"]),
        "figures": _figures(told),
        "n_few": len(since["figures"]) - len(told),
    }


def _figures(rows: Sequence[Record], *, is_same: bool = False) -> list[dict[str, Any]]:
    """By model; those of two that have one twin are equal and need no verdict."""
    if is_same:
        rows = [{**row, "verdict": "equal"} if row["gain"] else row for row in rows]
    groups = []
    # What decides comes first.
    ordered = sorted(rows, key=lambda row: row["margin"] is None)
    for model, title in MODELS.items():
        own = [_figure(row) for row in ordered if row["model"] == model]
        if own:
            groups.append({"title": title, "rows": own})
    return groups


def _figure(row: Record) -> dict[str, Any]:
    name, _, stage = row["name"].partition("/")
    is_slope = name == "lift_slope"
    return {
        "label": FIGURES[name] + (f", {STAGES[stage]}" if stage else ""),
        "direction": "" if is_slope else "less is better" if row["is_loss"] else "more is better",
        "champion": _value(row["champion"]),
        "challenger": _value(row["challenger"]),
        "gain": ("", "") if is_slope else _value(row["gain"], signed=True),
        "margin": "" if row["margin"] is None else f"{row['margin']:g}",
        "verdict": VERDICTS[row["verdict"]],
        "tone": "fail" if row["verdict"] in ("worse", "unclear") else "",
        "n": f"{row['n_outcomes']:,} outcomes, {row['people']:,} people",
    }


def _value(part: Record | None, *, signed: bool = False) -> tuple[str, str]:
    """The value and its interval, in three decimals: differences are small."""
    if part is None or part["value"] is None:
        return "unknown", ""
    say = _signed if signed else _plain
    return say(part["value"]), span(part["low"], part["high"], say)


def _signed(value: object) -> str:
    text = f"{value:+.3f}"
    return "0" if text in ("+0.000", "-0.000") else text.replace("-", "\u2212")


def _plain(value: object) -> str:
    return f"{value:.3f}".replace("-", "\u2212")


def _checks(rows: Sequence[Record]) -> list[dict[str, str]]:
    """Failed ones first, those that could not be judged last."""
    words = {False: ("fail", "failed"), True: ("pass", "passed"), None: ("", "not judged")}
    order = (False, True, None)
    return [
        {"tone": words[passed][0], "verdict": words[passed][1], "says": row["says"]}
        for passed in order
        for row in rows
        if row["passed"] is passed
    ]


def _even(row: Record) -> dict[str, str]:
    return {
        "measure": MEASURES[row["measure"]],
        "group": f"{row['attribute'].replace('_', ' ')}: {row['group']}",
        "people": f"{row['people']:,}",
        "champion": _ratio(row["champion"]),
        "challenger": _ratio(row["challenger"]),
        "tone": "fail" if row["passed"] is False else "",
    }


def _ratio(part: Record | None) -> str:
    if part is None or part["value"] is None:
        return "unknown"
    return f"{figure(part['value'])} ({span(part['low'], part['high'], figure)})"


def _churn(churn: Record | None) -> dict[str, Any] | None:
    if churn is None:
        return None
    everybody, *others = churn["rows"]
    groups: dict[str, list[dict[str, str]]] = {}
    for row in others:
        groups.setdefault(row["by"], []).append(_changed(row))
    return {
        "k": churn["k"],
        "everybody": _changed(everybody),
        "groups": groups,
        "flags": churn["flags"],
        "examples": churn["examples"],
    }


def _changed(row: Record) -> dict[str, str]:
    return {
        "group": row["group"],
        "people": f"{row['n_people']:,}",
        "share": percent(row["share"]),
        "between": span(row["low"], row["high"], percent),
        "reordered": percent(row["reordered"]),
        "overlap": percent(row["overlap"]),
    }
