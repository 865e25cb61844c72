"""The vocabulary: one table of terms, and the three things that are made from it."""

from contexts.vocabulary.table import BY_IRI, KINDS, NAMESPACE, Term, read_terms
from contexts.vocabulary.writing import context_bytes, page_markdown, turtle

__all__ = [
    "BY_IRI",
    "KINDS",
    "NAMESPACE",
    "Term",
    "context_bytes",
    "page_markdown",
    "read_terms",
    "turtle",
]
