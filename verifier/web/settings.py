"""What an operator says once about a verifier's page, and every limit on what it takes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["WebSettings"]


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Who runs the page and whose lists it uses, shown on every page; limits on what it takes.

    `lists` are the names of the lists that decide who is recognised. `public_address` is where
    people find this page (`https://verifier.example/`). `demo` marks a page whose answers are
    about invented people and institutions. `max_upload` is in bytes, of everything given at once,
    `max_link` in characters;
    `max_receipt` is how many bytes of documents a page carries so that receipts can be asked for.
    """

    operator: str
    lists: tuple[str, ...] = ()
    public_address: str = ""
    demo: bool = False
    max_upload: int = 30 * 1024 * 1024
    max_files: int = 60
    max_link: int = 16 * 1024
    max_receipt: int = 2 * 1024 * 1024
