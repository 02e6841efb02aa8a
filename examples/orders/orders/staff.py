"""Routes of the staff."""
import yaml
from flask import Blueprint, jsonify, request

from . import carrier, database, files, reports

staff = Blueprint("staff", __name__)


@staff.route("/parcels/<int:number>", methods=["POST"])
def send_parcel(number):
    body = request.get_json()
    tracking = carrier.announce(number, float(body["weight"]))
    database.remember_parcel(number, tracking)
    if "callback" in body:
        carrier.notify(body["callback"], tracking)
    return jsonify(tracking=tracking)


@staff.route("/labels/<region>/<int:number>")
def print_label(region, number):
    return carrier.fetch_label(region, number)


@staff.route("/status/<tracking>")
def parcel_status(tracking):
    return carrier.old_status(tracking)


@staff.route("/reports/print", methods=["POST"])
def print_report():
    code = reports.print_report(request.form["name"], "front-desk")
    return jsonify(code=code)


@staff.route("/reports/<int:number>.<form>")
def convert_report(number, form):
    return reports.convert_report(number, form)


@staff.route("/prices", methods=["POST"])
def import_prices():
    prices = yaml.load(request.data, Loader=yaml.Loader)
    return jsonify(count=len(prices))


@staff.route("/opening-hours", methods=["POST"])
def import_opening_hours():
    hours = yaml.safe_load(request.data)
    return jsonify(days=len(hours))


@staff.route("/invoices", methods=["POST"])
def add_invoice():
    return jsonify(name=files.store_invoice(request.files["invoice"]))
