"""What the conversation needs from the outside world, wired once at start-up."""

from dataclasses import dataclass, field, replace

from orchestrator.catalogue_client import Catalogue
from orchestrator.deadline import Deadline
from orchestrator.feedback import FeedbackStore
from orchestrator.limits.admission import Limits
from orchestrator.limits.callers import Doorman
from orchestrator.llm.protocol import Llm, Usage
from orchestrator.settings import Settings


@dataclass(frozen=True)
class Services:
    catalogue: Catalogue
    llm: Llm | None
    """None is a supported mode: code alone understands and answers."""
    settings: Settings
    doorman: Doorman = field(default_factory=Doorman)
    limits: Limits | None = None
    """None: whoever comes is let in."""
    feedback: FeedbackStore | None = None
    """None: nobody is asked for any."""
    deadline: Deadline = field(default_factory=Deadline.never)
    """Of the request that is being answered; the edge sets it (`within`)."""

    usage: Usage = field(default_factory=Usage)
    """What the LLM took for this request, counted while it is answered."""

    def within(self, deadline: Deadline) -> "Services":
        """For one request: with its deadline, and nothing used yet."""
        return replace(self, deadline=deadline, usage=Usage())
