"""A model card: what a model is for, how good it is, whom it fits, and how to object, in words."""

from ptml.report.cards.facts import CardConfig, CardFacts
from ptml.report.cards.render import CARD_FILE, headings, render_card

__all__ = ["CARD_FILE", "CardConfig", "CardFacts", "headings", "render_card"]
