"""Whether a paper still stands: the status lists that it names, found, read and remembered.

`standing_of` answers for each entry of a paper; the check `status` makes findings of the answers.
"""

from verifier.status.memory import ListMemory
from verifier.status.standing import StatusAnswer, standing_of, withdrawn_among

__all__ = ["ListMemory", "StatusAnswer", "standing_of", "withdrawn_among"]
