"""Turns infra/template.yaml into plain CloudFormation, without AWS: `python infra/ci/transform.py > out.json`.

SAM hides mistakes from the linter: of those seeded into a template, cfn-lint found nearly half only in this form.
"""

import json
import logging
import os
import sys
from pathlib import Path

import yaml
from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform as sam_to_cloudformation

TEMPLATE = Path(__file__).resolve().parents[1] / "template.yaml"
REGION = "eu-north-1"

# It counts its own use and complains that nobody collects the counts.
logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms: `!Ref x`, `!GetAtt a.b`, `!Sub ...`."""


def _short_form(loader, tag, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if tag == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


Loader.add_multi_constructor("!", _short_form)


class NoManagedPolicies(ManagedPolicyLoader):
    """The template writes its roles out, so no list of AWS's policies has to be fetched."""

    def __init__(self):
        super().__init__(None)

    def load(self):
        return {}


def transform(bucket="bucket"):
    """The template as plain CloudFormation; the code of each function is `s3://bucket/<binary>.zip`."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    template = yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            binary = resource["Metadata"]["BuildProperties"]["Binary"]
            resource["Properties"]["CodeUri"] = f"s3://{bucket}/{binary}.zip"
    del template["Globals"]["Function"]["CodeUri"]
    # Parameters stay references; only what the translator itself must know is given.
    return sam_to_cloudformation(template, {"Architecture": "x86_64"}, NoManagedPolicies())


if __name__ == "__main__":
    json.dump(transform(), sys.stdout, indent=1)
