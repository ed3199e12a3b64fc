"""The model's file system, who may mount it, and the bundle that is put onto it."""

import json
from pathlib import Path

from tests.infra.deployment import Deployment, Resource

ACCESS_POINT = "elasticfilesystem:AccessPointArn"


def file_system(deployment: Deployment) -> Resource:
    return deployment.one("model-store", "AWS::EFS::FileSystem")


def policy(deployment: Deployment) -> dict[str, Resource]:
    statements = file_system(deployment)["FileSystemPolicy"]["Statement"]
    return {statement["Sid"]: statement for statement in statements}


def test_is_encrypted_and_paid_by_what_is_read(bare: Deployment) -> None:
    assert file_system(bare)["Encrypted"] is True
    assert file_system(bare)["ThroughputMode"] == "elastic"


def test_is_mounted_in_both_isolated_subnets(bare: Deployment) -> None:
    targets = bare.resources("model-store", "AWS::EFS::MountTarget").values()
    subnets = {target["Properties"]["SubnetId"]["Fn::ImportValue"] for target in targets}
    assert len(subnets) == 2
    assert all("VpcdataSubnet" in subnet for subnet in subnets)
    groups = [target["Properties"]["SecurityGroups"] for target in targets]
    assert all("ModelsGroup" in group["Fn::ImportValue"] for (group,) in groups)


def test_goes_with_its_stack_except_in_prod(bare: Deployment, prod: Deployment) -> None:
    (plain,) = bare.resources("model-store", "AWS::EFS::FileSystem").values()
    (kept,) = prod.resources("model-store", "AWS::EFS::FileSystem").values()
    assert (plain["DeletionPolicy"], kept["DeletionPolicy"]) == ("Delete", "Retain")


def test_reader_and_writer_see_the_same_folder_as_the_same_user(bare: Deployment) -> None:
    points = bare.resources("model-store", "AWS::EFS::AccessPoint").values()
    seen = [(point["Properties"]["PosixUser"], point["Properties"]["RootDirectory"]) for point in points]
    assert len(seen) == 2
    assert seen[0] == seen[1]
    user, root = seen[0]
    assert user == {"Uid": "1000", "Gid": "1000"}
    assert root["Path"] == "/models"


def test_nobody_mounts_without_tls_or_past_the_access_points(bare: Deployment) -> None:
    tls = policy(bare)["OnlyOverTls"]
    assert (tls["Effect"], tls["Action"]) == ("Deny", "*")
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    past = policy(bare)["OnlyThroughAnAccessPoint"]
    assert (past["Effect"], past["Action"]) == ("Deny", "elasticfilesystem:ClientMount")
    assert past["Condition"] == {"Null": {ACCESS_POINT: "true"}}


def test_nobody_writes_but_the_function_that_places_the_model(bare: Deployment) -> None:
    write = policy(bare)["OnlyTheWriterWrites"]
    assert (write["Effect"], write["Action"]) == ("Deny", "elasticfilesystem:ClientWrite")
    (role,) = write["Condition"]["ArnNotEquals"].values()
    function = place_model(bare)
    assert role == function["Role"]
    assert policy(bare)["NobodyIsRoot"]["Effect"] == "Deny"


def test_lets_in_roles_of_this_account_alone(bare: Deployment) -> None:
    (allowed,) = (statement for statement in policy(bare).values() if statement["Effect"] == "Allow")
    assert allowed["Principal"]["AWS"]["Fn::Join"][1][-1] == ":root"


def place_model(deployment: Deployment) -> Resource:
    return deployment.one("model-store", "AWS::Lambda::Function")


def test_places_the_model_from_within_the_network(bare: Deployment) -> None:
    function = place_model(bare)
    (mount,) = function["FileSystemConfigs"]
    (writer,) = (name for name in bare.resources("model-store", "AWS::EFS::AccessPoint") if "Writer" in name)
    assert {"Ref": writer} in mount["Arn"]["Fn::Join"][1]
    assert mount["LocalMountPath"] == function["Environment"]["Variables"]["MODELS_FOLDER"] == "/mnt/models"
    assert all("VpcdataSubnet" in subnet["Fn::ImportValue"] for subnet in function["VpcConfig"]["SubnetIds"])


def test_waits_for_the_mount_targets(bare: Deployment) -> None:
    (function,) = bare.resources("model-store", "AWS::Lambda::Function").values()
    assert set(bare.resources("model-store", "AWS::EFS::MountTarget")) <= set(function["DependsOn"])


def test_may_read_the_bundle_and_no_other_file(bare: Deployment) -> None:
    allowed = bare.allowed("model-store", "PlaceModelRole")
    reads = {action for action in allowed if action.startswith("s3:")}
    assert reads == {"s3:GetObject"}
    (placed,) = bare.resources("model-store", "Custom::PlacedModel").values()
    assert allowed["s3:GetObject"]["Fn::Join"][1][-1] == f"/{placed['Properties']['Key']}"


def test_places_the_bundle_under_the_hash_of_its_contents(bare: Deployment, fake_bundle: Path) -> None:
    (placed,) = bare.resources("model-store", "Custom::PlacedModel").values()
    assert placed["Properties"]["BundleHash"] == fake_bundle.name
    assert int(placed["Properties"]["ServiceTimeout"]) > place_model(bare)["Timeout"]


def test_the_whole_bundle_is_the_asset(bare: Deployment, fake_bundle: Path) -> None:
    (placed,) = bare.resources("model-store", "Custom::PlacedModel").values()
    assets = json.loads((bare.folder / "apparel-dev-model-store.assets.json").read_text())["files"]
    asset = assets[placed["Properties"]["Key"].removesuffix(".zip")]
    assert asset["source"]["packaging"] == "zip"
    staged = bare.folder / asset["source"]["path"]
    assert {file.name for file in staged.iterdir()} == {file.name for file in fake_bundle.iterdir()}
