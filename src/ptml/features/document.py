"""The document of all features, made of the definitions in the code."""

from ptml.features.courses import COURSE_GROUPS
from ptml.features.pairs import PAIR_GROUPS
from ptml.features.people import PERSON_GROUPS
from ptml.features.registry import Feature

START, END = "<!-- features: made from the code -->", "<!-- end of features -->"


def document_features(text: str) -> str:
    """Put the tables of all features between the two marks of a Markdown text.

    Raises
    ------
    ValueError
        When the text has not both marks.
    """
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"the document of features must have the lines {START} and {END}")
    return f"{before}{START}\n\n{feature_tables()}\n{END}{after}"


def feature_tables() -> str:
    """Markdown tables of person, pair and course features."""
    parts = {
        "A person": [feature for group in PERSON_GROUPS for feature in group.features],
        "A person and a course": [feature for group in PAIR_GROUPS for feature in group.features],
        "A course": [feature for group in COURSE_GROUPS for feature in group.features],
    }
    return "\n".join(_table(title, features) for title, features in parts.items())


def _table(title: str, features: list[Feature]) -> str:
    lines = [
        f"### {title} ({len(features)})",
        "",
        "| feature | unit | family | meaning |",
        "|---|---|---|---|",
        *(
            f"| `{feature.name}` | {feature.unit} | {feature.family} | {feature.meaning} |"
            for feature in features
        ),
        "",
    ]
    return "\n".join(lines)
