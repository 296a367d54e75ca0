"""Features as one float32 matrix with names, families and the list of categorical columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from ptml.features.arrays import Floats, Integers


@dataclass(frozen=True, eq=False)
class FeatureMatrix:
    """Values of features, one row a thing that was asked for.

    Attributes
    ----------
    names : tuple of str, length p
        Snake case, with units; always the same ones in the same order, whatever the source has.
    values : (n, p) float32, C order
        NaN = unknown.
    families : tuple of str, length p
        The family of each column (`ptml.features.registry.FAMILIES`).
    categorical : tuple of str
        Names of the columns that hold integer codes without an order.
    """

    names: tuple[str, ...]
    values: Floats
    families: tuple[str, ...]
    categorical: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.names):
            raise ValueError(
                f"FeatureMatrix needs {len(self.names)} columns, got shape {self.values.shape}"
            )

    def __len__(self) -> int:
        return len(self.values)

    def select(self, names: Sequence[str]) -> Floats:
        """Give the columns of that name, (n, len(names)) float32.

        Raises
        ------
        KeyError
            For a name that is no feature.
        """
        if tuple(names) == self.names:
            return self.values
        position = {name: k for k, name in enumerate(self.names)}
        return self.values[:, [position[name] for name in names]]

    def column(self, name: str) -> Floats:
        """Give one column, (n,) float32."""
        return self.select([name])[:, 0]

    def take(self, index: Integers | slice) -> "FeatureMatrix":
        """Pick rows by position."""
        return FeatureMatrix(self.names, self.values[index], self.families, self.categorical)
