"""The form under a case, as a browser sends it."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from pydantic import BaseModel

from ptml.explain.catalogue import INTERVENTIONS
from ptml.review.cases.decision import Decision, wrong_in
from ptml.review.cases.states import Kind
from ptml.review.words import N_, WrongInputError

# Two kinds have a field of their own for what a decision has one of.
_OWN_FIELD: Mapping[tuple[str, str], str] = MappingProxyType(
    {(Kind.postpone, "due_on"): "until", (Kind.ask, "note"): "question"}
)
ANOTHER = "another"
"""Chosen for an intervention that is not among the suggested ones."""


class DecisionForm(BaseModel):
    """Fields of the form; all are text, so that what is wrong can be shown again as entered.

    ``until`` stands for ``due_on`` where a decision is postponed, ``question`` for ``note`` where
    something is asked, ``other`` for an intervention that was not suggested, ``switch`` for a
    language in which the form is wanted instead of a decision, ``list`` for the
    query of the list that the case was opened from.
    """

    version: int
    kind: str = ""
    reason: str = ""
    note: str = ""
    question: str = ""
    intervention: str = ""
    other: str = ""
    owner: str = ""
    due_on: str = ""
    until: str = ""
    outcome: str = ""
    done_on: str = ""
    switch: str = ""
    list: str = ""

    def checked(self, today: date) -> Decision | tuple[WrongInputError, ...]:
        """The decision, or all that cannot be taken with the fields where it was entered."""
        if self.kind not in {kind.value for kind in Kind}:
            return (WrongInputError("kind", N_("Choose what you decide.")),)
        try:
            decision = self._decision(Kind(self.kind))
        except WrongInputError as wrong:
            return (self._placed(wrong),)
        found = tuple(self._placed(wrong) for wrong in wrong_in(decision, today))
        return found or decision

    def _decision(self, kind: Kind) -> Decision:
        day = self.until or self.due_on if kind is Kind.postpone else self.due_on
        note = self.question or self.note if kind is Kind.ask else self.note
        return Decision(
            kind=kind,
            version=self.version,
            reason=self.reason if kind is Kind.dismiss else "",
            note=note.strip(),
            intervention=self._intervention() if kind is Kind.assign else "",
            owner=self.owner.strip() if kind is Kind.assign else "",
            due_on=_day("due_on", day) if kind in (Kind.postpone, Kind.assign) else None,
            outcome=self.outcome if kind is Kind.outcome else "",
            done_on=_day("done_on", self.done_on) if kind is Kind.outcome else None,
        )

    def _intervention(self) -> str:
        chosen = self.other if self.intervention in ("", ANOTHER) else self.intervention
        return chosen if chosen in INTERVENTIONS else ""

    def _placed(self, wrong: WrongInputError) -> WrongInputError:
        field = _OWN_FIELD.get((self.kind, wrong.field), wrong.field)
        return WrongInputError(field, wrong.text, **wrong.values)


def _day(field: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise WrongInputError(field, N_("Give the day as year-month-day.")) from None
