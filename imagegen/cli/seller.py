"""Owns the paid provider of a project, made only if the key may go to the address that is set.

A key of the person's environment goes where that person said, never where a checkout says: a
project file from elsewhere could name an address that collects keys.
"""

from __future__ import annotations

from imagegen import environment
from imagegen.errors import Problem, WrongInput
from imagegen.opened import Opened
from imagegen.project.schema import ProviderSettings
from imagegen.providers.apiframe.client import ApiframeProvider
from imagegen.providers.apiframe.origin import origin_of


def seller(opened: Opened) -> ApiframeProvider | None:
    """Return the provider that can be paid, None without a key.

    Raises WrongInput when the key would go to an address that its owner has not chosen.
    """
    around = opened.environment
    if around.key is None:
        return None
    if around.key_source == "environment" and around.base_url_source != "environment":
        _refuse_stranger(opened)
    return ApiframeProvider(
        around.key,
        opened.base_url,
        opened.loaded.catalogue,
        webhook_url=opened.loaded.project.provider.webhook_url,
    )


def _refuse_stranger(opened: Opened) -> None:
    origin = origin_of(opened.base_url)
    if origin.loopback or origin == origin_of(ProviderSettings().base_url):
        return
    place = opened.environment.base_url_source or f"`{opened.file.name}`"
    raise WrongInput(
        Problem(
            f"your key is not sent to `{origin.host}`",
            f"{environment.KEY} comes from your environment, and the address from {place} of this "
            "project: anybody could have written it there. Nothing was sent.",
            f"if the address is right, say so yourself:\n  export {environment.BASE_URL}="
            f"{opened.base_url}",
        )
    )
