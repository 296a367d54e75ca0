"""Features of what people say when asked: motivation, support, opportunity, workload, wishes."""

from ptml.contracts.people import FEEDBACK_KINDS
from ptml.features.registry import Columns, Family, Feature, Group
from ptml.features.timelines import feedback_owner
from ptml.features.view import PersonView

_FAMILIES: dict[str, Family] = {
    "motivation": "motivation",
    "manager_support": "manager",
    "opportunity": "environment",
    "workload": "environment",
}
_WISHES = {
    "wants_course": ("wishes_4_quarters", "Courses that the person asked for"),
    "pain_point": ("pain_points_4_quarters", "Competencies named as a pain point"),
}


def _columns(view: PersonView) -> Columns:
    log, rows = view.history.timelines.feedback, view.rows
    columns = {}
    for kind in _FAMILIES:
        owner = feedback_owner(rows.employee, FEEDBACK_KINDS.index(kind))
        said = log.before(owner, rows.day)
        columns[f"{kind}_last"] = log.at("value", said)
        columns[f"{kind}_mean"] = log.mean_of("value", said)
        columns[f"days_since_{kind}"] = view.since(log.day_at(said))
    for kind, (name, _) in _WISHES.items():
        owner = feedback_owner(rows.employee, FEEDBACK_KINDS.index(kind))
        columns[name] = log.count(owner, view.ago(4), rows.day)
    return columns


def _answers(kind: str, family: Family) -> tuple[Feature, ...]:
    words = kind.replace("_", " ")
    return (
        Feature(f"{kind}_last", "1-5", family, f"The person's last answer on {words}."),
        Feature(f"{kind}_mean", "1-5", family, f"Mean of the person's answers on {words} so far."),
        Feature(f"days_since_{kind}", "days", family, f"Since the last answer on {words}."),
    )


FEEDBACK = Group(
    (
        *(feature for kind, family in _FAMILIES.items() for feature in _answers(kind, family)),
        *(
            Feature(name, "answers", "motivation", f"{meaning} in the last 12 months.")
            for name, meaning in _WISHES.values()
        ),
    ),
    _columns,
)
