"""Whether a paper still stands: the status lists that it names, found, read and remembered.

`standing_of` answers for each entry of a paper; the check `status` makes findings of the answers.
`standings_among` sums up how the papers behind it stand.
"""

from verifier.status.memory import ListMemory
from verifier.status.standing import Standings, StatusAnswer, standing_of, standings_among

__all__ = ["ListMemory", "Standings", "StatusAnswer", "standing_of", "standings_among"]
