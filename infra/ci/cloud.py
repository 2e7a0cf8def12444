"""The stack on the emulator: its services by name, its code, its deployment."""

import http.client
import io
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
import zipfile
from collections import namedtuple
from contextlib import closing
from pathlib import Path

import boto3
from botocore.config import Config

from emulator import ACCOUNT
from transform import REGION, transform

FUNCTIONS = ["ingest", "score", "dispatch", "escalate", "console"]
BUCKET = "kundvakt-e2e"
STACK = "kundvakt-e2e"

Answer = namedtuple("Answer", ["status", "text", "headers"])


def wait_for(look, limit=60):
    """The first truthy answer of `look`, or its last one after `limit` seconds."""
    deadline = time.monotonic() + limit
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


class Cloud:
    """The emulator's services, and what the stack calls its resources."""

    def __init__(self, endpoint, log, region=REGION):
        self.endpoint, self.log, self.region = endpoint, log, region
        self.environment = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": region,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        self.outputs = {}

    def client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}, read_timeout=120),
        )

    def items(self, table):
        return self.client("dynamodb").scan(TableName=self.outputs[f"{table}TableName"])["Items"]

    def waiting(self, queue):
        """Messages in a queue, in flight included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(QueueUrl=self.outputs[f"{queue}Url"], AttributeNames=names)
        return sum(int(found["Attributes"][name]) for name in names)

    def logs(self):
        """What was logged, by place: each log group, and the emulator's own output."""
        client = self.client("logs")
        places = {"emulator": self.log.read_text(errors="replace")}
        for group in client.describe_log_groups()["logGroups"]:
            events = client.filter_log_events(logGroupName=group["logGroupName"])["events"]
            places[group["logGroupName"]] = "\n".join(event["message"] for event in events)
        return places

    def mails(self):
        with urllib.request.urlopen(f"{self.endpoint}/_ministack/ses/messages") as answer:
            return json.load(answer)["messages"].get(ACCOUNT, [])

    def request(self, url, path="", body=None, headers=None, method=None):
        """A request to a function URL; redirections are not followed. The emulator finds it by the Host header."""
        connection = http.client.HTTPConnection(self.endpoint.split("//")[1], timeout=60)
        with closing(connection):
            headers = {"Host": url.split("/")[2], **(headers or {})}
            connection.request(method or ("GET" if body is None else "POST"), f"/{path.lstrip('/')}", body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode(errors="replace"), answer.headers)

    def invoke(self, name, payload):
        """Invokes a function: (error or None, answer)."""
        answer = self.client("lambda").invoke(
            FunctionName=self.outputs[f"{name.capitalize()}FunctionName"], Payload=json.dumps(payload).encode()
        )
        return answer.get("FunctionError"), answer["Payload"].read().decode(errors="replace")


def archive(binary):
    """A zip with the binary as `bootstrap`, without debug information: a tenth of the size. Stored, not packed: it only
    has to cross this machine."""
    with tempfile.TemporaryDirectory() as directory:
        bootstrap = Path(directory) / "bootstrap"
        shutil.copy(binary, bootstrap)
        if shutil.which("strip") and bootstrap.read_bytes()[:4] == b"\x7fELF":
            subprocess.run(["strip", str(bootstrap)], check=True)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as zipped:
            entry = zipfile.ZipInfo("bootstrap")
            entry.external_attr = 0o755 << 16
            zipped.writestr(entry, bootstrap.read_bytes())
        return packed.getvalue()


def upload(cloud, binaries):
    """Puts each function's code where the template looks for it."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": cloud.region})
    for name in FUNCTIONS:
        s3.put_object(Bucket=BUCKET, Key=f"{name}.zip", Body=archive(binaries / name))


def for_the_emulator(template):
    """What the emulator cannot do. The rights are wider here than deployed: it asks for ses:SendEmail on `*` and knows
    no ses:FromAddress. And it keeps the parameter's word "true" where AWS makes a boolean of it."""
    for policy in template["Resources"]["DispatchRole"]["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Action"] == ["ses:SendEmail"]:
                statement["Resource"] = "*"
                del statement["Condition"]
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            resource["Properties"]["DeletionProtectionEnabled"] = True
    return template


def deploy(cloud, parameters):
    """Creates the stack and reads its outputs: (status, what failed and why)."""
    cloudformation = cloud.client("cloudformation")
    cloudformation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(for_the_emulator(transform(BUCKET))),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )

    def settled():
        described = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        return described if described["StackStatus"].endswith(("COMPLETE", "FAILED")) else None

    stack = wait_for(settled, 120) or {"StackStatus": "not settled within two minutes"}
    reasons = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
        for event in cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
        if event["ResourceStatus"].endswith("FAILED")
    ]
    cloud.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    return stack["StackStatus"], reasons
