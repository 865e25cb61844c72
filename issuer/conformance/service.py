"""The service of the conformance profile: issuing by every suite, and our own verifier beside it.

- `POST /SUITE/credentials/issue` signs a valid VC 2.0 credential with the suite of the path;
- `POST /status-list/credentials/issue` the same, with entries in status lists, which
  `GET /status/PURPOSE` serves and `POST /status-list/credentials/status` changes;
- `POST /credentials/verify`, `/presentations/verify`: the verifier's own routes;
- `GET /implementation.json`: what a test suite needs to be told to find all of this.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import LengthRequired

from contexts.errors import DocumentError
from contexts.generic import vcdm
from contexts.loader import ContextSet
from issuer.conformance.context_folder import contexts_of
from issuer.conformance.manifest import implementation
from issuer.conformance.signers import SuiteSigner, suite_signers
from issuer.conformance.status_lists import PURPOSES, StatusLists
from issuer.errors import IssuerError
from keys.errors import KeysError
from verifier.policy import Policy
from verifier.presentations import PresentationReport, verify_presentation
from verifier.report import Report
from verifier.verify import Surroundings, verify
from verifier.web.problems import answer_errors, kind_of, problem
from verifier.web.vc_api import vc_api
from verifier.web.vc_api_bodies import BodyError, read_body

__all__ = ["Conformance"]

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
MAX_BODY: Final = 4 * 1024 * 1024
STATUS_SUITE: Final = "status-list"
_OPTIONAL: Final = frozenset({"options", "@context"})  # some programs send a context on top


class Conformance:
    """One run: its keys, its lists, its verifier. Forgotten when the process ends."""

    def __init__(
        self,
        contexts: ContextSet,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._policy = Policy(
            extra_contexts=contexts, inline_contexts=True, lenient_proof_dates=True, offline=True
        )
        self._clock = clock
        self._random = random
        self._signers = suite_signers(random)
        by_default = self._signers["eddsa-rdfc-2022"]
        self._lists = StatusLists(by_default, self._policy.contexts, clock=clock, random=random)

    @classmethod
    def prepare(
        cls,
        *,
        home: Path | None,
        host: str,
        contexts: Path | None,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> Conformance:
        """A run that will listen on `host`, with the contexts of a folder.

        Raises IssuerError: `not_loopback`, `home_has_keys` (the folder `home` holds an
        institution's home), `bad_contexts`.
        """
        if host not in LOOPBACK:
            raise IssuerError(
                "not_loopback",
                f"The conformance profile signs whatever it is sent: it listens on "
                f"{', '.join(sorted(LOOPBACK))} alone, not on {host!r:.80}.",
            )
        if home is not None and ((home / "settings.json").exists() or (home / "keys").exists()):
            raise IssuerError(
                "home_has_keys",
                f"There is an institution's home in {home}: the conformance profile signs "
                "whatever it is sent, so it does not start beside one. Name an empty folder.",
            )
        return cls(contexts_of(contexts), clock=clock, random=random)

    def stand_at(self, origin: str) -> None:
        """Say where the service is reached, once it listens."""
        self._lists.origin = origin.rstrip("/")

    @property
    def signers(self) -> Mapping[str, SuiteSigner]:
        """The signer of each suite."""
        return self._signers

    def of_document(self, document: bytes) -> Report:
        """The report of our own verifier, which has this run's status lists."""
        moment = self._clock()
        surroundings = Surroundings(given=self._lists.given())
        return verify(
            document, surroundings=surroundings, policy=self._policy, at=moment, now=moment
        )

    def of_presentation(
        self, presentation: bytes, *, challenge: str | None, domain: str | None
    ) -> PresentationReport:
        """The report on a presentation, as `of_document`."""
        moment = self._clock()
        return verify_presentation(
            presentation,
            surroundings=Surroundings(given=self._lists.given()),
            policy=self._policy,
            at=moment,
            now=moment,
            challenge=challenge,
            domain=domain,
        )

    def issue(self, credential: object, *, signer: SuiteSigner, assign: bool) -> dict[str, Any]:
        """A credential, held against the data model and signed.

        Its issuer must be the signer's DID; with `assign`, the signer's is put in its place.
        Raises DocumentError, KeysError, IssuerError `signed_already`, `other_issuer`,
        `would_not_verify`.
        """
        vcdm.check(credential, version="2.0")
        document: dict[str, Any] = credential  # type: ignore[assignment] # checked to be one
        if "proof" in document:
            raise IssuerError("signed_already", "The credential has a proof already.")
        if assign:  # in place of a sound one: what the data model refuses is not mended
            document = _assigned(document, signer.did)
        issuer = document["issuer"]
        if (issuer.get("id") if isinstance(issuer, dict) else issuer) != signer.did:
            raise IssuerError(
                "other_issuer",
                f"This path signs for {signer.did} alone: issuer and key belong together.",
            )
        contexts = self._policy.contexts
        signed = signer.sign(document, contexts=contexts, at=self._clock())
        self._insist(signed)
        return signed

    def _insist(self, signed: Mapping[str, Any]) -> None:
        """Refuse what our own verifier would not read or whose signature it would not accept.

        Suites have credentials signed that are expired, or whose status is nowhere: that is theirs.
        """
        report = self.of_document(json.dumps(signed, ensure_ascii=False).encode())
        for name in ("format", "terms", "signature"):
            found = report.check(name)
            if found.outcome.value in {"fail", "unknown"}:
                said = found.to_json()
                raise IssuerError("would_not_verify", f"{said['title']}: {said['detail']}")

    def app(self) -> Flask:
        """The application, for `verifier.web.serve`."""
        app = Flask("issuer.conformance", static_folder=None)
        app.json.sort_keys = False  # type: ignore[attr-defined]
        app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
        answer_errors(app, str, pages=frozenset())

        @app.before_request
        def measured() -> None:
            if "Transfer-Encoding" in request.headers:
                raise LengthRequired("Expected the length of the body in Content-Length.")

        @app.after_request
        def protected(response: Response) -> Response:
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers["X-Content-Type-Options"] = "nosniff"
            return response

        for kind in (BodyError, DocumentError, IssuerError, KeysError):
            app.register_error_handler(kind, _refused)
        app.register_blueprint(vc_api(self, challenges=None))
        self._add_issuing(app)
        self._add_status(app)

        @app.get("/")
        @app.get("/implementation.json")
        def manifest() -> Response:
            return jsonify(implementation(self._lists.origin, self._signers, STATUS_SUITE))

        return app

    def _add_issuing(self, app: Flask) -> None:
        @app.post("/<suite>/credentials/issue")
        def issue(suite: str) -> Response | tuple[Response, HTTPStatus]:
            with_status = suite == STATUS_SUITE
            signer = self._signers.get("eddsa-rdfc-2022" if with_status else suite)
            if signer is None:
                return kind_of("not_found", "No suite has that name; see /implementation.json.")
            body = read_body(request, required="credential", optional=_OPTIONAL)
            assign = _assigns(body.get("options"))
            credential = body["credential"]
            if with_status and isinstance(credential, dict):
                credential = self._with_entries(credential)
            signed = self.issue(credential, signer=signer, assign=assign)
            return jsonify(verifiableCredential=signed), HTTPStatus.CREATED

    def _with_entries(self, credential: Mapping[str, Any]) -> dict[str, Any]:
        if "credentialStatus" in credential:
            raise BodyError("bad_body", "The issuer gives the status", "$.credentialStatus")
        identity = credential.get("id", f"urn:uuid:{uuid.UUID(bytes=self._random(16), version=4)}")
        if not isinstance(identity, str):
            raise BodyError("bad_body", "Expected the id as text", "$.id")
        return {
            **credential,
            "id": identity,
            "credentialStatus": self._lists.entries(identity),
        }

    def _add_status(self, app: Flask) -> None:
        @app.get("/status/<purpose>")
        def status_list(purpose: str) -> Response:
            if purpose not in PURPOSES:
                return kind_of("not_found", "There is no status list at this address.")
            return Response(self._lists.signed(purpose), content_type="application/vc")

        @app.post(f"/{STATUS_SUITE}/credentials/status")
        def change() -> Response:
            body = read_body(
                request, required="credentialId", optional=frozenset({"credentialStatus", "status"})
            )
            entry = body.get("credentialStatus")
            entry = entry[0] if isinstance(entry, list) and len(entry) == 1 else entry
            purpose = entry.get("statusPurpose") if isinstance(entry, dict) else None
            if purpose not in PURPOSES or not isinstance(entry, dict):
                raise BodyError("bad_body", "Expected one entry with its purpose")
            wanted = entry.get("status", body.get("status", True))
            if wanted not in (True, False, "1", "0"):
                raise BodyError("bad_body", "Expected the status as '1' or '0'")
            self._lists.set(str(body["credentialId"]), purpose, to=wanted in (True, "1"))
            return jsonify(credentialId=body["credentialId"])

        @app.post("/status/<purpose>/publish")
        def publish(purpose: str) -> tuple[str, HTTPStatus]:
            # A list is signed as it stands whenever it is read: nothing waits to be published.
            return "", HTTPStatus.NO_CONTENT


def _assigned(credential: Mapping[str, Any], did: str) -> dict[str, Any]:
    issuer = credential.get("issuer")
    return {**credential, "issuer": {**issuer, "id": did} if isinstance(issuer, dict) else did}


def _assigns(options: object) -> bool:
    """Whether the options ask for our own issuer; BodyError for any other option."""
    if options is None:
        return False
    if not isinstance(options, dict) or not options.keys() <= {"assignIssuer"}:
        raise BodyError("bad_body", "Issuing takes the option 'assignIssuer' alone", "$.options")
    assign = options.get("assignIssuer", False)
    if not isinstance(assign, bool):
        raise BodyError("bad_body", "Expected true or false", "$.options.assignIssuer")
    return assign


def _refused(error: DocumentError | IssuerError | KeysError) -> Response:
    status = 404 if error.code == "unknown_document" else 400
    return problem(
        status, code=error.code, title="The credential is not taken", detail=f"{error}".rstrip(".")
    )
