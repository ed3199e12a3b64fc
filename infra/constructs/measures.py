"""Where each figure of dashboard and alarms comes from: metrics that our own functions write, and AWS's."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.api_stack import ApiStack
from infra.chat_ui_stack import ChatUiStack
from infra.constructs import firewall
from infra.data_stack import DataStack
from infra.llm_stack import LlmStack
from infra.model_store_stack import ModelStoreStack
from infra.settings import Settings

# CloudFront has its metrics there alone, wherever the rest is.
_CLOUDFRONTS_REGION = "us-east-1"


class Measures:
    """Each method gives one metric, summed up unless another statistic is asked for."""

    def __init__(
        self,
        settings: Settings,
        *,
        data: DataStack,
        model_store: ModelStoreStack,
        api: ApiStack,
        llm: LlmStack | None,
        chat_ui: ChatUiStack | None,
    ) -> None:
        self.settings = settings
        self.has_sagemaker = llm is not None
        self.has_chat_ui = chat_ui is not None
        self._data = data
        self._model_store = model_store
        self._api = api
        self._llm = llm
        self._chat_ui = chat_ui

    def conversation(self, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        """As lambdas/orchestrator/edge/metrics.py writes it, one value for each request."""
        return self._ours("orchestrator", name, statistic)

    def requests(self) -> cloudwatch.Metric:
        """How many there were: each one writes down whether it failed."""
        return self.conversation("Errors", "SampleCount")

    def catalogue(self, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        """As lambdas/embed_search/handler.py writes it."""
        return self._ours("embed_search", name, statistic)

    def gateway(self, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        return self._api.rest_api.deployment_stage.metric(name, statistic=statistic)

    def cloudfront(self, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        return self._api.distribution.metric(name, statistic=statistic, region=_CLOUDFRONTS_REGION)

    def firewall(self, name: str) -> cloudwatch.Metric:
        """Of all rules together."""
        dimensions = {
            "WebACL": firewall.metrics_name(self.settings),
            "Rule": "ALL",
            "Region": cdk.Aws.REGION,
        }
        return _aws("AWS/WAFV2", name, dimensions)

    def search_function(self, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        return self._api.functions.search.metric(name, statistic=statistic)

    def orchestrator_function(self, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        return self._api.orchestrator.metric(name, statistic=statistic)

    def database(self, name: str, statistic: str = "Average") -> cloudwatch.Metric:
        return self._data.cluster.metric(name, statistic=statistic)

    def limits_table(self, name: str) -> cloudwatch.Metric:
        return self._data.limits_table.metric(name, statistic="Sum")

    def model_files(self, name: str) -> cloudwatch.Metric:
        return _aws("AWS/EFS", name, {"FileSystemId": self._model_store.file_system.file_system_id})

    def catalogue_loads(self, name: str) -> cloudwatch.Metric:
        """Of files in the bucket; each batch of one counts for itself under another name."""
        machine = self._api.loading.machine.state_machine_arn
        return _aws("AWS/States", name, {"StateMachineArn": machine})

    def dead_letters(self) -> cloudwatch.Metric:
        return self._api.dead_letters.metric_approximate_number_of_messages_visible()

    def sagemaker(self, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        assert self._llm is not None
        dimensions = {"InferenceComponentName": self._llm.inference_component_name}
        return _aws("AWS/SageMaker", name, dimensions, statistic)

    def chat_ui_servers(self) -> cloudwatch.Metric:
        """How many the load balancer found healthy at the best moment."""
        assert self._chat_ui is not None
        return self._chat_ui.server.targets.metrics.healthy_host_count(statistic="Maximum")

    def _ours(self, service: str, name: str, statistic: str) -> cloudwatch.Metric:
        return _aws(self.settings.metrics_namespace, name, {"service": service}, statistic)


def _aws(namespace: str, name: str, dimensions: dict[str, str], statistic: str = "Sum") -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace, metric_name=name, dimensions_map=dimensions, statistic=statistic
    )
