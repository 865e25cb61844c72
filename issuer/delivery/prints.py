"""The print of a published paper for its learner: with a code that the learner can stop."""

from __future__ import annotations

from datetime import datetime

from issuer.delivery.look import read_look
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.own_verifier import report_on
from issuer.store import Document, Share
from verifier import link
from verifier.errors import VerifierError

__all__ = ["code_link", "learner_print", "share_address"]


def share_address(home: Home, share: Share) -> str:
    """Where a share serves its paper."""
    return f"{home.settings.base_url}/s/{share.token}"


def code_link(home: Home, row: Document, share: Share) -> str:
    """What stands in the code of a paper that is shown by a share address."""
    return link.make(home.settings.verifier_url, share_address(home, share), row.signed or b"")


def learner_print(
    home: Home, row: Document, share: Share, *, at: datetime, language: str | None = None
) -> bytes:
    """The PDF of a published paper, with the signed document in it; it needs no keys.

    Its code names the address of `share`; `language` is that of the fixed words, by default the
    paper's own. Raises IssuerError `not_verified` (it does not stand any more as it did: what our
    own verifier refuses is not printed), and as `paper_pdf`.
    """
    from issuer.delivery.pdf import language_of, paper_pdf  # noqa: PLC0415 # typesetting is heavy

    body = row.signed or b""
    report = report_on(home, body, at=at)
    if report.paper is None:
        raise IssuerError("not_verified", "Our own verifier does not accept this paper now.")
    try:
        return paper_pdf(
            body,
            report,
            link=code_link(home, row, share),
            language=language or language_of(report.paper),
            # A second code with the whole document in it could not be stopped by anybody.
            whole=False,
            look=read_look(home.folder / "looks" / row.institution),
        )
    except VerifierError as error:
        raise IssuerError(error.code, error.message) from None
