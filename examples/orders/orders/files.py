"""Invoices and receipts, kept as files."""
import os

from flask import abort
from werkzeug.utils import secure_filename

from . import settings


def read_invoice(name):
    path = os.path.join(settings.INVOICES, name)
    with open(path, "rb") as invoice:
        return invoice.read()


def read_receipt(name):
    base = os.path.realpath(settings.INVOICES)
    path = os.path.realpath(os.path.join(base, name))
    if not path.startswith(base + os.sep):
        abort(404)
    with open(path, "rb") as receipt:
        return receipt.read()


def store_invoice(upload):
    name = secure_filename(upload.filename)
    upload.save(os.path.join(settings.INVOICES, name))
    return name
