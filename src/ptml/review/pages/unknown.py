"""What is not known of a case, said as plainly as what is."""

from collections.abc import Iterator

from ptml.review.cases.case import Case
from ptml.review.cases.facts import Facts
from ptml.review.cases.timeline import results
from ptml.review.words import N_, Wording
from ptml.review.words.reasons import seen_in

# What a reason says was asked for and not found, or was not to be expected yet.
_LACKING = frozenset({"unknown", "none_due"})
_RECORDS = frozenset({"past_transfer.none", "unit_record.none", "course_record.none"})


def unknown_in(wording: Wording, case: Case, facts: Facts) -> tuple[str, ...]:
    """Sentences on what is not known."""
    return tuple(dict.fromkeys(_unknown(wording, case, facts)))


def _unknown(wording: Wording, case: Case, facts: Facts) -> Iterator[str]:
    checks = next(a for a in facts.activities if a.kind == "behaviour_check")
    if not checks.done:
        yield wording.say(N_("Nobody has checked at work yet whether it is used."))
    if facts.exam is None:
        yield wording.say(N_("No exam score is known."))
    ends = facts.completed_on
    if ends and not any(day.isoformat() > ends for day, _ in results(case.events)):
        yield wording.say(N_("No result of a period after the course is known yet."))
    for item in case.reasons:
        seen = str(item.get("text_key", "")).rpartition(".")[0]
        if seen.partition(".")[2] in _LACKING or seen in _RECORDS:
            yield wording.say(N_("{what}."), what=seen_in(wording, item))
