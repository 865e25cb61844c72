"""The issuer's half of the VC-API (W3C CCG), for programs that hold an access token.

- `POST /credentials/issue` (scope `issue`): a draft or a whole unsigned paper goes through the
  issuing cycle, as from the command line; 201 with the signed document. Where the institution's
  rule asks for a second person, it is handed over to a signatory instead; 202 with the proposal's
  id. A token that has the scope `issue-alone` too is let to issue all the same.
- `POST /credentials/status` (scope `status`): a paper of the token's institution is revoked,
  suspended or reinstated; 200.

A program acts for the institution of its token and for no other. The same `Idempotency-Key` (or,
without one, the same draft) gives the same document again. These routes need the keys: the public
service does not have them.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Set
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request

from contexts import strict_json
from issuer.access import Grant, Tokens
from issuer.approval import Proposals
from issuer.errors import IssuerError
from issuer.four_eyes import alone, four_eyes
from issuer.home import Home
from issuer.issue import Issuing
from issuer.status.standing import Standings
from issuer.store import ProposalState
from issuer.web.programs import Refusals, routes_for_programs
from issuer.web.vc_api_status import StatusChange
from verifier.web.vc_api_bodies import BodyError, read_body

__all__ = ["MAX_BODY", "issuer_api"]

MAX_BODY: Final = 4 * 1024 * 1024
"""The largest body that is read, in bytes."""
_LONGEST_KEY: Final = 200

#: Refusals of the issuing cycle that whoever asks can mend, and their statuses and titles.
_REFUSALS: Final[Refusals] = {
    "unknown_paper": (HTTPStatus.BAD_REQUEST, "It is no paper that is issued here"),
    "not_issuable": (HTTPStatus.BAD_REQUEST, "It cannot be issued as it is"),
    "would_not_verify": (HTTPStatus.BAD_REQUEST, "Our own verifier would refuse it"),
    "unknown_institution": (HTTPStatus.BAD_REQUEST, "It names an institution not known here"),
    "other_issuer": (HTTPStatus.BAD_REQUEST, "It names another issuer"),
    "signed_already": (HTTPStatus.BAD_REQUEST, "It is signed already"),
    "bad_key": (HTTPStatus.BAD_REQUEST, "The idempotency key cannot be used"),
    "key_used": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The idempotency key stands for another document",
    ),
    "unknown_document": (HTTPStatus.NOT_FOUND, "There is no such document"),
    "not_published": (HTTPStatus.CONFLICT, "It was never published"),
    "no_status": (HTTPStatus.CONFLICT, "Its status cannot be changed"),
    "not_suspendable": (HTTPStatus.CONFLICT, "Its status cannot be changed"),
    "withdrawn_for_ever": (HTTPStatus.CONFLICT, "It is withdrawn for ever"),
    "bad_reason": (HTTPStatus.BAD_REQUEST, "The reason cannot be kept"),
    "erased": (HTTPStatus.CONFLICT, "It was erased for its person"),
    "no_active_key": (HTTPStatus.SERVICE_UNAVAILABLE, "The institution has no key to sign with"),
}


class _Desk:
    """One home behind the routes. One request acts at a time: keys are unsealed once."""

    def __init__(
        self, home: Home, clock: Callable[[], datetime], random: Callable[[int], bytes]
    ) -> None:
        self.home = home
        self.clock = clock
        self._random = random
        self._tokens = Tokens(home.store)
        self.turn = threading.Lock()

    def grant(self, scope: str) -> Grant:
        """What the request's token allows. Raises AccessRefused."""
        return self._tokens.authorise(request.headers.get("Authorization"), scope, at=self.clock())

    def issuing(self, grant: Grant) -> Issuing:
        """The issuing cycle, with the token as the actor of the audit."""
        approval = None
        if "issue-alone" in grant.scopes:
            approval = alone(grant.institution, grant.actor)
        return Issuing(
            self.home,
            clock=self.clock,
            random=self._random,
            actor=grant.actor,
            approval=approval,
        )

    def only_proposes(self, grant: Grant) -> bool:
        """Whether what the token asks for has to be signed by somebody else."""
        return "issue-alone" not in grant.scopes and four_eyes(self.home.store, grant.institution)

    def proposals(self) -> Proposals:
        """What waits for a signature."""
        return Proposals(self.home, clock=self.clock, random=self._random)


def issuer_api(
    home: Home, *, clock: Callable[[], datetime], random: Callable[[int], bytes]
) -> Blueprint:
    """The routes on one home, whose keys they use."""
    desk = _Desk(home, clock, random)
    routes = routes_for_programs("issuer_api", most=MAX_BODY, refusals=_REFUSALS)

    @routes.post("/credentials/issue")
    def issue() -> tuple[Response, HTTPStatus]:
        grant = desk.grant("issue")
        body = read_body(request, required="credential")
        _refuse_options(body.get("options"))
        key = request.headers.get("Idempotency-Key")
        if key is not None and not (0 < len(key) <= _LONGEST_KEY and key.isprintable()):
            raise IssuerError(
                "bad_key", f"Expected an Idempotency-Key of 1 to {_LONGEST_KEY} characters."
            )
        institution = desk.home.records.institution(grant.institution)
        draft = _draft(body["credential"], names={institution.did, institution.slug})
        if desk.only_proposes(grant):
            handed = desk.proposals().hand_over(
                institution.slug, draft, by=grant.actor, key=key or _own_key(draft)
            )
            row = desk.proposals().get(handed.id, institution.slug)
            if row.state is not ProposalState.ISSUED:
                return jsonify(proposal=row.id, state=row.state.value), HTTPStatus.ACCEPTED
            return _issued(desk.home, f"{desk.home.settings.base_url}/credentials/{row.document}")
        with desk.turn:
            issued = desk.issuing(grant).issue(draft, institution=grant.institution, key=key)
        return _issued(desk.home, issued.address)

    @routes.post("/credentials/status")
    def status() -> Response:
        grant = desk.grant("status")
        body = read_body(
            request, required="credentialId", optional=frozenset({"credentialStatus", "reason"})
        )
        change = StatusChange.read(body, base=desk.home.settings.base_url)
        with desk.turn:
            standings = Standings(desk.home, clock=clock, actor=grant.actor)
            change.insist(standings.show(change.token), institution=grant.institution)
            changed = change.make(standings, default_reason=f"asked for by {grant.label}")
        return jsonify(change.answer(changed))

    return routes


def _issued(home: Home, address: str) -> tuple[Response, HTTPStatus]:
    """The answer with a published document. IssuerError("erased") where it is gone since."""
    published = home.records.published(address.rpartition("/")[2])
    if published is None:
        raise IssuerError("erased", "This paper was erased for its person.")
    answer = jsonify(verifiableCredential=strict_json.parse(published.body))
    answer.headers["Location"] = address
    return answer, HTTPStatus.CREATED


def _refuse_options(options: object) -> None:
    """Issuing takes no options; an empty object is what programs send for none."""
    if options not in (None, {}):
        raise BodyError("bad_body", "Issuing takes no options here", "$.options")


def _draft(credential: object, *, names: Set[str]) -> dict[str, Any]:
    """What the body holds, as a draft of the institution that goes by these names.

    A whole unsigned paper becomes one again: the issuer gives the id, so the paper's own and the
    fragments of it are written as fragments. Raises BodyError, IssuerError.
    """
    if not isinstance(credential, dict):
        raise BodyError("bad_body", "Expected the credential as an object", "$.credential")
    if "proof" in credential:
        raise IssuerError("signed_already", "The credential has a proof; expected an unsigned one.")
    named = credential.get("issuer")
    identity = named.get("id") if isinstance(named, dict) else named
    if named is not None and not (isinstance(identity, str) and identity in names):
        raise IssuerError("other_issuer", "The credential names an issuer that is not the token's.")
    own = credential.get("id")
    draft = {name: value for name, value in credential.items() if name not in {"id", "issuer"}}
    if isinstance(own, str) and own:
        return _rebased(draft, f"{own}#")  # type: ignore[no-any-return] # an object stays one
    return draft


def _own_key(draft: Mapping[str, Any]) -> str:
    """The idempotency key of a draft that comes without one: itself."""
    asked = json.dumps(draft, ensure_ascii=False, sort_keys=True).encode()
    return hashlib.sha256(asked).hexdigest()


def _rebased(value: Any, base: str) -> Any:
    if isinstance(value, str):
        return f"#{value.removeprefix(base)}" if value.startswith(base) else value
    if isinstance(value, dict):
        return {name: _rebased(one, base) for name, one in value.items()}
    if isinstance(value, list):
        return [_rebased(one, base) for one in value]
    return value
