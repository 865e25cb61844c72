"""The one way to a PDF: a template of ours, and data that is only ever data.

`typeset` makes an archival (PDF/A-3a) and accessible (PDF/UA-1) document, the same bytes for the
same arguments. Templates are `.typ` files in this package and beside those who use them; they may
import `house.typ`, the look that all our papers share. What a template is given stands in
`sys.inputs`, as JSON: it is text to be set, whatever it looks like.
"""

from verifier.typeset.compiling import Attachment, Picture, Template, typeset
from verifier.typeset.drawing import draw
from verifier.typeset.matrix import Matrix, matrix_picture

__all__ = ["Attachment", "Matrix", "Picture", "Template", "draw", "matrix_picture", "typeset"]
