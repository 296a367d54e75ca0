"""The card: what it is for and not for, and how good it is by the evidence of the run."""

import json
from collections.abc import Callable
from pathlib import Path

from ptml.review.access import Role
from tests.review.conftest import Site, publish


def figure(name: str, value: float, **payload: object) -> dict[str, object]:
    told = {"model": "transfer", "kind": "metric", "name": name, "value": value}
    return {**told, "low": value - 0.1, "high": value + 0.1, "payload": json.dumps(payload)}


def test_the_card_tells_the_evidence_in_words(
    tmp_path: Path, make_site: Callable[..., Site]
) -> None:
    evidence = [
        figure("precision_flagged/completion", 0.8, cases=24, of=30),
        figure("auc/completion", 0.75, cases=500),
        figure("label_coverage", 0.7),
        figure("weak_share", 0.3),
    ]
    site = make_site(publish(tmp_path / "out", evidence=evidence))
    text = site.sign_in("eve", Role.employee, ()).get("/model").text
    for said in (
        "It may not decide on pay, promotion or dismissal.",
        "30\xa0% stayed unused.",
        "The use was checked for 70\xa0% of completed courses",
        "24 of 30 (between 70\xa0% and 90\xa0%)",
        "75\xa0% (between 65\xa0% and 85\xa0%)",
    ):
        assert said in text
    assert "30 days after the course" not in text


def test_a_run_without_warnings_says_so(tmp_path: Path, make_site: Callable[..., Site]) -> None:
    site = make_site(publish(tmp_path / "out", evidence=[]))
    text = site.sign_in().get("/model").text
    assert "No early warning was published in this run." in text
