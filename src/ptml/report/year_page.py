"""The page of a scripted year, as one HTML file that loads nothing."""

from pathlib import Path

from ptml.report import page as report_page
from ptml.report.year_charts import charts, timeline
from ptml.report.year_view import (
    ADVICE,
    MEASURES,
    NAMES,
    POLICIES,
    Story,
    day_of,
    differences,
    false_alarms,
    planted_of,
    verdict,
)


def render_year(story: Story) -> str:
    """Render the page.

    Parameters
    ----------
    story : mapping
        As `ptml.jobs.year.run_year` keeps it in ``year.json``.
    """
    style = "\n".join(report_page.source(name) for name in ("style.css", "year.css"))
    planted = planted_of(story)
    return (
        report_page._environment()
        .get_template("year.html")
        .render(
            story=story,
            planted=planted,
            timeline=timeline(story, planted),
            charts=charts(story, planted),
            differences=differences(story),
            verdict=verdict(story),
            false_calls=false_alarms(story),
            advice=ADVICE,
            measures=MEASURES,
            names=NAMES,
            policies=POLICIES,
            day_of=day_of,
            style=style,
            style_hash=report_page.csp_hash(style),
        )
    )


def write_year(story: Story, out: Path) -> Path:
    """Write the page to ``out``; a reader sees the old page or the new one, whole.

    Raises
    ------
    UsageError
        If ``out`` cannot be written.
    TryAgainError
        If the disk is full.
    """
    return report_page.write_whole(render_year(story), out)
