"""Who prepared a paper does not sign it: the papers that wait for somebody else's signature.

`issuer.four_eyes` says whether the rule holds, and makes the `Approval` that the issuing cycle
asks for, whichever door a paper comes through; `proposals` keeps what is handed over until somebody
signs it or gives it back; `preview` shows a paper as it will be before anybody has signed it.
"""

from __future__ import annotations

from issuer.approval.proposals import GIVEN_BACK, Handed, Proposals
from issuer.four_eyes import Approval, alone, approve, four_eyes, set_four_eyes

__all__ = [
    "GIVEN_BACK",
    "Approval",
    "Handed",
    "Proposals",
    "alone",
    "approve",
    "four_eyes",
    "set_four_eyes",
]
