"""Owns the origins of expanded images: puts each fault where a person can mend it.

What is wrong with every image of a set is told once, at its entry; what is wrong with the values
of one row is told at that row; what a page says, in the page.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Protocol

from imagegen.project.fault import Fault, KeyPath
from imagegen.project.item import MARK
from imagegen.project.outputs import Clash
from imagegen.project.table import Row, Table
from imagegen.project.text import Text
from imagegen.project.wording import quoted


class Origin(Protocol):
    """Where one expanded image comes from."""

    name: str

    @property
    def words(self) -> str:
        """Where it is, for a message about another image."""

    def told(self, fault: Fault, keys: KeyPath) -> Fault:
        """Return a fault of the image, whose `keys` lie in its entry, at its own place."""


@dataclass(slots=True)
class SetOrigin:
    """An image that a matrix or the row of a table makes from an entry."""

    name: str
    entry: str
    """The name of the entry."""
    uses: dict[KeyPath, frozenset[str]]
    """Keys of the entry whose texts are templates, and the set's variables in each."""
    table: Table | None = None
    row: Row | None = None

    @property
    def words(self) -> str:
        """Where it is, for a message about another image."""
        if self.table is not None and self.row is not None:
            return self.table.place(self.row)
        return f"[images.{self.entry}]"

    def told(self, fault: Fault, keys: KeyPath) -> Fault:
        """Return the fault at the row if its values play a part, else at the entry."""
        loc = ("images", self.entry, *keys)
        used = next((self.uses[keys[:n]] for n in (4, 3, 2, 1) if keys[:n] in self.uses), None)
        if not keys:
            # The name, and with it the output that it gives, is of this image alone.
            used = self.uses.get(("name",), frozenset())
        if not used:
            return replace(fault, loc=loc)
        # A fault of the name says the name already.
        detail = fault.detail if keys == ("name",) else _of(fault.detail, self.name)
        columns = [name for name in self.table.columns if name in used] if self.table else []
        if self.table is None or self.row is None or not columns:
            return replace(fault, loc=loc, detail=detail)
        return self.table.fault(
            self.row,
            fault.summary,
            detail,
            fault.hint,
            column=columns[0] if len(columns) == 1 else None,
            at="value" if len(columns) == 1 else "key",
        )


@dataclass(slots=True)
class PageOrigin:
    """An image that a page declares in its front matter, or gets by default."""

    name: str
    text: Text
    path: KeyPath
    """The keys below which the front matter declares it; the page need not have them."""
    given: Collection[str]
    """The keys of the entry that the page says nothing of: `[content]` does."""
    params: Collection[str] = ()
    """The params that only `[content]` gives."""
    uses: Collection[KeyPath] = ()
    """The keys of `[content]` that have variables in their texts."""

    @property
    def words(self) -> str:
        """Where it is, for a message about another image."""
        return self.text.shown

    def told(self, fault: Fault, keys: KeyPath) -> Fault:
        """Return the fault at the page, or at the key of [content] that it is about."""
        common = keys[:1] and keys[0] in self.given
        if keys[:1] == ("params",) and len(keys) > 1:
            common = keys[1] in self.params
        if common:
            # What does not depend on the page is one fault, however many pages there are.
            mine = any(keys[:length] in self.uses for length in (1, 2))
            detail = _of(fault.detail, self.name) if mine else fault.detail
            return replace(fault, loc=("content", *keys), detail=detail)
        return replace(fault, loc=(*self.path, *keys), beside=self.text)


@dataclass(slots=True)
class Origins:
    """The origins of all expanded images of one project, by the number in their `loc`."""

    _found: list[Origin] = field(default_factory=list)

    def add(self, origin: Origin) -> KeyPath:
        """Return the `loc` of the item that comes from `origin`."""
        self._found.append(origin)
        return ("images", f"{MARK}{len(self._found) - 1}")

    def by_name(self) -> dict[str, Origin]:
        """Return the origin of each expanded image."""
        return {origin.name: origin for origin in self._found}

    def told(self, fault: Fault) -> Fault:
        """Return a fault at the place where its image comes from; others as they are."""
        if isinstance(fault, Clash) and (other := self._of(fault.other)) is not None:
            # Its line cannot be told as one of the project file.
            detail = f"{fault.detail}: {other.words}."
            fault = Fault(fault.loc, fault.summary, detail, fault.hint, fault.at)
        origin = self._of(fault.loc)
        if origin is None or fault.where is not None or fault.beside is not None:
            return fault
        if isinstance(fault, Clash):
            fault = Fault(fault.loc, fault.summary, f"{fault.detail}.", fault.hint, fault.at)
        return origin.told(fault, fault.loc[2:])

    def _of(self, loc: KeyPath) -> Origin | None:
        if loc[:1] == ("images",) and len(loc) > 1 and str(loc[1]).startswith(MARK):
            return self._found[int(str(loc[1])[1:])]
        return None


def _of(detail: str, name: str) -> str:
    return f"{detail} This is about {quoted(name)}.".lstrip()
