"""What shoppers think of an answer, kept for evaluation."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from orchestrator.errors import FeedbackUnavailable
from orchestrator.limits.callers import digest

Thumb = Literal["up", "down"]
KEPT = timedelta(days=180)


@dataclass(frozen=True)
class Feedback:
    conversation_id: str
    message: int
    """Which of the conversation's answers, from 1."""
    thumb: Thumb
    reason: str = ""


class FeedbackStore(Protocol):
    def keep(self, feedback: Feedback) -> None:
        """Keep it; of the same answer the last one counts. Raises FeedbackUnavailable."""


class DynamoFeedback:
    """Rows of a DynamoDB table: key `conversation` (a digest) and `message`, TTL in `expires_at`."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def keep(self, feedback: Feedback) -> None:
        now = datetime.now(UTC)
        item = {
            "conversation": {"S": digest("conversation", feedback.conversation_id)},
            "message": {"N": str(feedback.message)},
            "thumb": {"S": feedback.thumb},
            "reason": {"S": feedback.reason},
            "at": {"S": now.isoformat(timespec="seconds")},
            "expires_at": {"N": str(int((now + KEPT).timestamp()))},
        }
        try:
            self._client.put_item(TableName=self._table, Item=item)
        except (BotoCoreError, ClientError) as error:
            raise FeedbackUnavailable(detail=str(error)) from error
