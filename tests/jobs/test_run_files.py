"""Run files: bases, changes for one run, and who said what."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptml.errors import UsageError
from ptml.jobs.addresses import without_password
from ptml.jobs.overrides import override_layers, toml_value
from ptml.jobs.pipeline import JOBS, read_run_file
from ptml.jobs.resolved import leaves, resolve
from ptml.jobs.run_files import merged, read_layers
from ptml.jobs.settings import RunFile, Settings, known_keys, load_settings

SHIPPED = sorted(p for p in Path("pipelines").glob("*.toml") if p.stem != "base")
TABLES: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.dictionaries(st.sampled_from("abc"), st.integers() | st.lists(st.integers()), max_size=3),
    lambda below: st.dictionaries(st.sampled_from("abc"), st.integers() | below, max_size=3),
    max_leaves=8,
)


def write(folder: Path, **files: str) -> Path:
    """Files by name; the first one is given back."""
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder / f"{next(iter(files))}.toml"


@given(TABLES, TABLES)
def test_what_the_upper_table_says_holds_and_the_rest_stays(
    under: dict[str, Any], over: dict[str, Any]
) -> None:
    both = merged([under, over])
    found = dict(leaves(both))
    assert all(found[key] == value for key, value in leaves(over))
    said = [key for key, _ in leaves(over)]
    for key, value in leaves(under):
        if not any(key[: len(k)] == k or k[: len(key)] == key for k in said) and key in found:
            assert found[key] == value
    assert merged([over, both]) == merged([over, under, over])


@given(TABLES, TABLES, TABLES)
def test_merging_three_files_is_merging_them_two_by_two(
    a: dict[str, Any], b: dict[str, Any], c: dict[str, Any]
) -> None:
    assert merged([merged([a, b]), c]) == merged([a, b, c])
    assert merged([a, a]) == merged([a])


@given(st.text())
def test_any_word_is_a_value_and_names_no_other_key(text: str) -> None:
    assert not isinstance(toml_value(text), dict) or text.strip().startswith("{")


@given(st.integers(2, 20), st.booleans())
def test_a_change_reaches_its_key_and_no_other(n_folds: int, is_full: bool) -> None:
    [layer] = override_layers([f"{'settings.' if is_full else ''}lift.n_folds={n_folds}"])
    assert layer.table == {"settings": {"lift": {"n_folds": n_folds}}}


def test_a_file_takes_from_its_bases_what_it_does_not_say(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        child='base = "mid.toml"\njob = "train"\n[settings.lift]\nn_folds = 5\n',
        mid='base = "root.toml"\nmodels = "m"\n[settings.lift]\nn_folds = 4\nmin_takers = 8\n',
        root='data = "d"\nmodels = "r"\n',
    )
    found = resolve(path, ["lift.n_trees=30"])
    assert (found.run.data, str(found.run.models)) == ("d", "m")
    assert found.run.settings.lift.n_folds == 5
    said = {value.key: Path(value.origin).name for value in found.values()}
    assert said["data"] == "root.toml"
    assert said["lift.n_folds"] == "child.toml"
    assert said["lift.min_takers"] == "mid.toml"
    assert said["lift.n_trees"] == "--set lift.n_trees=30"
    assert said["lift.n_rounds"] == "default"
    assert [file.name for file in found.layers.files] == ["root.toml", "mid.toml", "child.toml"]


def test_bases_that_lead_round_in_a_circle_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, one='base = "two.toml"\n', two='base = "one.toml"\n')
    with pytest.raises(UsageError, match=r"circle: .*one\.toml -> .*two\.toml -> .*one\.toml"):
        read_layers(path)


@pytest.mark.parametrize(
    ("base", "told"), [('"no.toml"', "its base .*no.toml is not there"), ("3", "wants the path")]
)
def test_a_base_that_cannot_be_read_is_named(tmp_path: Path, base: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read_layers(write(tmp_path, one=f"base = {base}\n"))


def test_a_wrong_key_is_told_of_the_file_that_has_it(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        child='base = "root.toml"\njob = "train"\nmodles = "m"\n',
        root="[settings.lift]\nn_fold = 3\nmin_takers = 0\n",
    )
    with pytest.raises(UsageError) as raised:
        resolve(path)
    told = str(raised.value)
    assert f"{tmp_path}/root.toml: unknown setting `settings.lift.n_fold`" in told
    assert f"{tmp_path}/root.toml: `settings.lift.min_takers` input should be greater" in told
    assert f"{tmp_path}/child.toml: unknown setting `modles`; did you mean `models`?" in told


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("lift.n_fold=10", "--set lift.n_fold=10: unknown .*did you mean `lift.n_folds`"),
        ("n_folds=10", "did you mean .*`lift.n_folds`"),
        ("lift=10", "`lift` is a whole table; set a key of it"),
        ("settings=1", "`settings` is a whole table"),
        ("lift.n_folds", "wants KEY=VALUE"),
        ("seed=", "has no value"),
        ("base=x.toml", "belongs into a file"),
        ("lift.n_folds=many", "--set lift.n_folds=many: `settings.lift.n_folds` .*got 'many'"),
        ("lift.n_folds=1", "greater than or equal to 2, got 1"),
    ],
)
def test_a_wrong_change_says_key_value_and_way_out(tmp_path: Path, word: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        resolve(write(tmp_path, run='job = "train"\n'), [word])


@pytest.mark.parametrize("text", ["007", "42", "2026-10-02", "true", "a = b", "moved # by me"])
def test_text_may_look_like_anything(tmp_path: Path, text: str) -> None:
    run = resolve(write(tmp_path, run='job = "train"\n'), [f"why={text}", "seed=3"]).run
    assert (run.why, run.settings.seed) == (text, 3)


def test_no_key_of_a_run_is_also_a_part_of_the_settings() -> None:
    assert not set(RunFile.model_fields) & set(Settings.model_fields)
    assert len(known_keys(RunFile)) == len(set(known_keys(RunFile)))


def test_a_file_of_settings_may_stand_alone_or_in_a_run_file(tmp_path: Path) -> None:
    run = write(
        tmp_path,
        run='base = "root.toml"\njob = "train"\n[settings.lift]\nn_folds = 5\n',
        root="[settings]\nseed = 9\n",
        alone="seed = 8\n[lift]\nn_folds = 4\n",
    )
    assert (load_settings(run).seed, load_settings(run).lift.n_folds) == (9, 5)
    assert load_settings(tmp_path / "alone.toml").seed == 8
    assert load_settings(None) == Settings()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_pipeline_that_is_shipped_is_valid_and_builds_on_the_base(path: Path) -> None:
    found = read_run_file(path)
    assert found.run.job in JOBS
    assert found.layers.files[0].name == "base.toml"
    assert str(found.run.runs) == "demo/runs"


def test_a_key_that_is_missing_is_told_without_the_whole_file() -> None:
    base = Path(__file__).parents[2] / "pipelines" / "base.toml"
    with pytest.raises(UsageError) as told:
        read_run_file(base)
    assert str(told.value) == f"{base}: `job` is missing; say it there or with --set job=..."


def test_a_job_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no job `trian`; did you mean `train`"):
        read_run_file(write(tmp_path, run='job = "trian"\n'))
    with pytest.raises(UsageError, match="a score job needs `models`, `out`"):
        read_run_file(write(tmp_path, run='job = "score"\ndata = "d"\n'))


@pytest.mark.parametrize(
    "word",
    [
        "postgresql://ann:s3cret@db/hr",
        "data=postgresql://ann:a@s3cret/x@db/hr",
        "postgres://db/hr?user=ann&password=s3cret",
        "http://ann:s3cret@host/x",
        "https://host/x?password=s3cret",
    ],
)
def test_no_password_is_shown(word: str) -> None:
    assert "s3cret" not in without_password(word)


def test_a_promotion_that_ran_twice_ends_well_and_a_refusal_does_not() -> None:
    ends = JOBS["promote"].exit_code
    assert ends({"promoted": False, "is_champion": True, "refused": []}) == 0
    assert ends({"promoted": False, "is_champion": False, "refused": ["An alarm is open."]}) == 3
