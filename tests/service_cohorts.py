"""Small cohort files for the service's tests, with and without faults; everybody in them is invented."""

import csv
import io

from django.db import connection

HEADINGS = ["surname", "forename", "date_of_birth", "sex", "index_date", "intervention_start"]
CANARY = "Canaryson"


def row_of(**changes):
    """A row of the template without a fault, but for the changes."""
    good = {"surname": "Okafor", "forename": "Daniel", "date_of_birth": "05/11/1984", "sex": "M", "index_date": "02/09/2022",
            "intervention_start": "20/06/2022"} | changes  # fmt: skip
    return [good[name] for name in HEADINGS]


def sheet(*rows, headings=HEADINGS):
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([headings, *rows])
    return stream.getvalue().encode()


FAULTY = sheet(row_of(surname=CANARY, date_of_birth="31/02/1990"), row_of(sex="x"), row_of(sex="x", forename="Ann"))
HALF = sheet(row_of(surname=CANARY, date_of_birth="30/01/1990"), row_of(sex="x"), row_of(forename="Ann", index_date="never"))
OWN = sheet(
    row_of(), row_of(forename="Ann"), headings=["Family", "forename", "date_of_birth", "sex", "index_date", "intervention_start"]
)


def everything_kept():
    """What every table of the database holds, as one text."""
    found = []
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 -- names of our own tables
            found += cursor.fetchall()
    assert found
    return " ".join(map(str, found))
