"""The form under a case, as a browser sends it."""

from datetime import date

from pydantic import BaseModel

from ptml.review.cases.deciding import Decision
from ptml.review.cases.states import Kind
from ptml.review.words import N_, WrongInputError


class DecisionForm(BaseModel):
    """Fields of the form; all are text, so that what is wrong can be shown again as entered."""

    version: int
    kind: str = ""
    reason: str = ""
    note: str = ""
    intervention: str = ""
    owner: str = ""
    due_on: str = ""
    outcome: str = ""
    done_on: str = ""

    def decision(self) -> Decision:
        """What is decided.

        Raises
        ------
        WrongInputError
            When nothing was chosen, or the day is none.
        """
        if self.kind not in {kind.value for kind in Kind}:
            raise WrongInputError("kind", N_("Choose what you decide."))
        return Decision(
            kind=Kind(self.kind),
            version=self.version,
            reason=self.reason,
            note=self.note.strip(),
            intervention=self.intervention,
            owner=self.owner.strip(),
            due_on=_day("due_on", self.due_on),
            outcome=self.outcome,
            done_on=_day("done_on", self.done_on),
        )


def _day(field: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise WrongInputError(field, N_("Give the day as year-month-day.")) from None
