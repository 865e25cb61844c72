"""Signed receipts: what a verifier found, for the file of whoever asked.

A receipt is a paper like any other: it is verified by the same plan, and printed with the signed
document inside. It names what was checked by digests alone, unless its operator chose otherwise.
"""

from verifier.receipts.desk import ReceiptDesk
from verifier.receipts.keys import ReceiptKeys
from verifier.receipts.lists import lists_used
from verifier.receipts.making import ReceiptContents, Signatory, make_receipt
from verifier.receipts.printing import receipt_pdf
from verifier.receipts.words import LANGUAGES, finding_title

__all__ = [
    "LANGUAGES",
    "ReceiptContents",
    "ReceiptDesk",
    "ReceiptKeys",
    "Signatory",
    "finding_title",
    "lists_used",
    "make_receipt",
    "receipt_pdf",
]
