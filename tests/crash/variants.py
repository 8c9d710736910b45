"""Owns the known-bad variants: copies of the package with one protection taken out each.

A harness that stays green on these proves nothing, so each must be caught by some method. An
edit that no longer fits the source is an error, never a variant that happens to be healthy.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .zygote import package_folder


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to a module of the package."""

    module: str
    """Path below `imagegen/`."""
    old: str
    """Found there exactly once."""
    new: str


@dataclass(frozen=True, slots=True)
class Variant:
    """One bug, put in on purpose."""

    told: str
    """What is wrong with it."""
    catcher: str
    """The part of the harness that is sure to catch it, tried first."""
    edits: tuple[Edit, ...]


_UNSYNCED_FILE = Edit("atomic.py", "            os.fsync(file.fileno())\n", "")
_UNSYNCED_FOLDER = Edit(
    "atomic.py", "    try:\n        os.fsync(descriptor)\n", "    try:\n        pass\n"
)
_UNSYNCED_RECORD = Edit(
    "build/journal.py", "    try:\n        os.fsync(descriptor)\n", "    try:\n        pass\n"
)
_RANDOM_KEY = Edit(
    "build/purchase.py",
    '    return "ig1-" + base64.b32encode(hashed).decode()[:40]',
    '    import os\n    return "ig1-" + os.urandom(20).hex()',
)

VARIANTS: Mapping[str, Variant] = {
    "naive": Variant(
        "no memory of orders beyond the process, a new key each time",
        "forked histories",
        (
            _RANDOM_KEY,
            Edit(
                "home.py",
                '    return home / "accounts" / fingerprint',
                '    import tempfile\n    return Path(tempfile.mkdtemp(prefix="imagegen-"))',
            ),
        ),
    ),
    "key after response": Variant(
        "the intent is written down only once the answer has come",
        "forked histories",
        (
            _RANDOM_KEY,
            Edit(
                "build/ledger.py",
                "                raise LimitReached(refusal)\n            return self._append(record)",
                "                raise LimitReached(refusal)\n"
                "            return self._book.take_in(ledger_record.read(record))",
            ),
            Edit(
                "build/ledger.py",
                "            before = self._book.entries[purchase]\n            after = jobs.follow",
                "            before = self._book.entries[purchase]\n"
                "            self._append(ledger_record.of_entry(before))\n"
                "            after = jobs.follow",
            ),
        ),
    ),
    "fresh key per retry": Variant(
        "a repeated POST has another idempotency key",
        "forked histories",
        (
            Edit(
                "build/buyer.py",
                "self._provider.submit(entry.body, entry.idempotency_key)",
                "self._provider.submit(\n"
                '                        entry.body, f"{entry.idempotency_key}-{id(entry)}-{tries}"\n'
                "                    )",
            ),
        ),
    ),
    "no fsync": Variant(
        "nothing is made durable",
        "power cuts on ext4",
        (_UNSYNCED_FILE, _UNSYNCED_FOLDER, _UNSYNCED_RECORD),
    ),
    "no directory fsync": Variant(
        "files are made durable, their names are not", "legal crash states", (_UNSYNCED_FOLDER,)
    ),
    "parent of state folder not synced": Variant(
        "a new folder's own name is not made durable",
        "legal crash states",
        (
            Edit(
                "atomic.py",
                "        folder.mkdir(mode=mode)\n    sync_folder(folder.parent)",
                "        folder.mkdir(mode=mode)",
            ),
            Edit("atomic.py", "for parent in folder.parents[:above]:", "for parent in ():"),
        ),
    ),
    "no lock between builds": Variant(
        "nobody waits for anybody",
        "crowds",
        (
            Edit(
                "file_lock.py",
                "def take(descriptor: int) -> bool:\n",
                "def take(descriptor: int) -> bool:\n    return True\n\n\n"
                "def _take(descriptor: int) -> bool:\n",
            ),
            Edit(
                "file_lock.py",
                "        _try_lock(descriptor)\n    except OSError as error:\n"
                "        if error.errno not in _BUSY:\n            raise\n        return False",
                "        pass\n    except OSError as error:\n"
                "        if error.errno not in _BUSY:\n            raise\n        return False",
            ),
        ),
    ),
    "key window ignored": Variant(
        "an old order is sent again as if its key still held",
        "stateful histories",
        (Edit("build/buyer.py", "if not entry.key_holds(self._ledger.clock()):", "if not entry:"),),
    ),
    "retry POST without key": Variant(
        "a repeated POST has no idempotency key",
        "forked histories",
        (
            Edit(
                "providers/apiframe/api.py",
                '        own = {"content-type": "application/json", "idempotency-key": idempotency_key}',
                '        own = {"content-type": "application/json"}\n'
                "        if idempotency_key not in _SENT:\n"
                '            own["idempotency-key"] = idempotency_key\n'
                "        _SENT.add(idempotency_key)",
            ),
            Edit(
                "providers/apiframe/api.py", "class Api:\n", "_SENT = set[str]()\n\n\nclass Api:\n"
            ),
        ),
    ),
    "lock written before object": Variant(
        "the lock names a picture before it is in its place",
        "forked histories",
        (
            Edit(
                "build/run.py",
                "        put(change.name, target.output, data)\n        output = _output(",
                "        output = _output(",
            ),
            Edit(
                "build/run.py",
                "        self._record(entry)\n        return entry\n\n    def _note_locked",
                "        self._record(entry)\n"
                "        put(change.name, target.output, data)\n"
                "        return entry\n\n    def _note_locked",
            ),
        ),
    ),
    "recovery offset before validation": Variant(
        "the ledger goes on behind a torn line instead of cutting it off",
        "kill points, torn ledger",
        (
            Edit(
                "build/journal.py",
                "        self._offset, self._last = start + scan.end, scan.last\n",
                "        self._offset, self._last = start + len(data), scan.last\n",
            ),
            Edit(
                "build/journal.py",
                "        if scan.end < len(data) and not reading.damage:\n            self._cut_tail()",
                "        if scan.end > len(data):\n            self._cut_tail()",
            ),
        ),
    ),
    "redirect with key": Variant(
        "the client with the key follows redirects",
        "hostile answers",
        (
            Edit(
                "providers/apiframe/api.py",
                "                response = await self._transport.handle_async_request(request)\n",
                "                response = await self._transport.handle_async_request(request)\n"
                '                while "location" in response.headers:\n'
                '                    request = httpx.Request("GET", response.headers["location"], '
                "headers=self._headers, extensions=request.extensions)\n"
                "                    response = await self._transport.handle_async_request(request)\n",
            ),
        ),
    ),
    "verify() instead of load()": Variant(
        "a picture counts as whole though it was never decoded",
        "hostile answers",
        (Edit("pictures/inspect.py", "        image.load()\n", "        image.verify()\n"),),
    ),
    "cache hash not checked": Variant(
        "bytes of the store are believed",
        "stateful histories",
        (
            Edit(
                "store/disk.py",
                "        if data is None or digest.sha256_of(data) == sha256:\n            return data\n",
                "        if data is None or data:\n            return data\n",
            ),
        ),
    ),
    "webhook URL trusted": Variant(
        "a notice is believed, whoever sent it",
        "notices",
        (
            Edit(
                "providers/apiframe/client.py",
                "        return self._notices.job_id(headers, body)",
                "        import json\n        told = json.loads(body)\n"
                '        self._told[told["jobId"]] = told["result"]["images"]\n'
                '        return str(told["jobId"])',
            ),
            Edit(
                "providers/apiframe/client.py",
                "        self._notices = Notices(key)\n",
                "        self._notices = Notices(key)\n        self._told: dict[str, list[str]] = {}\n",
            ),
            Edit(
                "providers/apiframe/client.py",
                "        return await self._jobs.look(job_ids)",
                "        from imagegen.providers.provider import JobStatus\n"
                "        found = dict(await self._jobs.look(job_ids))\n"
                "        for one, urls in self._told.items():\n"
                "            found[one] = Job(one, JobStatus.COMPLETED, urls=tuple(urls))\n"
                "        return found",
            ),
        ),
    ),
    "budget counted at completion": Variant(
        "what is ordered and not delivered yet counts for nothing against a limit",
        "budgets",
        (
            Edit(
                "build/jobs.py",
                "        if entry.state in _FREE:\n            continue\n        if entry.intent_at",
                "        if entry.state in _FREE or entry.credits is None:\n            continue\n"
                "        if entry.intent_at",
            ),
        ),
    ),
}
"""Every bug that the harness has to catch, by name."""


class Misfit(Exception):
    """An edit does not fit the source any more; the variant has to be brought up to date."""


def planted(name: str, into: Path) -> Path:
    """Copy the package to `into` with the bug `name` in it; returns the folder to import from."""
    shutil.copytree(
        Path(package_folder()) / "imagegen",
        into / "imagegen",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for edit in VARIANTS[name].edits:
        file = into / "imagegen" / edit.module
        text = file.read_text("utf-8")
        if text.count(edit.old) != 1:
            raise Misfit(f"{name}: found {text.count(edit.old)} times in {edit.module}: {edit.old}")
        file.write_text(text.replace(edit.old, edit.new), "utf-8")
    return into
