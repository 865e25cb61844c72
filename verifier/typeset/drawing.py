"""The same compiler for a picture of one page: PNG, or SVG in which text is outlines.

Nothing in such an SVG depends on fonts, styles or scripts of whoever shows it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from typing import Any, Literal

from verifier.typeset.compiling import Template, compiler, fonts, inert, refused

__all__ = ["draw"]


def draw(
    template: Template,
    data: Mapping[str, Any],
    *,
    kind: Literal["png", "svg"],
    dots_per_inch: float = 144,
) -> bytes:
    """The first page that the template makes of `data`, on whatever ground it says.

    Raises VerifierError as `typeset` does.
    """
    typst = compiler()
    files = {"main": template.text.encode()}
    files |= {name: text.encode() for name, text in template.parts.items()}
    with tempfile.TemporaryDirectory(prefix="ecvet-typeset-") as nothing:
        try:
            made = typst.compile(
                files,
                root=nothing,
                package_path=nothing,
                package_cache_path=nothing,
                font_paths=fonts(),
                ignore_system_fonts=True,
                format=kind,
                ppi=dots_per_inch,
                sys_inputs={"data": json.dumps(inert(data), ensure_ascii=False)},
            )
        except typst.TypstError as error:
            raise refused(str(error)) from error
    first = made[0] if isinstance(made, list) else made
    return bytes(first)
