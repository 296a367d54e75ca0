"""The base of every setting: frozen, typed, and refusing keys that it does not know."""

from pydantic import BaseModel, ConfigDict


class FrozenConfig(BaseModel):
    """Settings of one component; they stand beside what they configure."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
