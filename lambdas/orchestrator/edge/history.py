"""From the messages of a request to the conversation that is answered."""

from orchestrator.edge.api_models import ChatMessage, ChatRequest
from orchestrator.edge.clean import without_documents, without_thinking
from orchestrator.errors import BadRequest, NoText, TooLarge
from orchestrator.messages import Message
from orchestrator.settings import Settings


def conversation_of(request: ChatRequest, settings: Settings) -> list[Message]:
    """The conversation, cut to its budget: oldest turns first, the last message never.

    System messages are left out: in chat-ui everybody can write their own, so they are no more than
    another shopper's text, and nothing here obeys them. Raises BadRequest where nobody spoke last, NoText
    and TooLarge.
    """
    last = request.messages[-1]
    if last.role != "user":
        raise BadRequest("The last message must be from the user.", param="messages")
    newest = Message("user", without_documents(last.text).strip())
    if not newest.text:
        raise NoText(_why_empty(last), param="messages")
    if len(newest.text) > settings.max_message_chars:
        raise TooLarge(
            f"The message is longer than {settings.max_message_chars} characters. Please shorten it.",
            param="messages",
        )
    return [*_history(request.messages[:-1], settings), newest]


def _history(messages: list[ChatMessage], settings: Settings) -> list[Message]:
    kept: list[Message] = []
    budget = settings.max_history_chars
    for message in reversed(messages):
        if message.role not in ("user", "assistant"):
            continue
        text = without_documents(message.text).strip()
        if message.role == "assistant":
            text = without_thinking(text).strip()
        budget -= len(text)
        if budget < 0 or len(kept) == settings.max_history_messages:
            break
        if text:
            kept.append(Message("user" if message.role == "user" else "assistant", text))
    return kept[::-1]


def _why_empty(message: ChatMessage) -> str | None:
    has_others = isinstance(message.content, list) and any(part.type != "text" for part in message.content)
    if has_others or message.text.strip():
        return "I can't look at pictures or files. Please describe in words what you are looking for."
    return None
