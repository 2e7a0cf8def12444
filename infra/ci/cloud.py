"""The stack on the emulator: its services by name, its code, its deployment."""

import io
import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import boto3
from botocore.config import Config

from emulator import ACCOUNT
from transform import REGION, transform

FUNCTIONS = ["ingest", "score", "dispatch", "escalate", "console"]
BUCKET = "kundvakt-e2e"
STACK = "kundvakt-e2e"


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

    def request(self, url, path="", body=None, headers=None):
        """A request to a function URL: (status, text). The emulator finds the function by the Host header."""
        host = url.split("/")[2]
        request = urllib.request.Request(
            f"{self.endpoint}/{path.lstrip('/')}", data=body, headers={"host": host, **(headers or {})}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")

    def invoke(self, name, payload):
        """Invokes a function: (error or None, answer)."""
        answer = self.client("lambda").invoke(
            FunctionName=self.outputs[f"{name.capitalize()}FunctionName"], Payload=json.dumps(payload).encode()
        )
        return answer.get("FunctionError"), answer["Payload"].read().decode(errors="replace")


def upload(cloud, binaries):
    """Zips each binary as `bootstrap`, without debug information, and puts it where the template looks."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": cloud.region})
    with tempfile.TemporaryDirectory() as directory:
        for name in FUNCTIONS:
            bootstrap = Path(directory) / name
            shutil.copy(binaries / name, bootstrap)
            if shutil.which("strip") and bootstrap.read_bytes()[:4] == b"\x7fELF":
                subprocess.run(["strip", str(bootstrap)], check=True)
            archive = io.BytesIO()
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
                entry = zipfile.ZipInfo("bootstrap")
                entry.external_attr = 0o755 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                zipped.writestr(entry, bootstrap.read_bytes())
            s3.put_object(Bucket=BUCKET, Key=f"{name}.zip", Body=archive.getvalue())


def for_the_emulator(template):
    """The emulator asks for ses:SendEmail on `*` and knows no ses:FromAddress, so here alone the right is wider."""
    for policy in template["Resources"]["DispatchRole"]["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Action"] == ["ses:SendEmail"]:
                statement["Resource"] = "*"
                del statement["Condition"]
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
