"""The one error of this floor."""

from __future__ import annotations

__all__ = ["DocumentError"]


class DocumentError(Exception):
    """A document that cannot be taken as it stands.

    `code` is stable and for programs, `message` is one sentence for people (what was got, what
    was expected), `path` is the place in the document as a JSONPath (`$.credentialSubject.id`).
    """

    def __init__(self, code: str, message: str, path: str = "$") -> None:
        super().__init__(code, message, path)
        self.code = code
        self.message = message
        self.path = path

    def __str__(self) -> str:
        return self.message if self.path == "$" else f"{self.message} (at {self.path})"
