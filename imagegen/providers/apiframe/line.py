"""Owns Line: what both HTTP clients need to know of the way out.

Never holds the key; only `api` does.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from imagegen import __version__
from imagegen.providers.apiframe.origin import Origin, Proxies
from imagegen.providers.apiframe.patience import Patience

USER_AGENT = f"imagegen/{__version__}"

AT_ONCE = 16
"""Requests in flight together, per client. Connection pools get slower with the square of
what they queue, so waiting happens before the pool."""

IDLE = 4.0
"""Seconds that an unused connection is kept. Servers close theirs after 5 seconds or later;
being earlier keeps a POST out of a closing connection, where nobody knows whether it arrived."""


@dataclass(frozen=True, slots=True)
class Line:
    """The way out: where the API is, how TLS is checked, which proxies, how long to wait."""

    origin: Origin
    context: ssl.SSLContext
    proxies: Proxies
    patience: Patience
