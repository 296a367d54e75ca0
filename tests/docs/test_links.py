"""Links from the pages of the repository lead somewhere; the site checks those within `docs/`."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENTRANCES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "models").rglob("*.md")),
    *sorted((ROOT / "mlflow").rglob("*.md")),
]
PAGES = [*ENTRANCES, *sorted((ROOT / "docs").rglob("*.md"))]
_CODE = re.compile(r"^(?:```.*?^```|(?: {4}|\t)[^\n]*)$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")


def _links(page: Path) -> list[str]:
    return _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """Anchors that a code host and the site both give to the headings of a page."""
    titles = re.findall(r"^#{1,6} (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    wrong = []
    for link in _links(page):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            # No network in a check: only the form of an outside link is looked at.
            good = parts.scheme in ("http", "https", "mailto") and bool(parts.netloc or parts.path)
        else:
            target = page if not parts.path else (page.parent / parts.path).resolve()
            good = target.exists() and not parts.path.startswith("/")
            if good and parts.fragment and target.suffix == ".md":
                good = parts.fragment in anchors(target)
        if not good:
            wrong.append(link)
    assert wrong == []


def test_pages_of_the_repository_link_to_the_site_s_pages() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in ("docs/data-contract.md", "docs/user-guide.md", "docs/architecture.md"):
        assert page in readme
