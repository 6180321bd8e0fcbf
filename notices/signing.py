"""Signatures by which a receiver knows that an event is ours, as the Standard Webhooks specification has them."""

import hmac
import secrets
from base64 import b64decode, b64encode
from datetime import datetime, timedelta

from common.sealing import seal, unseal
from notices.models import WebhookEndpoint

PREFIX = "whsec_"
# How long the secret before signs as well.
BOTH_FOR = timedelta(hours=24)


def new_secret() -> str:
    """256 random bits, as receivers enter them."""
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def sealed_secret() -> tuple[str, str]:
    """A new secret, and what is kept of it."""
    secret = new_secret()
    return secret, seal(secret)


def headers(endpoint: WebhookEndpoint, *, message_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """What a receiver checks: the id, the moment, and a signature by each secret that holds at `at`.

    Raises SealError where a secret can't be read any more.
    """
    held = [endpoint.secret]
    if endpoint.former_secret and endpoint.former_until and at < endpoint.former_until:
        held.append(endpoint.former_secret)
    seconds = int(at.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signature(unseal(one), message_id, seconds, body) for one in held),
    }


def signature(secret: str, message_id: str, seconds: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of id, moment and body, in base64."""
    signed = f"{message_id}.{seconds}.".encode() + body
    digest = hmac.digest(b64decode(secret.removeprefix(PREFIX)), signed, "sha256")
    return "v1," + b64encode(digest).decode()
