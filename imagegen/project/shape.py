"""Owns what all tables of imagegen.toml have in common: strict types, no key but the known ones."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Part = Annotated[float, Field(ge=0, le=1)]
"""A part of a picture's width or height; whole numbers are fine, too."""


class Table(BaseModel):
    """A table of the project file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
