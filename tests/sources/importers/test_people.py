"""One list of identifiers serves addresses, their hashes, accounts and numbers."""

from pathlib import Path

import pytest

from ptml.errors import DataError, UsageError
from ptml.sources.importers.people import People, hashed_address, read_people


def test_an_address_its_hash_and_its_spelling_name_one_person() -> None:
    people = People({"Ann.Lee@example.com".lower(): "E7"})
    for name in ("mailto:Ann.Lee@Example.com", hashed_address("ann.lee@example.com")):
        assert people.who([name]) == "E7"


def test_with_a_list_a_stranger_is_nobody_and_without_one_everyone_is_called_as_they_are() -> None:
    assert People({"u-1": "E7"}).who(["u-2"]) is None
    assert People().who(["https://lms.example.com|u-2", "u-2"]) == "u-2"
    assert People().who([]) is None


def test_the_hash_is_of_the_address_with_mailto_before_it() -> None:
    expected = "cd9b00a5611f94eaa7b1661edab976068e364975"  # sha1sum of mailto:xapi@adlnet.gov
    assert hashed_address("xapi@adlnet.gov") == expected
    assert hashed_address("mailto:xapi@adlnet.gov") == expected


def test_an_identifier_of_two_people_ends_the_import(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("identifier,employee_id\nann@example.com,E7\nANN@example.com,E8\n")
    with pytest.raises(DataError, match=r"to E7 and to E8 \(row 2\)"):
        read_people(path)


def test_a_list_with_other_columns_is_named_with_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("mail,number\n")
    with pytest.raises(UsageError, match=r"identifier, employee_id.*has mail, number"):
        read_people(path)


def test_a_list_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("identifier;employee_id;姓名\nann@example.com;E7;李安\n".encode("gb18030"))
    assert read_people(path).who(["ann@example.com"]) == "E7"
