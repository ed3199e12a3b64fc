"""chat-ui's title call: recognised, and answered by code alone (no catalogue, no LLM).

It comes beside the first message of each conversation. Answered as a chat, its long text would become
the title in the sidebar.
"""

import re
from collections.abc import Iterator, Sequence

from orchestrator.edge.api_models import ChatRequest
from orchestrator.events import Recommended, Text
from orchestrator.messages import Message
from orchestrator.services import Services

_INSTRUCTION = "You are a chat thread titling assistant"
_QUOTED = re.compile(r'^User message:\s*"(?P<message>.*)"\s*$', re.DOTALL)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_FILLERS = """
a about all am an and any are as at be best both but by can could did do does find for from get give go
going good great had has have hello help hey hi how i i'd i'll i'm i've if in into is it its just kindly
let like looking looks love may me might more my need nice of ok okay on one or our out please really
recommend see should show so some something suggest suggestions tell thank thanks that the their them
there these they thing things think this to too us very want wanted wants was we wear wearing were what
what's when where which who will with would you your
"""
_FALLBACK = "Style Advice"
_MAX_WORDS = 4
_MAX_CHARS = 40


def is_title_call(request: ChatRequest) -> bool:
    first = request.messages[0]
    return first.role == "system" and first.text.startswith(_INSTRUCTION)


def answer_title(messages: Sequence[Message], services: Services) -> Iterator[Recommended | Text]:
    """The title, in the shape of any other answer."""
    yield Recommended(())
    yield Text(title_for(messages[-1].text))


def title_for(text: str) -> str:
    """A title of two to four words from the text of a title call."""
    quoted = _QUOTED.match(text.strip())
    words = _WORD.findall((quoted["message"] if quoted else text)[:2_000])
    fillers = _FILLERS.split()
    telling = [word for word in words if word.lower() not in fillers][:_MAX_WORDS]
    title = " ".join(word[:1].upper() + word[1:] for word in telling)
    if len(telling) == 1:
        title += " Ideas"
    if len(title) > _MAX_CHARS:
        title = title[:_MAX_CHARS].rpartition(" ")[0]
    return title or _FALLBACK
