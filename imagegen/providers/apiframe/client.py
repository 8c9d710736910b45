"""Owns the provider `apiframe`: fulfils the Provider socket over two HTTP clients.

The API client holds the key and talks to one origin; the download client has no key. Only
`submit` can cost money, and it sends one POST, once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import httpx

from imagegen.errors import Problem, nearest
from imagegen.project.models import Catalogue
from imagegen.providers.apiframe import answers, refusals
from imagegen.providers.apiframe.answers import Account
from imagegen.providers.apiframe.api import Api, Lost, NotSent, Unreadable
from imagegen.providers.apiframe.body import body
from imagegen.providers.apiframe.downloads import Downloads
from imagegen.providers.apiframe.jobs import Jobs
from imagegen.providers.apiframe.line import Line
from imagegen.providers.apiframe.notices import Notices
from imagegen.providers.apiframe.origin import Proxies, origin_of
from imagegen.providers.apiframe.patience import Patience
from imagegen.providers.apiframe.uploads import Uploads
from imagegen.providers.provider import Job, Order, Refused
from imagegen.secret import Secret

KEY_LIMIT = 255
"""Longest idempotency key that the API takes, in characters."""


class ApiframeProvider:
    """Buys pictures from the Apiframe API, version 2. Use within one event loop, then close."""

    name = "apiframe"
    paid = True

    def __init__(
        self,
        key: Secret,
        base_url: str,
        catalogue: Catalogue,
        *,
        webhook_url: str | None = None,
        patience: Patience | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> None:
        """Connect to nothing yet; WrongInput for a key, address or proxy that cannot work.

        `webhook_url` goes into every order, and the API tells it when the job has ended.
        `proxies` maps schemes to proxy URLs and "no" to exempt hosts; by default what the
        environment says. It is not used for an API on this machine.
        """
        line = Line(
            origin=origin_of(base_url),
            context=httpx.create_ssl_context(),
            proxies=Proxies(proxies),
            patience=patience or Patience(),
        )
        self._catalogue = catalogue
        self._webhook_url = webhook_url
        self._api = Api(key, line)
        self._notices = Notices(key)
        self._downloads = Downloads(line)
        self._uploads = Uploads(self._api)
        self._jobs = Jobs(self._api)

    async def prepare(self, order: Order) -> bytes:
        """Upload the references of `order` and return the exact body to submit.

        Raises Refused for what the model or the API will not take, Unavailable when the API
        does not answer. Equal orders give equal bytes while their uploads live.
        """
        request = order.request
        model = self._catalogue.get(request.model)
        if model is None:
            near = nearest(request.model, self._catalogue.names)
            raise Refused(
                Problem(
                    f"`{order.name}` cannot be ordered",
                    f"The model `{request.model}` is not in the catalogue.",
                    f"Did you mean `{near}`?" if near else "Declare it under `[models.NAME]`.",
                ),
                status=0,
            )
        urls = await self._uploads.urls(request.references, order.references)
        return body(order, model, urls, webhook_url=self._webhook_url)

    async def submit(self, body: bytes, idempotency_key: str) -> Job:
        """Buy: POST `body` once; raises Refused, Busy, Ambiguous or KeyReused."""
        if not 0 < len(idempotency_key) <= KEY_LIMIT or not idempotency_key.isascii():
            raise ValueError("an idempotency key has 1 to 255 ASCII characters")
        try:
            answer = await self._api.post(
                "/v2/images/generate", body, idempotency_key=idempotency_key
            )
        except NotSent as why:
            raise refusals.unreached(str(why)) from None
        except Lost as why:
            raise refusals.lost(str(why)) from None
        if answer.status in (200, 201, 202):
            try:
                return answers.accepted(answer)
            except Unreadable as why:
                raise refusals.submission(answer, str(why)) from None
        raise refusals.submission(answer)

    async def look(self, job_ids: Collection[str]) -> Mapping[str, Job]:
        """Return what is known of these jobs; an id that the API does not know is absent.

        A job whose state could not be learned this time, while others could, counts as
        PROCESSING. Raises Unavailable or Refused.
        """
        return await self._jobs.look(job_ids)

    async def ordered_since(self, model: str, since: float) -> frozenset[str] | None:
        """Return the ids of all jobs for `model` since then; None when nobody can tell.

        Raises Unavailable or Refused.
        """
        return await self._jobs.ordered_since(model, since)

    def notice(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """Return the id of the job that a signed webhook is about; None for any other request."""
        return self._notices.job_id(headers, body)

    async def fetch(self, url: str, into: Path, *, limit: int) -> None:
        """Write the bytes behind a result URL to `into`; raises Unavailable or Refused.

        Overwrites `into`, so that the same file may be tried again. OSError from the disk.
        """
        await self._downloads.fetch(url, into, limit=limit)

    async def me(self) -> Account:
        """Return the account of the key; raises Unavailable or Refused."""
        doing = "the account was looked up"
        try:
            answer = await self._api.get("/v2/me")
        except NotSent as why:
            raise refusals.unreached_free(str(why)) from None
        except Lost as why:
            raise refusals.lost_free(str(why), doing) from None
        if answer.status != 200:
            raise refusals.free(answer, doing)
        try:
            return answers.account(answer)
        except Unreadable as why:
            raise refusals.lost_free(str(why), doing) from None

    async def close(self) -> None:
        """Let go of connections; call once, after the last use."""
        await self._api.close()
        await self._downloads.close()
