"""The language model on SageMaker: what is served, where from, and how it falls asleep and wakes up."""

import json
from typing import Any

import pytest

from infra.llm_sizing import Gpus, gpus_of
from infra.settings import SettingsError, read_settings
from scripts.synth import VARIANTS
from tests.infra.deployment import Deployment, Resource, Synthesise

LLM = "llm"
ENDPOINT = "AWS::SageMaker::Endpoint"
CONFIG = "AWS::SageMaker::EndpointConfig"
COMPONENT = "AWS::SageMaker::InferenceComponent"
MODEL = "AWS::SageMaker::Model"
POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
ALARM = "AWS::CloudWatch::Alarm"

HUGGING_FACE = {**VARIANTS["full"], "llm_model_id": "Qwen/Qwen3-8B", "llm_instance_type": "ml.g6.12xlarge"}
OWN = {
    **VARIANTS["full"],
    "llm_model_id": "our-stylist",
    "llm_model_data": "s3://our-models/stylist/2/",
    "llm_max_instances": 4,
    "llm_idle_minutes": 60,
}


@pytest.fixture(scope="session")
def hugging_face(synthesise: Synthesise) -> Deployment:
    return synthesise(HUGGING_FACE)


@pytest.fixture(scope="session")
def own(synthesise: Synthesise) -> Deployment:
    """Weights of our own, and up to four copies."""
    return synthesise(OWN)


def refusal(**settings: object) -> str:
    with pytest.raises(SettingsError) as refused:
        read_settings({**VARIANTS["full"], **settings})
    return str(refused.value)


def text(value: Any) -> str:
    """Of a template's `Fn::Join`, its references left out."""
    if isinstance(value, str):
        return value
    return "".join(part for part in value["Fn::Join"][1] if isinstance(part, str))


def variant(deployment: Deployment) -> Resource:
    found: list[Resource] = deployment.one(LLM, CONFIG)["ProductionVariants"]
    assert len(found) == 1
    return found[0]


def container(deployment: Deployment) -> Resource:
    found: Resource = deployment.one(LLM, MODEL)["PrimaryContainer"]
    return found


def policies(deployment: Deployment) -> dict[str, Resource]:
    """By the middle of their logical ids, such as `Wake`."""
    found = deployment.resources(LLM, POLICY)
    return {name.removeprefix("Scale")[:-8]: resource["Properties"] for name, resource in found.items()}


def alarm_of(deployment: Deployment, policy: str) -> Resource:
    """The one that starts it."""
    found: list[Resource] = [
        alarm["Properties"]
        for alarm in deployment.resources(LLM, ALARM).values()
        if alarm["Properties"]["AlarmActions"][0]["Ref"].startswith(f"Scale{policy}")
    ]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("name", ["bare", "openai"])
def test_there_is_no_stack_where_sagemaker_serves_nothing(name: str, request: pytest.FixtureRequest) -> None:
    assert LLM not in request.getfixturevalue(name).templates


class TestWhatIsServed:
    def test_llama_2_out_of_jumpstarts_bucket_with_its_licence_accepted(self, full: Deployment) -> None:
        source = container(full)["ModelDataSource"]["S3DataSource"]

        assert text(source["S3Uri"]) == (
            "s3://jumpstart-private-cache-prod-/meta-textgeneration/meta-textgeneration-llama-2-7b-f/"
            "artifacts/inference-prepack/v1.1.0/"
        )
        assert source["ModelAccessConfig"] == {"AcceptEula": True}
        assert (source["S3DataType"], source["CompressionType"]) == ("S3Prefix", "None")

    def test_a_model_of_hugging_face_by_its_name(self, hugging_face: Deployment) -> None:
        served = container(hugging_face)
        assert served["Environment"]["HF_MODEL_ID"] == "Qwen/Qwen3-8B"
        assert "ModelDataSource" not in served

    def test_weights_of_our_own_without_anybodys_licence(self, own: Deployment) -> None:
        source = container(own)["ModelDataSource"]["S3DataSource"]
        assert source["S3Uri"] == "s3://our-models/stylist/2/"
        assert "ModelAccessConfig" not in source

    def test_as_much_context_as_the_orchestrator_counts_on(self, full: Deployment) -> None:
        from orchestrator.settings import Settings as OrchestratorSettings

        environment = container(full)["Environment"]
        counted_on = OrchestratorSettings.model_fields["llm_context_tokens"].default
        assert environment == {
            "HF_MODEL_ID": "/opt/ml/model",
            "TENSOR_PARALLEL_DEGREE": "1",
            "OPTION_MAX_MODEL_LEN": str(counted_on),
        }

    def test_by_awss_container_out_of_the_regions_registry(self, full: Deployment) -> None:
        image = container(full)["Image"]["Fn::Join"][1]
        assert image[-1] == "/djl-inference:0.36.0-lmi28.0.0-cu130"
        assert image[0]["Fn::FindInMap"][0] == "DlcRepositoryAccountMap"
        accounts = full.templates[LLM]["Mappings"]["DlcRepositoryAccountMap"]
        assert accounts["us-east-1"] == accounts["ap-south-1"] == {"value": "763104351884"}
        assert accounts["eu-south-1"] == {"value": "692866216735"}

    @pytest.mark.parametrize(("name", "isolated"), [("full", True), ("own", True), ("hugging_face", False)])
    def test_without_a_network_unless_it_fetches_its_weights_itself(
        self, name: str, isolated: bool, request: pytest.FixtureRequest
    ) -> None:
        deployment = request.getfixturevalue(name)
        for kind in (MODEL, CONFIG):
            assert deployment.one(LLM, kind)["EnableNetworkIsolation"] is isolated

    def test_no_value_that_the_console_shows_is_a_secret(self, hugging_face: Deployment) -> None:
        assert not [name for name in container(hugging_face)["Environment"] if "TOKEN" in name]


class TestEndpoint:
    def test_serves_components_alone_for_only_those_scale_to_zero(self, full: Deployment) -> None:
        assert "ModelName" not in variant(full)
        assert variant(full)["ManagedInstanceScaling"] == {
            "Status": "ENABLED",
            "MinInstanceCount": 0,
            "MaxInstanceCount": 1,
        }

    def test_the_number_of_instances_is_a_setting(self, own: Deployment) -> None:
        assert variant(own)["ManagedInstanceScaling"]["MaxInstanceCount"] == 4
        assert own.one(LLM, TARGET)["MaxCapacity"] == 4

    def test_has_the_driver_that_cuda_13_wants(self, full: Deployment) -> None:
        assert variant(full)["InferenceAmiVersion"] == "al2023-ami-sagemaker-inference-gpu-4-1"

    def test_names_no_key_and_no_size_for_disks_that_instances_with_local_ones_refuse(
        self, full: Deployment
    ) -> None:
        assert "KmsKeyId" not in full.one(LLM, CONFIG)
        assert "VolumeSizeInGB" not in variant(full)

    @pytest.mark.parametrize(("name", "gpus"), [("full", 1), ("hugging_face", 4)])
    def test_a_copy_takes_all_gpus_of_an_instance(
        self, name: str, gpus: int, request: pytest.FixtureRequest
    ) -> None:
        deployment = request.getfixturevalue(name)
        required = deployment.one(LLM, COMPONENT)["Specification"]["ComputeResourceRequirements"]
        assert required["NumberOfAcceleratorDevicesRequired"] == gpus
        assert container(deployment)["Environment"]["TENSOR_PARALLEL_DEGREE"] == str(gpus)

    def test_starts_with_a_copy_so_that_a_deploy_ends_well_only_if_it_serves(self, full: Deployment) -> None:
        assert full.one(LLM, COMPONENT)["RuntimeConfig"] == {"CopyCount": 1}


class TestNames:
    def test_are_plain_strings_that_no_other_stack_has_to_import(self, full: Deployment) -> None:
        component = full.one(LLM, COMPONENT)
        assert full.one(LLM, ENDPOINT)["EndpointName"].startswith("apparel-dev-")
        assert component["InferenceComponentName"].startswith("apparel-dev-")
        assert all("Export" not in output for output in full.templates[LLM]["Outputs"].values())

    def test_another_model_gets_others_so_that_both_can_be_there_at_once(
        self, full: Deployment, own: Deployment, hugging_face: Deployment
    ) -> None:
        for kind, name in [(ENDPOINT, "EndpointName"), (COMPONENT, "InferenceComponentName")]:
            assert len({deployment.one(LLM, kind)[name] for deployment in (full, own, hugging_face)}) == 3

    def test_another_number_of_instances_or_minutes_changes_none(
        self, own: Deployment, synthesise: Synthesise
    ) -> None:
        other = synthesise({**OWN, "llm_max_instances": 2, "llm_idle_minutes": 20})
        for kind, name in [(ENDPOINT, "EndpointName"), (COMPONENT, "InferenceComponentName")]:
            assert other.one(LLM, kind)[name] == own.one(LLM, kind)[name]

    def test_logs_go_to_groups_that_are_there_before_sagemaker_makes_its_own(self, full: Deployment) -> None:
        endpoint = full.one(LLM, ENDPOINT)["EndpointName"]
        component = full.one(LLM, COMPONENT)["InferenceComponentName"]
        groups = full.resources(LLM, "AWS::Logs::LogGroup")

        assert {group["Properties"]["LogGroupName"] for group in groups.values()} == {
            f"/aws/sagemaker/Endpoints/{endpoint}",
            f"/aws/sagemaker/InferenceComponents/{component}",
        }
        assert set(groups) <= set(full.resources(LLM, ENDPOINT)["Endpoint"]["DependsOn"])


class TestScaling:
    def test_goes_down_to_no_copy(self, full: Deployment) -> None:
        component = full.one(LLM, COMPONENT)["InferenceComponentName"]
        target = full.one(LLM, TARGET)
        assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 1)
        assert target["ResourceId"] == f"inference-component/{component}"
        assert target["ScalableDimension"] == "sagemaker:inference-component:DesiredCopyCount"

    def test_everything_waits_for_the_component(self, full: Deployment) -> None:
        for kind in (TARGET, POLICY, ALARM):
            for name, resource in full.resources(LLM, kind).items():
                assert "InferenceComponent" in resource["DependsOn"], name

    def test_a_question_that_finds_no_copy_wakes_one_up(self, full: Deployment) -> None:
        alarm = alarm_of(full, "Wake")
        assert alarm["MetricName"] == "NoCapacityInvocationFailures"
        assert (alarm["Threshold"], alarm["EvaluationPeriods"], alarm["Period"]) == (1, 1, 60)
        assert alarm["TreatMissingData"] == "notBreaching"
        step = policies(full)["Wake"]["StepScalingPolicyConfiguration"]
        assert step["AdjustmentType"] == "ChangeInCapacity"
        assert step["StepAdjustments"] == [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}]

    def test_no_second_one_while_the_first_wakes_up(self, own: Deployment) -> None:
        assert policies(own)["Wake"]["StepScalingPolicyConfiguration"]["Cooldown"] == 600

    @pytest.mark.parametrize(("name", "minutes"), [("full", 15), ("own", 60)])
    def test_sleeps_when_nobody_asks_for_as_long_as_was_set(
        self, name: str, minutes: int, request: pytest.FixtureRequest
    ) -> None:
        deployment = request.getfixturevalue(name)
        alarm = alarm_of(deployment, "Sleep")
        component = deployment.one(LLM, COMPONENT)["InferenceComponentName"]
        counted = {
            metric["Id"]: metric["MetricStat"] for metric in alarm["Metrics"] if "MetricStat" in metric
        }

        assert alarm["EvaluationPeriods"] == minutes
        assert {stat["Metric"]["MetricName"] for stat in counted.values()} == {
            "Invocations",
            "NoCapacityInvocationFailures",
        }
        for stat in counted.values():
            assert (stat["Period"], stat["Stat"]) == (60, "Sum")
            assert stat["Metric"]["Dimensions"] == [{"Name": "InferenceComponentName", "Value": component}]
        step = policies(deployment)["Sleep"]["StepScalingPolicyConfiguration"]
        assert step["AdjustmentType"] == "ExactCapacity"
        assert step["StepAdjustments"] == [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 0}]

    def test_no_question_at_all_is_silence_too(self, full: Deployment) -> None:
        alarm = alarm_of(full, "Sleep")
        assert alarm["Metrics"][0]["Expression"] == "IF(FILL(asked, 0) + FILL(failed, 0) > 0, 0, 1)"
        assert alarm["TreatMissingData"] == "breaching"

    def test_one_instance_needs_no_more_than_that(self, full: Deployment) -> None:
        assert set(policies(full)) == {"Wake", "Sleep"}

    def test_more_copies_come_by_target_tracking_which_lets_none_go(self, own: Deployment) -> None:
        tracking = policies(own)["Grow"]["TargetTrackingScalingPolicyConfiguration"]
        assert tracking["PredefinedMetricSpecification"] == {
            "PredefinedMetricType": "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution"
        }
        assert tracking["DisableScaleIn"] is True

    def test_they_go_when_one_would_do_for_all_and_only_while_there_is_something_to_do(
        self, own: Deployment
    ) -> None:
        alarm = alarm_of(own, "Shrink")
        most = own.one(LLM, TARGET)["MaxCapacity"]
        at_once = policies(own)["Grow"]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]

        assert alarm["Metrics"][0]["Expression"] == f"IF(busy > 0 AND busy < {at_once // most}, 1, 0)"
        assert alarm["EvaluationPeriods"] * alarm["Metrics"][1]["MetricStat"]["Period"] == 15 * 60
        assert alarm["TreatMissingData"] == "notBreaching"
        step = policies(own)["Shrink"]["StepScalingPolicyConfiguration"]
        assert (step["AdjustmentType"], step["StepAdjustments"][0]["ScalingAdjustment"]) == (
            "ExactCapacity",
            1,
        )


class TestRole:
    def test_may_read_the_one_model(self, full: Deployment) -> None:
        allowed = full.allowed(LLM, "LlmRole")
        assert text(allowed["s3:GetObject"]).endswith(
            "/meta-textgeneration/meta-textgeneration-llama-2-7b-f/artifacts/inference-prepack/v1.1.0/*"
        )
        assert text(allowed["s3:ListBucket"]).endswith(":s3:::jumpstart-private-cache-prod-")

    def test_may_list_no_more_of_our_own_bucket_than_the_model(self, own: Deployment) -> None:
        listing = [
            s for name, s in own.statements() if name.startswith(LLM) and "s3:ListBucket" in s["Action"]
        ]
        assert [s["Condition"] for s in listing] == [{"StringLike": {"s3:prefix": "stylist/2/*"}}]
        assert text(own.allowed(LLM, "LlmRole")["s3:GetObject"]) == "arn::s3:::our-models/stylist/2/*"

    def test_may_not_read_any_bucket_where_hugging_face_has_the_model(self, hugging_face: Deployment) -> None:
        assert not [action for action in hugging_face.allowed(LLM, "LlmRole") if action.startswith("s3:")]

    def test_may_do_nothing_else(self, full: Deployment) -> None:
        assert set(full.allowed(LLM, "LlmRole")) == {
            "cloudwatch:PutMetricData",
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetAuthorizationToken",
            "ecr:GetDownloadUrlForLayer",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:GetObject",
            "s3:ListBucket",
        }

    def test_publishes_no_metrics_but_sagemakers(self, full: Deployment) -> None:
        conditions = [
            statement["Condition"]
            for name, statement in full.statements()
            if name.startswith(LLM) and "cloudwatch:PutMetricData" in statement["Action"]
        ]
        assert conditions == [{"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}}]

    def test_has_its_permissions_before_sagemaker_tries_them(self, full: Deployment) -> None:
        (model,) = full.resources(LLM, MODEL).values()
        policy = next(iter(full.resources(LLM, "AWS::IAM::Policy")))
        assert policy in model["DependsOn"]


class TestSizes:
    @pytest.mark.parametrize(
        ("instance_type", "gpus"),
        [
            ("ml.g5.2xlarge", Gpus(1, 24)),
            ("ml.g5.48xlarge", Gpus(8, 24)),
            ("ml.g6e.12xlarge", Gpus(4, 48)),
            ("ml.p4d.24xlarge", Gpus(8, 40)),
            ("ml.p5.4xlarge", Gpus(1, 80)),
            ("ml.g5.3xlarge", None),
            ("ml.m5.large", None),
        ],
    )
    def test_gpus_of_instance_types(self, instance_type: str, gpus: Gpus | None) -> None:
        assert gpus_of(instance_type) == gpus

    @pytest.mark.parametrize(
        ("settings", "wanted"),
        [
            ({"llm_instance_type": "ml.g9.xlarge"}, "llm_instance_type: how many GPUs ml.g9.xlarge has"),
            ({"llm_gpus": 4}, "llm_gpus: ml.g5.2xlarge has 1"),
            ({"llm_model_id": "meta-textgeneration-llama-2-13b-f"}, "needs 31 GB of GPU memory"),
            ({"llm_model_id": "meta-llama/Llama-2-7b-chat-hf"}, "only against a token"),
            ({"llm_model_id": "some-jumpstart-model"}, "neither the name of a model of Hugging Face"),
            ({"llm_model_data": "s3://bucket/no-folder"}, "llm_model_data: "),
            ({"llm_model_data": "s3://bucket/*/"}, "llm_model_data: "),
            ({"llm_idle_minutes": 5}, "llm_idle_minutes: "),
        ],
    )
    def test_what_would_fail_half_an_hour_into_a_deploy_is_refused_at_once(
        self, settings: dict[str, object], wanted: str
    ) -> None:
        assert wanted in refusal(**settings)

    def test_an_instance_type_that_is_not_known_here_is_taken_with_its_number_of_gpus(self) -> None:
        settings = read_settings({**VARIANTS["full"], "llm_instance_type": "ml.g9.xlarge", "llm_gpus": 2})
        assert settings.llm_gpus == 2

    @pytest.mark.parametrize(
        "fitting",
        [
            {"llm_model_id": "meta-textgeneration-llama-2-13b-f", "llm_instance_type": "ml.g5.12xlarge"},
            {"llm_model_id": "meta-textgeneration-llama-2-70b-f", "llm_instance_type": "ml.g5.48xlarge"},
            {"llm_instance_type": "ml.g6.xlarge"},
        ],
    )
    def test_what_fits_is_taken(self, fitting: dict[str, object]) -> None:
        read_settings({**VARIANTS["full"], **fitting})


def test_cdk_nag_has_nothing_to_report_whatever_is_served(synthesise: Synthesise) -> None:
    synthesise({**HUGGING_FACE, "llm_max_instances": 2}, checked=True)
    synthesise(OWN, checked=True)


def test_the_api_knows_the_endpoint_that_is_there(full: Deployment) -> None:
    orchestrator = full.one("api", "AWS::Lambda::Function", Handler="run.sh")
    given = orchestrator["Environment"]["Variables"]
    assert given["SAGEMAKER_ENDPOINT"] == full.one(LLM, ENDPOINT)["EndpointName"]
    assert given["SAGEMAKER_INFERENCE_COMPONENT"] == full.one(LLM, COMPONENT)["InferenceComponentName"]
    manifest = json.loads((full.folder / "manifest.json").read_text())
    assert "apparel-dev-llm" in manifest["artifacts"]["apparel-dev-api"]["dependencies"]
