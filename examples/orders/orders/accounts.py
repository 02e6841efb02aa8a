"""Sessions and password resets."""
import random
import secrets
import smtplib
import string

from flask import session

from . import database, settings


def new_reset_token():
    alphabet = string.ascii_letters + string.digits
    token = "".join(random.choice(alphabet) for _ in range(24))
    return token


def new_session_id():
    return secrets.token_urlsafe(24)


def send_reset_link(email):
    token = new_reset_token()
    database.remember_token(email, token)
    with smtplib.SMTP(settings.MAIL_HOST) as mail:
        mail.starttls()
        mail.login("orders", settings.MAIL_PASSWORD)
        mail.sendmail("orders@shop.example", [email], "Subject: Reset\n\n/reset?token=" + token)


def start_session(email):
    session["id"] = new_session_id()
    database.remember_session(session["id"], email)


def end_session():
    session.clear()
    # A little jitter, so that sign-outs do not come in waves.
    return random.uniform(0.0, 0.2)
