"""What a person entered and cannot be taken: said beside the field, in the person's language."""

from ptml.errors import UsageError


def N_(text: str) -> str:
    """Mark a text as to be translated where it is shown."""
    return text


class WrongInputError(UsageError):
    """An entry that cannot be taken.

    Attributes
    ----------
    field : str
        Name of the form's field.
    text : str
        English sentence with ``{fields}``, marked by `N_`.
    values : dict
    """

    def __init__(self, field: str, text: str, **values: object) -> None:
        super().__init__(text.format(**values))
        self.field = field
        self.text = text
        self.values = values
