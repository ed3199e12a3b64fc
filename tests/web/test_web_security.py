"""Whatever an answer holds, it stays text; and the page weighs little and talks to nobody else.

That no test's page asked a foreign host, broke its policy or raised an error is checked in conftest.py."""

import filecmp
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import expect

from scripts.local.web_page import PAGE
from tests.web.chat_page import ChatPage
from tests.web.conftest import OpenPage
from tests.web.fake_shop import FakeShop, says

NODE_MODULES = Path(__file__).parent / "node_modules"
BUDGET_BYTES = 100_000
AWAY = 'target="_blank" rel="noopener noreferrer"'
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>document.title='owned'</script>",
    "[click](javascript:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "[click](JaVaScRiPt:alert(1))",
    "![pixel](https://evil.example/pixel.png)",
    '**[a](https://shop.example/"onmouseover=alert(1))**',
    "<iframe srcdoc='<script>parent.document.title=1</script>'></iframe>",
    "`<b onclick=alert(1)>`",
    "| <svg onload=alert(1)> |\n|---|\n| <math><mi xlink:href=javascript:alert(1)> |",
]


def test_hostile_text_stays_text(fake_page: ChatPage, fake: FakeShop) -> None:
    fake.script.append(says(*(f"{text}\n\n" for text in HOSTILE)))
    fake_page.ask("<img src=y onerror=alert(2)>")
    fake_page.wait()
    content = fake_page.turns.last
    assert content.locator("img, script, iframe, svg:not(.icon), math, b").count() == 0
    hrefs = content.locator("a").evaluate_all("all => all.map(a => a.href)")
    assert all(href.startswith("https://") for href in hrefs)
    attributes = content.evaluate("e => [...e.querySelectorAll('*')].flatMap(x => x.getAttributeNames())")
    assert [name for name in attributes if name.startswith("on")] == []
    expect(content).to_contain_text("<script>document.title='owned'</script>")
    assert "owned" not in fake_page.page.title()


def test_the_policy_stops_what_would_get_through(open_page: OpenPage, fake_url: str, watch: Any) -> None:
    page = open_page()
    ChatPage(page, fake_url).open()
    page.evaluate("""() => {
      const script = document.createElement("script");
      try { script.textContent = "document.title = 'owned'"; document.body.append(script); } catch {}
      try { document.body.innerHTML += "<img src=x>"; } catch {}
    }""")
    assert "owned" not in page.title()
    assert page.locator("img").count() == 0
    assert watch.problems, "nothing was refused"
    watch.problems.clear()


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**bold** *slanted* `word`", "<p><strong>bold</strong> <em>slanted</em> <code>word</code></p>"),
        ("snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>"),
        (r"costs \$5 and \*no\*", "<p>costs $5 and *no*</p>"),
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("- a\n- b\n  more", "<ul><li>a</li><li>b more</li></ul>"),
        ("3. c\n4. d", '<ol start="3"><li>c</li><li>d</li></ol>'),
        ("# Big", '<p class="heading">Big</p>'),
        ("```\n<b>\n", '<pre tabindex="0"><code>&lt;b&gt;</code></pre>'),
        ("[x](https://a.example/(1))", f'<p><a href="https://a.example/(1)" {AWAY}>x</a></p>'),
        ("[x](ftp://a.example)", "<p><span>x</span></p>"),
        ("an [unfinished](https://", "<p>an [unfinished](https://</p>"),
        ("**unfinished", "<p>**unfinished</p>"),
    ],
)
def test_the_markdown_that_is_known(fake_page: ChatPage, markdown: str, html: str) -> None:
    rendered = fake_page.page.evaluate(
        """async text => {
          const { blocks, blockElement } = await import("/js/markdown.js");
          return blocks(text).map(block => blockElement(block).outerHTML).join("");
        }""",
        markdown,
    )
    assert rendered == html


def test_a_long_hostile_line_takes_no_time(fake_page: ChatPage) -> None:
    """Patterns that look back and forth could take minutes."""
    for part in ("*", "**a", "[", "[a](", "`", "_a ", "\\", "|", "1. ", "(((("):
        took = fake_page.page.evaluate(
            """async text => {
              const { spoken } = await import("/js/markdown.js");
              const began = performance.now();
              spoken(text);
              return performance.now() - began;
            }""",
            part * 5_000,
        )
        assert took < 5_000, part


@pytest.mark.parametrize("cut", [1, 2, 3, 7])
def test_events_may_be_cut_anywhere(fake_page: ChatPage, cut: int) -> None:
    text = 'data: {"a":"₹5"}\n\n: still there\r\ndata: x\r\ndata: y\r\n\r\ndata: [DONE]\n\n'
    events = fake_page.page.evaluate(
        """async ([text, cut]) => {
          const { serverSentEvents } = await import("/js/sse.js");
          const bytes = new TextEncoder().encode(text);
          const body = new ReadableStream({ start(stream) {
            for (let at = 0; at < bytes.length; at += cut) stream.enqueue(bytes.slice(at, at + cut));
            stream.close();
          }});
          const found = [];
          for await (const event of serverSentEvents(body)) found.push(event);
          return found;
        }""",
        [text, cut],
    )
    assert events == [
        {"data": '{"a":"₹5"}'},
        {"comment": "still there"},
        {"data": "x\ny"},
        {"data": "[DONE]"},
    ]


def test_under_100_kb_before_the_first_question(open_page: OpenPage, shop_url: str) -> None:
    page = open_page()
    sizes: dict[str, float] = {}
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    page.goto(shop_url, wait_until="networkidle")
    print(f"\n{sum(sizes.values()):,.0f} bytes in {len(sizes)} requests before the first question")
    assert len(sizes) > 10
    assert sum(sizes.values()) < BUDGET_BYTES


def test_every_module_is_announced_to_the_browser_at_once(shop_url: str) -> None:
    """A module found only inside another one costs a round trip more."""
    page = httpx2.get(shop_url).text
    announced = set(re.findall(r'(?:modulepreload" href|src)="(js/[\w.]+)"', page))
    assert announced == {f"js/{path.name}" for path in (PAGE / "js").glob("*.js")}


def test_nothing_foreign_is_named_in_the_page() -> None:
    for path in PAGE.rglob("*"):
        if path.suffix in {".html", ".css", ".js", ".json"}:
            named = set(re.findall(r"https?://[\w.-]+", path.read_text()))
            assert named <= {"http://www.w3.org"}, path


def test_the_fonts_are_the_published_ones() -> None:
    published = NODE_MODULES / "@fontsource-variable" / "figtree"
    if not published.is_dir():
        pytest.skip("its package is not installed: make test-web does that, or npm ci in tests/web")
    fonts = list((PAGE / "fonts").glob("*.woff2"))
    assert len(fonts) == 2
    assert all(filecmp.cmp(font, published / "files" / font.name, shallow=False) for font in fonts)
    assert filecmp.cmp(PAGE / "fonts" / "LICENSE", published / "LICENSE", shallow=False)
