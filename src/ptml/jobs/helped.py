"""Who was helped because of a warning, as the table of decisions says."""

from datetime import date

from ptml.contracts.acting import NO_INTERVENTION
from ptml.contracts.dataset import Dataset

# Help that was agreed counts, also where nobody wrote down that it was given: whether the outcome
# is that of somebody without help is then not known.
_HELPED = f"""SELECT DISTINCT enrolment_id FROM warning_actions
    WHERE decision = 'accept' AND decided_on < $1
    AND (code <> '{NO_INTERVENTION}' OR done_on < $1)"""


def helped_before(dataset: Dataset, day: date) -> frozenset[str]:
    """Enrolments whose people were helped, or promised help, as was known before a day."""
    return frozenset(dataset.query(_HELPED, [day])["enrolment_id"])
