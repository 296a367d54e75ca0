"""Cases that words stand for: of the person's name or id, or of the course's title.

Names are words of an index (`ptml.review.store.search`); titles are few and looked through. The
ids of a rare name's cases are looked up; for a common one the list is walked, which then soon has
as many as are told.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, func, select

from ptml.review.access.viewer import Viewer
from ptml.review.store.schema import cases, courses, search_words
from ptml.review.store.search import begins

# Nobody types more to find a person; each is a question of its own.
_MOST_WORDS = 10
# People of more cases than this are not rare: a walk finds enough of them sooner.
_RARE = 2_000
_ALL = 1_000_000


@dataclass(frozen=True)
class _Word:
    """One word: courses with it in the title, people with it, and how many these are."""

    titled: list[str]
    people: Select[tuple[str]] | None
    n_people: int

    @property
    def is_rare(self) -> bool:
        """Whether it stands for some people, and for no course."""
        return self.people is not None and not self.titled and self.n_people <= _RARE

    def condition(self) -> ColumnElement[bool]:
        """The condition that a case has it."""
        of_course = cases.c.course_id.in_(self.titled)
        if self.people is None or not self.n_people:
            return of_course
        of_person = cases.c.employee_id.in_(self.people)
        return of_person | of_course if self.titled else of_person


def found_by(connection: Connection, viewer: Viewer, words: str) -> list[ColumnElement[bool]]:
    """The conditions that a case has every one of the words; none for no words."""
    several = dict.fromkeys(words.split())
    told = [_word(connection, viewer, word) for word in list(several)[:_MOST_WORDS]]
    rare = min((word for word in told if word.is_rare), key=lambda w: w.n_people, default=None)
    if rare is None or rare.people is None:
        return [word.condition() for word in told]
    # A limit that is never reached: else the database may walk the list and ask for each case.
    ids = select(cases.c.case_id).where(cases.c.employee_id.in_(rare.people)).limit(_ALL)
    others = [word.condition() for word in told if word is not rare]
    return [cases.c.case_id.in_(select(ids.subquery().c.case_id)), *others]


def _word(connection: Connection, viewer: Viewer, word: str) -> _Word:
    titled = select(courses.c.course_id).where(courses.c.title.icontains(word, autoescape=True))
    found = list(connection.scalars(titled))
    if not viewer.sees_names:
        # Who sees no names must not find out whose case it is by searching for one.
        return _Word(found, None, 0)
    people = select(search_words.c.employee_id).where(begins(word))
    some = people.distinct().limit(_RARE + 1)
    n_people = connection.scalar(select(func.count()).select_from(some.subquery()))
    return _Word(found, people, int(n_people or 0))
