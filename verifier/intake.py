"""From what a person hands over to the document meant: text, link, address, file or picture.

What something is, is told by its content, never by its name. Nothing here judges a document;
nothing here opens an address, except through the door that is given.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from verifier.badge import baked_in_png, baked_in_svg
from verifier.envelopes import is_compact
from verifier.errors import VerifierError
from verifier.fetch import DOCUMENT, Door, FetchError, read_address
from verifier.languages import Phrase
from verifier.link import Link, matches, parse, whole_document
from verifier.pdf import PdfLimits, read_pdf

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "AddressOffer",
    "Candidate",
    "IntakeLimits",
    "LinkOffer",
    "Offer",
    "fetch_address",
    "fetch_link",
    "follow",
    "read_source",
]

_BLANKS: Final = b" \t\r\n"
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_PDF: Final = b"%PDF"
_SVG_NAME: Final = b"<svg"
_MARKUP_HEAD: Final = 4096  # before an SVG's own element stand at most a few declarations
_QUOTED_LINK: Final = b"<http"  # as mail programs write it; no element has such a name
_FILM_BOX: Final = b"ftyp"  # HEIC, AVIF and MP4 begin with it, behind its length
_JPEG_SCAN: Final = b"\xff\xda"
# What mail programs and people put around a link; no link begins or ends with one of these.
_AROUND_A_LINK: Final = "<>\"'()[]{},;.!"

_GIVE_INSTEAD: Final = Phrase(
    "Give the signed document itself (a .json or .jwt file), the PDF that it is attached to, the "
    "link to it, or a PNG or JPEG picture of the QR code on the paper."
)
_OTHER_KINDS: Final = (
    (b"GIF8", Phrase("This is a GIF picture.")),
    (b"RIFF", Phrase("This is a WebP picture or a recording.")),
    (b"PK\x03\x04", Phrase("This is a ZIP archive or an office document.")),
    (b"\xff\xfe", Phrase("This text is saved as UTF-16; documents are UTF-8.")),
    (b"\xfe\xff", Phrase("This text is saved as UTF-16; documents are UTF-8.")),
    (b"<", Phrase("This is a web page or other markup.")),
)


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """How much work somebody else's file may cause before it is known to be of use."""

    picture_bytes: int = 16 * 1024 * 1024
    picture_pixels: int = 40_000_000
    scanned_pixels: int = 400_000_000
    """Pixels times the scans of a progressive JPEG, each of which is a pass over all of them."""
    text_characters: int = 20_000
    """Of text in which a link is looked for."""
    pdf: PdfLimits = field(default_factory=PdfLimits)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Bytes that may be a signed document; nothing about them is checked yet.

    `origin` says for people where they come from: the source's name or the address. `address` is
    where they were fetched, and `expected_sha256` the 32 bytes of the digest that a link code
    gave and that they match; both are `None` for bytes handed over directly. `from_pdf` says that
    they came with pages, which nobody should take for them.
    """

    body: bytes
    origin: str
    address: str | None = None
    expected_sha256: bytes | None = None
    from_pdf: bool = False


@dataclass(frozen=True, slots=True)
class LinkOffer:
    """One or more codes, none twice: links in the order found, and documents held whole."""

    links: tuple[Link, ...]
    whole: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class AddressOffer:
    """The bare address of a document: whoever serves it decides which bytes come."""

    address: str


Offer = Candidate | LinkOffer | AddressOffer


def read_source(data: bytes, *, name: str, limits: IntakeLimits) -> Offer:
    """What `data` offers: a document's bytes, link codes, or an address.

    `name` says where the data comes from ("transcript.json", "standard input"). Bytes that start
    like JSON or a signed envelope (JWT) are passed on exactly as they are, for the strict reader to
    judge. Raises
    `VerifierError`: `empty`, `unsupported_kind`, `picture_too_large`, `no_code_found`,
    `leads_elsewhere` (a code, but not of a document), `not_a_link`, `bad_link`,
    `pdf_without_document`, and as `read_pdf`.
    """
    start = data.removeprefix(_UTF8_MARK).lstrip(_BLANKS)[:16]
    if not start:
        raise VerifierError("empty", _instead(Phrase("There is nothing in {name}.", name=name)))
    if start.startswith((b"{", b"[")) and b"\x00" not in start:
        return Candidate(data, name)
    if is_compact(data):
        return Candidate(data, name)
    if data.startswith((_PNG, _JPEG)):
        if len(data) > limits.picture_bytes:
            raise _picture_too_large(_megabytes(limits.picture_bytes))
        baked = baked_in_png(data) if data.startswith(_PNG) else None
        return Candidate(baked, name) if baked is not None else _from_picture(data, name, limits)
    if start.startswith(b"<") and _SVG_NAME in data[:_MARKUP_HEAD]:
        if len(data) > limits.picture_bytes:
            raise _picture_too_large(_megabytes(limits.picture_bytes))
        baked = baked_in_svg(data)
        if baked is None:
            raise VerifierError(
                "no_code_found", _instead(Phrase("This SVG picture holds no signed document."))
            )
        return Candidate(baked, name)
    if start.startswith(_PDF):
        return _from_pdf(data, name, limits.pdf)
    if start[4:8] == _FILM_BOX:
        raise VerifierError(
            "unsupported_kind", _instead(Phrase("This is a HEIC picture or a film."))
        )
    for mark, kind in _OTHER_KINDS:
        if start.startswith(mark) and not start.lower().startswith(_QUOTED_LINK):
            raise VerifierError("unsupported_kind", _instead(kind))
    return _from_text(data, name, limits)


def follow(offer: Offer, door: Door, *, limit: int) -> tuple[Candidate, ...]:
    """The documents that an offer stands for, fetched where it only says where they are.

    Raises what `fetch_link` and `fetch_address` raise, for the first that cannot be had.
    """
    if isinstance(offer, LinkOffer):
        # A paper often bears both codes; what is at hand is not fetched again.
        held = {hashlib.sha256(one.body).digest() for one in offer.whole}
        missing = [link for link in offer.links if link.sha256 not in held]
        return (*offer.whole, *(fetch_link(link, door, limit) for link in missing))
    if isinstance(offer, AddressOffer):
        return (fetch_address(offer.address, door, limit),)
    return (offer,)


def fetch_link(link: Link, door: Door, limit: int) -> Candidate:
    """Fetch the document of a link code, at most `limit` bytes, and hold it against the digest.

    Raises `FetchError` from the door, and `VerifierError("document_swapped")` when other bytes
    are at that address than those for which the code was made.
    """
    fetched = door.get(link.address, accept=DOCUMENT, limit=limit)
    if not matches(link, fetched.body):
        raise VerifierError(
            "document_swapped",
            Phrase(
                "The document at {host} is not the one for which this code was made: it was "
                "changed or replaced after the code was printed. Ask whoever gave you the paper "
                "for a new code, and the institution why it changed.",
                host=_host(link.address),
            ),
        )
    return Candidate(fetched.body, fetched.url, fetched.url, link.sha256)


def fetch_address(url: str, door: Door, limit: int) -> Candidate:
    """Fetch what is at the address of a document, at most `limit` bytes.

    Nothing fixes which bytes must be there, so only the signature speaks for them. Raises
    `FetchError` from the door.
    """
    fetched = door.get(url, accept=DOCUMENT, limit=limit)
    return Candidate(fetched.body, fetched.url, fetched.url)


def _from_text(data: bytes, name: str, limits: IntakeLimits) -> Offer:
    try:
        text = data.removeprefix(_UTF8_MARK).decode("utf-8")
    except UnicodeDecodeError:
        text = "\x00"
    if any(ord(letter) < 32 and not letter.isspace() for letter in text[:4096]):
        raise VerifierError(
            "unsupported_kind", _instead(Phrase("This is neither text nor a picture."))
        )
    if len(text) > limits.text_characters:
        raise _not_a_link()
    words = [word.strip(_AROUND_A_LINK) for word in text.split()]
    codes = _codes_among(words, name)
    if codes:
        return codes
    # Mail programs break long links over several lines.
    whole = "".join(words)
    try:
        held = whole_document(whole)
        if held is not None:
            return LinkOffer((), (Candidate(held, name),))
        if whole.lower().startswith(("http", "#")):
            return LinkOffer((parse(whole),))
        raise _not_a_link()
    except VerifierError as error:
        if error.code != "not_a_link":
            raise
        if len(words) == 1 and _host(whole):
            return AddressOffer(whole)
        raise _not_a_link() from error


def _codes_among(words: list[str], name: str) -> LinkOffer | None:
    """The links and whole documents among texts; a damaged whole document is an error."""
    links: dict[Link, None] = {}
    whole: dict[bytes, Candidate] = {}
    for word in words:
        held = whole_document(word)
        if held is not None:
            whole[held] = Candidate(held, name)
            continue
        try:
            links[parse(word)] = None
        except VerifierError:
            continue
    return LinkOffer(tuple(links), tuple(whole.values())) if links or whole else None


def _from_picture(data: bytes, name: str, limits: IntakeLimits) -> LinkOffer:
    texts = _codes_in(_grey(data, limits))
    if not texts:
        raise VerifierError(
            "no_code_found",
            Phrase(
                "No QR code can be read in this picture. Take it again, "
                "straight from above, in good "
                "light, with the whole code and some white around it."
            ),
        )
    return _codes_or_elsewhere(texts, name, Phrase("picture"))


def _from_pdf(data: bytes, name: str, limits: PdfLimits) -> LinkOffer:
    """The documents attached to a PDF; without one, what the codes on its pages offer."""
    found = read_pdf(data, limits=limits)
    if found.attached:
        return LinkOffer(
            (), tuple(Candidate(one.body, name, from_pdf=True) for one in found.attached)
        )
    if not found.codes:
        raise VerifierError(
            "pdf_without_document",
            Phrase(
                "No signed document is attached to this PDF, and no QR "
                "code can be read on its pages."
            ),
        )
    codes = _codes_or_elsewhere(list(found.codes), name, "PDF")
    return replace(codes, whole=tuple(replace(one, from_pdf=True) for one in codes.whole))


def _codes_or_elsewhere(texts: list[str], name: str, where: str) -> LinkOffer:
    """What codes offer, or an error that says where they lead."""
    codes = _codes_among(texts, name)
    if codes:
        return codes
    elsewhere = []
    for text in texts:
        try:
            parse(text)
        except VerifierError as error:
            if error.code == "bad_link":
                raise
            elsewhere.append(_host(text) or Phrase("something that is not a web address"))
    raise VerifierError(
        "leads_elsewhere",
        Phrase(
            "The code in this {where} is not that of a signed document. It "
            "leads elsewhere: {places}.",
            where=where,
            places=", ".join(dict.fromkeys(elsewhere)),
        ),
    )


def _grey(data: bytes, limits: IntakeLimits) -> Image:
    """The picture in shades of grey on white, if it is small enough to be unpacked at all."""
    # Imported when there is a picture, which most sources are not.
    from PIL import Image, JpegImagePlugin, PngImagePlugin  # noqa: PLC0415

    # The two formats by name: `Image.open` would choose among many, each with its own bugs.
    is_png = data.startswith(_PNG)
    opener = PngImagePlugin.PngImageFile if is_png else JpegImagePlugin.JpegImageFile
    try:
        picture = opener(io.BytesIO(data))
        pixels = picture.width * picture.height
        scans = 1 if is_png else data.count(_JPEG_SCAN)
        if pixels > limits.picture_pixels:
            raise _picture_too_large(
                Phrase("{count} million pixels", count=str(limits.picture_pixels // 1_000_000))
            )
        if pixels * scans > limits.scanned_pixels:
            raise _picture_too_large(Phrase("what can be unpacked quickly"))
        if isinstance(picture, JpegImagePlugin.JpegImageFile):
            picture.draft("L", picture.size)  # colour is never unpacked
        picture.load()
        if not picture.has_transparency_data:
            return picture.convert("L")
        layered = picture if picture.mode in {"LA", "RGBA"} else picture.convert("RGBA")
        paper = Image.new("L", layered.size, 255)
        paper.paste(layered.convert("L"), mask=layered.getchannel("A"))
        return paper
    except VerifierError:
        raise
    # A damaged picture makes Pillow raise nearly anything; whatever it is, nothing was read.
    except Exception as error:
        raise VerifierError(
            "no_code_found",
            Phrase(
                "The picture is damaged or incomplete, so no code can be "
                "read in it. Take or save it "
                "again."
            ),
        ) from error


def _codes_in(picture: Image) -> list[str]:
    import zxingcpp  # noqa: PLC0415

    codes = zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [code.text for code in codes]


def _host(text: str) -> str:
    """The host of a web address, in the spelling that deceives nobody; nothing for other text."""
    try:
        return read_address(text.strip()).host
    except FetchError:
        return ""


def _instead(problem: Phrase) -> Phrase:
    return Phrase("{problem} {give_instead}", problem=problem, give_instead=_GIVE_INSTEAD)


def _megabytes(count: int) -> Phrase:
    return Phrase("{count} megabytes", count=str(count // (1024 * 1024)))


def _picture_too_large(limit: str) -> VerifierError:
    return VerifierError(
        "picture_too_large",
        Phrase(
            "The picture is larger than {limit}. Cut out the code, or save the picture smaller.",
            limit=limit,
        ),
    )


def _not_a_link() -> VerifierError:
    return VerifierError(
        "not_a_link",
        _instead(Phrase("This text is neither a signed document nor a link to one.")),
    )
