"""The reasons of one warning: families with their share in log-odds and their sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ptml.explain.catalogue import EFFECTS
from ptml.report.sentences import observation
from ptml.report.wording import number, parsed

SINCE = "since"
FAMILIES = {
    "motivation": "motivation",
    "readiness": "readiness",
    "fit": "fit to the job",
    "practice": "chance to practise",
    "manager": "the manager's support",
    "colleagues": "mentor and colleagues",
    "workload": "workload",
    "course": "the course itself",
    "since": "what was seen since the course",
}


@dataclass(frozen=True)
class Reason:
    """One reason family of one warning; a share above zero speaks for weak transfer."""

    family: str
    code: str
    share: float
    item: Mapping[str, Any]

    @property
    def is_sign(self) -> bool:
        """Whether it is what was seen since the course, and no reason why."""
        return self.family == SINCE

    @property
    def effect(self) -> str:
        """``raises``, ``lowers``, ``neutral`` or ``blocked``; by the share where not said."""
        said = str(self.item.get("text_key") or "").rpartition(".")[2]
        if said in EFFECTS:
            return said
        return "raises" if self.share > 0 else "lowers" if self.share < 0 else "neutral"

    @property
    def text(self) -> str:
        """What was seen, as a sentence; empty where only a share was published."""
        has_words = any(self.item.get(key) for key in ("text", "text_key", "code"))
        return observation(self.item) if has_words else ""


def read_reasons(cell: object) -> tuple[Reason, ...]:
    """Read the `reasons` of a warning, the weightiest first, what was seen since last.

    Parameters
    ----------
    cell : str
        JSON: a list of objects with ``family`` and ``share``, or an object of share by family.
    """
    content = parsed(cell)
    if isinstance(content, dict):
        content = [_entry(family, value) for family, value in content.items()]
    items = [_reason(item) for item in content or () if isinstance(item, Mapping)]
    return tuple(sorted(items, key=lambda r: (r.is_sign, -abs(r.share), r.family, r.code)))


def _entry(family: str, value: object) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return {"family": family, **value}
    return {"family": family, "share": value}


def _reason(item: Mapping[str, Any]) -> Reason:
    code = str(item.get("code") or item.get("text_key") or "")
    family = str(item.get("family") or code or "other")
    share = next((s for key in ("share", "log_odds") if (s := number(item.get(key)))), 0.0)
    return Reason(family, code or family, share, item)
