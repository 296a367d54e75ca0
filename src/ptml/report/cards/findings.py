"""What the evidence says on a card: checks in words, and what nobody could tell."""

from ptml.report.checks import Check, checks
from ptml.report.figures import PlainTable
from ptml.report.findings import Finding, Findings
from ptml.report.warning_fairness import warning_fairness
from ptml.report.warning_quality import FAIRNESS_CHECKS
from ptml.report.wording import as_sentence, in_words, plural

EVIDENCE = {"recommend": "recommend", "lift": "lift", "warnings": "transfer"}
"""What evidence calls each model."""
_ORDER = {"fail": 0, "not_judged": 1, "pass": 2}
_VERDICTS = {"pass": "passed", "fail": "not passed", "not_judged": "the data cannot tell"}


def judged(findings: Findings, name: str) -> tuple[Check, ...]:
    """All checks of a model: failed ones first, then those that the data cannot judge."""
    model = EVIDENCE[name]
    plainly = tuple(i for i in findings.items if i.name.split("/")[0] not in FAIRNESS_CHECKS)
    found = checks(Findings(plainly), model)
    if name == "warnings":
        found += warning_fairness(findings).checks
    return tuple(sorted(found, key=lambda check: _ORDER[check.verdict]))


def failed(found: tuple[Check, ...]) -> tuple[str, ...]:
    """Each failed check as a sentence."""
    return tuple(_told(check) for check in found if check.verdict == "fail")


def verdict(found: tuple[Check, ...]) -> str:
    """How the checks came out, in one sentence."""
    if not found:
        return "Nothing was checked, for want of data: treat its figures as unknown."
    bad = [check for check in found if check.verdict == "fail"]
    open_ = sum(check.verdict == "not_judged" for check in found)
    said = f"Of {plural(len(found), 'check')}, {len(found) - len(bad) - open_} passed"
    if open_:
        said += f", on {open_} the data cannot tell"
    if not bad:
        return f"{said}, none failed."
    barred = [check.name for check in bad if check.must_pass]
    if barred:
        return (
            f"{said}, {len(bad)} failed, among them one that it must pass: do not use this model."
        )
    return f"{said}, {len(bad)} failed; none of those bars its use, and each is told below."


def check_table(found: tuple[Check, ...]) -> PlainTable:
    """All checks with figure, bound and verdict."""
    rows = tuple(
        (
            check.name + (" (must pass)" if check.must_pass else ""),
            check.value,
            check.bound or "no bound",
            _VERDICTS[check.verdict],
        )
        for check in found
    )
    return PlainTable(("Check", "Found", "Bound", "Verdict"), rows)


def what_is_asked(found: tuple[Check, ...]) -> tuple[str, ...]:
    """What each check asks, where it says so."""
    return tuple(f"{check.name}: {check.question}" for check in found if check.question)


def not_known(findings: Findings, name: str) -> tuple[str, ...]:
    """Figures that were wanted and could not be given."""
    empty = [
        in_words(item.name)
        for item in findings.of_kind(EVIDENCE[name], "metric")
        if item.value is None and item.low is None
    ]
    open_ = [check.name for check in judged(findings, name) if check.verdict == "not_judged"]
    said = [f"Too little data for: {words}." for words in empty]
    return (*said, *(f"The data cannot tell: {words}." for words in open_))


def metric(findings: Findings, name: str, which: str) -> Finding | None:
    """A held-out figure of a model that has a value."""
    found = findings.get(EVIDENCE[name], "metric", which)
    return None if found is None or found.value is None else found


def _told(check: Check) -> str:
    bound = f", {check.bound}" if check.bound else ""
    return as_sentence(f"{check.name}: {check.value}{bound}. {check.question}".strip())
