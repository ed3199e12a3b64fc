"""One `cdk` command after the other, and what each led to."""

import json
from dataclasses import dataclass
from pathlib import Path

from tests.infra.fake_account import FakeAccount
from tests.infra.fake_cloudformation.journal import Resources, Step, resources

FUNCTION = "AWS::Lambda::Function"
DEPLOY = ["deploy", "--all", "--method", "direct", "--require-approval", "never", "--app"]
PARTS = ["network", "data", "model-store", "llm", "api", "chat-ui", "monitoring"]


@dataclass(frozen=True)
class Run:
    """One `cdk deploy` or `cdk destroy`."""

    output: str
    steps: list[Step]
    """What CloudFormation did in it."""
    after: Resources
    """What there was afterwards."""


@dataclass(frozen=True)
class Apps:
    """Two versions of the app, synthesised."""

    first: Path
    first_bundle: str
    second: Path
    second_bundle: str


def run(account: FakeAccount, *arguments: str) -> Run:
    seen = len(account.journal)
    output = account.cdk(*arguments)
    journal = [step for step in account.journal if step.stack != "CDKToolkit"]
    return Run(output, account.journal[seen:], resources(journal))


def without_code(folder: Path) -> Path:
    """Unbuilt, the functions' code is the checkout itself, which the CLI would zip while Python writes
    bytecode into it. A file in its place will do: nothing here runs what is uploaded as code."""
    instead = folder / "no-code"
    instead.mkdir()
    (instead / "README").write_text("no code")
    for manifest in folder.glob("*.assets.json"):
        assets = json.loads(manifest.read_text())
        for asset in assets["files"].values():
            if Path(asset["source"]["path"]).is_absolute():
                asset["source"]["path"] = instead.name
        manifest.write_text(json.dumps(assets))
    return folder


def environment(function: Step) -> dict[str, str]:
    return dict(function.properties["Environment"]["Variables"])


def sent(of: Run) -> str:
    """The secret that CloudFront sends to the API."""
    (value,) = (
        header["HeaderValue"]
        for origin in of.after.one("AWS::CloudFront::Distribution", part="api").properties[
            "DistributionConfig"
        ]["Origins"]
        for header in origin.get("OriginCustomHeaders", [])
        if header["HeaderName"] == "x-origin-secret"
    )
    return str(value)


def let_in(of: Run) -> list[str]:
    """The secrets with which the firewall lets a request through."""
    (rule,) = (
        rule
        for rule in of.after.one("AWS::WAFv2::WebACL").properties["Rules"]
        if rule["Name"] == "through-cloudfront"
    )
    statement = rule["Statement"]
    several = statement["OrStatement"]["Statements"] if "OrStatement" in statement else [statement]
    return [part["ByteMatchStatement"]["SearchString"] for part in several]


def domain(distribution: Step) -> str:
    return f"dfake{distribution.physical_id.removeprefix('EFAKE')}.cloudfront.net"
