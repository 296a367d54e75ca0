"""ESCO and O*NET as competencies, roles and requirements on the contract's scales."""

from pathlib import Path

import pandas as pd
import pytest

from ptml.errors import UsageError
from ptml.sources.importers.framework import EscoOptions, OnetOptions, import_esco, import_onet
from tests.sources.importers.places import FILES, reasons, report, table

ESCO = "http://data.europa.eu/esco/"


def _asked(folder: Path) -> dict[tuple[str, str], tuple[float, float]]:
    frame = pd.read_parquet(folder / "role_requirements.parquet")
    pairs = zip(frame["role_id"], frame["competency_id"], strict=True)
    asked = zip(frame["required_level"], frame["importance"], strict=True)
    return dict(zip(pairs, asked, strict=True))


def test_essential_and_optional_skills_become_importance_and_assumed_levels(
    tmp_path: Path,
) -> None:
    told = import_esco(FILES / "esco", tmp_path / "out", EscoOptions(optional_level=1.5))
    asked = _asked(tmp_path / "out")
    technician = f"{ESCO}occupation/9001"
    assert asked[technician, f"{ESCO}skill/0001"] == (3.0, 1.0)
    assert asked[technician, f"{ESCO}skill/0003"] == (1.5, 0.5)
    assert any("Levels are assumed" in sentence for sentence in told.sentences)


def test_skills_carry_type_reuse_and_what_is_above_them(tmp_path: Path) -> None:
    import_esco(FILES / "esco", tmp_path / "out")
    skill = table(tmp_path / "out", "competencies").loc[f"{ESCO}skill/0001"]
    assert skill["name"] == "read gauges"
    assert (skill["skill_type"], skill["reuse_level"]) == ("skill/competence", "cross-sector")
    assert skill["parent_id"] == f"{ESCO}skill/S2.8"


def test_relations_that_are_not_known_are_kept_beside(tmp_path: Path) -> None:
    import_esco(FILES / "esco", tmp_path / "out")
    assert reasons(tmp_path / "out") == [
        "relationType is neither essential nor optional",
        "its skill is not in the file of skills",
    ]
    assert report(tmp_path / "out")["rows"].sum() == 14


def test_a_list_of_roles_takes_only_what_the_company_needs(tmp_path: Path) -> None:
    roles = FILES / "esco" / "roles.csv"
    told = import_esco(FILES / "esco", tmp_path / "out", EscoOptions(roles=roles))
    assert {role for role, _ in _asked(tmp_path / "out")} == {"操作员", "主管"}
    assert table(tmp_path / "out", "roles").loc["操作员", "job_family"] == "3115"
    assert any("ESCO has not: shop manager" in sentence for sentence in told.sentences)


def test_onet_levels_and_importances_are_scaled(tmp_path: Path) -> None:
    import_onet(FILES / "onet", tmp_path / "out")
    # LV 3.5 of 7 and IM 4 of 1 to 5; LV 4.2 and IM 4.5.
    assert _asked(tmp_path / "out") == {
        ("17-3028.00", "2.A.1.a"): (2.5, 0.75),
        ("17-3028.00", "2.B.3.k"): (3.0, 0.875),
    }


def test_onet_elements_stand_below_the_content_model(tmp_path: Path) -> None:
    import_onet(FILES / "onet", tmp_path / "out")
    parents = table(tmp_path / "out", "competencies")["parent_id"]
    assert parents["2.A.1.a"] == "2.A.1"
    assert parents["2.A.1"] == "2.A"
    # 2.C.1 is not in the reference: the next one above it that is.
    assert parents["2.C.1.a"] == "2.C"
    assert pd.isna(parents["2.A"])


def test_unimportant_suppressed_and_unknown_ratings_are_counted(tmp_path: Path) -> None:
    import_onet(FILES / "onet", tmp_path / "out", OnetOptions(least_importance=0))
    assert ("51-1011.00", "2.A.1.a") in _asked(tmp_path / "out")
    assert reasons(tmp_path / "out") == [
        "Data Value lies outside its scale",
        "the scale is not known",
        "its occupation is not in Occupation Data.txt",
    ]
    assert report(tmp_path / "out")["rows"].sum() == 19


def test_a_file_that_is_missing_or_has_other_columns_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no skills_en\.csv"):
        import_esco(tmp_path, tmp_path / "out")
    with pytest.raises(UsageError, match=r"has no Occupation Data\.txt"):
        import_onet(tmp_path, tmp_path / "out")
    (tmp_path / "roles.csv").write_text("a,b\n")
    with pytest.raises(UsageError, match="role_id, occupation"):
        import_esco(FILES / "esco", tmp_path / "out", EscoOptions(roles=tmp_path / "roles.csv"))
    assert not (tmp_path / "out").exists()
