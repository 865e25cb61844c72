"""The sentences with which a door refuses, for people who only wanted a document checked."""

from __future__ import annotations

from verifier.fetch.door import FetchError
from verifier.languages import Phrase

__all__ = [
    "bad_status",
    "forbidden_address",
    "not_https",
    "redirected",
    "timed_out",
    "tls_failed",
    "too_large",
    "too_many",
    "too_much_together",
    "unreachable",
    "unresolvable",
    "wrong_encoding",
    "wrong_type",
]

_GONE = 410
_NOT_FOUND = 404


def not_https(url: str, host: str) -> FetchError:
    """Plain http at an address that nobody allowed."""
    return FetchError(
        "not_https",
        Phrase(
            "The address at {host} starts with http://, which anybody on "
            "the way can read and change; only https:// is opened.",
            host=host,
        ),
        url,
    )


def forbidden_address(url: str, host: str) -> FetchError:
    """A name or number of a machine that is not on the public internet."""
    return FetchError(
        "forbidden_address",
        Phrase(
            "{host} leads to a machine inside a private network, not on "
            "the public internet; such addresses are never opened.",
            host=host,
        ),
        url,
    )


def unresolvable(url: str, host: str) -> FetchError:
    """A name without a machine."""
    return FetchError(
        "unresolvable",
        Phrase("No machine on the internet has the name {host} at the moment.", host=host),
        url,
    )


def unreachable(url: str, host: str) -> FetchError:
    """No connection, a broken one, or an answer that is not HTTP."""
    return FetchError(
        "unreachable",
        Phrase(
            "{host} could not be reached, or broke off before the answer was complete.", host=host
        ),
        url,
    )


def timed_out(url: str, host: str, seconds: float) -> FetchError:
    """Slower than the time allowed for everything."""
    return FetchError(
        "timed_out",
        Phrase(
            "{host} did not answer in full within {seconds} seconds.",
            host=host,
            seconds=f"{seconds:g}",
        ),
        url,
    )


def tls_failed(url: str, host: str) -> FetchError:
    """A connection whose other end could not be confirmed."""
    return FetchError(
        "tls_failed",
        Phrase(
            "The protected connection to {host} failed: its certificate is "
            "not valid for that name, has expired, or comes from nobody known.",
            host=host,
        ),
        url,
    )


def redirected(url: str, host: str) -> FetchError:
    """An answer that names another address."""
    return FetchError(
        "redirected",
        Phrase(
            "{host} sends visitors of this address on to another one, "
            "which is not followed: a document must be served at its own address.",
            host=host,
        ),
        url,
    )


def bad_status(url: str, host: str, status: int) -> FetchError:
    """An answer other than 200; `status` keeps the number."""
    if status == _NOT_FOUND:
        message = Phrase("{host} has nothing at this address (HTTP 404).", host=host)
    elif status == _GONE:
        message = Phrase(
            "{host} says that what was at this address is not given out any more (HTTP 410).",
            host=host,
        )
    else:
        message = Phrase(
            "{host} answered with an error instead of the document (HTTP {status}).",
            host=host,
            status=str(status),
        )
    return FetchError("bad_status", message, url, status)


def wrong_type(url: str, host: str, media_type: str, accept: str) -> FetchError:
    """An answer of a type that was not asked for."""
    got = media_type or Phrase("something without a type")
    return FetchError(
        "wrong_type",
        Phrase(
            "{host} sent {got} where one of {accept} was expected.",
            host=host,
            got=got,
            accept=accept,
        ),
        url,
    )


def wrong_encoding(url: str, host: str) -> FetchError:
    """An answer with a content or transfer coding that was not offered."""
    return FetchError(
        "wrong_type",
        Phrase(
            "{host} sent its answer compressed or transformed although that was not asked for.",
            host=host,
        ),
        url,
    )


def too_large(url: str, host: str, limit: int) -> FetchError:
    """One answer beyond its limit."""
    return FetchError(
        "too_large",
        Phrase("{host} sent more than the {limit} bytes allowed.", host=host, limit=f"{limit:,}"),
        url,
    )


def too_much_together(url: str, host: str, total: int) -> FetchError:
    """One verification beyond its bytes."""
    return FetchError(
        "too_large",
        Phrase(
            "With the answer of {host} the other documents that this one "
            "needs would be larger than {total} bytes together.",
            host=host,
            total=f"{total:,}",
        ),
        url,
    )


def too_many(url: str, host: str, fetches: int) -> FetchError:
    """One verification beyond its number of addresses."""
    return FetchError(
        "too_many",
        Phrase(
            "The document needs more than {fetches} other addresses, so {host} was not asked.",
            fetches=str(fetches),
            host=host,
        ),
        url,
    )
