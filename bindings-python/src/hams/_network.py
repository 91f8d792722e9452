"""From Python's many errors to the few kinds that are the same in every language."""

from __future__ import annotations

import errno
import socket
import ssl

from ._generated.hams import Network

_UNREACHABLE = frozenset(
    {
        errno.EHOSTUNREACH,
        errno.ENETUNREACH,
        errno.EHOSTDOWN,
        errno.ENETDOWN,
        errno.EADDRNOTAVAIL,
        # These two come from a firewall on this machine.
        errno.EACCES,
        errno.EPERM,
    }
)


def network_of(error: BaseException) -> Network:
    """What kind of failure an error of `socket`, `ssl` or h11 is; the first that fits.

    The order matters: errors of `ssl` and of name resolution are OSErrors whose errno
    is a number of their own.
    """
    match error:
        case ssl.SSLEOFError():  # the peer went away in the middle of the handshake
            return Network.RESET
        case ssl.SSLError():
            return Network.TLS
        case socket.gaierror() | socket.herror():
            return Network.NO_SUCH_HOST
        case ConnectionRefusedError():
            return Network.REFUSED
        case ConnectionResetError() | ConnectionAbortedError() | BrokenPipeError():
            return Network.RESET
        case TimeoutError():
            return Network.TIMED_OUT
        case OSError() if error.errno in _UNREACHABLE:
            return Network.UNREACHABLE
        case _:  # it did connect, and did not speak HTTP
            return Network.PROTOCOL
