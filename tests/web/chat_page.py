"""The chat page as a person uses it: by what is written on it."""

from playwright.sync_api import Locator, Page, expect

SUGGESTION = "Blue cotton shirts for men under 1500"


class ChatPage:
    """One open tab."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def open(self) -> "ChatPage":
        self.page.goto(self.url)
        return self

    @property
    def box(self) -> Locator:
        return self.page.get_by_label("Your question")

    @property
    def turns(self) -> Locator:
        return self.page.locator(".turn")

    @property
    def answer(self) -> Locator:
        """The newest answer."""
        return self.turns.last.locator(".answer")

    @property
    def cards(self) -> Locator:
        return self.answer.locator(".card")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def type(self, text: str) -> None:
        self.box.press_sequentially(text)

    def ask(self, text: str) -> None:
        """Ask, and wait until the answer has begun."""
        self.box.fill(text)
        self.box.press("Enter")
        expect(self.turns.last.get_by_role("heading", level=2)).to_have_text(text)

    def wait(self) -> "ChatPage":
        """Until the newest answer is complete."""
        expect(self.answer).not_to_have_attribute("aria-busy", "true", timeout=15_000)
        return self

    def names(self) -> list[str]:
        """The products of the newest answer, in the order of their numbers."""
        return [name_of(card) for card in self.cards.all()]

    def announced(self) -> str:
        """What a screen reader was told last."""
        return self.page.locator("#announcer").inner_text()


def name_of(card: Locator) -> str:
    """The name on a card, without what only a screen reader is told."""
    name: str = card.get_by_role("link").evaluate("link => link.firstChild.textContent")
    return name
