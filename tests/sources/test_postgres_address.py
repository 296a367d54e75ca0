"""PostgreSQL addresses, and what is never said of them."""

import pytest

from ptml.errors import DataError
from ptml.sources.postgres_address import PostgresAddress


def test_the_schema_is_taken_out_and_the_password_hidden() -> None:
    place = PostgresAddress.parse(
        "postgresql://anna:s%40cret@db:5433/hr?schema=lms&sslmode=disable"
    )
    assert place.schema == "lms"
    assert place.parameters["password"] == "s@cret"
    assert place.parameters["sslmode"] == "disable"
    assert place.shown == "postgresql://anna@db:5433/hr?schema=lms"
    assert "cret" not in repr(place)


def test_the_schema_is_public_when_left_out() -> None:
    assert PostgresAddress.parse("postgres://db/hr").shown == "postgresql://db/hr?schema=public"


def test_a_space_and_a_plus_in_an_option_stay_what_they_are() -> None:
    place = PostgresAddress.parse("postgresql://db/hr?options=-c%20jit%3Doff&password=a+b")
    assert place.parameters["options"] == "-c jit=off"
    assert place.parameters["password"] == "a+b"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://anna:s3cret@db/hr?colour=red",
        "postgresql://anna:s3@cret@db/hr",
        "postgresql://anna:s3cret@db:port/hr?=",
        "postgresql://anna:s3cret@[db/hr",
    ],
)
def test_a_wrong_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(DataError) as raised:
        PostgresAddress.parse(address)
    assert "s3" not in str(raised.value)
    assert "cret" not in str(raised.value)
