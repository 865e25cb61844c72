"""The one error of this floor."""

from __future__ import annotations

__all__ = ["KeysError"]


class KeysError(Exception):
    """A key, identifier or proof that cannot be used as it stands.

    `code` is stable and for programs, `message` is one sentence for people.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message
