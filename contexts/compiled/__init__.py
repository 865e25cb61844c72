"""The fast way from JSON to statements: contexts compiled once, a document walked once.

What is compiled (`tables`): the bundled contexts, into flat term tables, one for each combination
of contexts, node types and properties that a document really uses.
What is walked (`walk`): a document without anything unusual, straight into N-Quads lines.
What falls back: everything else. The walk never judges: whatever the tables do not cover it
declines, and the slow way (`contexts.expansion`) either gives the same statements or the error with
its path. Both ways are held equal by property tests.
"""

from contexts.compiled.tables import NotCompiled, Table, compile_contexts
from contexts.compiled.walk import Declined, walk

__all__ = ["Declined", "NotCompiled", "Table", "compile_contexts", "walk"]
