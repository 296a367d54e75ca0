"""What could be learnt from: how many outcomes are known, and why the others are not."""

from ptml.contracts.evidence import Evidence
from ptml.transfer.config import WarningConfig
from ptml.transfer.labels import Labels


def label_evidence(labels: Labels, as_of_day: int, config: WarningConfig) -> tuple[Evidence, ...]:
    """Count outcomes as of a day.

    ``label_coverage`` is the share of completions with a closed window whose outcome is known;
    ``weak_share`` the share of weak ones among these.
    """
    counts = dict(labels.counts_at(as_of_day))
    n_closed = sum(counts.values())
    known = labels.known_at(as_of_day)
    n_known, n_weak = int(known.sum()), int((known & labels.weak).sum())
    n_blocked = int((known & labels.blocked).sum())
    return (
        Evidence(
            "transfer",
            "metric",
            "label_coverage",
            value=n_known / n_closed if n_closed else None,
            payload={"completions": n_closed, **counts},
        ),
        Evidence(
            "transfer",
            "metric",
            "weak_share",
            value=n_weak / n_known if n_known else None,
            payload={"weak": n_weak, "sound": n_known - n_weak, "blocked": n_blocked},
        ),
        Evidence("transfer", "setting", "label", payload=config.label.model_dump(mode="json")),
    )
