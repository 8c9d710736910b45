"""Owns carrying out a plan: every change by itself, so that one failure stops no other.

Yields events through `emit`; never decides what to do (`diff` did) and never prints.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace

import anyio
from anyio.abc import TaskGroup

from imagegen import digest, interruption
from imagegen.build import block_fault
from imagegen.build.answers import Answers
from imagegen.build.awaited import Awaited, NotTried
from imagegen.build.buyer import NotBought
from imagegen.build.collect import NotCollected
from imagegen.build.derivatives import Brought, Derivatives
from imagegen.build.desk import Desk
from imagegen.build.lettering_trial import Trials
from imagegen.build.output import output_bytes, remarked
from imagegen.build.pace import Stopped
from imagegen.build.placing import Placing
from imagegen.build.record import Recorder, entry_of
from imagegen.build.rescue import renew, rescue
from imagegen.build.result import Outcome, Result, Unfinished
from imagegen.build.survey import close_shown, shown
from imagegen.errors import DiskFailed, ImagegenError, NeedsAttention, Problem
from imagegen.events import Began, Done, Failed, Waiting
from imagegen.lock import NAME
from imagegen.locked import Locked, Output
from imagegen.original import Original
from imagegen.plan import Action, Block, Change, Plan
from imagegen.request import Target
from imagegen.stock import as_made, output_key
from imagegen.store.store import Answer
from imagegen.workspace import Workspace

GRACE_SECONDS = 4.0
"""After a signal, how long an order that is on its way may take to be answered and noted."""


async def carry_out(plan: Plan, desk: Desk, workspace: Workspace) -> Result:
    """Do everything in `plan`; returns what became of each image that was not kept."""
    run = _Run(plan, desk, workspace)
    rescue(plan, desk, workspace)
    if desk.shop is not None:
        close_shown(desk.shop.ledger, desk.lock)
    async with anyio.create_task_group() as around:
        around.start_soon(run.watch_signals, around)
        if desk.shop is not None:
            around.start_soon(desk.shop.board.run)
            if desk.shop.notices is not None:
                around.start_soon(desk.shop.notices.run)
        async with anyio.create_task_group() as images:
            run.scope = images.cancel_scope
            # What an earlier run has ordered goes first, since it counts against the limits.
            for change in sorted(plan.changes, key=lambda one: not one.resumes):
                if change.target is not None and _wants_work(change):
                    images.start_soon(run.one, change, change.target)
        around.cancel_scope.cancel()
    if run.signal is None:
        run.retire()
    run.finish()
    return Result(tuple(run.outcomes), run.signal, run.unfinished())


def _wants_work(change: Change) -> bool:
    return change.action is not Action.KEEP or change.block is not None


def _serves(change: Change) -> bool:
    return change.target is not None and change.target.derivation is not None


class _Run:
    def __init__(self, plan: Plan, desk: Desk, workspace: Workspace) -> None:
        self.plan = plan
        self.desk = desk
        self.workspace = workspace
        self.recorder = Recorder(workspace, desk.lock, self._note_locked)
        self.placing = Placing(desk, workspace, self.recorder)
        served = sum(1 for one in plan.changes if _wants_work(one) and _serves(one))
        self.derivatives = Derivatives(
            desk, workspace, self.placing, images=served, record=self.recorder.put
        )
        self.answers = Answers(plan, desk)
        self.trials = Trials(desk, workspace)
        self.awaited = Awaited(plan, desk, workspace)
        self.outcomes: list[Outcome] = []
        self.begun: set[str] = set()
        self.placed: set[str] = set()
        """The images whose own picture is in place and recorded."""
        self.charged: dict[str, int | None] = {}
        """What this run was charged for each image that has its picture by now."""
        self.signal: int | None = None
        self.scope: anyio.CancelScope | None = None
        self.failed_keys: set[str] = set()

    async def watch_signals(self, around: TaskGroup) -> None:
        """On the first signal order nothing more and let answers arrive; on the second stop now."""
        if threading.current_thread() is not threading.main_thread():
            # Signals reach the main thread only: whoever has it sees to them.
            return
        loop = asyncio.get_running_loop()
        heard = asyncio.Queue[int]()

        def hear(number: int) -> None:
            loop.call_soon_threadsafe(heard.put_nowait, number)

        with interruption.listening(hear):
            self.signal = await heard.get()
            around.start_soon(self._let_answers_arrive)
            await heard.get()
            self._break_off()
            await anyio.sleep_forever()

    async def _let_answers_arrive(self) -> None:
        self.desk.pace.stop(None)
        if self.desk.pace.submitting:
            self.desk.emit(Waiting("for answers to what was ordered; Ctrl-C again ends it now"))
        with anyio.move_on_after(GRACE_SECONDS):
            await self.desk.pace.no_submits()
        self._break_off()

    def _break_off(self) -> None:
        if self.scope is not None:
            self.scope.cancel()

    async def one(self, change: Change, target: Target) -> None:
        """Bring one image to its place, or say why not; what refers to it waits for that."""
        try:
            ready = await self.awaited.ready(change, target) if change.block is None else change
            if ready is not change:
                ready = self.answers.settled(change, ready)
            await self._one(ready, ready.target or target)
        except NotTried as error:
            outcome = Outcome(change.name, change.action, target.output or None)
            self.failed_keys.add(target.request.key)
            self.outcomes.append(replace(outcome, problems=(error.problem,), stopped=True))
        except ImagegenError as error:
            outcome = Outcome(change.name, change.action, target.output or None)
            self._gave_up(outcome, target, error)
        finally:
            self.awaited.over(change.name)

    async def _one(self, change: Change, target: Target) -> None:
        if change.block is None:
            provider, declared = target.request.provider, change.declared
            target = as_made(target, change.take, provider, declared=declared)
        outcome = Outcome(change.name, change.action, target.output or None)
        if change.block is not None and change.action is Action.KEEP:
            self._blocked(change, change.block, outcome)
            return
        if change.action is Action.KEEP and change.shows is not None:
            # What it refers to came out just as it was.
            self.awaited.made(change.name, change.shows)
            self.outcomes.append(outcome)
            self.desk.emit(Done(change.name, change.action, target.output))
            return
        try:
            async with self.desk.pace.job():
                self.begun.add(change.name)
                self.desk.emit(Began(change.name, change.action, not change.free))
                entry = await self._picture(change, target)
            self.placed.add(change.name)
            if not change.unrecorded:
                renew(entry, target.request, self.desk, self.workspace)
            self.awaited.made(change.name, entry.original.sha256)
            derived = None if change.unrecorded else await self._derive(target, entry)
        except Stopped as error:
            problem = error.problem or Problem("interrupted before it was ordered")
            self.failed_keys.add(target.request.key)
            self.outcomes.append(replace(outcome, problems=(problem,), stopped=True))
            return
        except NotBought as error:
            self.failed_keys.add(target.request.key)
            outcome = replace(outcome, unknown=error.unknown, limit=error.limit)
            self._failed(outcome, error.problem)
            return
        except NotCollected as error:
            self.failed_keys.add(target.request.key)
            self._failed(outcome, error.problem)
            return
        except ImagegenError as error:
            self._gave_up(outcome, target, error)
            return
        self.outcomes.append(replace(outcome, credits=self.charged.get(change.name)))
        done = "fetch" if change.fetches else change.action
        files = (derived.made, derived.removed) if derived else (0, 0)
        self.desk.emit(Done(change.name, done, "" if change.in_place else target.output, *files))

    async def _picture(self, change: Change, target: Target) -> Locked:
        """Bring the picture itself to its place; returns its entry."""
        if change.locked is not None and (change.in_place or change.remarked):
            one = replace(change.locked, picked=change.picked)
            if change.remarked:
                one = await self._remarked(target, one)
            if one != change.locked:
                self._record(one)
            return one
        if self.answers.buys(change):
            await self.trials.before_buying(target)
        answer = await self.answers.settle(change, target)
        self.charged[change.name] = None if change.free else answer.credits
        if target.output:
            return await self._show(change, target, answer)
        entry = entry_of(change, target, answer, ())
        self.recorder.put(entry)
        return entry

    async def _remarked(self, target: Target, one: Locked) -> Locked:
        """Let the output say what it is to say of its making; it is in its place already."""
        original = self.desk.store.get(one.original.sha256)
        if original is not None:
            data = await output_bytes(target, one.original, original, self.desk)
        else:
            data = self.workspace.read(target.output) or b""
            data = await remarked(target, one.original, data, self.desk)
        self.placing.put(one.name, target.output, data, instead_of=one.outputs[0].sha256)
        return replace(one, outputs=(_output(target, one.original, data), *one.outputs[1:]))

    def _record(self, entry: Locked) -> None:
        """Record a picture, with what is left of its derivatives until they are made anew."""
        self.recorder.put(self.derivatives.left(entry))

    async def _derive(self, target: Target, entry: Locked) -> Brought:
        """Make what is derived of a picture that is recorded, so safe."""
        brought = await self.derivatives.brought(target, entry)
        try:
            if brought.entry is not entry:
                self.recorder.put(brought.entry)
        except ImagegenError as error:
            # What went wrong before may be the only place that names a job: it is told as well.
            raise type(error)(*dict.fromkeys((*brought.problems, *error.problems))) from error
        if brought.problems:
            raise NeedsAttention(*brought.problems)
        return brought

    async def _show(self, change: Change, target: Target, answer: Answer) -> Locked:
        data = self.desk.store.get(answer.originals[0].sha256)
        if data is None and change.adopted is None:
            # Damaged, and in quarantine by now: it is fetched once more, for free.
            self.answers.forget(change, target)
            answer = await self.answers.settle(change, target)
            data = self.desk.store.get(answer.originals[0].sha256)
        if data is None:
            raise NotBought(_damaged(answer.originals[0].sha256))
        return await self._place(change, target, answer, data)

    def retire(self) -> None:
        """Drop entries whose image is gone; their outputs go if their bytes are the lock's."""
        for change in self.plan.changes:
            one = change.locked
            if change.action is not Action.RETIRE or one is None:
                continue
            if one.request_key in self.failed_keys:
                # Perhaps the old name of an image that failed: its record must not go first.
                continue
            outcome = Outcome(change.name, change.action, None)
            try:
                removed = self.placing.take_out(one, keeping=self.derivatives.places)
                self.recorder.drop(change.name)
            except ImagegenError as error:
                self._failed(outcome, *error.problems)
                continue
            self.outcomes.append(outcome)
            kept = one.sold and self.desk.store.has(one.original.sha256)
            self.desk.emit(Done(change.name, change.action, "", 0, removed, kept))

    def unfinished(self) -> Unfinished:
        """Return how far the images have come that have no outcome."""
        wanted = {one.name for one in self.plan.changes if one.action is not Action.KEEP}
        retired = {one.name for one in self.plan.changes if one.target is None}
        left = wanted - retired - {one.name for one in self.outcomes}
        placed, begun = left & self.placed, left & self.begun
        return Unfinished(len(placed), len(begun - placed), len(left - begun))

    def finish(self) -> None:
        """Bring the lock up to date; says so when it cannot be written."""
        try:
            self.recorder.flush()
            self.placing.settle()
        except ImagegenError as error:
            self._failed(Outcome(NAME, Action.KEEP, None), *error.problems)

    async def _place(self, change: Change, target: Target, answer: Answer, data: bytes) -> Locked:
        data = await output_bytes(target, answer.originals[0], data, self.desk)
        # A draft that only stands in is in no lock, and yet nobody is to take it for edited; nor
        # may a build that is killed before the lock has a picture keep the next one from it.
        noted = change.unrecorded or (change.locked is None and target.protect)
        put = self.placing.put_noted if noted else self.placing.put
        put(change.name, target.output, data)
        output = _output(target, answer.originals[0], data)
        entry = entry_of(change, target, answer, (output,))
        if change.unrecorded:
            return entry
        try:
            for former in change.locked.outputs if change.locked else ():
                if former.path != target.output:
                    self.placing.remove(change.name, former)
        finally:
            # Also where an old file cannot go: from here on others would buy it again.
            self._record(entry)
        return entry

    def _note_locked(self, recorded: Sequence[Locked]) -> None:
        if self.desk.shop is None:
            return
        ledger = self.desk.shop.ledger
        latest = (ledger.latest(one.request_key, one.take) for one in recorded)
        noted = {one.purchase: one for one in latest if one is not None}
        ledger.close(key for key, one in noted.items() if shown(one, self.recorder.lock))

    def _blocked(self, change: Change, block: Block, outcome: Outcome) -> None:
        if block.fine:
            return
        outcome = replace(outcome, unknown=block is Block.UNKNOWN)
        self._failed(outcome, block_fault.problem(change, block))

    def _gave_up(self, outcome: Outcome, target: Target, error: ImagegenError) -> None:
        if isinstance(error, DiskFailed):
            # Another picture could perhaps be paid for and not be kept.
            self.desk.pace.stop(error.problems[0])
        self.failed_keys.add(target.request.key)
        self._failed(outcome, *error.problems)

    def _failed(self, outcome: Outcome, *problems: Problem) -> None:
        charged = self.charged.get(outcome.name)
        self.outcomes.append(replace(outcome, problems=problems, credits=charged))
        for problem in problems:
            self.desk.emit(Failed(outcome.name, problem))


def _output(target: Target, original: Original, data: bytes) -> Output:
    return Output(target.output, digest.sha256_of(data), output_key(target, original))


def _damaged(sha256: str) -> Problem:
    return Problem(
        "the picture in the store is damaged",
        f"Its bytes no longer fit sha256 {sha256}; they were moved to the store's quarantine.",
        "build again to fetch it once more for free",
    )
