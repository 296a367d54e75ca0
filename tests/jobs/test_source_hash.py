"""One hash says which sources a thing was made by, whoever asks."""

from pathlib import Path

import ptml
import ptml.errors
from ptml.jobs.code_version import code_version
from ptml.jobs.source_hash import source_hash


def package(folder: Path, **files: str) -> str:
    """Hash of a package with these files."""
    folder.mkdir()
    for name, text in files.items():
        (folder / name.replace("_dot_", ".")).write_text(text)
    return source_hash(folder)


def test_a_record_and_a_card_name_the_same_sources() -> None:
    assert code_version()["sources"] == source_hash(ptml)


def test_a_changed_file_is_seen_whether_code_or_template(tmp_path: Path) -> None:
    first = package(tmp_path / "a", a_dot_py="1", page_dot_html="1")
    assert package(tmp_path / "b", a_dot_py="1", page_dot_html="1") == first
    assert package(tmp_path / "c", a_dot_py="1", page_dot_html="2") != first
    assert package(tmp_path / "d", a_dot_py="2", page_dot_html="1") != first
    assert package(tmp_path / "e", b_dot_py="1", page_dot_html="1") != first


def test_what_python_leaves_behind_does_not_count(tmp_path: Path) -> None:
    first = package(tmp_path / "a", a_dot_py="1")
    (tmp_path / "a" / "__pycache__").mkdir()
    (tmp_path / "a" / "__pycache__" / "a.pyc").write_text("x")
    assert source_hash(tmp_path / "a") == first


def test_a_module_alone_is_its_file() -> None:
    assert source_hash(ptml.errors) == source_hash(Path(ptml.errors.__file__))
    assert source_hash(ptml.errors) != source_hash(ptml)
