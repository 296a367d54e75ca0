"""Features of earlier courses of person and unit: what was kept of tasks, talks and uses."""

from ptml.contracts.learning import EVIDENCE_KINDS
from ptml.features.registry import Columns, Family, Feature, Group
from ptml.transfer.own_record import sign_owner
from ptml.transfer.past_means import shrunk_mean
from ptml.transfer.view import CompletionView

SIGNS: dict[str, Family] = {
    "practice_task": "learning",
    "tool_use": "learning",
    "mentor_meeting": "manager",
    "manager_checkin": "manager",
}


def _columns(view: CompletionView) -> Columns:
    """Up to the completion: signs of this course are features of their own."""
    day, employee, columns = view.completed, view.rows.employee, {}
    for name in SIGNS:
        of_unit = view.norms.means[f"unit_{name}"]
        owner = sign_owner(employee, EVIDENCE_KINDS.index(name))
        columns[f"own_{name}_share"] = shrunk_mean(
            view.own.signs, owner, day, of_unit.of_all(day), view.strength
        )
        columns[f"unit_{name}_share"] = of_unit.shrunk(view.unit_of_norms, day, view.strength)
    return columns


def _of(name: str, family: Family) -> tuple[Feature, ...]:
    words = name.replace("_", " ") + "s"
    of_unit: Family = "team" if family == "learning" else family
    return (
        Feature(f"own_{name}_share", "share", family, f"Done part of the person's {words} so far."),
        Feature(f"unit_{name}_share", "share", of_unit, f"Done part of the unit's {words} so far."),
    )


PAST_USE: Group[CompletionView] = Group(
    tuple(feature for name, family in SIGNS.items() for feature in _of(name, family)), _columns
)
