"""Promote: what is better or equal and passes takes the place, and nothing else does."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ptml.contracts.artefacts import replace_folder, verified
from ptml.contracts.durable import put_link
from ptml.errors import UsageError
from ptml.jobs import models as models_of_jobs
from ptml.jobs import promote
from ptml.jobs.evaluate import run_evaluation
from ptml.jobs.models import Models, load_models
from ptml.jobs.moves import run_moves
from ptml.jobs.progress import Silent
from ptml.jobs.promote import run_promotion, run_rollback
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from ptml.sources import read_dataset
from tests.conftest import at_noon

SETTINGS = Settings.model_validate(
    {
        "recommend": {"trials": 1},
        "ranker": {"enabled": False},
        "promotion": {"n_draws": 200, "refit": "other_recipe"},
    }
)
OLD, OLD_TOO, NEW = date(2026, 5, 1), date(2026, 6, 1), date(2026, 10, 1)


class Company:
    """Tables with trainings of the recommender alone, each made once."""

    def __init__(self, data: Path, place: Path) -> None:
        self.data, self.place = data, place

    def trained(self, as_of: date, data: Path | None = None, name: str = "honest") -> Path:
        out = self.place / f"{name}-{as_of}"
        if not out.exists():
            source = str(data or self.data)
            run_training(source, out, as_of, SETTINGS, ["recommend"], False, Silent())
        return out

    def mixed_up(self) -> Path:
        """The same tables with every enrolment in one of the three rarest courses."""
        out = self.place / "mixed-up"
        if not out.exists():
            shutil.copytree(self.data, out)
            enrolments = pd.read_parquet(out / "enrolments.parquet")
            rng = np.random.default_rng(0)
            rarest = enrolments["course_id"].value_counts().index[-3:]
            enrolments["course_id"] = rng.choice(rarest, len(enrolments))
            enrolments.to_parquet(out / "enrolments.parquet")
        return out

    def promoted(self, challenger: Path, registry: Path, **more: Any) -> dict[str, Any]:
        given = {"settings": SETTINGS, "why": "a test", "as_of": NEW, **more}
        return run_promotion(
            given.pop("data", str(self.data)),
            challenger,
            registry,
            given.pop("as_of"),
            given.pop("settings"),
            "anna",
            given.pop("why"),
            at_noon,
            Silent(),
            **given,
        )


@pytest.fixture(scope="module")
def company(organisation: Path, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return Company(organisation, tmp_path_factory.mktemp("trainings"))


@pytest.fixture
def registry(company: Company, tmp_path: Path) -> Path:
    """A registry whose champion has not seen the window."""
    place = tmp_path / "registry"
    first = company.promoted(company.trained(OLD), place, as_of=OLD)
    assert first["promoted"], first["refused"]
    assert first["champion_before"] is None
    return place


def test_a_fresher_training_is_promoted_and_rollback_restores_the_bytes(
    company: Company, registry: Path, tmp_path: Path
) -> None:
    before = (registry / "champion" / "manifest.json").read_bytes()
    page = tmp_path / "page.html"
    found = company.promoted(company.trained(NEW), registry, page=page)
    assert found["promoted"], found["refused"]
    assert found["recipe"]["same"]
    assert not found["recipe"]["champion"]["is_twin"]
    assert found["recipe"]["challenger"]["is_twin"]
    assert next(row for row in found["figures"] if row["name"] == "ndcg_at_10")["gain"] is not None
    assert found["churn"]["rows"][0]["n_people"] > 400
    assert "The challenger is champion now" in page.read_text()
    kept = json.loads((registry / "evidence" / f"{found['evidence_sha256']}.json").read_text())
    assert kept["version"] == found["version"]
    assert (registry / "champion" / "manifest.json").read_bytes() != before
    back = run_rollback(registry, "emma", "lists look odd", at_noon, store=tmp_path / "mlruns")
    assert back["champion_before"] == found["version"]
    # Nothing of it was tracked: that is told, and undoes no move.
    assert any("MLflow did not follow" in told for told in back["sentences"])
    assert (registry / "champion" / "manifest.json").read_bytes() == before
    told = run_moves(registry, True, back["head"])
    assert told["problems"] == []
    assert [m["what"] for m in told["moves"]] == ["add", "promote", "add", "promote", "rollback"]


def test_a_training_on_mixed_up_enrolments_is_refused_by_its_figures(
    company: Company, registry: Path
) -> None:
    worse = company.trained(OLD_TOO, company.mixed_up(), "mixed-up")
    found = company.promoted(worse, registry)
    assert not found["promoted"]
    assert any("ndcg_at_10 of recommend" in reason for reason in found["refused"])
    assert run_moves(registry, True)["moves"][-1]["what"] == "refuse"


def test_one_that_has_seen_the_window_and_does_worse_than_its_twin_is_refused(
    company: Company, registry: Path
) -> None:
    found = company.promoted(company.trained(NEW, company.mixed_up(), "mixed-up"), registry)
    assert not found["promoted"]
    assert any("not what its settings give" in reason for reason in found["refused"])


def test_an_open_alarm_refuses_and_a_dry_run_moves_nothing(
    company: Company, registry: Path
) -> None:
    log = (registry / "moves.jsonl").read_bytes()
    found = company.promoted(
        company.trained(NEW), registry, alarms=["enrolments are half as many"], dry_run=True
    )
    assert found["refused"] == ["An alarm is open: enrolments are half as many"]
    assert (registry / "moves.jsonl").read_bytes() == log


def test_of_one_recipe_after_the_window_the_checks_alone_decide(
    company: Company, tmp_path: Path
) -> None:
    place = tmp_path / "registry"
    company.promoted(company.trained(date(2026, 9, 1)), place, as_of=date(2026, 9, 1))
    found = company.promoted(company.trained(NEW), place)
    assert found["promoted"], found["refused"]
    assert found["figures"] == []
    assert "the checks" in found["notes"][0]
    log = (place / "moves.jsonl").read_bytes()
    again = company.promoted(company.trained(NEW), place)
    assert (again["promoted"], again["is_champion"], again["refused"]) == (False, True, [])
    assert "is the champion already" in again["sentences"][0]
    assert (place / "moves.jsonl").read_bytes() == log
    older = company.promoted(company.trained(OLD), place)
    assert any("it is older" in reason for reason in older["refused"])


def test_beside_equal_twins_the_champion_itself_is_told_on_what_it_has_not_seen(
    company: Company, tmp_path: Path
) -> None:
    place, then = tmp_path / "registry", date(2026, 9, 1)
    always = SETTINGS.model_copy(
        update={"promotion": SETTINGS.promotion.model_copy(update={"refit": "always"})}
    )
    company.promoted(company.trained(then), place, as_of=then)
    page = tmp_path / "page.html"
    found = company.promoted(company.trained(NEW), place, settings=always, page=page)
    assert found["recipe"]["same_twin"]
    gains = [row["gain"] for row in found["figures"] if row["gain"] is not None]
    assert {(gain["value"], gain["low"], gain["high"]) for gain in gains} == {(0.0, 0.0, 0.0)}
    since = found["champion_since"]
    assert since["first"] == str(then)
    of_window, row = (
        next(row for row in rows if row["name"] == "completion_brier")
        for rows in (found["figures"], since["figures"])
    )
    assert 0 < row["n_outcomes"] < of_window["n_outcomes"]
    assert row["margin"] is None
    assert row["challenger"]["value"] != row["champion"]["value"]
    assert any("equal by construction, both" in told for told in found["sentences"])
    assert "equal by construction" in page.read_text()


def test_a_failed_check_of_its_own_refuses_even_the_first(company: Company, tmp_path: Path) -> None:
    models = tmp_path / "failed"
    honest = company.trained(OLD)
    manifest = json.loads((honest / "manifest.json").read_text())
    about = {k: v for k, v in manifest.items() if k not in ("sha256", "seal")}
    with replace_folder(models, about) as folder:
        shutil.copytree(honest / "recommend", folder / "recommend")
        path = folder / "recommend" / "completion" / "model.json"
        model = json.loads(path.read_text())
        row = {"model": "recommend", "kind": "check", "name": "sane", "verdict": "fail"}
        model["evidence"].append({**row, "payload": {"must_pass": True, "note": "it is not"}})
        path.write_text(json.dumps(model))
    found = company.promoted(models, tmp_path / "registry", as_of=OLD)
    assert not found["promoted"]
    assert "sane of recommend (it is not)" in found["refused"][0]
    assert not (tmp_path / "registry" / "champion").exists()


def test_a_date_before_the_challengers_own_is_a_mistake(company: Company, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="challenger's own date"):
        company.promoted(company.trained(NEW), tmp_path / "registry", as_of=OLD)


def test_one_training_is_judged_by_the_window_as_it_is(company: Company, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    found = run_evaluation(
        str(company.data), company.trained(OLD), page, NEW, SETTINGS, None, Silent()
    )
    assert not found["is_twin"]
    assert {row["name"] for row in found["figures"]} >= {"ndcg_at_10", "completion_brier"}
    assert "newest outcomes" in page.read_text()


def test_the_command_line_says_refused_by_its_exit_code(
    company: Company, registry: Path, call: Callable[..., tuple[int, str, str]]
) -> None:
    words = ("promote", company.data, "--models", company.trained(NEW), "--registry", registry)
    code, out, _ = call(*words, "--who", "anna", "--why", "x", "--alarm", "broken", "--dry-run")
    assert code == 3
    assert "An alarm is open: broken" in out
    code, _, said = call(*words, "--who", " ", "--why", "x")
    assert (code, "--who must say something" in said) == (2, True)
    champion = ("promote", company.data, "--models", company.trained(OLD), "--registry", registry)
    code, out, _ = call(*champion, "--who", "anna", "--why", "cron ran twice")
    assert (code, "is the champion already" in out) == (0, True)
    assert call("moves", "--registry", registry, "--verify")[0] == 0
    assert call("moves", "--registry", registry, "--head", "f" * 64)[0] == 65
    code, _, said = call("rollback", "--registry", registry, "--who", "anna", "--why", "x")
    assert (code, "no champion before" in said) == (2, True)


def test_a_changed_log_is_told_without_being_asked(
    company: Company, registry: Path, call: Callable[..., tuple[int, str, str]]
) -> None:
    log = registry / "moves.jsonl"
    whole = log.read_bytes()
    log.write_bytes(whole.replace(b"a test", b"a jest", 1))
    code, out, _ = call("moves", "--registry", registry)
    assert code == 65
    assert "line 1 of" in out
    assert "not to be believed" in out
    log.write_bytes(whole + b'{"half')
    code, out, _ = call("moves", "--registry", registry)
    assert (code, "not written to its end" in out) == (65, True)


def test_no_password_goes_into_the_registry(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def read(data: str, *_how: object, **_more: object) -> Any:
        asked.append(data)
        return replace(read_dataset(str(company.data)), address="ann@db.example/hr")

    monkeypatch.setattr(promote, "read_people", read)
    place = tmp_path / "registry"
    address = "postgresql://ann:s3cret@db.example/hr"
    found = company.promoted(company.trained(OLD), place, as_of=OLD, data=address)
    assert asked == [address]
    kept = [path for path in place.rglob("*") if path.is_file() and "versions" not in path.parts]
    assert len(kept) >= 2
    assert not [path for path in kept if b"s3cret" in path.read_bytes()]
    assert "s3cret" not in json.dumps(found, default=str)


def test_what_is_judged_is_the_copy_that_is_promoted(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is trained over while it is looked at."""
    models, place = tmp_path / "models", tmp_path / "registry"
    shutil.copytree(company.trained(OLD), models)
    looked = []

    def load(folder: Path, names: tuple[str, ...], only: list[str]) -> Models:
        looked.append(folder)
        shutil.rmtree(models, ignore_errors=True)
        return load_models(folder, names, only)

    monkeypatch.setattr(promote, "load_models", load)
    found = company.promoted(models, place, as_of=OLD)
    assert found["promoted"], found["refused"]
    assert looked == [place / "versions" / found["version"]]


def test_models_by_a_link_are_all_of_one_training(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link is moved between the check of the files and the first model."""
    one, other = company.trained(OLD), company.trained(NEW)
    link = tmp_path / "champion"
    link.symlink_to(one)

    def moved(folder: Path) -> dict[str, Any]:
        about = verified(folder)
        put_link(str(other), link)
        return about

    monkeypatch.setattr(models_of_jobs, "verified", moved)
    found = load_models(link, ("recommend",), [])
    own = load_models(one, ("recommend",), [])
    assert found.preference is not None
    assert own.preference is not None
    assert found.about == own.about
    assert found.preference.evidence == own.preference.evidence
