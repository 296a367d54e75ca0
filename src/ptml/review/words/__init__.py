"""The page's wording in a language: sentences, dates, numbers."""

from ptml.review.words.language import LANGUAGES, Wording, wording_in
from ptml.review.words.wrong_input import N_, WrongInputError

__all__ = ["LANGUAGES", "N_", "Wording", "WrongInputError", "wording_in"]
