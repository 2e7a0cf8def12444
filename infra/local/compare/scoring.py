"""Customers a second from 250 raw events each: pandas and Kundvakt, one core, in turn, five rounds, the best of each.

    pip install -r infra/local/compare/requirements.txt
    cargo build --release -p kundvakt
    taskset -c 0 python infra/local/compare/scoring.py

What pandas does is what a data team would write for a health score: events to weekly counts and means per kind, the
last weeks of each against the weeks before, deviations to points, points to a risk. It is less than Kundvakt does (no
calendar, no last year, no reply times, no evidence in words). Kundvakt's figure is that of `kundvakt bench --json`.
"""

import json
import math
import pathlib
import random
import subprocess
import sys
import time

import numpy
import pandas

ROOT = pathlib.Path(__file__).resolve().parents[3]
KINDS = ["inbound", "outbound", "ticket", "order", "invoice", "usage"]
EVENTS, CUSTOMERS = 250, 20


def history(seed):
    """Rows of time, kind, value and tone: messages both ways, tickets, orders, payments and use."""
    dice, rows = random.Random(seed), []
    now = pandas.Timestamp("2026-01-05", tz="UTC")
    for day in range(730):
        at = now - pandas.Timedelta(days=730 - day) + pandas.Timedelta(minutes=dice.randrange(420, 1020))
        if dice.random() < 0.4:
            rows.append((at, "inbound", 1.0, dice.randrange(-20, 30) / 100))
            rows.append((at + pandas.Timedelta(minutes=dice.randrange(900)), "outbound", 1.0, None))
        if dice.random() < 1 / 12:
            rows.append((at, "ticket", 1.0, None))
        if dice.random() < 1 / 14:
            rows.append((at, "order", float(dice.randrange(1_000, 10_000)), None))
        if day % 15 == 0:
            rows.append((at, "invoice", float(dice.randrange(6)), None))
        if day % 7 == 0:
            rows.append((at, "usage", float(dice.randrange(30, 50)), None))
    return rows[-EVENTS:]


def risk(rows, now=pandas.Timestamp("2026-01-05", tz="UTC")):
    frame = pandas.DataFrame(rows, columns=["at", "kind", "value", "tone"])
    frame["week"] = (now - frame["at"]).dt.days // 7
    weeks = int(frame["week"].max()) + 1
    points = 0.0
    counts = frame.pivot_table(index="week", columns="kind", values="value", aggfunc="count", fill_value=0)
    sums = frame.pivot_table(index="week", columns="kind", values="value", aggfunc="sum", fill_value=0)
    tone = frame.groupby("week")["tone"].mean()
    for table in (counts, sums):
        table = table.reindex(range(weeks), fill_value=0)
        for kind in KINDS:
            if kind in table:
                recent, before = table[kind].iloc[:6], table[kind].iloc[6:]
                spread = max(before.std(), 0.5)
                points += max(0.0, (before.mean() - recent.mean()) / spread - 1.0)
    recent, before = tone[tone.index < 6], tone[tone.index >= 6]
    points += max(0.0, (before.median() - recent.mean()) / max(before.std(), 0.05) - 1.0)
    gaps = frame.loc[frame["kind"] == "inbound", "at"].diff().dt.total_seconds() / 86_400
    points += max(0.0, (now - frame["at"].max()).days / max(gaps.median(), 1.0) - 3.0)
    return 1 / (1 + math.exp(3.0 - numpy.nan_to_num(points)))


def rate(histories):
    started = time.perf_counter()
    for rows in histories:
        risk(rows)
    return len(histories) / (time.perf_counter() - started)


def kundvakt():
    tool = ROOT / "target/release/kundvakt"
    done = subprocess.run([tool, "bench", "--only", "scoring", "--json"], check=True, capture_output=True, text=True)
    figures = json.loads(done.stdout)["figures"]
    return next(figure["value"] for figure in figures if "raw events" in figure["name"])


def main():
    histories = [history(seed) for seed in range(CUSTOMERS)]
    best = {"pandas": 0.0, "Kundvakt": 0.0}
    for _ in range(5):
        best["pandas"] = max(best["pandas"], rate(histories))
        best["Kundvakt"] = max(best["Kundvakt"], kundvakt())
    print(f"{CUSTOMERS} customers of {EVENTS} events, one core")
    for name, value in best.items():
        print(f"{name:10} {value:>10,.0f} a second   Kundvakt is {best['Kundvakt'] / value:.1f} times as fast")
    return 0


if __name__ == "__main__":
    sys.exit(main())
