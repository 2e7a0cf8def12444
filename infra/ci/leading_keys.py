"""Starts ministack with one condition key more: `dynamodb:LeadingKeys`, the partition keys a request touches.

It knows every other condition of the template's table rights. Without this one it would let every key pass, and a
function that reads a new kind of item would be refused on AWS only.
"""

import json

from ministack.core import iam_actions

known = iam_actions.dynamodb_service_context


def leading_keys(body):
    """The values of `pk` in a request: of the item, of the key, or of a query's `pk = :name`."""
    request = json.loads(body or b"{}")
    for place in (request.get("Item"), request.get("Key")):
        if place and "pk" in place:
            return [place["pk"].get("S", "")]
    words = request.get("KeyConditionExpression", "").split()
    if words[:2] == ["pk", "="]:
        return [request["ExpressionAttributeValues"][words[2]].get("S", "")]
    return None


def context(body):
    keys = leading_keys(body)
    return {**known(body), **({"dynamodb:LeadingKeys": keys} if keys else {})}


iam_actions.dynamodb_service_context = context

if __name__ == "__main__":
    from ministack.app import main

    main()
