"""Those who write wait in line, and those who read do not wait for them."""

import threading
from pathlib import Path

from sqlalchemy import func, select

from ptml.review.store import Database
from ptml.review.store.schema import units


def test_writers_at_once_lose_nothing_and_nobody_is_told_that_it_is_locked(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/r.db")
    failed: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for step in range(5):
                with database.begin() as connection:
                    row = {"org_unit_id": f"u{number}-{step}", "name": "-"}
                    connection.execute(units.insert().values(row))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(units)) == 40


def test_who_reads_sees_the_state_before_and_does_not_wait(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/r.db")
    counted = select(func.count()).select_from(units)
    with database.begin() as writing, database.read() as reading:
        writing.execute(units.insert().values(org_unit_id="u", name="-"))
        assert reading.scalar(counted) == 0
    with database.read() as reading:
        assert reading.scalar(counted) == 1
