"""The web application: routes of customers."""
from urllib.parse import urlsplit

from flask import Flask, abort, jsonify, redirect, render_template, request, url_for

from . import accounts, database, files, settings
from .staff import staff

app = Flask(__name__)
app.secret_key = settings.SESSION_KEY
app.register_blueprint(staff, url_prefix="/staff")


@app.route("/orders/<int:number>")
def show_order(number):
    found = database.order_by_number(number)
    if not found:
        abort(404)
    return render_template("order.html", order=found[0])


@app.route("/orders")
def list_orders():
    customer = request.args["customer"]
    found = database.orders_of(customer, request.args.get("sort", "date"))
    return jsonify([dict(row) for row in found])


@app.route("/search")
def search_orders():
    text = request.args.get("q", "")
    found = database.search(text, request.args.get("limit", "20"))
    return jsonify([dict(row) for row in found])


@app.route("/invoices")
def download_invoice():
    return files.read_invoice(request.args["name"])


@app.route("/receipts")
def download_receipt():
    return files.read_receipt(request.args["name"])


@app.route("/reset", methods=["POST"])
def reset_password():
    accounts.send_reset_link(request.form["email"])
    return redirect(url_for("list_orders"))


@app.route("/login", methods=["POST"])
def login():
    accounts.start_session(request.form["email"])
    return redirect(request.args.get("next", "/"))


@app.route("/logout")
def logout():
    target = request.args.get("next", "/")
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or target.startswith("//"):
        abort(400)
    accounts.end_session()
    return redirect(url_for("list_orders"))
