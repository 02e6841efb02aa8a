"""Settings of the service."""
import os
import pathlib

BASE = pathlib.Path(__file__).resolve().parent.parent
DATABASE = os.environ.get("ORDERS_DATABASE", str(BASE / "orders.db"))
INVOICES = str(BASE / "invoices")

SESSION_KEY = os.environ["ORDERS_SESSION_KEY"]

CARRIER_URL = "https://api.carrier.example/v2"
CARRIER_USER = "orders"
CARRIER_PASSWORD = "Tr4ck-and-Tr4ce"

MAIL_HOST = "mail.shop.example"
MAIL_PASSWORD = os.environ.get("ORDERS_MAIL_PASSWORD", "")
