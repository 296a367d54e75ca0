"""The page for a try: accounts of every role, and names."""

from sqlalchemy import select, update

from ptml.review.access.viewer import Role
from ptml.review.demo import add_demo_accounts, add_demo_names
from ptml.review.demo_names import demo_names
from ptml.review.store.schema import people
from tests.review.served import Served


def test_names_are_invented_for_who_has_none_and_stay(served: Served) -> None:
    without = people.c.employee_id == "EMP-bert"
    with served.database.begin() as connection:
        connection.execute(update(people).where(without).values(name=None))
        for _ in range(2):
            add_demo_names(connection, served.clock.now())
            add_demo_accounts(connection)
        rows = connection.execute(select(people.c.employee_id, people.c.name)).all()
    names = {row.employee_id: row.name for row in rows}
    assert names["EMP-anna"] == "Anna Alvarez"
    assert names["EMP-bert"] not in (None, "Bert Brandt")
    reviewer = served.signed_in(served.account(Role.reviewer, "one", units=None))
    assert names["EMP-bert"] in reviewer.get(f"/cases?words={names['EMP-bert'].split()[0]}").text


def test_five_thousand_people_have_names_of_their_own() -> None:
    names = [one.name for one in demo_names(f"E{k:07}" for k in range(5_000))]
    assert len(set(names)) > 4_500
