"""Owns Site: a project folder in this process, and what people do to it between two builds."""

from __future__ import annotations

import contextlib
import io
import json
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast

import tomli_w
from PIL import Image

from imagegen import digest
from imagegen import lock as lockfile
from imagegen.cli import main
from imagegen.lock import Lock
from imagegen.locked import Locked
from imagegen.request import DRAFT

Images = dict[str, dict[str, object]]


@dataclass(frozen=True)
class Past:
    """A state of the project that was built."""

    images: Images
    lock: bytes
    returns_free: bool
    """Whether every picture that it shows was bought, for a request that stands by itself."""


@dataclass
class Site:
    """A project folder and the edits that people make to it."""

    folder: Path
    images: Images
    past: list[Past] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "imagegen.toml"

    @property
    def lock(self) -> Path:
        return self.folder / "imagegen.lock"

    def locked(self) -> Mapping[str, Locked]:
        """Return the lock's images; none without a lock."""
        return lockfile.parse(self.lock.read_bytes(), "").images if self.lock.exists() else {}

    def run(self, verb: str, *options: str, code: Collection[int] | None = None) -> tuple[int, str]:
        """Run a command in this process; returns its exit code, which is one of `code`, and output.

        It is never a bug's.
        """
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()) as talk:
            got = main.run([verb, "-f", str(self.file), *options])
        assert got != 3 and (code is None or got in code), (got, said.getvalue(), talk.getvalue())
        return got, said.getvalue()

    def save(self) -> None:
        for name, one in self.images.items():
            # Each follows only names before its own, so there is no ring.
            known = [f"@{other}" for other in self.images if other < name]
            kept = [text for text in self._followed(name) if text in known]
            one.pop("references", None)
            one.update({"references": kept} if kept else {})
            if "candidates" in one:
                one.pop("seed", None)
                one.pop("take", None)
        self.file.write_text(tomli_w.dumps({"images": self.images}), encoding="utf-8")

    def reread(self) -> None:
        """Take over what a command has written into the project file."""
        self.images = tomllib.loads(self.file.read_text(encoding="utf-8"))["images"]

    def edit(self, kind: str, *what: object) -> None:
        """Make one edit; one that makes no sense now is left out."""
        name = str(what[0])
        if kind == "set":
            self.images.setdefault(name, {"prompt": f"a plain {name}"})[str(what[1])] = what[2]
        elif kind == "output":
            if all(one.get("output") != what[1] for one in self.images.values()):
                self.images.get(name, {})["output"] = what[1]
        elif kind == "unset":
            self.images.get(name, {}).pop(str(what[1]), None)
        elif kind == "follow" and name in self.images:
            self.images[name]["references"] = [*self._followed(name), f"@{what[1]}"][-2:]
        elif kind == "remove" and len(self.images) > 1:
            self.images.pop(name, None)
        elif kind == "rename" and name in self.images and what[1] not in self.images:
            self._rename(name, str(what[1]))
        elif kind in ("revert", "check out") and self.past:
            self._return_to(self.past[int(name) % len(self.past)], lock=kind == "check out")
        elif kind in ("delete file", "edit file", "retouch"):
            self._spoil(name, kind)
        elif kind in ("lose lock", "forget"):
            self._forget(name if kind == "forget" else None)

    def remember(self, *, whole: bool) -> None:
        """Remember this state, which was built; `whole` if every image shows what it asks for."""
        shown = [one for name, one in self.locked().items() if name in self.images]
        sold = all(one.sold for one in shown) and len(shown) == len(self.images)
        alone = not any("references" in one for one in self.images.values())
        if self.lock.exists():
            lock = self.lock.read_bytes()
            self.past.append(Past(_copied(self.images), lock, whole and sold and alone))

    def returns_free(self) -> bool:
        """Whether all that the project asks for now was bought in a state that was built."""
        return any(one.returns_free and one.images == self.images for one in self.past)

    def guarded(self, but: Collection[str] = ()) -> dict[str, tuple[Locked, str | None]]:
        """Return the protected images that show a real picture, with what lies in its place."""
        return {
            name: (one, self.sha256_of(one))
            for name, one in self.locked().items()
            if one.provider != DRAFT and one.outputs and name not in but
            if self.images.get(name, {}).get("protect")
        }

    def sha256_of(self, one: Locked) -> str | None:
        """Return the sha256 of the file in the place of an image's output; None without one."""
        path = self.folder / one.outputs[0].path
        return digest.sha256_of(path.read_bytes()) if path.exists() else None

    def _rename(self, old: str, new: str) -> None:
        self.images[new] = self.images.pop(old)
        for one in self.images:
            self.images[one]["references"] = [
                text.replace(f"@{old}", f"@{new}") for text in self._followed(one)
            ]

    def _return_to(self, past: Past, *, lock: bool) -> None:
        self.images = _copied(past.images)
        if lock:
            self.lock.write_bytes(past.lock)

    def _spoil(self, name: str, how: str) -> None:
        output = (
            self.folder / "images" / str(self.images.get(name, {}).get("output", f"{name}.jpg"))
        )
        if not output.exists():
            return
        if how == "delete file":
            output.unlink()
        else:
            output.write_bytes(photo(2) if how == "retouch" else b"drawn by hand")

    def _forget(self, name: str | None) -> None:
        """Take an image out of the lock, or the whole lock away."""
        left = {other: one for other, one in self.locked().items() if other != name}
        if name is None:
            self.lock.unlink(missing_ok=True)
        elif self.lock.exists():
            self.lock.write_bytes(lockfile.dump(Lock(left)))

    def _followed(self, name: str) -> list[str]:
        return cast("list[str]", self.images.get(name, {}).get("references", []))


@cache
def photo(number: int) -> bytes:
    """Return a small picture that nobody sold, as JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (48, 32), (40 * number, 90, 160)).save(file, "jpeg")
    return file.getvalue()


def _copied(images: Images) -> Images:
    return cast("Images", json.loads(json.dumps(images)))
