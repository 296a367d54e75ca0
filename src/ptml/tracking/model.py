"""A model as MLflow keeps it: a file of code, a folder, a signature and an example, no pickle."""

from typing import Any

from ptml.tracking.records import LoggedModel


def log_model(mlflow: Any, model: LoggedModel) -> Any:
    """Log a model into the run that is open."""
    return mlflow.pyfunc.log_model(
        name=model.name,
        python_model=str(model.code),
        artifacts={"model": str(model.folder)},
        signature=mlflow.models.ModelSignature(
            inputs=_schema(mlflow, model.columns), outputs=_schema(mlflow, model.outputs)
        ),
        input_example=model.example,
        pip_requirements=requirements(),
    )


def requirements() -> list[str]:
    """What a logged model needs to run, in the versions that are installed here."""
    from importlib.metadata import version

    names = ("ptml", "implicit", "lightgbm", "numpy", "pandas", "scipy")
    return [f"{name}=={version(name)}" for name in names]


def _schema(mlflow: Any, kinds: Any) -> Any:
    types = mlflow.types
    return types.Schema([types.ColSpec(kind, name) for name, kind in kinds.items()])
