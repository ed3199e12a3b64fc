"""Two zones, no way out but to S3, and only the wanted conversations."""

from typing import Any

from tests.infra.deployment import Deployment

SEARCH, DATABASE, MODELS = "SearchGroup", "DatabaseGroup", "ModelsGroup"


def subnets(deployment: Deployment, kind: str) -> dict[str, tuple[object, object]]:
    """Zone and addresses of the subnets of a kind, `data` or `public`, by logical id."""
    found = deployment.resources("network", "AWS::EC2::Subnet")
    return {
        name: (subnet["Properties"]["AvailabilityZone"], subnet["Properties"]["CidrBlock"])
        for name, subnet in found.items()
        if f"Vpc{kind}" in name
    }


def zone(number: int) -> dict[str, Any]:
    return {"Fn::Select": [number, {"Fn::GetAZs": ""}]}


def test_has_isolated_subnets_in_the_first_two_zones_of_any_region(bare: Deployment) -> None:
    assert list(subnets(bare, "data").values()) == [(zone(0), "10.0.0.0/24"), (zone(1), "10.0.1.0/24")]


def test_has_no_way_to_the_internet_without_chat_ui(bare: Deployment) -> None:
    template = bare.template("network")
    for kind in ("InternetGateway", "Route", "NatGateway", "EIP", "EgressOnlyInternetGateway"):
        template.resource_count_is(f"AWS::EC2::{kind}", 0)


def test_has_public_subnets_for_chat_ui_alone(full: Deployment, bare: Deployment) -> None:
    assert len(subnets(full, "public")) == 2
    assert subnets(bare, "public") == {}
    template = full.template("network")
    template.resource_count_is("AWS::EC2::NatGateway", 0)
    routes = full.resources("network", "AWS::EC2::Route")
    assert all("public" in name for name in routes)


def test_gives_no_public_address_unasked(full: Deployment) -> None:
    found = full.resources("network", "AWS::EC2::Subnet").values()
    assert {subnet["Properties"]["MapPublicIpOnLaunch"] for subnet in found} == {False}


def test_keeps_the_data_subnets_when_chat_ui_is_switched(full: Deployment, bare: Deployment) -> None:
    # Otherwise the database would have to move.
    assert subnets(full, "data") == subnets(bare, "data")


def test_reaches_s3_through_the_free_gateway_endpoint_and_nothing_through_a_paid_one(
    full: Deployment,
) -> None:
    endpoint = full.one("network", "AWS::EC2::VPCEndpoint")
    assert endpoint["VpcEndpointType"] == "Gateway"
    assert endpoint["ServiceName"]["Fn::Join"][1] == ["com.amazonaws.", {"Ref": "AWS::Region"}, ".s3"]
    tables = [table["Ref"] for table in endpoint["RouteTableIds"]]
    assert sum("Vpcdata" in table for table in tables) == 2


def test_lets_functions_speak_to_the_database_and_the_models_and_nobody_else(full: Deployment) -> None:
    ingress = full.resources("network", "AWS::EC2::SecurityGroupIngress").values()

    def group(reference: dict[str, Any]) -> str:
        return next(
            name for name in (SEARCH, DATABASE, MODELS) if reference["Fn::GetAtt"][0].startswith(name)
        )

    rules = {
        (
            group(rule["Properties"]["SourceSecurityGroupId"]),
            group(rule["Properties"]["GroupId"]),
            rule["Properties"]["FromPort"],
            rule["Properties"]["ToPort"],
        )
        for rule in ingress
    }
    assert rules == {(SEARCH, DATABASE, 5432, 5432), (SEARCH, MODELS, 2049, 2049)}


def test_no_group_lets_the_internet_in(full: Deployment) -> None:
    groups = full.resources("network", "AWS::EC2::SecurityGroup").values()
    assert all("SecurityGroupIngress" not in group["Properties"] for group in groups)


def test_functions_may_call_nothing_but_https_besides(full: Deployment) -> None:
    (search,) = (
        group["Properties"]
        for name, group in full.resources("network", "AWS::EC2::SecurityGroup").items()
        if name.startswith(SEARCH)
    )
    assert [(rule["FromPort"], rule["ToPort"]) for rule in search["SecurityGroupEgress"]] == [(443, 443)]


def test_logs_refused_connections_for_as_long_as_the_setting_says(full: Deployment) -> None:
    assert full.one("network", "AWS::EC2::FlowLog")["TrafficType"] == "REJECT"
    assert full.one("network", "AWS::Logs::LogGroup")["RetentionInDays"] == 30
