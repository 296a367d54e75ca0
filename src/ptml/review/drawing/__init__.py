"""Drawings as numbers: where bars and points lie, for a template to write as SVG."""

from ptml.review.drawing.bars import Bar, Bars, bars
from ptml.review.drawing.line import Line, Mark, Point, line

__all__ = ["Bar", "Bars", "Line", "Mark", "Point", "bars", "line"]
