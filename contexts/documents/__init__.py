"""The papers as closed models: `read` turns plain JSON into a paper, or says what does not fit."""

from contexts.documents.base import UNSET, Node, UnsetType, eqf_number, to_json
from contexts.documents.reading import PAPERS, Paper, paper_type, read

__all__ = [
    "PAPERS",
    "UNSET",
    "Node",
    "Paper",
    "UnsetType",
    "eqf_number",
    "paper_type",
    "read",
    "to_json",
]
