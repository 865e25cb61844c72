"""The vocabulary: one table of terms, and the three things that are made from it."""

from contexts.vocabulary.table import KINDS, NAMESPACE, Term, read_terms
from contexts.vocabulary.writing import context_bytes, page_markdown, turtle

__all__ = ["KINDS", "NAMESPACE", "Term", "context_bytes", "page_markdown", "read_terms", "turtle"]
