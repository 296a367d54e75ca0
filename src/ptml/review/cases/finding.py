"""Cases that words stand for: of the person's name or id, or of the course's title.

Names are words of an index (`ptml.review.store.search`); titles are few and looked through. Of
people who are rare the cases are looked up; for common ones the list is walked, which then soon has
as many as are told.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, false, func, or_, select

from ptml.review.access.viewer import Viewer
from ptml.review.store.schema import cases, courses, search_words
from ptml.review.store.search import begins

# Nobody types more to find a person; each is a question of its own.
_MOST_WORDS = 10
# Of more people than this a walk finds enough cases sooner; of many more it is asked case by case,
# since the walk is over before all of them are gathered.
_RARE, _COMMON = 3_000, 10_000


def found_by(connection: Connection, viewer: Viewer, words: str) -> list[ColumnElement[bool]]:
    """The conditions that a case has every one of the words; none for no words."""
    several = list(dict.fromkeys(words.split()))[:_MOST_WORDS]
    titled = {word: _titled(connection, word) for word in several}
    if not viewer.sees_names:
        # Who sees no names must not find out whose case it is by searching for one.
        return [cases.c.course_id.in_(found) for found in titled.values()]
    either = [
        or_(cases.c.course_id.in_(found), _is_of(connection, [word]))
        for word, found in titled.items()
        if found
    ]
    # The longest first: it is of the fewest people.
    names = sorted((word for word, found in titled.items() if not found), key=len, reverse=True)
    return [*([_is_of(connection, names, is_alone=True)] if names else []), *either]


def _is_of(
    connection: Connection, words: Sequence[str], *, is_alone: bool = False
) -> ColumnElement[bool]:
    """The condition that a case is of people with these words; of rare ones, if it stands alone,
    by the ids of their cases: else the database may walk the list and ask it of each."""
    people = _called(words)
    if is_alone:
        some = list(connection.scalars(people.limit(_RARE + 1)))
        if len(some) <= _RARE:
            ids = select(cases.c.case_id).where(cases.c.employee_id.in_(some))
            found = list(connection.scalars(ids)) if some else []
            return cases.c.case_id.in_(found) if found else false()
    counted = select(func.count()).select_from(people.limit(_COMMON + 1).subquery())
    if (connection.scalar(counted) or 0) <= _COMMON:
        return cases.c.employee_id.in_(people)
    return and_(*(_has(word, cases.c.employee_id) for word in words))


def _called(words: Sequence[str]) -> Select[tuple[str]]:
    """People with all of the words."""
    first = search_words.alias("first")
    named = select(first.c.employee_id).where(begins(words[0], first)).distinct()
    return named.where(*(_has(word, first.c.employee_id) for word in words[1:]))


def _has(word: str, employee_id: ColumnElement[str]) -> ColumnElement[bool]:
    one = search_words.alias()
    return exists().where(one.c.employee_id == employee_id, begins(word, one))


def _titled(connection: Connection, word: str) -> list[str]:
    titled = select(courses.c.course_id).where(courses.c.title.icontains(word, autoescape=True))
    return list(connection.scalars(titled))
