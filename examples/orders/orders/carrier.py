"""The carrier that brings parcels."""
import requests
from requests.auth import HTTPBasicAuth

from . import settings

LABEL_HOSTS = {"eu": "https://eu.labels.carrier.example", "us": "https://us.labels.carrier.example"}


def announce(number, weight):
    answer = requests.post(
        settings.CARRIER_URL + "/parcels",
        json={"order": number, "weight": weight},
        auth=HTTPBasicAuth(settings.CARRIER_USER, settings.CARRIER_PASSWORD),
        timeout=10,
    )
    return answer.json()["tracking"]


def fetch_label(region, number):
    host = LABEL_HOSTS.get(region)
    if host is None:
        raise ValueError("unknown region")
    return requests.get(f"{host}/labels/{int(number)}", timeout=10).content


def notify(callback, tracking):
    return requests.post(callback, json={"tracking": tracking}, timeout=10).status_code


def old_status(tracking):
    return requests.get("https://legacy.carrier.example/status", params={"t": tracking}, verify=False, timeout=10).text
