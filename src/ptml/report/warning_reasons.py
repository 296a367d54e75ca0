"""How the warnings are spread, and what they most often rest on."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from ptml.contracts.outputs import HOLD_OUT
from ptml.report.absence import Absent, absent
from ptml.report.bars import lying, standing
from ptml.report.figures import Figure, PlainTable
from ptml.report.published import PublishedTables
from ptml.report.reasons import FAMILIES, read_reasons
from ptml.report.warning_quality import STAGES, stage_name
from ptml.report.wording import count, in_words, percent, plural
from ptml.transfer.topics import PARTS

_N_BINS = 10
_MOST_REASONS = 2
# What a topic rests on, where its code does not say it to a reader.
_TOPICS = {
    "motivation": "answers on motivation, and by whose choice",
    "past_transfer": "use of earlier courses",
    "past_use": "tasks and use after earlier courses",
    "manager_support": "answers on support",
    "past_talks": "earlier talks with the manager",
    "manager": "span and time of the manager",
    "no_opportunity": "answers on opportunity",
    "unit_trouble": "incidents in the unit",
    "unit_record": "use of earlier courses in the unit",
    "not_learned": "exam",
    "person": "record of learning and capability",
    "too_hard": "entry level",
    "workload": "answers on workload",
}


@dataclass(frozen=True)
class WarningOverview:
    """What the run's warnings look like as a whole."""

    title: str
    of_units: str
    spreads: tuple[Figure, ...]
    families: Figure | None


def warning_overview(published: PublishedTables) -> WarningOverview | Absent:
    """Count warnings by probability, and flagged ones by their leading reason family."""
    warnings = published.table("warnings")
    if warnings.empty:
        return absent(
            published,
            "No warnings were published.",
            "They need `transfer_evidence`: behaviour checks some weeks after training.",
            "no warnings",
        )
    warnings = warnings.assign(
        flagged=warnings["flagged"].eq(True),
        p_weak=pd.to_numeric(warnings["p_weak"], errors="coerce"),
        stage=warnings["stage"].fillna("unknown").astype(str),
    )
    found = set(warnings["stage"])
    stages = [*(stage for stage in STAGES if stage in found), *sorted(found - set(STAGES))]
    last = published.last_warnings
    flags = last[last["flagged"]]
    return WarningOverview(
        title=_title(last, flags),
        of_units=_of_units(last),
        spreads=tuple(_spread(warnings[warnings["stage"] == s], s) for s in stages),
        families=_families(flags),
    )


def _title(last: pd.DataFrame, flags: pd.DataFrame) -> str:
    held_out = int(last["arm"].eq(HOLD_OUT).sum()) if "arm" in last else 0
    drawn = f" A draw holds {count(held_out)} more out of the flags." if held_out else ""
    if flags.empty:
        return f"None of {plural(len(last), 'completed training')} is flagged.{drawn}"
    share = percent(len(flags) / len(last))
    total = plural(len(last), "completed training")
    verb = "is" if len(flags) == 1 else "are"
    return f"{count(len(flags))} of {total} ({share}) {verb} flagged.{drawn}"


def _of_units(last: pd.DataFrame) -> str:
    n = int((last["unit_matter"].notna() & last["unit_matter"].ne("")).sum())
    if not n:
        return ""
    are = "is" if n == 1 else "are"
    return f"{plural(n, 'completed training')} {are} referred to the unit, and nobody is flagged."


def _spread(rows: pd.DataFrame, stage: str) -> Figure:
    edges = np.linspace(0.0, 1.0, _N_BINS + 1)
    known = rows[rows["p_weak"].notna()]
    every = np.histogram(known["p_weak"], bins=edges)[0]
    flagged = np.histogram(known.loc[known["flagged"], "p_weak"], bins=edges)[0]
    labels = [f"{round(edge * 100)}" for edge in edges[:-1]]
    ranges = [f"{round(a * 100)} to {round(b * 100)}\u202f%" for a, b in pairwise(edges)]
    table = tuple(
        (name, count(n), count(part)) for name, n, part in zip(ranges, every, flagged, strict=True)
    )
    return Figure(
        slug=f"figure-warnings-{''.join(c if c.isalnum() else '-' for c in stage)}",
        title=f"{stage_name(stage).capitalize()}: {count(int(flagged.sum()))} of "
        f"{count(len(rows))} flagged",
        note="Completed enrolments by estimated probability of weak transfer; the dark part is "
        "flagged.",
        plot=standing(
            labels,
            [float(n) for n in every],
            [float(n) for n in flagged],
            [count(n) if n else "" for n in every],
            "estimated probability of weak transfer, %",
        ),
        numbers=PlainTable(("Probability", "Enrolments", "Flagged"), table, frozenset({1, 2})),
    )


def _families(flags: pd.DataFrame) -> Figure | None:
    leading: Counter[str] = Counter()
    codes: dict[str, Counter[str]] = {}
    for cell in flags["reasons"]:
        reasons = [r for r in read_reasons(cell) if r.effect == "raises" and not r.is_sign]
        if reasons:
            leading[reasons[0].family] += 1
        for reason in reasons:
            codes.setdefault(reason.family, Counter())[reason.code] += 1
    if not leading:
        return None
    names = sorted(leading, key=lambda family: (-leading[family], family))
    total = sum(leading.values())
    shares = [leading[name] / total for name in names]
    said = [FAMILIES.get(name, in_words(name)).capitalize() for name in names]
    texts = [percent(share) for share in shares]
    details = [_most_often(codes[name]) for name in names]
    return Figure(
        slug="figure-reason-families",
        title=f"Most often the leading reason is {said[0].lower()}: {texts[0]} of flags",
        note="Share of flagged enrolments by the family that weighs most; one colour each for the "
        "trainee, the organisation, the surroundings and the design of the course. A reason is "
        "what the estimate rests on, not a proven cause.",
        plot=lying(
            said, shares, texts, tones=[PARTS.get(name, "") for name in names], details=details
        ),
        numbers=PlainTable(
            ("Reason family", "Leads in", "Share", "Most often"),
            tuple(zip(said, (count(leading[name]) for name in names), texts, details, strict=True)),
            frozenset({1, 2}),
        ),
    )


def _most_often(codes: Counter[str]) -> str:
    ranked = sorted(codes, key=lambda code: (-codes[code], code))
    return "; ".join(_TOPICS.get(code, in_words(code)) for code in ranked[:_MOST_REASONS])
