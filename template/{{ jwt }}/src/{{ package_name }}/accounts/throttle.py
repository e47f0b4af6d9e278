"""How often somebody may try: each try counts for an address, and for an account."""

import time
from hashlib import sha256
from ipaddress import ip_address, ip_network
from math import ceil
from threading import Lock

import structlog
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter
from pydantic import SecretStr

from ..errors import Unavailable
from .errors import TooManyRequests

PREFIX = __package__
"""What the names of the counts begin with, so that others may use the same Redis."""

REDIS_SECONDS = 1.0
"""How long Redis may take to connect, and to answer."""

AWAY = "Tries cannot be counted now, so that none is let in. Try again soon."

log = structlog.get_logger("throttle")


class Throttle:
    """Limits how often an act, such as `login`, may be tried. Nothing connects before it is used.

    The window moves, so that no moment lets in more than the limit, and when the next try may succeed is
    known. Only tries that were let in are counted: hammering makes nobody wait for longer than a window, and
    when it ends, so does the wait.

    While Redis is away, nobody is let in: else to take it down would be the way to guess without a limit. Who
    is logged in already does not notice, for their tokens are not counted.
    """

    def __init__(self, storage: SecretStr, per_address: str, per_account: str) -> None:
        self.windows = MovingWindowRateLimiter(_storage(storage.get_secret_value()))
        self.per_address = parse(per_address)
        self.per_account = parse(per_account)

    def admit(self, act: str, address: str, account: str) -> None:
        """Count one try; one that its address may not make does not count for the account.

        Raises `TooManyRequests` with the seconds until the next one may succeed, and `Unavailable`.
        """
        try:
            self._count(self.per_address, act, "address", _network(address))
            self._count(self.per_account, act, "account", account.lower())
        except StorageError as error:
            log.error("tries cannot be counted", reason=str(error.storage_error))
            raise Unavailable(AWAY) from error

    def _count(self, limit: RateLimitItem, act: str, whose: str, who: str) -> None:
        key = act, whose, sha256(who.encode()).hexdigest()  # neither is to be read in Redis
        if not self.windows.hit(limit, *key):
            end, left = self.windows.get_window_stats(limit, *key)
            raise TooManyRequests(1 if left else max(1, ceil(end - time.time())))


def _network(address: str) -> str:
    """Who shares an address: a network of IPv6 has 2^64 for each of its users (RFC 6177)."""
    try:
        its = ip_address(address)
    except ValueError:  # none, such as what a proxy says when it does not know
        return address
    its = getattr(its, "ipv4_mapped", None) or its
    return str(ip_network((its, 64 if its.version == 6 else 32), strict=False))


class Memory(MemoryStorage):
    """Counts in this process. The library's own keeps the name of each count for ever."""

    def __init__(self) -> None:
        self.lock = Lock()
        super().__init__()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        with self.lock:
            for each in [each for each, tries in list(self.events.items()) if not tries]:
                del self.events[each]
            return super().acquire_entry(key, limit, expiry, amount)


def _storage(url: str) -> Storage:
    if url == "memory://":
        return Memory()
    return RedisStorage(
        url,
        key_prefix=PREFIX,
        wrap_exceptions=True,
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
    )
