"""`make bench-web`: how fast the chat page is, over the running stack.

From the arrival of the event that holds the products to the frame that shows the first card, on this machine
and with the processor slowed down as a cheap phone's; and what is loaded before the first question.
"""

import argparse
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from scripts import results
from scripts.browser import NoBrowser, open_browser
from scripts.local.errors import StackError
from scripts.local.stack import CHECKOUT, StackSettings, local_stack

QUESTIONS = ("blue shirts for men", "red silk sarees", "white sneakers", "kurtas for women under 1500")
SLOWDOWNS = (1, 6)
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 740}

# Notes when the page is given the event, and when the browser has painted the card that comes of it.
_WATCH = """
  const read = ReadableStreamDefaultReader.prototype.read;
  ReadableStreamDefaultReader.prototype.read = async function () {
    const result = await read.call(this);
    if (typeof result.value === "string" && result.value.includes('"recommendations":[{')) {
      window.arrived = performance.now();
    }
    return result;
  };
  window.shown = null;
  new MutationObserver(() => {
    if (window.shown !== null || !document.querySelector(".turn:last-child .card")) return;
    window.shown = 0;
    requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => (window.shown = performance.now());
      painted.port2.postMessage(null);
    });
  }).observe(document, { childList: true, subtree: true });
"""
_TAKEN = """() => new Promise((done) => {
  const look = () => (window.shown > 0 ? done(window.shown - window.arrived) : setTimeout(look, 20));
  look();
})"""


@contextmanager
def _tab(browser: Browser, viewport: dict[str, int], slowdown: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": viewport["width"], "height": viewport["height"]})
    context.add_init_script(_WATCH)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    yield page
    context.close()


def first_card_ms(
    browser: Browser, url: str, viewport: dict[str, int], slowdown: int, rounds: int
) -> list[float]:
    """Milliseconds from event to card, for each question of each round."""
    took = []
    with _tab(browser, viewport, slowdown) as page:
        page.goto(url)
        for _ in range(rounds):
            for question in QUESTIONS:
                page.get_by_role("button", name="New chat").click()
                page.evaluate("window.shown = null")
                page.get_by_label("Your question").fill(question)
                page.keyboard.press("Enter")
                took.append(float(page.evaluate(_TAKEN)))
                page.locator(".answer:not([aria-busy])").wait_for()
    return took


def loaded(browser: Browser, url: str) -> dict[str, float]:
    """What a first visit loads before the first question, headers included, and when it shows something."""
    sizes: dict[str, float] = {}
    with _tab(browser, DESKTOP, 1) as page:
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.on(
            "Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]})
        )
        page.goto(url, wait_until="networkidle")
        painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    return {"bytes": sum(sizes.values()), "requests": len(sizes), "first_contentful_paint_ms": painted}


def measure(browser: Browser, url: str, rounds: int) -> dict[str, object]:
    cards = {}
    for name, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
        for slowdown in SLOWDOWNS:
            took = sorted(first_card_ms(browser, url, viewport, slowdown, rounds))
            cards[f"{name}, processor {slowdown} × slower" if slowdown > 1 else name] = {
                "p50": statistics.median(took),
                "p95": took[int(0.95 * len(took))],
                "max": took[-1],
                "n": len(took),
            }
    return {"first_load": loaded(browser, url), "event_to_first_card_ms": cards}


def show(figures: dict[str, object]) -> None:
    load, cards = figures["first_load"], figures["event_to_first_card_ms"]
    assert isinstance(load, dict)
    assert isinstance(cards, dict)
    print(f"\nBefore the first question: {load['bytes']:,.0f} bytes in {load['requests']} requests,", end=" ")
    print(f"something to see after {load['first_contentful_paint_ms']:.0f} ms")
    rows = [("from event to first card, ms", "p50", "p95", "max", "n")]
    for name, row in cards.items():
        rows.append((name, *(f"{row[key]:.1f}" for key in ("p50", "p95", "max")), row["n"]))
    print(results.table(rows))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=10, help="of all questions (%(default)s)")
    rounds = parser.parse_args().rounds
    settings = StackSettings(
        catalogue=CHECKOUT / "data" / "sample_catalogue.csv", state_dir=CHECKOUT / "build" / "web-stack"
    )
    try:
        with open_browser() as browser, local_stack(settings) as base_url:
            figures = measure(browser, base_url.removesuffix("v1"), rounds)
    except (NoBrowser, StackError) as error:
        print(error, file=sys.stderr)
        return 1
    show(figures)
    print(f"\nWritten to {results.write('web', figures)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
