"""Many at once: one decides, the others are told, and the log stays one chain."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from sqlalchemy import func, select

from ptml.review.access.viewer import Role
from ptml.review.audit import verify
from ptml.review.store.schema import audit, cases, decisions, objections
from ptml.review.store.schema import sessions as sessions_table
from tests.review.abuse.someone import Someone, someone
from tests.review.served import PASSWORD, Served, enter

_AT_ONCE = 20
T = TypeVar("T")


def _at_once(work: Callable[[int], T]) -> list[T]:
    """Do something twenty times at the same moment."""
    ready = Barrier(_AT_ONCE)

    def begin(k: int) -> T:
        ready.wait()
        return work(k)

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return list(threads.map(begin, range(_AT_ONCE)))


def _people(served: Served) -> list[Someone]:
    return [someone(served, login=f"r{k}") for k in range(_AT_ONCE)]


def test_of_twenty_decisions_on_one_version_exactly_one_is_written(served: Served) -> None:
    people, case = _people(served), served.case_of("EMP-anna")
    address = f"/cases/{case}/decisions"

    def decide(k: int) -> int:
        return people[k].post(address, version=1, kind="ask", question=f"Q{k}?").status_code

    found = _at_once(decide)
    assert Counter(found) == {303: 1, 409: _AT_ONCE - 1}
    with served.database.read() as connection:
        (row,) = connection.execute(select(decisions)).all()
        assert row.note == f"Q{found.index(303)}?"
        assert connection.scalar(select(cases.c.version).where(cases.c.case_id == case)) == 2
        logged = connection.execute(select(audit).where(audit.c.action == "case.decide")).all()
        assert [json.loads(line.detail)["version"] for line in logged] == [2]
        assert verify(connection).is_whole


def test_of_twenty_undoings_exactly_one_is_written(served: Served) -> None:
    who, case = someone(served), served.case_of("EMP-anna")
    who.post(f"/cases/{case}/decisions", version=1, kind="accept")
    found = _at_once(lambda _: who.post(f"/cases/{case}/undo", version=2).status_code)
    assert Counter(found) == {303: 1, 409: _AT_ONCE - 1}


def test_of_twenty_answers_to_an_objection_the_first_one_stands(served: Served) -> None:
    people, made = _people(served), served.objection("EMP-anna", "That is wrong.")

    def answer(k: int) -> int:
        return people[k].post(f"/objections/{made}", text=f"A{k}.").status_code

    found = _at_once(answer)
    assert Counter(found) == {303: 1, 409: _AT_ONCE - 1}
    with served.database.read() as connection:
        assert connection.scalar(select(objections.c.answer)) == f"A{found.index(303)}."


def test_twenty_who_sign_in_at_once_have_twenty_sessions_and_one_chain(served: Served) -> None:
    served.account(Role.reviewer, "ann", password=PASSWORD, units=None)
    browsers = [served.browser() for _ in range(_AT_ONCE)]
    found = _at_once(lambda k: enter(browsers[k], "ann", PASSWORD).status_code)
    assert Counter(found) == {303: _AT_ONCE}
    with served.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(sessions_table)) == _AT_ONCE
        assert verify(connection).is_whole
