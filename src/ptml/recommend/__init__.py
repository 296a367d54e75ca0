"""Recommend: which courses a person is likely to choose, from what people like them chose."""
