"""Two customers out of events/stories, with their history moved to the present by whole weeks."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

STORIES = Path(__file__).resolve().parents[2] / "events" / "stories"
COMPANY = STORIES / "company.json"
DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")
WEEK = timedelta(weeks=1)


def customer(story):
    """The customer as the register takes it."""
    return json.loads((STORIES / f"{story}.json").read_text(encoding="utf-8"))["customer"]


def written(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _moved(value, weeks):
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return value
    return (datetime.fromisoformat(value) + weeks * WEEK).strftime("%Y-%m-%dT%H:%M:%SZ" if "T" in value else "%Y-%m-%d")


def until(story, end, latest):
    """What happened before `end`, moved by as many weeks as bring `end` last before `latest`: (events, end).

    Whole weeks, so that every weekday stays what it was.
    """
    end = datetime.fromisoformat(end)
    weeks = (latest - end) // WEEK
    lines = (STORIES / f"{story}.jsonl").read_text(encoding="utf-8").splitlines()
    events = [event for event in map(json.loads, lines) if datetime.fromisoformat(event["at"]) < end]
    return [{name: _moved(value, weeks) for name, value in event.items()} for event in events], end + weeks * WEEK
