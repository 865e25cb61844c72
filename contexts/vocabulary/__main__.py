"""`python -m contexts.vocabulary`: write the context, the Turtle file, the page and the schemas."""

from __future__ import annotations

from contexts.vocabulary.made import write_all

if __name__ == "__main__":
    write_all()
