"""What the page of a case shows besides the case: drawings, sentences, what is like it."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request

from ptml.explain.catalogue import INTERVENTIONS
from ptml.review.access.viewer import Viewer
from ptml.review.cases.case import Case
from ptml.review.cases.facts import facts_of
from ptml.review.cases.similar import Similar
from ptml.review.cases.states import DISMISSALS, OUTCOMES, Kind
from ptml.review.cases.timeline import results, taken
from ptml.review.drawing import bars, line
from ptml.review.pages.rendering import language_of
from ptml.review.pages.unknown import unknown_in
from ptml.review.state import state_of
from ptml.review.words import Wording, wording_in
from ptml.review.words.likelihood import likelihood, odds, sureness
from ptml.review.words.terms import term

_KINDS = (Kind.assign, Kind.outcome, Kind.accept, Kind.ask, Kind.postpone, Kind.dismiss)
# Less than this is told in words alone.
_LEAST_SHARE = 0.01


def view_of(request: Request, viewer: Viewer, case: Case, alike: Similar) -> Mapping[str, Any]:
    """Gather what the template asks for."""
    wording = wording_in(language_of(request))
    facts = facts_of(case.events, case.enrolment_id)
    suggested = [item["code"] for item in case.interventions]
    return {
        "facts": facts,
        "unknown": unknown_in(wording, case, facts),
        "estimate": _estimate(wording, case),
        "shares": _shares(wording, case),
        "clear": [item for item in _largest_first(case.reasons) if item["clear"]],
        "unclear": [item for item in case.reasons if not item["clear"]],
        "courses": taken(case.events, case.enrolment_id, case.titles),
        "results": results(case.events),
        "drawn": _drawn(case),
        "alike": alike,
        "unit_reasons": _unit_reasons(request, case),
        "kinds": [kind for kind in _KINDS if kind in case.kinds],
        "dismissals": DISMISSALS,
        "outcomes": OUTCOMES,
        "others": [code for code in INTERVENTIONS if code not in suggested],
        "sees_names": viewer.sees_names,
        "today": state_of(request).today(),
        "overtaken": [],
    }


def _estimate(wording: Wording, case: Case) -> Mapping[str, str]:
    usual = 1 / (1 + math.exp(-case.base_value))
    return {
        "likely": likelihood(wording, case.p_weak),
        "sure": sureness(wording, case.p_low, case.p_high),
        "usual": odds(wording, usual),
    }


def _shares(wording: Wording, case: Case) -> Any:
    total = sum(abs(item["share"]) for item in case.reasons)
    told = [
        (term(wording, "reason", item["code"]), item["share"])
        for item in _largest_first(case.reasons)
        if abs(item["share"]) >= _LEAST_SHARE * total > 0
    ]
    return bars(told, total)


def _largest_first(reasons: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(reasons, key=lambda item: -abs(item["share"]))


def _drawn(case: Case) -> Any:
    ends = [] if case.completed_on is None else [case.completed_on]
    return line(results(case.events), ends)


def _unit_reasons(request: Request, case: Case) -> Sequence[Mapping[str, Any]]:
    """Why the case's unit as a whole was flagged; nothing where it was not, or is too small."""
    if case.unit_id is None:
        return ()
    rows = state_of(request).published.of_unit("unit_warnings", case.unit_id)
    least = state_of(request).config.least_group
    told = [r for r in rows if r["flagged"] and (r["people"] or least) >= least]
    return [reason for row in told for reason in json.loads(row["reasons"])]
