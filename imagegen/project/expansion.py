"""Owns Expansion: the items of a project as they are found, each under a name of its own.

Sets and pages add theirs; what is wrong with one keeps none of the others out.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import cast

from imagegen.project.fault import Fault, KeyPath
from imagegen.project.filling import furnished
from imagegen.project.item import Item
from imagegen.project.origin import Origin, Origins
from imagegen.project.paths import path_fault
from imagegen.project.schema import IMAGES_LIMIT, NAME, ImageEntry, Project
from imagegen.project.text import Text
from imagegen.project.texts import PROMPT_LIMIT, Texts, Unread
from imagegen.project.wording import quoted

_NAME = re.compile(NAME)
_NAME_RULE = (
    "Names of images have 1 to 100 letters, digits, `.`, `_` and `-`, "
    "and start with a letter or digit."
)


@dataclass(slots=True)
class Expansion:
    """The items of a project, and what is wrong with those that could not be made."""

    project: Project
    texts: Texts
    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    origins: Origins = field(default_factory=Origins)
    variables: set[str] = field(default_factory=set)
    """The names of all variables that sets and pages bring."""
    _owners: dict[str, str] = field(default_factory=dict)
    """Names that are taken -> where the image comes from, in words."""

    @property
    def room(self) -> int:
        """How many images may still be added."""
        return IMAGES_LIMIT - len(self._owners)

    def keep(self, name: str, entry: ImageEntry) -> None:
        """Add an image that stands in the project file as it is."""
        self._owners[name] = f"[images.{name}]"
        loc: KeyPath = ("images", name)
        self._put(name, entry, loc, self.project.vars)

    def add(self, name: str, entry: ImageEntry, origin: Origin, own: Mapping[str, str]) -> None:
        """Add the image that a set or a page asks for, with its variables filled in."""
        loc = self.origins.add(origin)
        if not _NAME.fullmatch(name):
            hint = 'choose what names are made of: name = "…"'
            summary = f"{quoted(name)} is not a name for an image"
            self._refuse(Fault((*loc, "name"), summary, _NAME_RULE, hint))
        elif name in self._owners:
            detail = f"The other one comes from {self._owners[name]}."
            self._refuse(Fault((*loc, "name"), f"two images are called {quoted(name)}", detail))
        else:
            self._owners[name] = origin.words
            variables = ChainMap(
                cast("MutableMapping[str, str]", own),
                cast("MutableMapping[str, str]", self.project.vars),
            )
            found = furnished(entry, variables, loc)
            if isinstance(found, Fault):
                self._refuse(found)
            else:
                self._put(name, found, loc, variables)

    def _put(
        self, name: str, entry: ImageEntry, loc: KeyPath, variables: Mapping[str, str]
    ) -> None:
        if entry.prompt_file is None:
            self.items.append(Item(name, entry, loc, entry.prompt or "", variables))
            return
        text = self._prompt_text(entry.prompt_file, (*loc, "prompt_file"))
        if isinstance(text, Fault):
            self._refuse(text)
        else:
            prompt = text.content.rstrip("\n")
            self.items.append(Item(name, entry, loc, prompt, variables, text))

    def _prompt_text(self, path: str, loc: KeyPath) -> Text | Fault:
        fault = path_fault(path, loc)
        if fault is not None:
            return fault
        try:
            return self.texts.text(path, PROMPT_LIMIT)
        except Unread as bad:
            # A slip in the file itself is told once, however many images it is for.
            loc = () if bad.where else loc
            return Fault(loc, bad.summary, bad.detail, bad.hint, where=bad.where)

    def _refuse(self, fault: Fault) -> None:
        self.faults.append(self.origins.told(fault))
