"""The files of open data, as who downloads them reads them."""

import csv
import datetime
import io
import json

from django.test import Client


def ask(address, **headers):
    return Client().get(address, headers=headers)


def body(address):
    response = ask(address)
    assert response.status_code == 200
    return response.getvalue()


def csv_rows(name):
    return list(
        csv.DictReader(io.StringIO(body(f"/data/{name}.csv").decode("utf-8-sig"), newline=""))
    )


def json_rows(name):
    return json.loads(body(f"/data/{name}.json"))["rows"]


def stop_the_clock(monkeypatch, day):
    noon = datetime.datetime(day.year, day.month, day.day, 4, tzinfo=datetime.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
