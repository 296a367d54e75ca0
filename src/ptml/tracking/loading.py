"""Load a registered model: its files are checked before any is used, and none is unpickled."""

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Any

from ptml.tracking.connection import default_store, opened, refuse_absent, told
from ptml.tracking.versions import CHALLENGER, aliased, download, refuse_changed


def load_tracked(name: str, folder: Path, alias: str = CHALLENGER) -> Any:
    """Load the version of a model that an alias names.

    Parameters
    ----------
    name : str
        ``recommend``, ``lift`` or ``warnings``.
    folder : Path
        Where the default store lies.
    alias : str
        ``challenger`` or ``champion``.

    Returns
    -------
    mlflow.pyfunc.PyFuncModel

    Raises
    ------
    UsageError
        When there is no such model, or the server does not know the name or password.
    DataError
        When a file is not the one that was registered.
    TryAgainError
        When the store fails.
    """
    address = default_store(folder)
    refuse_absent(address)
    with told(f"{name}@{alias} was not loaded", "try again later"), opened(address) as mlflow:
        version = aliased(mlflow, name, alias)
        copy = tempfile.mkdtemp(prefix="ptml-")
        try:
            files = download(mlflow, f"models:/{version.name}/{version.version}", copy)
            refuse_changed(files, version)
            model = mlflow.pyfunc.load_model(str(files))
        except BaseException:
            shutil.rmtree(copy, ignore_errors=True)
            raise
        # The model may read its files later; they go when it goes.
        weakref.finalize(model, shutil.rmtree, copy, ignore_errors=True)
        return model
