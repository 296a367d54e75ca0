"""A simulated company to try things on, whose truth is known."""

import tempfile
from pathlib import Path

from ptml.jobs.progress import Silent
from ptml.jobs.simulate import run_simulation


def make_company(
    folder: str | Path | None = None,
    *,
    n_employees: int = 600,
    n_courses: int = 15,
    n_quarters: int = 12,
    seed: int = 7,
    **dials: float,
) -> Path:
    """Simulate a company and write its tables; what is true of it is in the folder ``truth``.

    Parameters
    ----------
    folder : str or Path, optional
        Where to; left out, a new temporary folder.
    n_employees, n_courses, n_quarters, seed : int
        Same sizes and seed, same bytes.
    **dials
        Traps by name, `docs/methods/simulated-organisation.md`; 0 switches one off.

    Returns
    -------
    Path
        For `load`.

    Raises
    ------
    UsageError
        For a dial that does not exist.

    Examples
    --------
    >>> import ptml
    >>> place = ptml.make_company(n_employees=120, n_courses=8, seed=3)
    >>> (place / "truth" / "lift.parquet").exists()
    True
    """
    out = Path(tempfile.mkdtemp(prefix="ptml-")) / "data" if folder is None else Path(folder)
    sizes = {
        "n_employees": n_employees,
        "n_courses": n_courses,
        "n_quarters": n_quarters,
        "seed": seed,
        **dials,
    }
    run_simulation(out, sizes, [], Silent())
    return out
