"""Deploys infra/template.yaml to an emulator and drives the main job through it.

    python infra/ci/e2e.py --binaries target/debug

Signed webhook -> ingest -> event; schedule -> score -> queue -> dispatch -> mail; poison message -> dead letters;
a region outside the EU -> refused. One line per check; the exit code is 1 when any of them fails.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request
import uuid
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

from botocore.exceptions import ClientError

from cloud import BUCKET, FUNCTIONS, Cloud, deploy, upload, wait_for
from emulator import ministack
from transform import REGION, transform

MAIL_FROM = "kundvakt@firma.example"
MANAGER = "eva.lind@firma.example"
CUSTOMER = "C-1001"
CONTACT = "anna.berg@nordverk.example"
TEXT = "Vi väntar fortfarande på ett svar gällande leveransen och är mycket missnöjda."
INSTANCE, TOKEN = "shop", "t0k3n-for-this-run-only"
SIGNING_KEY = base64.b64encode(b"a key for this run only, 32 byte").decode()

checks, seconds = [], []


def check(name, passed, detail=""):
    """Records and prints one check. A failure's detail is shown; the rest of the drive goes on."""
    checks.append(bool(passed))
    print(f"{'ok  ' if passed else 'FAIL'} {name}" + (f": {detail}" if detail and not passed else ""), flush=True)
    return passed


@contextmanager
def step(name):
    """Times one step; an exception in it is a failed check, not the end."""
    started = time.monotonic()
    try:
        yield
    except Exception as error:  # whatever it is: it is this step's failure
        if os.environ.get("E2E_TRACEBACK"):
            traceback.print_exc()
        check(name, False, f"{type(error).__name__}: {error}")
    finally:
        seconds.append((name, time.monotonic() - started))


def deployed(cloud):
    """The whole template in one go."""
    status, reasons = deploy(cloud, {"MailFrom": MAIL_FROM, "Architecture": "x86_64", "AlarmMail": MANAGER})
    check("stack is CREATE_COMPLETE", status == "CREATE_COMPLETE", f"{status} {reasons}")


def refuse_other_regions(endpoint, log):
    """A stack outside the EU must fail with our own message (I8). London and Zurich are in Europe, not in the EU."""
    for region in ["us-east-1", "eu-west-2", "eu-central-2"]:
        try:
            Cloud(endpoint, log, region).client("cloudformation").create_stack(
                StackName="abroad",
                TemplateBody=json.dumps(transform(BUCKET)),
                Capabilities=["CAPABILITY_IAM"],
                Parameters=[{"ParameterKey": "MailFrom", "ParameterValue": MAIL_FROM}],
            )
            check(f"{region} is refused", False, "the stack was accepted")
        except ClientError as error:
            message = error.response["Error"]["Message"]
            check(f"{region} is refused", "keeps its data in the EU" in message, message)


def seed(cloud, binaries):
    """Puts one customer, one member of staff and one source instance where the functions look for them.

    THIS is the place that knows the register's files and the form of the sources secret.
    """
    customer = {
        "id": CUSTOMER,
        "name": "Nordverk AB",
        "relation": "customer",
        "branch": "machinery",
        "value_per_year": 480000,
        "currency": "SEK",
        "domains": ["nordverk.example"],
        "aliases": [],
        "owner": "eva",
        "language": "sv",
        "time_zone": "Europe/Stockholm",
        "legal_basis": {"kind": "legitimate_interest", "ref": "LIA-1", "date": "2026-01-15"},
    }
    staff = [{"id": "eva", "name": "Eva Lind", "mail": MANAGER, "role": "management", "language": "sv"}]
    with tempfile.TemporaryDirectory() as directory:
        files = {"customers": [customer], "staff": staff}
        for name, rows in files.items():
            lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (Path(directory) / f"{name}.jsonl").write_text(lines, encoding="utf-8")
        command = [str(binaries / "kundvakt"), "register", "--register-table", cloud.outputs["RegisterTableName"]]
        for name in files:
            command += [f"--{name}", str(Path(directory) / f"{name}.jsonl")]
        done = subprocess.run(
            command, check=False, env={**os.environ, **cloud.environment}, capture_output=True, text=True
        )
    check("kundvakt register fills the register", done.returncode == 0, (done.stderr or done.stdout)[-500:])

    sources = {
        "instances": {
            INSTANCE: {"kind": "standard_webhooks", "token": TOKEN, "secrets": [f"whsec_{SIGNING_KEY}"]},
        }
    }
    cloud.client("secretsmanager").put_secret_value(
        SecretId=cloud.outputs["SourcesSecretArn"], SecretString=json.dumps(sources)
    )


def webhook(event, key=SIGNING_KEY):
    """A delivery in the Standard Webhooks form: (body, headers)."""
    body = json.dumps(event, ensure_ascii=False).encode()
    delivery, stamp = f"msg_{uuid.uuid4().hex}", str(int(time.time()))
    signed = b".".join([delivery.encode(), stamp.encode(), body])
    signature = base64.b64encode(hmac.new(base64.b64decode(key), signed, hashlib.sha256).digest()).decode()
    return body, {
        "content-type": "application/json",
        "webhook-id": delivery,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature}",
    }


def take_in(cloud):
    """Webhooks: accepted and counted once, refused when not signed, kept when nobody knows the customer."""
    url, path = cloud.outputs["WebhookUrl"], f"in/{INSTANCE}/{TOKEN}"
    at = (datetime.now(timezone.utc) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    notice = {"id": "k-1", "customer": CUSTOMER, "at": at, "kind": "contract", "change": "notice"}
    message = {
        "id": "m-1", "customer": CUSTOMER, "at": at, "kind": "message", "direction": "inbound", "channel": "email",
        "contact": CONTACT, "text": TEXT,
    }  # fmt: skip

    status, answer = cloud.request(url, path, *webhook(message, base64.b64encode(b"another key").decode()))
    check("a webhook with another key's signature is answered 401", status == 401, f"{status} {answer}")
    check("and leaves nothing", not cloud.items("Events"))

    for event in (message, notice):
        status, answer = cloud.request(url, path, *webhook(event))
        check(f"a signed {event['kind']} is answered 202", status == 202, f"{status} {answer}")
    stored = cloud.items("Events")
    check("events are in the table", len(stored) >= 2, f"{len(stored)} items")

    status, answer = cloud.request(url, path, *webhook(notice))
    check("the same event again is answered 202", status == 202, f"{status} {answer}")
    check("and counts once", len(cloud.items("Events")) == len(stored))

    status, answer = cloud.request(url, path, *webhook({**message, "id": "m-2", "customer": "nobody"}))
    check("an unknown customer is answered 202", status == 202, f"{status} {answer}")
    unmatched = [item for item in cloud.items("Register") if item["pk"]["S"].startswith("unmatched")]
    check("and is in the unmatched list", len(unmatched) == 1, f"{len(unmatched)} items")


def alert(cloud):
    """The schedule's payload through score, the queue and dispatch to a mail."""
    scheduled = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    error, answer = cloud.invoke("score", {"run": "daily", "scheduled": scheduled})
    check("the daily run succeeds", not error, answer[:500])
    mails = wait_for(lambda: [mail for mail in cloud.mails() if MANAGER in mail["To"]])
    if check("the manager gets a mail", mails, f"mails: {cloud.mails()}"):
        mail = mails[0]
        check("it comes from the address in the template", MAIL_FROM in mail["Source"], mail["Source"])
        shown = (mail["Subject"] or "") + (mail["BodyText"] or "")
        check("it names the customer", "Nordverk" in shown, shown)
        link = next((word for word in (mail["BodyText"] or "").split() if cloud.outputs["ConsoleUrl"] in word), "")
        if check("it links to the console", link, mail["BodyText"]):
            path = link.strip("<>()").split("/", 3)[3]
            before = cloud.items("Alerts")
            status, page = cloud.request(cloud.outputs["ConsoleUrl"], path)
            check("the link opens the alert's page", status == 200 and "Nordverk" in page, f"{status} {page[:300]}")
            check("and opening it changes nothing", cloud.items("Alerts") == before)
    error, answer = cloud.invoke("score", {"run": "daily", "scheduled": scheduled})
    check("the same run again succeeds", not error, answer[:500])
    error, answer = cloud.invoke("escalate", {"run": "sweep", "scheduled": scheduled})
    check("the sweep succeeds", not error, answer[:500])
    wait_for(lambda: not cloud.waiting("ScoreQueue") and not cloud.waiting("DispatchQueue"), 30)
    to_manager = [mail for mail in cloud.mails() if MANAGER in mail["To"]]
    check("and there is still one mail", len(to_manager) == 1, f"{len(to_manager)} mails")
    status, page = cloud.request(cloud.outputs["ConsoleUrl"])
    check("the console answers a stranger", status in (200, 303), f"{status} {page[:300]}")
    dead = {queue: cloud.waiting(queue) for queue in ["ScoreDeadLetters", "DispatchDeadLetters", "ScheduleDeadLetters"]}
    check("no message was given up", not any(dead.values()), dead)


def poison(cloud):
    """A message nobody can read ends in the dead letters, and in neither case takes the function down."""
    sqs = cloud.client("sqs")
    for name in ["Score", "Dispatch"]:
        url = cloud.outputs[f"{name}QueueUrl"]
        # Five tries at the template's visibility time-out would take up to two and a half hours.
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
        sqs.send_message(QueueUrl=url, MessageBody='{"no":"such message"')
    for name in ["Score", "Dispatch"]:
        dead = wait_for(lambda name=name: cloud.waiting(f"{name}DeadLetters") == 1, 90)
        check(f"poison in the {name.lower()} queue ends in its dead letters", dead, cloud.waiting(f"{name}DeadLetters"))


def no_text_left(cloud):
    """I7: neither the text nor the contact's address is in a table, a mail or a log."""
    tables = ["Register", "Events", "States", "Alerts"]
    places = {f"{table} table": json.dumps(cloud.items(table), default=repr, ensure_ascii=False) for table in tables}
    places["mails"] = json.dumps(cloud.mails(), ensure_ascii=False)
    places |= {f"log {place}": content for place, content in cloud.logs().items()}
    for secret in [TEXT, "missnöjda", CONTACT, TOKEN]:
        found = [place for place, content in places.items() if secret in content]
        check(f"'{secret[:20]}' is nowhere to be read", not found, found)


def rights(cloud):
    """Roles are narrow, and yet enough: the emulator enforces IAM, so a forgotten right shows in its log."""
    resources = transform()["Resources"]
    wide, senders = [], set()
    for name, role in resources.items():
        for policy in role["Properties"].get("Policies", []) if role["Type"] == "AWS::IAM::Role" else []:
            for statement in policy["PolicyDocument"]["Statement"]:
                wide += [f"{name}: {statement}"] if "*" in (statement["Resource"], *statement["Action"]) else []
                senders |= {name} if any(action.startswith("ses:") for action in statement["Action"]) else set()
    check("no role has a right on everything", not wide, wide)
    check("dispatch alone may send mail", senders == {"DispatchRole"}, senders)
    with urllib.request.urlopen(f"{cloud.endpoint}/_ministack/health") as answer:
        check("the emulator enforced IAM", "enabled" in answer.read().decode())
    lines = [line for log in cloud.logs().values() for line in log.splitlines()]
    lines = [line for line in lines if "AccessDenied" in line or "not authorized" in line]
    check("no function was refused a right", not lines, lines[:5])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binaries", type=Path, required=True, help="folder of the five functions and kundvakt")
    arguments.add_argument("--log", type=Path, help="keep the emulator's output here")
    options = arguments.parse_args()
    binaries = options.binaries.resolve()
    missing = [name for name in [*FUNCTIONS, "kundvakt"] if not (binaries / name).exists()]
    if missing:
        sys.exit(f"not in {options.binaries}: {', '.join(missing)}; run `cargo build --workspace` first")

    started = time.monotonic()
    with ministack(REGION) as (endpoint, log):
        seconds.append(("start the emulator", time.monotonic() - started))
        cloud = Cloud(endpoint, log)
        for name, run in [
            ("zip and upload the binaries", lambda: upload(cloud, binaries)),
            ("deploy", lambda: deployed(cloud)),
            ("other regions", lambda: refuse_other_regions(endpoint, log)),
            ("seed", lambda: seed(cloud, binaries)),
            ("webhooks", lambda: take_in(cloud)),
            ("alert", lambda: alert(cloud)),
            ("poison", lambda: poison(cloud)),
            ("nothing personal left", lambda: no_text_left(cloud)),
            ("rights", lambda: rights(cloud)),
        ]:
            with step(name):
                run()
        if options.log:
            shutil.copy(log, options.log)

    print()
    for name, taken in seconds:
        print(f"{taken:7.1f} s  {name}")
    print(f"{sum(checks)} of {len(checks)} checks passed")
    sys.exit(0 if all(checks) else 1)


if __name__ == "__main__":
    main()
