"""Attempts to sign in are counted for all processes together."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from ptml.review.access.knocks import may_knock
from ptml.review.store import Database
from ptml.review.store.schema import knocks
from tests.review.served import enter, serve

NOW = datetime(2026, 10, 5, 9, 0, 30, tzinfo=UTC)


def test_two_processes_count_as_one(small: Path, tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path}/review.db"
    served = [serve(small, db, sign_ins_per_minute=4) for _ in range(2)]
    told = [enter(served[k % 2].browser(), f"l{k}", "x").status_code for k in range(6)]
    assert told == [401] * 4 + [429] * 2


def test_a_minute_later_it_is_counted_anew_and_the_old_count_is_gone(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/review.db")
    with database.begin() as connection:
        assert [may_knock(connection, "a", NOW, 2) for _ in range(3)] == [True, True, False]
        assert may_knock(connection, "b", NOW, 2)
        assert may_knock(connection, "a", NOW + timedelta(minutes=1), 2)
        assert connection.scalar(select(func.count()).select_from(knocks)) == 1


def test_no_address_stands_in_the_database(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/review.db")
    with database.begin() as connection:
        may_knock(connection, "192.0.2.7", NOW, 2)
        assert "192.0.2.7" not in str(connection.execute(select(knocks)).all())
