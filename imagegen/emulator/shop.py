"""Owns the paid moment: idempotency, price, credits, the slot, the charge; and the refunds.

Fact: credits are taken at submission and given back when a job fails; a known idempotency key
gets the original job for 24 h. Guess: a key counts for one API key, refused requests are not
remembered, "same body" means the same bytes, excess jobs wait instead of being refused, and the
texts of 409 and 422.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from imagegen.emulator.callers import Caller
from imagegen.emulator.fates import FATES
from imagegen.emulator.jobs import Fate, Job, Shelf, Slots
from imagegen.emulator.ledger import Charge, Ledger
from imagegen.emulator.orders import Generation
from imagegen.emulator.prices import price
from imagegen.emulator.rejection import Rejection
from imagegen.emulator.rules import Moment, Rules
from imagegen.emulator.settings import DuplicateMode, Settings
from imagegen.project.models import output_format

KEY_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Purchase:
    """A generate POST, read and let in."""

    generation: Generation
    caller: Caller
    idempotency_key: str | None
    moment: Moment
    lost_references: tuple[str, ...] = ()
    """Reference URLs that lead to an upload which is gone: the job will fail over them."""


class Shop:
    """Turns purchases into jobs; not safe for threads, and never awaits, so it needs no lock."""

    def __init__(self, settings: Settings, ledger: Ledger, rules: Rules) -> None:
        self._settings = settings
        self._ledger = ledger
        self._rules = rules
        self.shelf = Shelf(ledger.jobs)
        self._slots = Slots(settings.slots)
        self._by_key: dict[tuple[str, str], Charge] = {}
        self._to_refund: dict[str, Job] = {}
        for job in ledger.jobs:
            self._remember(job, ledger.charge_of(job.id))

    @property
    def balance(self) -> int:
        """Credits that the team has left."""
        return self._settings.credits - self._ledger.spent

    def submit(self, purchase: Purchase, now: float) -> tuple[Job, bool]:
        """Return the job for a purchase and whether it is new; raises Rejection 400 to 422.

        When this returns, charge and job are on stable storage.
        """
        known = self._known(purchase, now)
        if known is not None:
            return known, False
        job = self._new_job(purchase, now)
        if job.credits > self.balance:
            raise Rejection(
                402,
                "Insufficient credits",
                extra={"creditsRequired": job.credits, "creditsAvailable": self.balance},
            )
        generation = purchase.generation
        charge = Charge(
            job=job.id,
            key=purchase.caller.id,
            idempotency_key=purchase.idempotency_key,
            body_sha256=generation.sha256,
            model=generation.model.id,
            credits=job.credits,
            at=now,
        )
        self._ledger.charge(charge, job)
        self.shelf.put(job)
        self._remember(job, charge)
        return job, True

    def settle(self, now: float) -> None:
        """Give back the credits of every job that has failed by `now`."""
        due = [job for job in self._to_refund.values() if job.status(now) is job.fate.status]
        for job in due:
            self._ledger.refund(job.id, now)
            del self._to_refund[job.id]

    def _remember(self, job: Job, charge: Charge) -> None:
        if job.status(job.ends).final:
            self._slots.hold(job.ends)
        if charge.idempotency_key is not None:
            self._by_key[charge.key, charge.idempotency_key] = charge
        if job.fate.free and not charge.refunded:
            self._to_refund[job.id] = job

    def _known(self, purchase: Purchase, now: float) -> Job | None:
        key = purchase.idempotency_key
        if key is None:
            return None
        if len(key) > KEY_LENGTH:
            raise Rejection(400, f"Idempotency-Key must be at most {KEY_LENGTH} characters")
        charge = self._by_key.get((purchase.caller.id, key))
        if charge is None or now >= charge.at + self._settings.key_window:
            return None
        mode = self._mode(purchase)
        if mode == "ignore":
            return None
        job = self.shelf.get(charge.job)
        if mode == "reject":
            extra = {"code": "idempotency_key_reuse"}
            raise Rejection(422, "Idempotency key was already used", extra=extra)
        other = charge.body_sha256 != purchase.generation.sha256
        if other and self._settings.different_body == "conflict":
            raise Rejection(409, "Idempotency key was already used with a different request body")
        if mode == "in-flight" and job is not None and not job.status(now).final:
            raise Rejection(409, "A request with this idempotency key is still in progress")
        return job

    def _mode(self, purchase: Purchase) -> DuplicateMode:
        strikes = self._rules.strike(("duplicates",), purchase.moment)
        mode: DuplicateMode = self._settings.duplicates
        for strike in strikes:
            mode = duplicate_mode(strike.rule.options.text("mode"))
        return mode

    def _new_job(self, purchase: Purchase, now: float) -> Job:
        generation = purchase.generation
        ordinal = len(self.shelf) + 1
        fate = self._fate(purchase, ordinal)
        latency = self._settings.latency
        starts, ends = self._slots.peek(now, latency)
        model_format = output_format(generation.model, generation.params)
        hook = generation.hook
        seeded = "seed" in generation.params
        return Job(
            id=str(uuid.uuid4()),
            ordinal=ordinal,
            owner=purchase.caller.id,
            model=generation.model.id,
            input=generation.input,
            pictures=generation.pictures,
            extension="jpg" if model_format == "jpeg" else model_format,
            credits=price(
                generation.model,
                generation.params,
                pictures=generation.pictures,
                overrides=self._settings.prices,
            ),
            created=now,
            starts=starts,
            ends=ends,
            fate=fate,
            salt="" if seeded else purchase.idempotency_key or str(ordinal),
            hook_url=hook.url if hook else None,
            hook_events=hook.events if hook else (),
        )

    def _fate(self, purchase: Purchase, ordinal: int) -> Fate:
        if purchase.lost_references:
            return lost_reference(purchase.lost_references)
        moment = purchase.moment.of_job(ordinal)
        fate = Fate()
        for strike in self._rules.strike(FATES.keys(), moment):
            fate = FATES[strike.rule.fault].act(strike.rule.options)
        return fate


def duplicate_mode(word: str) -> DuplicateMode:
    """Return the mode of that name; any other word means `replay`."""
    modes: Sequence[DuplicateMode] = ("replay", "in-flight", "reject", "ignore")
    return next((mode for mode in modes if mode == word), "replay")


def lost_reference(urls: tuple[str, ...]) -> Fate:
    """Return the fate of a job whose reference picture cannot be fetched (text is a guess)."""
    return FATES["job-failed"].act(
        FATES["job-failed"].complete(
            {"error": f"Provider returned an error: could not download input image {urls[0]}"}
        )
    )
