"""`ptml import` as a person calls it."""

from collections.abc import Callable
from pathlib import Path

from tests.sources.importers.places import FILES

Call = Callable[..., tuple[int, str, str]]


def test_a_draft_is_a_mapping_that_imports(call: Call, tmp_path: Path) -> None:
    staff, mapping = FILES / "hris" / "staff_gb18030.csv", tmp_path / "staff.toml"
    code, told, _ = call("import", "hris", staff, mapping, "--draft")
    assert code == 0
    assert f"--map {mapping}" in told.replace("\n", " ")
    code, told, _ = call("import", "hris", staff, tmp_path / "out", "--map", mapping)
    assert code == 0
    assert "4 identifiers of people in identifiers.csv" in told


def test_options_that_do_not_fit_are_one_line(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for words, said in (
        (("xapi", FILES / "xapi", out, "--dated-by", "arrival"), "timestamp or stored"),
        (("xapi", FILES / "xapi", out, "--time-zone", "Mars/Base"), "--time-zone must be"),
        (("hris", FILES / "hris" / "staff_gb18030.csv", out), "--map"),
    ):
        code, _, error = call("import", *words)
        assert code == 2
        assert said in error
        assert len(error.strip().splitlines()) == 1
    assert not out.exists()
