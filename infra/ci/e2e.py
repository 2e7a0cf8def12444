"""Deploys infra/template.yaml to an emulator and drives the main job through it.

    python infra/ci/e2e.py --binaries target/debug

Signed webhooks -> ingest -> events; a notice at once, the rest by the schedule -> score -> queue -> dispatch -> mail;
its link -> console -> answer; no answer -> escalate -> the next role; sign-in; poison -> dead letters; a region outside
the EU -> refused. One line per check; the exit code is 1 when any of them fails.
"""

import argparse
import base64
import hashlib
import hmac
import html
import json
import os
import re
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
from urllib.parse import urlencode

from botocore.exceptions import ClientError

import stories
from cloud import BUCKET, FUNCTIONS, Cloud, deploy, upload, wait_for
from emulator import ministack
from transform import REGION, transform

SOURCE = Path(__file__).resolve().parents[2] / "functions"
FORM = {"content-type": "application/x-www-form-urlencoded"}
MAIL_FROM = "kundvakt@nordverk.example"
MANAGER, LEADER = "maria@nordverk.example", "johan@nordverk.example"

# A calm customer that gives notice in one mail, and one that slides to exactly 78 % on a known morning.
NOTICE, NOTICE_AT = "termination-notice", "2026-05-20T07:40:05Z"
NOTICE_MAIL = {
    "id": "m-1", "customer": "C-1007", "kind": "message", "direction": "inbound", "channel": "email",
    "contact": "ingrid.falk@eklof-partner.example",
    "text": "Hej Anna! Härmed säger vi upp avtalet om tidrapportering. Tack för ett gott samarbete.",
}  # fmt: skip
SLIDING, SLIDING_RUN = "s72-seventy-eight", "2026-06-18T03:00:00Z"

SHOP, ERP, TOKEN = "shop", "erp", "t0k3n-for-this-run-only"
SIGNING_KEY = base64.b64encode(b"a key for this run only, 32 byte").decode()
BEARER = "a-bearer-secret-for-this-run-only"

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
    parameters = {"MailFrom": MAIL_FROM, "AlarmMail": "it@nordverk.example", "Architecture": "x86_64"}
    status, reasons = deploy(cloud, parameters)
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
    """The company, its staff and two customers through `kundvakt register`, and two source instances."""
    with tempfile.TemporaryDirectory() as directory:
        customers = Path(directory) / "customers.jsonl"
        customers.write_text("".join(json.dumps(stories.customer(it)) + "\n" for it in (NOTICE, SLIDING)))
        command = [
            *(binaries / "kundvakt", "register"),
            *("--register-table", cloud.outputs["RegisterTableName"]),
            *("--states-table", cloud.outputs["StatesTableName"]),
            *("--company", stories.COMPANY, "--customers", customers),
        ]
        environment = {**os.environ, **cloud.environment}
        done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    registered = "Registered 5 staff and 2 customers." in done.stdout
    check("kundvakt register fills the register", registered, (done.stderr or done.stdout)[-500:])

    instances = {
        SHOP: {"kind": "standard_webhooks", "token": TOKEN, "secrets": [f"whsec_{SIGNING_KEY}"]},
        ERP: {"kind": "bearer", "token": TOKEN, "secrets": [BEARER]},
    }
    cloud.client("secretsmanager").put_secret_value(
        SecretId=cloud.outputs["SourcesSecretArn"], SecretString=json.dumps({"instances": instances})
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


def deliver(cloud, name, body, headers, **expected):
    """Posts a delivery and checks the counts in the answer; what is not named must be 0."""
    instance = SHOP if "webhook-id" in headers else ERP
    answer = cloud.request(cloud.outputs["WebhookUrl"], f"in/{instance}/{TOKEN}", body, headers)
    wanted = {"accepted": 0, "duplicate": 0, "unmatched": 0, "rejected": [], **expected}
    told = json.loads(answer.text) if answer.status == 202 else None
    check(f"{name} is answered 202, {' '.join(f'{k} {v}' for k, v in expected.items())}", told == wanted, answer)


def mails_about(cloud, name, to=MANAGER):
    return [mail for mail in cloud.mails() if to in mail["To"] and name in (mail["Subject"] or "")]


def take_in(cloud):
    """Webhooks: refused unsigned, kept when nobody knows the customer, counted once; a notice is told at once."""
    now = datetime.now(timezone.utc)
    notice = {**NOTICE_MAIL, "at": stories.written(now - timedelta(hours=1))}
    path = f"in/{SHOP}/{TOKEN}"
    answer = cloud.request(cloud.outputs["WebhookUrl"], path, *webhook(notice, base64.b64encode(b"x").decode()))
    check("another key's signature is answered 401", answer.status == 401, answer)
    answer = cloud.request(cloud.outputs["WebhookUrl"], path.replace(TOKEN, "guessed"), *webhook(notice))
    check("and so is another token", answer.status == 401, answer)
    check("and nothing is stored", not cloud.items("Events"))

    calm, _ = stories.until(NOTICE, NOTICE_AT, now)
    deliver(cloud, "half a year of a calm customer", *webhook(calm), accepted=len(calm))
    check("each event is an item", len(cloud.items("Events")) == len(calm))
    stranger = {**notice, "id": "m-2", "customer": "nobody"}
    deliver(cloud, "a customer nobody knows", *webhook(stranger), unmatched=1)
    unmatched = [item for item in cloud.items("Register") if item["pk"]["S"] == "unmatched"]
    check("and is in the unmatched list", len(unmatched) == 1, unmatched)

    deliver(cloud, "a mail that gives notice", *webhook(notice), accepted=1)
    mails = wait_for(lambda: mails_about(cloud, "Eklöf"))
    check("management has a mail without any schedule", len(mails) == 1, cloud.mails())
    deliver(cloud, "the same mail again", *webhook(notice), duplicate=1)


def schedule(cloud):
    """The daily run over a history: 78 % on the morning after the question, and told once."""
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    events, run = stories.until(SLIDING, SLIDING_RUN, yesterday)
    headers = {"content-type": "application/json", "authorization": f"Bearer {BEARER}"}
    deliver(cloud, "half a year of a customer who slides", json.dumps(events), headers, accepted=len(events))

    payload = {"run": "daily", "scheduled": stories.written(run)}
    error, answer = cloud.invoke("score", payload)
    check("the daily run opens one alert", not error and json.loads(answer)["alerts"] == 1, answer)
    mails = wait_for(lambda: mails_about(cloud, "Tornbergs"))
    if check("management has its mail", len(mails) == 1, cloud.mails()):
        check("from the address in the template", MAIL_FROM in mails[0]["Source"], mails[0])
        check("which says 78 %", "78 %" in mails[0]["BodyText"].replace("\u00a0", " "), mails[0]["BodyText"])

    error, answer = cloud.invoke("score", payload)
    check("the same run again opens none", not error and json.loads(answer)["alerts"] == 0, answer)


def link_in(cloud, mail):
    """The path of the console link in a mail."""
    link = next(word for word in mail["BodyText"].split() if word.startswith(cloud.outputs["ConsoleUrl"]))
    return "/" + link.split("/", 3)[3]


def form_of(page):
    """The hidden fields of a page's form."""
    return {name: html.unescape(value) for name, value in re.findall(r'name="(t|csrf|seen)" value="([^"]*)"', page)}


def answer_alert(cloud):
    """A click on the mail: GET shows, POST acts. What nobody answered in time goes to the next role."""
    console = cloud.outputs["ConsoleUrl"]
    path = link_in(cloud, mails_about(cloud, "Eklöf")[0])
    before = cloud.items("Alerts")
    page = cloud.request(console, path)
    check("the mail's link opens the alert", page.status == 200 and "Eklöf" in page.text, page)
    check("and changes nothing", cloud.items("Alerts") == before)
    form = {**form_of(page.text), "do": "acknowledge"}
    where = path.split("?")[0]
    answer = cloud.request(console, where, urlencode({**form, "t": "x" + form["t"]}), FORM)
    check("a click with a forged link is answered 403", answer.status == 403, answer)
    check("and changes nothing either", cloud.items("Alerts") == before)
    answer = cloud.request(console, where, urlencode(form), FORM)
    check("a click on 'acknowledge' is answered 303", answer.status == 303, answer)
    holders = {item["acknowledged_by"]["S"] for item in cloud.items("Alerts") if "acknowledged_by" in item}
    check("and is recorded under the manager's name", holders == {"s-maria"}, holders)
    page = cloud.request(console, answer.headers["location"])
    check("and the page says so", page.status == 200 and "Maria Ekdahl" in page.text, page)

    error, answer = cloud.invoke("escalate", {"run": "sweep"})
    passed_on = not error and json.loads(answer)["passed_on"] == 1
    check("the sweep passes on what nobody answered", passed_on, answer)
    check("to the team leader", wait_for(lambda: mails_about(cloud, "Tornbergs", LEADER)), cloud.mails())
    wait_for(lambda: not cloud.waiting("ScoreQueue") and not cloud.waiting("DispatchQueue"), 30)
    subjects = sorted(f"{mail['To']} {mail['Subject']}" for mail in cloud.mails())
    check("three mails in all, none twice", len(subjects) == 3, subjects)


def sign_in(cloud):
    """Signing in by a mailed link, and the lists behind it."""
    console = cloud.outputs["ConsoleUrl"]
    answer = cloud.request(console)
    check("a stranger is led to the sign-in page", answer.headers["location"] == "/signin", answer)
    page = cloud.request(console, "signin")
    check("which asks for an address", page.status == 200 and 'name="email"' in page.text, page)
    asked = [cloud.request(console, "signin", urlencode({"email": it}), FORM) for it in (LEADER, "who@x.example")]
    check("a known and an unknown address get the same answer", asked[0].text == asked[1].text, asked)
    mails = wait_for(lambda: [mail for mail in cloud.mails() if "/signin/" in mail["BodyText"]])
    if not check("the known one alone gets a link", [mail["To"] for mail in mails] == [[LEADER]], cloud.mails()):
        return
    path = link_in(cloud, mails[0])
    check("opening it asks for a click", cloud.request(console, path).status == 200)
    entered = cloud.request(console, path, "", FORM)
    cookie = (entered.headers["set-cookie"] or "").split(";")[0]
    check("the click signs in", entered.status == 303 and cookie.startswith("__Host-"), entered)
    page = cloud.request(console, "", headers={"cookie": cookie})
    both = all(name in page.text for name in ("Eklöf", "Tornbergs"))
    check("and the list shows both alerts", page.status == 200 and both, page)
    page = cloud.request(console, "unmatched", headers={"cookie": cookie})
    check("and the other list what matched nobody", page.status == 200 and "nobody" in page.text, page)
    check("the link works once", cloud.request(console, path, "", FORM).status == 403)
    page = cloud.request(console, "", headers={"cookie": cookie})
    left = cloud.request(console, "signout", urlencode(form_of(page.text)), {**FORM, "cookie": cookie})
    gone = cloud.request(console, "", headers={"cookie": cookie})
    check("signing out ends the session", gone.headers["location"] == "/signin", (left, gone))


def poison(cloud):
    """A message nobody can read ends in the dead letters, and in neither case takes the function down."""
    queues = ["Score", "Dispatch", "Schedule"]
    dead = {queue: cloud.waiting(f"{queue}DeadLetters") for queue in queues}
    check("no message was given up", not any(dead.values()), dead)
    sqs = cloud.client("sqs")
    for name in queues[:2]:
        url = cloud.outputs[f"{name}QueueUrl"]
        # Five tries at the template's visibility time-out would take up to two and a half hours.
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
        sqs.send_message(QueueUrl=url, MessageBody='{"no":"such message"')
    for name in queues[:2]:
        dead = wait_for(lambda name=name: cloud.waiting(f"{name}DeadLetters") == 1, 90)
        check(f"poison in the {name.lower()} queue ends in its dead letters", dead, cloud.waiting(f"{name}DeadLetters"))


def no_text_left(cloud):
    """I7: neither a text nor a contact's address nor a secret is in a table, a mail or a log."""
    tables = ["Register", "Events", "States", "Alerts"]
    places = {f"{table} table": json.dumps(cloud.items(table), default=repr, ensure_ascii=False) for table in tables}
    places["mails"] = json.dumps(cloud.mails(), ensure_ascii=False)
    places |= {f"log {place}": content for place, content in cloud.logs().items()}
    texts, contacts = ["tidrapportering", "gott samarbete", "Linmatics"], [NOTICE_MAIL["contact"], "petra.lund"]
    for secret in [*texts, *contacts, SIGNING_KEY, BEARER]:
        found = [place for place, content in places.items() if secret in content]
        check(f"'{secret[:20]}' is nowhere to be read", not found, found)


def rights(cloud):
    """Roles are narrow, and yet enough: the emulator enforces IAM, so a forgotten right shows in its log."""
    resources = transform()["Resources"]
    wide, senders = [], set()
    for name, role in resources.items():
        properties = role.get("Properties", {})
        inline = {"AWS::IAM::Role": properties.get("Policies", []), "AWS::IAM::Policy": [properties]}
        for policy in inline.get(role["Type"], []):
            for statement in policy["PolicyDocument"]["Statement"]:
                wide += [f"{name}: {statement}"] if "*" in (statement["Resource"], *statement["Action"]) else []
                senders |= {name} if any(action.startswith("ses:") for action in statement["Action"]) else set()
    check("no role has a right on everything", not wide, wide)
    roles = [role["RoleName"] for role in cloud.client("iam").list_roles()["Roles"]]
    inline = [name for role in roles for name in cloud.client("iam").list_role_policies(RoleName=role)["PolicyNames"]]
    check("nobody may ask a managed model unless one is named", inline and "managed-model" not in inline, inline)
    check("dispatch alone may send mail", senders == {"DispatchRole"}, senders)
    for name in FUNCTIONS:
        given = set(resources[f"{name.capitalize()}Function"]["Properties"]["Environment"]["Variables"])
        read = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', (SOURCE / name / "src" / "main.rs").read_text()))
        check(f"{name} is given the settings it reads, and no other", given == read, given ^ read)
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
            ("webhooks, and a notice told at once", lambda: take_in(cloud)),
            ("the daily run", lambda: schedule(cloud)),
            ("answers and the sweep", lambda: answer_alert(cloud)),
            ("sign-in", lambda: sign_in(cloud)),
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
