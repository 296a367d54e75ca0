"""Personnel exports: a mapping makes tables, messages name the row, a draft is a start."""

from pathlib import Path

import pandas as pd
import pytest

from ptml.errors import UsageError
from ptml.sources.importers.hris import draft_mapping, import_hris
from tests.sources.importers.places import FILES, one, reasons, report, table

STAFF = FILES / "hris" / "staff_gb18030.csv"


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("staff") / "out"
    import_hris(STAFF, out, FILES / "hris" / "staff.toml")
    return out


def _made(tmp_path: Path, rows: str, mapping: str) -> Path:
    (tmp_path / "x.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "map.toml").write_text(mapping, encoding="utf-8")
    import_hris(tmp_path / "x.csv", tmp_path / "out", tmp_path / "map.toml")
    return tmp_path / "out"


def test_chinese_headers_in_gb18030_make_four_tables(staff: Path) -> None:
    people = table(staff, "employees")
    assert sorted(people.index) == ["E10", "E7", "E8", "E9"]
    assert str(people.loc["E7", "hired_on"]) == "2021-03-01"
    assert people["left_on"].isna().all()
    assert people.loc["E8", "protected_gender"] == "m"
    assert table(staff, "org_units")["name"].to_dict() == {"D10": "量测一部", "D11": "量测二部"}
    assert dict(table(staff, "roles")["is_people_manager"]) == {"主管": True, "操作员": False}
    job = one(table(staff, "assignments"), employee_id="E7")
    assert (job["grade"], job["manager_id"]) == (3, "E9")


def test_messages_name_the_row_the_column_and_the_value(staff: Path) -> None:
    kept = pd.read_csv(staff / "not_placed.csv").set_index("row")["reason"]
    told = "入职日期 '2023/13/01' is no date of %Y/%m/%d or %Y-%m-%d"
    assert kept.loc[4].tolist() == [
        f"left empty: hired_on: {told}",
        "org_units: org_unit_id D10 stands in row 1 with another name",
        "assignments: valid_from: 入职日期 '2023/13/01' is no date of %Y/%m/%d",
    ]
    assert kept.loc[6].tolist() == [
        "employees: employee_id is missing",
        "assignments: employee_id is missing",
    ]
    assert set(kept.loc[7]) >= {"employees: it has 4 values where the header has 11"}


def test_each_row_has_one_outcome_for_each_table(staff: Path) -> None:
    told = report(staff).query("what != 'remark'")
    assert told.groupby("what")["rows"].sum().to_dict() == {
        "assignments": 7, "employees": 7, "org_units": 7, "roles": 7
    }  # fmt: skip
    assert told.query("became == 'left out: the same as an earlier row'")["rows"].sum() == 9


def test_addresses_become_a_list_for_other_imports(staff: Path) -> None:
    listed = pd.read_csv(staff / "identifiers.csv").set_index("identifier")["employee_id"]
    assert listed["ann.lee@example.com"] == "E7"


def test_cells_are_joined_split_scaled_and_constant(tmp_path: Path) -> None:
    out = _made(
        tmp_path,
        "id;skills;points;when;kind\n7;weld, drill;80;5.3.2026;x\n8;weld;1.234,5;5.3.2026;x\n",
        """
        [[table]]
        name = "assessments"
        [table.columns]
        employee_id = { join = ["kind", "id"], with = "-" }
        competency_id = { column = "skills", split = "," }
        level = { column = "points", scale = [0, 100, 0, 5], decimal = "," }
        source = { constant = "manager" }
        assessed_on = { column = "when", date = "%d.%m.%Y" }
        """,
    )
    found = pd.read_parquet(out / "assessments.parquet")
    assert found["employee_id"].tolist() == ["x-7", "x-7"]
    assert sorted(found["competency_id"]) == ["drill", "weld"]
    assert found["level"].tolist() == [4.0, 4.0]
    assert reasons(out) == ["assessments: level: points '1.234,5' lies outside 0 to 100"]


def test_the_contracts_own_rules_hold(tmp_path: Path) -> None:
    out = _made(
        tmp_path,
        "id,skill,level,source\n7,weld,9,test\n8,weld,3,guess\n9,weld,3,peer\n",
        """
        [[table]]
        name = "assessments"
        [table.columns]
        employee_id = "id"
        competency_id = "skill"
        level = "level"
        source = "source"
        assessed_on = { constant = "2026-03-05" }
        """,
    )
    assert pd.read_parquet(out / "assessments.parquet")["employee_id"].tolist() == ["9"]
    assert [reason.partition(":")[2].split()[0] for reason in reasons(out)] == ["level", "source"]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ('[[table]]\nname = "staff"\n[table.columns]\n', "staff is no table of the contract"),
        ('[[table]]\nname = "employees"\n[table.columns]\nname = "x"\n', "has no column name"),
        ('[[table]]\nname = "roles"\n[table.columns]\ntitle = "id"\n', "roles needs role_id"),
        ('[[table]]\nname = "roles"\n[table.columns]\nrole_id = "no"\n', "x.csv has no column no"),
        ('[[table]]\nname = "roles"\n[table.columns]\nrole_id = {}\n', "name one of column, join"),
        ("[[table", "is not TOML"),
        ("", "table: Field required"),
    ],
)
def test_a_mapping_that_is_wrong_is_one_line_and_makes_nothing(
    tmp_path: Path, mapping: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        _made(tmp_path, "id\n7\n", mapping)
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "out").exists()


def test_a_draft_finds_chinese_columns_and_forms_of_dates(tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    told = draft_mapping(STAFF, draft)
    text = draft.read_text(encoding="utf-8")
    assert 'hired_on = { column = "入职日期", date = "%Y/%m/%d" }  # not so: 2023/13/01' in text
    assert 'date = "%Y/%m/%d", empty = ["9999/12/31"]' in text
    assert "#   姓名" in text
    assert told[1] == "Not used: 姓名."
    import_hris(STAFF, tmp_path / "out", draft)
    assert len(table(tmp_path / "out", "assignments")) == 3
    with pytest.raises(UsageError, match="is there already"):
        draft_mapping(STAFF, draft)


def test_a_draft_of_english_headers_asks_which_comes_first(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Employee ID,Hire Date\n7,03/05/2026\n")
    draft_mapping(tmp_path / "x.csv", tmp_path / "draft.toml")
    assert "both fit, say which" in (tmp_path / "draft.toml").read_text()


@pytest.mark.parametrize("account", ["Windows account", "Login", "User name"])
def test_an_account_numbers_people_only_where_nothing_else_does(
    tmp_path: Path, account: str
) -> None:
    row = "7,anna,2026-05-03,D1,R1,9\n"
    header = f"Employee ID,{account},Hire date,Department,Role,Supervisor\n"
    (tmp_path / "both.csv").write_text(header + row)
    draft_mapping(tmp_path / "both.csv", tmp_path / "both.toml")
    both = (tmp_path / "both.toml").read_text()
    assert 'manager_id = "Supervisor"' in both
    assert f'employee_id = "Employee ID"\ncolumns = ["{account}"]' in both
    (tmp_path / "one.csv").write_text(header.replace("Employee ID", "Shirt") + row)
    told = draft_mapping(tmp_path / "one.csv", tmp_path / "one.toml")
    one = (tmp_path / "one.toml").read_text()
    assert f'employee_id = "{account}"' in one
    assert "[identifiers]" not in one
    assert told[1] == "Not used: Shirt."


def test_a_draft_of_unknown_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("foo,bar\n1,2\n")
    with pytest.raises(UsageError, match="by hand"):
        draft_mapping(tmp_path / "x.csv", tmp_path / "draft.toml")
