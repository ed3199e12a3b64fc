"""chat-ui on Fargate behind a private load balancer behind CloudFront, signed in by Cognito."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra.constructs.chat_ui_service import START
from infra.settings import ROOT
from scripts.synth import VARIANTS
from tests.infra.deployment import Deployment, Resource, Synthesise, as_list

UI = "chat-ui"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
CLIENT = "AWS::Cognito::UserPoolClient"
DISTRIBUTION = "AWS::CloudFront::Distribution"
GROUP = "AWS::EC2::SecurityGroup"
POLICY = "AWS::IAM::Policy"
SECRET = "AWS::SecretsManager::Secret"
SERVICE = "AWS::ECS::Service"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
TASK = "AWS::ECS::TaskDefinition"

MONGODB = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:mongodb-AbCdEf"
PRIVATE_IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/chat-ui@sha256:" + "1" * 64


@pytest.fixture(scope="session")
def elsewhere(synthesise: Synthesise) -> Deployment:
    """With a database of ops' own, and an image out of their registry."""
    return synthesise(
        {**VARIANTS["full"], "chat_ui_mongodb_secret": MONGODB, "chat_ui_image": PRIVATE_IMAGE}, checked=True
    )


def container(deployment: Deployment) -> Resource:
    found: list[Resource] = deployment.one(UI, TASK)["ContainerDefinitions"]
    assert len(found) == 1
    return found[0]


def environment(deployment: Deployment) -> dict[str, Any]:
    return {entry["Name"]: entry["Value"] for entry in container(deployment)["Environment"]}


def secrets(deployment: Deployment) -> dict[str, Any]:
    return {entry["Name"]: entry["ValueFrom"] for entry in container(deployment)["Secrets"]}


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def group_id(deployment: Deployment, name: str) -> str:
    (found,) = [group for group in deployment.resources(UI, GROUP) if group.startswith(name)]
    return found


def rules(deployment: Deployment, group: str, direction: str) -> list[tuple[Any, int, int]]:
    """Peer, first port and last, of all rules that let something in (`Ingress`) or out (`Egress`)."""
    own = deployment.resources(UI, GROUP)[group]["Properties"].get(f"SecurityGroup{direction}", [])
    apart = [
        rule["Properties"]
        for rule in deployment.resources(UI, f"AWS::EC2::SecurityGroup{direction}").values()
        if rule["Properties"]["GroupId"] == {"Fn::GetAtt": [group, "GroupId"]}
    ]
    peer = "SourceSecurityGroupId" if direction == "Ingress" else "DestinationSecurityGroupId"
    return [
        (rule.get("CidrIp") or rule[peer]["Fn::GetAtt"][0], rule["FromPort"], rule["ToPort"])
        for rule in [*own, *apart]
    ]


def test_can_be_left_out(bare: Deployment) -> None:
    assert UI not in bare.templates
    assert "AWS::EC2::InternetGateway" not in json.dumps(bare.templates["network"])


def test_starts_after_the_api_for_it_reads_the_list_of_models_once(full: Deployment) -> None:
    manifest = json.loads((full.folder / "manifest.json").read_text())
    assert "apparel-dev-api" in manifest["artifacts"]["apparel-dev-chat-ui"]["dependencies"]


class TestTask:
    def test_is_of_a_size_that_fargate_has(self, full: Deployment) -> None:
        task = full.one(UI, TASK)
        assert (task["Cpu"], task["Memory"], task["RequiresCompatibilities"]) == ("512", "1024", ["FARGATE"])

    def test_runs_the_image_by_its_digest(self, full: Deployment) -> None:
        assert container(full)["Image"] == VARIANTS["full"]["chat_ui_image"]

    def test_has_every_setting_that_chat_ui_names(self, full: Deployment) -> None:
        """CHAT_UI.md §5-6, as far as they are for Cognito and a shop."""
        facts = ROOT.parent / "shared" / "CHAT_UI.md"
        if not facts.is_file():
            pytest.skip("../shared/CHAT_UI.md is not here")
        minimum = re.search(r"- Minimum env: (.*?)\. Hugging Face's own", facts.read_text(), re.DOTALL)
        assert minimum
        names = set(re.findall(r"`([A-Z_]{4,})(?:=[^`]*)?`", minimum[1]))
        login = {
            f"OPENID_{name}" for name in "CLIENT_ID CLIENT_SECRET PROVIDER_URL SCOPES NAME_CLAIM".split()
        }

        assert len(names) > 20
        given = environment(full).keys() | secrets(full).keys()
        assert (names | login | {"USE_USER_TOKEN", "AUTOMATIC_LOGIN", "PORT", "HOST"}) - given == set()

    def test_knows_its_own_address_and_the_apis(self, full: Deployment) -> None:
        given = environment(full)
        (distribution,) = full.resources(UI, DISTRIBUTION)
        domain = {"Fn::Join": ["", ["https://", {"Fn::GetAtt": [distribution, "DomainName"]}]]}
        assert given["ORIGIN"] == given["PUBLIC_ORIGIN"] == domain
        assert as_text(given["OPENAI_BASE_URL"]).endswith('"/v1"]]}')

    def test_prints_no_way_in_for_administrators_and_nobodys_address(self, full: Deployment) -> None:
        given = environment(full)
        assert given["ADMIN_CLI_LOGIN"] == "false"
        assert given["LOG_LEVEL"] == "warn"

    def test_asks_no_other_server_than_ours(self, full: Deployment) -> None:
        assert environment(full)["MCP_SERVERS"] == "[]"
        assert environment(full)["METRICS_ENABLED"] == "false"

    def test_counts_messages_by_the_viewers_address_that_cloudfront_appends(self, full: Deployment) -> None:
        given = environment(full)
        assert (given["ADDRESS_HEADER"], given["XFF_DEPTH"]) == ("X-Forwarded-For", "1")

    def test_refuses_floods_alone_so_that_the_api_explains_its_limits_first(self, full: Deployment) -> None:
        from orchestrator.settings import Settings as OrchestratorSettings

        limits = json.loads(environment(full)["USAGE_LIMITS"])
        api = OrchestratorSettings.model_fields
        assert limits["messagesPerMinute"] > api["messages_per_minute"].default
        assert limits["messageLength"] >= api["max_message_chars"].default

    def test_nobody_can_open_a_shell_in_it(self, full: Deployment) -> None:
        assert full.one(UI, SERVICE)["EnableExecuteCommand"] is False
        assert container(full)["Privileged"] is False

    def test_writes_to_a_log_that_forgets(self, full: Deployment) -> None:
        options = container(full)["LogConfiguration"]["Options"]
        groups = full.resources(UI, "AWS::Logs::LogGroup")
        assert groups[options["awslogs-group"]["Ref"]]["Properties"]["RetentionInDays"] == 30

    def test_can_write_nowhere_where_no_database_is_inside(
        self, full: Deployment, elsewhere: Deployment
    ) -> None:
        assert container(elsewhere)["ReadonlyRootFilesystem"] is True
        assert container(full)["ReadonlyRootFilesystem"] is False


class TestStopping:
    @pytest.fixture
    def entrypoint(self, tmp_path: Path) -> Path:
        """Like the image's own: a database in the background, the server in front, and no word of signals."""
        child = 'trap "sleep {seconds}; echo {name} closed; exit 0" TERM; {then}; while :; do sleep 0.1; done'
        script = tmp_path / "entrypoint.sh"
        script.write_text(
            f"nohup bash -c '{child.format(name='database', seconds=0.6, then='true')}' &\n"
            f"bash -c '{child.format(name='server', seconds=0.2, then='sleep 0.3; echo up')}'\n"
        )
        script.chmod(0o755)
        return script

    def test_server_and_database_are_told_and_waited_for(self, entrypoint: Path) -> None:
        command = START.replace("/app/entrypoint.sh", str(entrypoint))
        with subprocess.Popen(["/bin/bash", "-c", command], stdout=subprocess.PIPE, bufsize=0) as shell:
            assert shell.stdout
            assert shell.stdout.read(3) == b"up\n"

            shell.send_signal(signal.SIGTERM)
            shell.wait(timeout=20)

            # What was said until the shell ended, with which the task ends.
            os.set_blocking(shell.stdout.fileno(), False)
            assert shell.stdout.read(100) == b"server closed\ndatabase closed\n"

    def test_the_task_ends_as_the_server_did(self, entrypoint: Path) -> None:
        entrypoint.write_text("exit 7\n")
        command = START.replace("/app/entrypoint.sh", str(entrypoint))
        assert subprocess.run(["/bin/bash", "-c", command], env=dict(os.environ)).returncode == 7

    def test_that_is_what_the_task_runs_with_time_enough(self, full: Deployment) -> None:
        given = container(full)
        assert given["Command"] == ["/bin/bash", "-c", START]
        assert given["StopTimeout"] > int(environment(full)["SHUTDOWN_TIMEOUT"])


class TestSecrets:
    def test_come_from_secrets_manager_and_not_with_the_template(self, full: Deployment) -> None:
        assert set(secrets(full)) == {"OPENAI_API_KEY", "OPENID_CLIENT_SECRET"}
        assert not set(secrets(full)) & set(environment(full))

    def test_the_apis_key_is_the_one_that_the_api_knows_chat_ui_by(self, full: Deployment) -> None:
        imported = secrets(full)["OPENAI_API_KEY"]["Fn::Join"][1]
        assert "ApiKeys" in as_text(imported[0])
        assert imported[1] == ":service::"

    def test_the_clients_secret_is_passed_on_by_reference(self, full: Deployment) -> None:
        (client,) = full.resources(UI, CLIENT)
        assert full.one(UI, SECRET)["SecretString"] == {"Fn::GetAtt": [client, "ClientSecret"]}

    def test_the_databases_address_is_one_where_it_is_not_inside(self, elsewhere: Deployment) -> None:
        assert secrets(elsewhere)["MONGODB_URL"] == MONGODB
        assert "MONGODB_URL" not in environment(elsewhere)

    def test_only_what_starts_the_task_may_read_them(self, full: Deployment) -> None:
        readers = {
            name.split("/")[1]
            for name, statement in full.statements()
            if name.startswith(f"{UI}/") and "secretsmanager:GetSecretValue" in as_list(statement["Action"])
        }
        assert len(readers) == 1
        assert readers.pop().startswith("ServerTaskExecutionRole")

    def test_the_first_task_waits_until_they_can_be_read(self, full: Deployment) -> None:
        (service,) = full.resources(UI, SERVICE).values()
        (policy,) = [
            name for name in full.resources(UI, POLICY) if name.startswith("ServerTaskExecutionRole")
        ]
        assert policy in service["DependsOn"]


class TestSigningIn:
    def test_by_a_client_with_a_secret_that_comes_back_to_this_address_alone(self, full: Deployment) -> None:
        client = full.one(UI, CLIENT)
        (distribution,) = full.resources(UI, DISTRIBUTION)
        domain = {"Fn::GetAtt": [distribution, "DomainName"]}

        assert client["GenerateSecret"] is True
        assert client["AllowedOAuthFlows"] == ["code"]
        assert client["CallbackURLs"] == [{"Fn::Join": ["", ["https://", domain, "/login/callback"]]}]
        assert client["RefreshTokenValidity"] == 14 * 24 * 60

    def test_asks_for_the_scope_by_which_the_api_takes_its_tokens(self, full: Deployment) -> None:
        orchestrator = full.one("api", "AWS::Lambda::Function", Handler="run.sh")
        needed = orchestrator["Environment"]["Variables"]["COGNITO_SCOPE"]
        asked = environment(full)["OPENID_SCOPES"].split()

        assert needed in asked
        assert environment(full)["USE_USER_TOKEN"] == "true"
        assert {"openid", "email", "profile"} <= set(asked)

    def test_everybody_has_the_name_without_which_chat_ui_lets_nobody_in(self, full: Deployment) -> None:
        schema = full.one("api", "AWS::Cognito::UserPool")["Schema"]
        claim = environment(full)["OPENID_NAME_CLAIM"]
        assert [attribute["Required"] for attribute in schema if attribute["Name"] == claim] == [True]
        # chat-ui refuses to start with one of these.
        assert claim not in {"preferred_username", "email", "picture", "sub"}

    def test_the_home_page_is_open_or_the_health_check_would_be_sent_to_sign_in(
        self, full: Deployment
    ) -> None:
        assert environment(full)["AUTOMATIC_LOGIN"] == "false"


class TestService:
    def test_never_has_two_databases_on_one_folder(self, full: Deployment) -> None:
        service = full.one(UI, SERVICE)
        bounds = service["DeploymentConfiguration"]
        assert service["DesiredCount"] == 1
        assert (bounds["MinimumHealthyPercent"], bounds["MaximumPercent"]) == (0, 100)

    def test_is_there_all_the_time_where_the_database_is_elsewhere(self, elsewhere: Deployment) -> None:
        bounds = elsewhere.one(UI, SERVICE)["DeploymentConfiguration"]
        assert (bounds["MinimumHealthyPercent"], bounds["MaximumPercent"]) == (100, 200)

    def test_goes_back_to_the_former_task_when_the_new_one_is_no_good(self, full: Deployment) -> None:
        breaker = full.one(UI, SERVICE)["DeploymentConfiguration"]["DeploymentCircuitBreaker"]
        assert breaker == {"Enable": True, "Rollback": True}

    def test_is_healthy_when_its_home_page_is_and_not_when_it_says_so(self, full: Deployment) -> None:
        targets = full.one(UI, TARGETS)
        assert (targets["HealthCheckProtocol"], targets["HealthCheckPath"]) == ("HTTP", "/")
        assert targets["Matcher"] == {"HttpCode": "200-399"}
        assert (targets["Protocol"], targets["Port"], targets["TargetType"]) == ("TCP", 3000, "ip")

    def test_no_metric_of_containers_is_paid_for(self, full: Deployment) -> None:
        settings = full.one(UI, "AWS::ECS::Cluster")["ClusterSettings"]
        assert settings == [{"Name": "containerInsights", "Value": "disabled"}]


class TestNetwork:
    def test_its_way_out_is_an_address_of_its_own_and_no_gateway(self, full: Deployment) -> None:
        network = full.one(UI, SERVICE)["NetworkConfiguration"]["AwsvpcConfiguration"]
        assert network["AssignPublicIp"] == "ENABLED"
        assert all("publicSubnet" in as_text(subnet) for subnet in network["Subnets"])

    def test_nothing_but_the_load_balancer_gets_in(self, full: Deployment) -> None:
        assert rules(full, group_id(full, "ServerGroup"), "Ingress") == [
            (group_id(full, "LoadBalancerGroup"), 3000, 3000)
        ]

    def test_goes_out_to_https_and_its_folder_alone(self, full: Deployment) -> None:
        assert sorted(rules(full, group_id(full, "ServerGroup"), "Egress")) == [
            ("0.0.0.0/0", 443, 443),
            (group_id(full, "ServerDatabaseGroup"), 2049, 2049),
        ]

    def test_goes_out_to_a_database_elsewhere(self, elsewhere: Deployment) -> None:
        assert sorted(rules(elsewhere, group_id(elsewhere, "ServerGroup"), "Egress")) == [
            ("0.0.0.0/0", 443, 443),
            ("0.0.0.0/0", 27015, 27017),
        ]

    def test_the_load_balancer_has_no_public_address_and_no_route_leads_to_it(self, full: Deployment) -> None:
        balancer = full.one(UI, BALANCER)
        assert (balancer["Scheme"], balancer["Type"]) == ("internal", "network")
        assert all("dataSubnet" in as_text(subnet) for subnet in balancer["Subnets"])
        assert rules(full, group_id(full, "LoadBalancerGroup"), "Egress") == [
            (group_id(full, "ServerGroup"), 3000, 3000)
        ]

    def test_either_of_its_zones_reaches_the_one_task(self, full: Deployment) -> None:
        attributes = {a["Key"]: a["Value"] for a in full.one(UI, BALANCER)["LoadBalancerAttributes"]}
        assert attributes["load_balancing.cross_zone.enabled"] == "true"

    def test_ec2_takes_the_descriptions_of_groups_and_rules(self, full: Deployment) -> None:
        described = re.findall(r'"(?:Group)?Description": "([^"]*)"', json.dumps(full.resources(UI, GROUP)))
        apart = json.dumps(
            [full.resources(UI, f"AWS::EC2::SecurityGroup{way}") for way in ("Ingress", "Egress")]
        )
        described += re.findall(r'"Description": "([^"]*)"', apart)
        assert len(described) > 5
        for description in described:
            assert re.fullmatch(r"[\w ._\-:/()#,@\[\]+=&;{}!$*]{1,255}", description), description


class TestEdge:
    def test_reaches_the_load_balancer_within_the_vpc(self, full: Deployment) -> None:
        origin = full.one(UI, "AWS::CloudFront::VpcOrigin")["VpcOriginEndpointConfig"]
        (balancer,) = full.resources(UI, BALANCER)
        assert origin["Arn"] == {"Ref": balancer}
        assert (origin["OriginProtocolPolicy"], origin["HTTPPort"]) == ("http-only", 80)
        (used,) = full.one(UI, DISTRIBUTION)["DistributionConfig"]["Origins"]
        assert set(used) >= {"VpcOriginConfig"}
        assert used["VpcOriginConfig"]["OriginReadTimeout"] == 60

    def test_caches_and_compresses_nothing_that_is_said(self, full: Deployment) -> None:
        default = full.one(UI, DISTRIBUTION)["DistributionConfig"]["DefaultCacheBehavior"]
        assert default["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # Managed-CachingDisabled
        assert default["Compress"] is False
        assert default["OriginRequestPolicyId"] == "216adef6-5c7f-47e4-b989-5492eafa07d3"  # Managed-AllViewer
        assert "POST" in default["AllowedMethods"]
        assert default["ViewerProtocolPolicy"] == "redirect-to-https"

    def test_caches_files_that_never_change(self, full: Deployment) -> None:
        (files,) = full.one(UI, DISTRIBUTION)["DistributionConfig"]["CacheBehaviors"]
        assert files["PathPattern"] == "/_app/immutable/*"
        assert files["CachePolicyId"] == "658327ea-f89d-4fab-a63d-7e88639e58f6"  # Managed-CachingOptimized

    def test_no_other_site_can_frame_it(self, full: Deployment) -> None:
        headers = full.one(UI, "AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
        security = headers["SecurityHeadersConfig"]
        assert security["FrameOptions"] == {"FrameOption": "DENY", "Override": True}
        assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000


class TestDatabase:
    def test_its_folder_outlives_the_task_encrypted(self, full: Deployment) -> None:
        assert full.one(UI, "AWS::EFS::FileSystem")["Encrypted"] is True
        (volume,) = full.one(UI, TASK)["Volumes"]
        configuration = volume["EFSVolumeConfiguration"]
        assert configuration["TransitEncryption"] == "ENABLED"
        assert configuration["AuthorizationConfig"]["IAM"] == "ENABLED"
        assert "AccessPointId" in configuration["AuthorizationConfig"]

    def test_mongod_finds_the_folder_that_it_looks_for_and_may_write_there(self, full: Deployment) -> None:
        (mount,) = container(full)["MountPoints"]
        point = full.one(UI, "AWS::EFS::AccessPoint")
        assert (mount["ContainerPath"], mount["ReadOnly"]) == ("/data/db", False)
        assert point["PosixUser"] == {"Uid": "1000", "Gid": "1000"}
        assert point["RootDirectory"]["CreationInfo"] == {
            "OwnerUid": "1000",
            "OwnerGid": "1000",
            "Permissions": "700",
        }

    def test_nobody_else_may_mount_it(self, full: Deployment) -> None:
        statements = full.one(UI, "AWS::EFS::FileSystem")["FileSystemPolicy"]["Statement"]
        allowed = [statement for statement in statements if statement["Effect"] == "Allow"]
        (role,) = [name for name in full.resources(UI, "AWS::IAM::Role") if "TaskTaskRole" in name]
        assert [statement["Principal"] for statement in allowed] == [{"AWS": {"Fn::GetAtt": [role, "Arn"]}}]
        assert allowed[0]["Condition"]["Bool"]["aws:SecureTransport"] == "true"

    def test_the_task_waits_until_it_can_be_mounted(self, full: Deployment) -> None:
        (service,) = full.resources(UI, SERVICE).values()
        assert set(full.resources(UI, "AWS::EFS::MountTarget")) <= set(service["DependsOn"])

    def test_conversations_are_kept_and_backed_up_in_production(
        self, full: Deployment, prod: Deployment
    ) -> None:
        for deployment, policy, backup in [(full, "Delete", "DISABLED"), (prod, "Retain", "ENABLED")]:
            (files,) = deployment.resources(UI, "AWS::EFS::FileSystem").values()
            assert files["DeletionPolicy"] == policy
            assert files["Properties"].get("BackupPolicy", {"Status": "DISABLED"}) == {"Status": backup}

    def test_there_is_none_where_ops_have_their_own(self, elsewhere: Deployment) -> None:
        assert elsewhere.resources(UI, "AWS::EFS::FileSystem") == {}
        assert "Volumes" not in elsewhere.one(UI, TASK)


class TestRoles:
    def test_the_task_itself_may_mount_its_folder_and_nothing_else(
        self, full: Deployment, elsewhere: Deployment
    ) -> None:
        mounting = {"elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"}
        assert set(full.allowed(UI, "ServerTaskTaskRole")) == mounting
        assert set(elsewhere.allowed(UI, "ServerTaskTaskRole")) == set()

    def test_an_image_out_of_a_private_registry_may_be_fetched_from_there_alone(
        self, full: Deployment, elsewhere: Deployment
    ) -> None:
        fetching = elsewhere.allowed(UI, "ServerTaskExecutionRole")
        repository = as_text(fetching["ecr:BatchGetImage"])
        assert ":ecr:eu-west-1:111122223333:repository/shop/chat-ui" in repository
        assert not [a for a in full.allowed(UI, "ServerTaskExecutionRole") if a.startswith("ecr:")]
        assert as_text(container(elsewhere)["Image"]).endswith(f'@sha256:{"1" * 64}"]]}}')
