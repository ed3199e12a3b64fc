"""docs/RUNBOOK.md, read: its paragraphs, and its commands as bash runs them."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from infra.settings import ROOT

TEXT = (ROOT / "docs" / "RUNBOOK.md").read_text()

# In the place of AWS's command line: writes down how it was called, and answers so that the rest goes on.
FAKE_AWS = """#!{python}
import json, os, re, sys

words = sys.argv[1:]
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps(words) + "\\n")
named = re.search("==" + "'(.*?)'", words[words.index("--query") + 1]) if "--query" in words else None
answers = {{"start-query": "an-id", "get-query-results": "Complete"}}
print(answers.get(words[1], named and named[1] + "/Limits"))
"""

_LITERAL = re.compile(r'/(?P<pattern>[^/]+)/|"(?P<text>[^"]*)"')
_WORDS = set(
    "and as asc bin by count desc fields filter in ispresent like limit max or pct sort stats".split()
)


@dataclass(frozen=True)
class Call:
    """Of AWS's command line: `service operation --option value ...`."""

    service: str
    operation: str
    options: dict[str, list[str]]

    @classmethod
    def of(cls, words: list[str]) -> "Call":
        options: dict[str, list[str]] = {}
        for word in words[2:]:
            if word.startswith("--"):
                options[word] = []
            else:
                options[list(options)[-1]].append(word)
        return cls(words[0], words[1], options)

    def __getitem__(self, option: str) -> str:
        (value,) = self.options[option]
        return value


@dataclass(frozen=True)
class Question:
    """To the lines of one log, in the language of CloudWatch Logs Insights."""

    logs: str
    query: str

    @property
    def fields(self) -> set[str]:
        """What it reads of our lines: without the names that it gives itself, and CloudWatch's own."""
        bare = _LITERAL.sub(" ", re.sub("'[^']*'", " ", self.query))
        given = set(re.findall(r"\bas (\w+)", bare))
        return set(re.findall(r"(?<![@\w.])[a-z_]\w*(?:\.\w+)*", bare)) - given - _WORDS

    @property
    def messages(self) -> set[str]:
        """What it looks for in `message`."""
        wanted = re.findall(r"(?<!@)\bmessage (?:=|in|like) (\[.*?\]|\".*?\"|/.*?/)", self.query)
        return {found[1] or found[2] for text in wanted for found in _LITERAL.finditer(text)}


def alarm_paragraphs() -> dict[str, str]:
    """By their headings, with their commands."""
    (alarms,) = re.findall(r"^## Alarms$(.*?)^## ", TEXT, re.DOTALL | re.MULTILINE)
    _, *parts = re.split(r"^### (.+)$", alarms, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def calls(folder: Path) -> list[Call]:
    """What all the commands, pasted one after the other, ask of AWS. Raises CalledProcessError."""
    fake = folder / "aws"
    fake.write_text(FAKE_AWS.format(python=sys.executable))
    fake.chmod(0o755)
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE))
    written = folder / "calls"
    environment = {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "CALLS": str(written)}
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], check=True, env=environment, stdout=subprocess.DEVNULL
    )
    return [Call.of(json.loads(line)) for line in written.read_text().splitlines()]


def code_words() -> set[str]:
    """What the text sets as `code` and what can only be a name of this project: words with underscores."""
    prose = re.sub(r"^```sh\n.*?^```$", "", TEXT, flags=re.DOTALL | re.MULTILINE)
    marked = re.findall(r"`([^`\n]+)`", prose)
    return {word for text in marked for word in re.findall(r"^[a-z]\w*_\w*", text)}
