"""What a page says to eye and ear, by its markup."""

from collections.abc import Iterator
from html.parser import HTMLParser

_TOLD = ("aria-label", "alt", "placeholder", "title")
_UNSAID = ("script", "style")
_EMPTY = frozenset({"meta", "link", "input", "br", "rect", "line", "polyline", "circle", "img"})


class Said(HTMLParser):
    """Texts of a page, without those that are marked as of another language.

    Attributes
    ----------
    language : str
        Of the whole page.
    """

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self._open: list[tuple[str, bool]] = []
        self._texts: list[str] = []

    @classmethod
    def of(cls, text: str) -> "Said":
        """Read a page."""
        said = cls()
        said.feed(text)
        said.close()
        return said

    def texts(self) -> Iterator[str]:
        """Every text, and every attribute that is read out."""
        yield from self._texts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element is called by, and whether it speaks another language."""
        told = dict(attrs)
        lang = told.get("lang") or ""
        if tag == "html":
            self.language = lang
        is_ours = tag not in _UNSAID and (tag == "html" or not lang or lang == self.language)
        if tag not in _EMPTY:
            self._open.append((tag, is_ours))
        if is_ours and self._is_ours():
            self._texts += [told[name] or "" for name in _TOLD if name in told]

    def handle_endtag(self, tag: str) -> None:
        """Leave the element."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if self._is_ours():
            self._texts.append(data)

    def _is_ours(self) -> bool:
        return all(is_ours for _, is_ours in self._open)
