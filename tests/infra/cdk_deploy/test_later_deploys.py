"""Then: the same again, a new version, back to the former one, and the end. See test_first_deploy.py."""

from pathlib import Path

import aws_cdk as cdk
import pytest

from tests.infra.cdk_deploy.runs import DEPLOY, FUNCTION, PARTS, Apps, Run, environment, let_in, sent
from tests.infra.fake_account import FakeAccount

pytestmark = pytest.mark.slow


def test_second_deploy_changes_nothing(deployed_again: Run) -> None:
    assert deployed_again.steps == []
    assert deployed_again.output.count("(no changes)") == len(PARTS)


def test_update_switches_search_to_the_new_model_which_is_there_already(
    updated: Run, apps: Apps, account: FakeAccount
) -> None:
    search = updated.after.one(FUNCTION, "EmbeddingSearch")
    assert environment(search)["MODEL_BUNDLE"] == f"/mnt/models/{apps.second_bundle}"
    assert search.properties["MemorySize"] == 2048
    names = [(step.action, step.logical_id) for step in updated.steps]
    placed = updated.after.one("Custom::PlacedModel")
    assert names.index(("update", placed.logical_id)) < names.index(("update", search.logical_id))
    kept = {folder.name for folder in (account.mounts / "models").iterdir() if folder.is_dir()}
    assert kept == {apps.first_bundle, apps.second_bundle}


def test_new_origin_secret_is_let_in_before_it_is_sent_and_the_former_one_still_is(
    updated: Run, deployed: Run
) -> None:
    assert let_in(updated) == [sent(updated), sent(deployed)]
    assert sent(updated) != sent(deployed)
    changed = [step.type for step in updated.steps]
    assert changed.index("AWS::WAFv2::WebACL") < changed.index("AWS::CloudFront::Distribution")


def test_update_touches_nothing_that_holds_data(updated: Run) -> None:
    holding = {"AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::DynamoDB::Table", "AWS::EFS::FileSystem"}
    holding |= {"AWS::S3::Bucket", "AWS::Cognito::UserPool", "AWS::EC2::VPC", "AWS::EC2::Subnet"}
    assert [step for step in updated.steps if step.type in holding or step.action == "delete"] == []


def test_rollback_is_a_deploy_of_the_version_before(
    rolled_back: Run, deployed: Run, apps: Apps, account: FakeAccount
) -> None:
    search = rolled_back.after.one(FUNCTION, "EmbeddingSearch")
    assert environment(search)["MODEL_BUNDLE"] == f"/mnt/models/{apps.first_bundle}"
    assert (account.mounts / "models" / apps.first_bundle / ".complete").exists()
    assert sent(rolled_back) == sent(deployed)


def test_destroy_leaves_nothing_but_the_accounts_own_setting_for_api_logs(destroyed: Run) -> None:
    kept = {(step.type, step.stack) for step in destroyed.steps if step.action == "keep"}
    assert kept == {("AWS::ApiGateway::Account", "apparel-dev-api"), ("AWS::IAM::Role", "apparel-dev-api")}
    assert destroyed.after.steps == []


def test_looks_only_as_if_it_had_gone_well(account: FakeAccount, tmp_path: Path) -> None:
    """What the tests above rest on: what the fake account does not know is a failure, whatever `cdk` says."""
    app = cdk.App(outdir=str(tmp_path / "out"))
    cdk.CfnResource(cdk.Stack(app, "unknown"), "Unknown", type="AWS::Nobody::KnowsThis")
    app.synth()
    with pytest.raises(AssertionError, match="AWS::Nobody::KnowsThis is known neither"):
        account.cdk(*DEPLOY, str(tmp_path / "out"))
