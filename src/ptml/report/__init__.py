"""One self-contained HTML page about a run, made from its published tables alone."""

from ptml.report.page import render_report, write_report

__all__ = ["render_report", "write_report"]
