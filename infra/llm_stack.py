"""One SageMaker endpoint for both roles of the language model. It costs nothing while nobody asks."""

import aws_cdk as cdk
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from infra.constructs.keeping import log_group
from infra.constructs.scale_to_zero import ScaleToZero
from infra.constructs.served_model import ServedModel, fingerprint, gpu_count
from infra.settings import Settings

VARIANT = "all"
# The newest driver, 580, which is the one for CUDA 13: the default image of the instances is too old for the
# container and lets it die without a line in the log.
AMI = "al2023-ami-sagemaker-inference-gpu-4-1"
# What a copy reserves, not what it gets. SageMaker's own software leaves so little of a small instance's
# memory to reserve that 4,096 MB are refused on an ml.g5.xlarge, which has 16 GB.
_RESERVED_MB = 1024
# Fetching weights of up to 140 GB, and loading them.
_START_SECONDS = 1800


class LlmStack(cdk.Stack):
    """Names are plain strings, known at synth: as references they would be exports of this stack, which
    CloudFormation refuses to change while the API's stack uses them.

    They change with the model, the container and the instance type. A new endpoint then comes up beside the
    old one, which goes on answering if the new one fails; what is asleep meanwhile takes no instance.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings) -> None:
        super().__init__(
            scope,
            name,
            description="Apparel recommender: language model on SageMaker",
            termination_protection=settings.is_protected,
        )
        unique = fingerprint(settings, settings.llm_instance_type, AMI)
        self.endpoint_name = f"apparel-{settings.stage}-{unique}"
        self.inference_component_name = f"apparel-{settings.stage}-{unique}-model"
        self.endpoint_arn = self._arn("endpoint", self.endpoint_name)
        self.inference_component_arn = self._arn("inference-component", self.inference_component_name)
        groups = [
            log_group(self, "EndpointLog", settings, f"/aws/sagemaker/Endpoints/{self.endpoint_name}"),
            log_group(
                self,
                "ModelLog",
                settings,
                f"/aws/sagemaker/InferenceComponents/{self.inference_component_name}",
            ),
        ]
        self.model = ServedModel(self, "Llm", settings=settings, log_groups=groups)
        self.endpoint = self._endpoint(settings)
        self.endpoint.node.add_dependency(*groups)
        self.component = self._component(settings)
        self.scale = ScaleToZero(
            self,
            "Scale",
            component=self.inference_component_name,
            most=settings.llm_max_instances,
            idle_minutes=settings.llm_idle_minutes,
        )
        self.scale.node.add_dependency(self.component)
        cdk.CfnOutput(self, "EndpointName", value=self.endpoint_name)
        cdk.CfnOutput(self, "InferenceComponentName", value=self.inference_component_name)

    def _arn(self, kind: str, name: str) -> str:
        return self.format_arn(service="sagemaker", resource=kind, resource_name=name)

    def _endpoint(self, settings: Settings) -> sagemaker.CfnEndpoint:
        """Starts without a model: what it serves are its inference components, and only such endpoints scale
        to zero. A model's name in the variant would make it another kind.

        No key of ours encrypts its disks: instances with GPUs have local ones, which encrypt themselves and
        which a key does not reach, and what lies on them is the public model and nothing of a shopper.
        """
        variant = sagemaker.CfnEndpointConfig.ProductionVariantProperty(
            variant_name=VARIANT,
            instance_type=settings.llm_instance_type,
            initial_instance_count=1,
            managed_instance_scaling=sagemaker.CfnEndpointConfig.ManagedInstanceScalingProperty(
                status="ENABLED", min_instance_count=0, max_instance_count=settings.llm_max_instances
            ),
            inference_ami_version=AMI,
            routing_config=sagemaker.CfnEndpointConfig.RoutingConfigProperty(
                routing_strategy="LEAST_OUTSTANDING_REQUESTS"
            ),
        )
        config = sagemaker.CfnEndpointConfig(
            self,
            "EndpointConfig",
            execution_role_arn=self.model.role.role_arn,
            enable_network_isolation=self.model.is_isolated,
            production_variants=[variant],
        )
        config.node.add_dependency(self.model.role)
        return sagemaker.CfnEndpoint(
            self,
            "Endpoint",
            endpoint_name=self.endpoint_name,
            endpoint_config_name=config.attr_endpoint_config_name,
        )

    def _component(self, settings: Settings) -> sagemaker.CfnInferenceComponent:
        """One copy takes an instance. It starts with one, so that a deploy ends well only if it serves."""
        part = sagemaker.CfnInferenceComponent
        component = part(
            self,
            "InferenceComponent",
            inference_component_name=self.inference_component_name,
            endpoint_name=self.endpoint.attr_endpoint_name,
            variant_name=VARIANT,
            specification=part.InferenceComponentSpecificationProperty(
                model_name=self.model.resource.attr_model_name,
                compute_resource_requirements=part.InferenceComponentComputeResourceRequirementsProperty(
                    number_of_accelerator_devices_required=gpu_count(settings),
                    min_memory_required_in_mb=_RESERVED_MB,
                ),
                startup_parameters=part.InferenceComponentStartupParametersProperty(
                    model_data_download_timeout_in_seconds=_START_SECONDS,
                    container_startup_health_check_timeout_in_seconds=_START_SECONDS,
                ),
                data_cache_config=part.InferenceComponentDataCacheConfigProperty(enable_caching=True),
            ),
            runtime_config=part.InferenceComponentRuntimeConfigProperty(copy_count=1),
        )
        component.node.add_dependency(self.endpoint)
        return component
