"""A receiver of webhooks as a host would write one, with the published library.

Writes {"now": seconds} first. Then, for each line of JSON that it reads:

    {"do": "sign", "secret", "id", "seconds", "body"}    -> {"signature"}
    {"do": "verify", "secret", "headers", "body"}        -> {"data"} or {"refused"}
"""

import json
import sys
import time
from datetime import datetime, timezone

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


def answer(question):
    webhook = Webhook(question["secret"])
    body = question["body"]
    if question["do"] == "sign":
        at = datetime.fromtimestamp(question["seconds"], tz=timezone.utc)
        return {"signature": webhook.sign(question["id"], at, body)}
    try:
        return {"data": webhook.verify(body, question["headers"])}
    except WebhookVerificationError as error:
        return {"refused": str(error)}


print(json.dumps({"now": int(time.time())}), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
