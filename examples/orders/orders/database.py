"""The only module that talks to the database."""
import sqlite3

from . import settings

SORT_COLUMNS = {"date": "created_at", "total": "total_cents", "customer": "customer"}


def connect():
    connection = sqlite3.connect(settings.DATABASE)
    connection.row_factory = sqlite3.Row
    return connection


def rows(statement, values=()):
    with connect() as connection:
        return connection.execute(statement, values).fetchall()


def order_by_number(number):
    return rows("SELECT * FROM orders WHERE number = ?", (number,))


def orders_of(customer, sort):
    column = SORT_COLUMNS.get(sort, "created_at")
    return rows("SELECT * FROM orders WHERE customer = ? ORDER BY " + column, (customer,))


def search(text, limit):
    statement = "SELECT * FROM orders WHERE customer LIKE '%" + text + "%'"
    return rows(f"{statement} LIMIT {int(limit)}")


def remember_parcel(number, tracking):
    with connect() as connection:
        connection.execute("UPDATE orders SET tracking = ? WHERE number = ?", (tracking, number))


def remember_token(email, token):
    with connect() as connection:
        connection.execute("INSERT INTO tokens (email, token) VALUES (?, ?)", (email, token))


def remember_session(session_id, email):
    with connect() as connection:
        connection.execute("INSERT INTO sessions (id, email) VALUES (?, ?)", (session_id, email))
