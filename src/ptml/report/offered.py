"""What the run offers: which courses come first, and for how many people."""

from dataclasses import dataclass

from ptml.report.absence import Absent, absent
from ptml.report.bars import lying
from ptml.report.figures import Figure, PlainTable
from ptml.report.published import PublishedTables
from ptml.report.wording import count, percent, plural

_MOST_BARS = 12


@dataclass(frozen=True)
class Offered:
    """The courses that stand first most often."""

    lead: str
    figure: Figure


def offered(published: PublishedTables) -> Offered | Absent:
    """Count first places by course."""
    recommendations = published.table("recommendations")
    first = recommendations[recommendations["rank"] == 1]
    if first.empty:
        return absent(
            published,
            "No course was recommended to anybody.",
            "Nobody was left with a course that is open, not taken yet and not mandatory.",
            "no recommendations",
        )
    places = first.groupby("course_id", sort=True).size()
    top = places.sort_values(ascending=False, kind="stable").head(_MOST_BARS)
    shares = [n / len(first) for n in top]
    titles = [published.title(course) for course in top.index]
    texts = [percent(share) for share in shares]
    everywhere = recommendations["course_id"].nunique()
    return Offered(
        lead=f"{plural(len(places), 'course')} come{'s' if len(places) == 1 else ''} first for "
        f"somebody, {plural(int(everywhere), 'course')} "
        f"{'is' if everywhere == 1 else 'are'} offered at all.",
        figure=Figure(
            slug="figure-offered",
            title=f"The course put first most often is first for {texts[0]} of people",
            note="Share of people for whom the course is the first recommendation.",
            plot=lying(titles, shares, texts),
            numbers=PlainTable(
                ("Course", "First for", "Share"),
                tuple(zip(titles, map(count, top), texts, strict=True)),
                frozenset({1, 2}),
            ),
        ),
    )
