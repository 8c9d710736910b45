"""Owns where downloads may go: which URLs are allowed, and which addresses a name may have.

A result URL is text from outside. The host that is checked is the one that is dialled: names
are looked up once, every address is checked, and the connection goes to a checked address, so
a name that changes its answer gains nothing. Never connects to anything but a global address
on port 443, the API's own host and port excepted.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import anyio
import httpcore

from imagegen.errors import Problem
from imagegen.providers.apiframe.foreign import shown
from imagegen.providers.apiframe.origin import PORTS, Origin, authority
from imagegen.providers.provider import Refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Host and port to the literal addresses of the host; raises OSError."""

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""How networks without IPv4 write an IPv4 address."""

_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.(?!-)[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_URL_LIMIT = 8192
_FIRST_TRIES = 3.0
"""Seconds for each address but the last: a network that drops IPv6 in silence is common."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A checked URL, in the parts that are sent."""

    scheme: str
    host: str
    """A name or a literal address, lower case, without brackets."""
    port: int
    target: str
    """Path and query, ASCII."""

    @property
    def authority(self) -> str:
        """Host and port as a `Host` header writes them."""
        return authority(self.scheme, self.host, self.port)

    @property
    def text(self) -> str:
        """The URL again, to resolve a redirect against."""
        return f"{self.scheme}://{self.authority}{self.target}"


def destination(url: str, origin: Origin) -> Destination:
    """Return the parts of an allowed URL; Refused for any other, before any lookup."""
    if len(url) > _URL_LIMIT or any(letter <= " " or letter in "\\\x7f" for letter in url):
        raise _refused(url, "It has letters that no URL has, or is too long.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused(url, "It is not a URL.") from None
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
        raise _refused(url, "Only `https://` and a host are allowed.")
    port = PORTS[parts.scheme] if port is None else port
    target = quote(parts.path or "/", safe="/%:=&~+!$,;'()*@[]|-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:=&~+!$,;'()*@[]|?-._")
    goal = Destination(parts.scheme, parts.hostname, port, target)
    if not origin.owns(goal.scheme, goal.host, goal.port):
        _check(url, goal)
    return goal


def is_public(address: Address) -> bool:
    """Whether this is a global unicast address, also after unwrapping an IPv4 one inside it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    inner = address.ipv4_mapped or address.sixtofour
    if address in _TRANSLATED:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(inner)
    return address in _GLOBAL_UNICAST and address.is_global


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of `host` as the system knows them; raises OSError."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Opens connections to public addresses only; TLS still checks the name, not the address."""

    def __init__(
        self,
        origin: Origin,
        *,
        resolve: Resolve = resolve,
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._origin = origin
        self._resolve = resolve
        self._network = network or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to one of the checked addresses of `host`; Refused if one is not public."""
        addresses = await self._addresses(host, port, timeout)
        for address in addresses[:-1]:
            patience = _FIRST_TRIES if timeout is None else min(timeout, _FIRST_TRIES)
            try:
                return await self._network.connect_tcp(
                    address, port, patience, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(
            addresses[-1], port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        """Sleep, as the connection pool asks it of its network."""
        await self._network.sleep(seconds)

    async def _addresses(self, host: str, port: int, timeout: float | None) -> list[str]:
        try:
            with anyio.fail_after(timeout):
                addresses = await self._resolve(host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout("the name lookup took too long") from None
        except (OSError, UnicodeError):
            raise httpcore.ConnectError(f"no address is known for {host}") from None
        if not addresses:
            raise httpcore.ConnectError(f"no address is known for {host}")
        if (host, port) != (self._origin.host, self._origin.port):
            for address in addresses:
                _check_address(host, address)
        return addresses


def _check(url: str, goal: Destination) -> None:
    """Refuse what is certain to be wrong without a lookup; the network checks addresses again."""
    if goal.scheme != "https" or goal.port != PORTS["https"]:
        raise _refused(url, "Only https on port 443 is allowed.")
    try:
        address = ipaddress.ip_address(goal.host)
    except ValueError:
        # Resolvers read `0x7f.1` and `2130706433` as addresses; a name never ends so.
        last = goal.host.rsplit(".", 1)[-1]
        if not _HOST.fullmatch(goal.host) or len(goal.host) > 253 or _NUMBER.fullmatch(last):
            raise _refused(url, "Its host is not a proper name.") from None
        return
    if not is_public(address):
        raise _refused(url, "It points into a private network.")


def _check_address(host: str, text: str) -> None:
    try:
        public = is_public(ipaddress.ip_address(text))
    except ValueError:
        public = False
    if not public:
        raise _refused(
            host, f"The name leads to the address `{shown(text, 64)}`, not a public one."
        )


def _refused(what: str, why: str) -> Refused:
    return Refused(
        Problem(
            "a result may not be fetched from this address",
            f"`{shown(what, 200)}` is not allowed. {why}",
            "Nothing was fetched. Results are taken from public https addresses only.",
        ),
        status=0,
    )
