"""Owns Origin, the checked address of the API, and Proxies, the ways out that a company sets.

The key goes to the origin and nowhere else; every other module asks here where that is.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from imagegen.errors import Problem, WrongInput
from imagegen.loopback import is_loopback

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of the API, and the path in front of `/v2`."""

    scheme: str
    host: str
    """Lower case; an IPv6 address without its brackets."""
    port: int
    prefix: str
    """Empty or a path such as `/gateway`, without a slash at its end."""

    @property
    def loopback(self) -> bool:
        """Whether the host is this machine, by its name or its literal address."""
        return is_loopback(self.host)

    def url(self, path: str) -> str:
        """Return the full URL of a path that begins with `/v2`."""
        return f"{self.scheme}://{authority(self.scheme, self.host, self.port)}{self.prefix}{path}"

    def owns(self, scheme: str, host: str, port: int) -> bool:
        """Whether this scheme, host and port are the API's own."""
        return (self.scheme, self.host, self.port) == (scheme, host, port)


def authority(scheme: str, host: str, port: int) -> str:
    """Return host and port as a URL writes them; the scheme's own port is left out."""
    written = f"[{host}]" if ":" in host else host
    return written if port == PORTS[scheme] else f"{written}:{port}"


def origin_of(base_url: str) -> Origin:
    """Return the origin of a base URL; WrongInput unless the key would be safe on its way there.

    That means https, or http to this very machine, where the emulator runs.
    """
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _wrong(base_url, "It is not a URL.") from None
    if parts.scheme not in PORTS or not host or not base_url.isascii():
        raise _wrong(
            base_url,
            "It must begin with `https://` (for this machine also `http://`) and name a host.",
        )
    if parts.username is not None or parts.query or parts.fragment or " " in base_url:
        raise _wrong(base_url, "It must be scheme, host and path only.")
    if parts.scheme == "http" and not is_loopback(host):
        raise _wrong(base_url, "Over plain http anybody on the way could read the key.")
    prefix = parts.path.rstrip("/")
    if prefix.endswith("/v2"):
        raise _wrong(base_url, "The version is not part of it: leave `/v2` out.")
    return Origin(parts.scheme, host, port or PORTS[parts.scheme], prefix)


class Proxies:
    """The proxies that the environment or the system names, by scheme."""

    def __init__(self, named: Mapping[str, str] | None = None) -> None:
        """Take `named` (`{"https": …, "no": …}`), or what this machine is set to."""
        self._named = dict(urllib.request.getproxies() if named is None else named)

    def way_to(self, scheme: str, host: str) -> str | None:
        """Return the URL of the proxy to `host`, or None to go straight.

        This machine is never reached through a proxy. Raises WrongInput for a proxy that is
        not an HTTP proxy: going around it in silence would be wrong.
        """
        proxy = self._named.get(scheme) or self._named.get("all")
        if not proxy or is_loopback(host) or self._is_exempt(host):
            return None
        url = proxy if "://" in proxy else f"http://{proxy}"
        if urlsplit(url).scheme not in PORTS:
            raise WrongInput(
                Problem(
                    "this kind of proxy is not supported",
                    f"The environment names a `{urlsplit(url).scheme}` proxy for {scheme}.",
                    "Set `HTTPS_PROXY` to an `http://` proxy, or add the host to `NO_PROXY`.",
                )
            )
        return url

    def _is_exempt(self, host: str) -> bool:
        exempt = [name.strip().lstrip(".").lower() for name in self._named.get("no", "").split(",")]
        return any(name == "*" or _is_within(host, name) for name in exempt if name)


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _wrong(base_url: str, why: str) -> WrongInput:
    # A base URL with a password in it must not be repeated.
    told = "" if "@" in base_url else f" `{base_url}`"
    return WrongInput(
        Problem(
            "the API's base URL is not usable",
            f"`base_url`{told} cannot be used. {why}",
            "Write it like `https://api.apiframe.ai`.",
        )
    )
