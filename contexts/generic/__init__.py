"""Credentials that are no papers of ours: any VC 2.0, Open Badges 3.0, and VC 1.1 to be read.

They have no closed model here. Instead (`reading.read`): the data model that all credentials share
(`vcdm`), statements in which nothing of the document is missing, and everything that is told or
shown of it taken from those statements (`tree`), never from the JSON.
"""

from contexts.generic.reading import GenericCredential, is_credential, read
from contexts.generic.tree import Listed, Node, Property, Reference, Value

__all__ = [
    "GenericCredential",
    "Listed",
    "Node",
    "Property",
    "Reference",
    "Value",
    "is_credential",
    "read",
]
