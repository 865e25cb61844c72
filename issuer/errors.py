"""The base error of this floor."""

from __future__ import annotations

__all__ = ["IssuerError"]


class IssuerError(Exception):
    """Something that the issuer cannot do as asked.

    `code` is stable and for programs, `message` is one sentence for people: what, where, and
    what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message
