"""The page of one look: verdict first, then alarms, plots, and what is fine."""

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ptml.monitor.drawing import foretold_and_seen, quantile_lines, weeks_with_band
from ptml.monitor.finding import Family, Finding
from ptml.monitor.look import Look
from ptml.monitor.verdict import BUDGET, Verdict
from ptml.monitor.wording import in_words

FAMILIES: Mapping[str, str] = {
    "readable": "can the data be read",
    "freshness": "does every table still come",
    "volume": "are there as many rows as usual",
    "values": "are the values as before",
    "past": "is the past as it was",
    "features": "are people as those that were learnt from",
    "scores": "do the models answer as before",
    "outcomes": "do warnings come true",
    "review": "do reviewed flags come true",
    "lift": "do courses still bring what they did",
    "groups": "is it so for every group",
}
_SEVERITIES = {"critical": "Broken data", "action": "Action needed", "note": "Noted"}
_HEADLINES = {
    "fix_data": "Mend the data first, and do not train on them",
    "retrain": "Train again: what comes in is no longer what was learnt",
    "look": "Have a look: something changed that training does not mend",
    "none": "Nothing to do",
}


# Rows of courses on the page; a catalogue may hold hundreds.
_MOST_ROWS = 12


@dataclass(frozen=True)
class Table:
    """A table of figures on the page."""

    title: str
    note: str
    columns: Sequence[str]
    parts: Mapping[str, Sequence[Sequence[str]]]
    plots: Sequence[Mapping[str, str]]


def headline(verdict: Verdict, look: Look) -> str:
    """The verdict in a few words; what could not be looked at is not called sound."""
    said = _HEADLINES[verdict.advice]
    return f"{said}, as far as could be looked at" if _is_open(verdict, look) else said


def _is_open(verdict: Verdict, look: Look) -> bool:
    """Whether all that was looked at is well, and some of the questions had no answer at all."""
    asked = {item.family for item in look.not_judged} - {f.family for f in look.findings}
    return verdict.advice == "none" and bool(asked)


def promise(false_alarm_rate: float) -> str:
    """What the thresholds hold."""
    return (
        f"Thresholds are set so that at most {false_alarm_rate:.0%} of weekly runs (one in "
        f"{1 / false_alarm_rate:.0f}) call to action though nothing has changed."
    )


# Families whose tests need trained models: too dear to measure at many organisations.
_UNMEASURED: tuple[Family, ...] = ("scores", "outcomes", "review", "lift", "groups")


def _covered(false_alarm_rate: float) -> str:
    """Of which tests the rate was measured, and of which it rests on the method."""
    share = sum(BUDGET[family] for family in _UNMEASURED)
    return (
        "Measured at simulated organisations: tests of tables and of people. Tests that need "
        f"trained models may call falsely in {share * false_alarm_rate:.1%} of runs and keep to "
        "that by their method; lift was tried on three organisations, scores, outcomes and "
        "groups on one, reviewed flags on none."
    )


def render_page(
    verdict: Verdict,
    look: Look,
    about: Mapping[str, str],
    false_alarm_rate: float,
    style: str,
    courses: Mapping[str, str] | None = None,
) -> str:
    """Render the page; the same look gives the same text.

    Parameters
    ----------
    about : mapping
        ``as_of`` and ``trained`` in words.
    style : str
        The stylesheet, as it stands.
    courses : mapping of str to str, optional
        Titles by id.
    """
    environment = Environment(
        loader=PackageLoader("ptml.monitor"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["words"] = lambda text: in_words(str(text), courses or {})
    one = environment.get_template("card.html")

    def card(alarm: Mapping[str, Any]) -> Markup:
        drawn = alarm["drawn"]
        plot = quantile_lines(drawn["before"], drawn["now"]) if "before" in drawn else ""
        return Markup(one.render(alarm=alarm, plot=plot, words=_SEVERITIES, families=FAMILIES))

    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("monitor.html").render(
        **about,
        headline=headline(verdict, look),
        reason=_sentence(verdict.reason),
        unreliable=verdict.advice == "fix_data",
        promise=promise(false_alarm_rate),
        covered=_covered(false_alarm_rate),
        acting=[a for a in verdict.alarms if a["severity"] != "note"],
        notes=[a for a in verdict.alarms if a["severity"] == "note"],
        plots=_plots(look),
        tables=_tables(look),
        fine=_fine(verdict, look),
        unknown=[f"{n.subject}: {n.why}" for n in look.not_judged],
        card=card,
        style=style,
        style_hash=f"sha256-{digest}",
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _plots(look: Look) -> list[dict[str, str]]:
    return [
        {"name": f.subject.partition(":")[0], "svg": weeks_with_band(f.drawn)}
        for f in look.findings
        if "rows" in f.drawn
    ]


def _tables(look: Look) -> list[Table]:
    """What outcomes and courses come to, alarm or not."""
    told = (
        (
            ("outcomes", "review"),
            "Warnings: promised and seen",
            "Since training, as far as outcomes are in. In the plots each dot is a share of the "
            "cases, from the least to the most likely to be weak, with its 95 % interval; on the "
            "dashed line what was seen is what was promised.",
        ),
        (
            ("lift",),
            "What courses bring",
            "Points of performance. In brackets are 95 % intervals; those of a forecast hold its "
            "own error too. \u201cMost likely\u201d reads a course in the light of all others: "
            "few starts "
            "prove little. In the plot each dot is a course; on the dashed line it brought what "
            "was foretold.",
        ),
    )
    tables = []
    for families, title, note in told:
        own = [f for f in look.findings if f.family in families]
        shown = _furthest(own)
        if len(shown) < len(own):
            note += f" Shown are the {len(shown)} of {len(own)} that are furthest off."
        if own:
            columns = ("what", "seen", "expected")
            tables.append(Table(title, note, columns, _parts(shown), _drawn(own)))
    return tables


def _parts(findings: Sequence[Finding]) -> dict[str, list[tuple[str, str, str]]]:
    """Rows by heading: what is said of every course alike is said once."""
    parts: dict[str, list[tuple[str, str, str]]] = {}
    for f in findings:
        who, _, what = f.subject.partition(": ")
        is_course = who.startswith("course ")
        heading, subject = (f"Each course: {what}", who) if is_course else ("", f.subject)
        parts.setdefault(heading, []).append((subject, f.seen, f.expected))
    return parts


def _furthest(findings: Sequence[Finding]) -> list[Finding]:
    """Those of single courses only as far as they are furthest off, in their order."""
    of_all = [f for f in findings if not f.subject.startswith("course ")]
    single = [f for f in findings if f.subject.startswith("course ")]
    kept = sorted(single, key=lambda f: f.p if f.p is not None else 0.0)[:_MOST_ROWS]
    return [*of_all, *(f for f in single if any(f is one for one in kept))]


def _drawn(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [
        {"name": f.subject.partition(":")[0], "svg": foretold_and_seen(f.drawn)}
        for f in findings
        if f.drawn.get("foretold")
    ]


def _fine(verdict: Verdict, look: Look) -> list[str]:
    tested = Counter(f.family for f in look.findings)
    alarmed = Counter(a["family"] for a in verdict.alarms)
    return [
        f"{FAMILIES[family].capitalize()}: {n - alarmed.get(family, 0)} of {n} tests"
        for family, n in tested.items()
    ]
