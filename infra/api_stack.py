"""What the world sees: the functions, the API, its edge, the web page, and the accounts of shoppers."""

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.catalogue_loading import CatalogueLoading, DeadLetters
from infra.constructs.edge import API_PATH, Edge
from infra.constructs.findings import accept
from infra.constructs.firewall import Firewall
from infra.constructs.keeping import removal_policy
from infra.constructs.orchestrator import Orchestrator
from infra.constructs.origin_secret import OriginSecret
from infra.constructs.rest_api import RestApi
from infra.constructs.search_functions import SearchFunctions
from infra.constructs.sign_in import SignIn
from infra.constructs.web_page import PageBucket, PageFiles
from infra.data_stack import DataStack
from infra.llm_stack import LlmStack
from infra.model_store_stack import ModelStoreStack
from infra.network_stack import NetworkStack
from infra.settings import Settings


class ApiStack(cdk.Stack):
    def __init__(
        self,
        scope: Construct,
        name: str,
        settings: Settings,
        network: NetworkStack,
        data: DataStack,
        model_store: ModelStoreStack,
        llm: LlmStack | None,
    ) -> None:
        super().__init__(
            scope,
            name,
            description="Apparel recommender: functions, API, edge, accounts",
            termination_protection=settings.is_protected,
        )
        self.dead_letters = DeadLetters(self, "DeadLetters")
        self.functions = SearchFunctions(
            self,
            "Embedding",
            settings=settings,
            network=network,
            data=data,
            model_store=model_store,
            dead_letters=self.dead_letters,
        )
        self.loading = CatalogueLoading(
            self,
            "CatalogueLoading",
            settings=settings,
            load=self.functions.load,
            data=data,
            model_store=model_store,
            dead_letters=self.dead_letters,
        )
        # With a new model: it asks by the new one when the catalogue is embedded by it, and not before.
        self.functions.search.node.add_dependency(self.loading.loaded)
        self.sign_in = SignIn(self, "SignIn", settings)
        self.user_pool = self.sign_in.user_pool
        self.api_keys = self._api_keys(settings)
        self.orchestrator = Orchestrator(
            self,
            "Orchestrator",
            settings=settings,
            search=self.functions.search,
            limits_table=data.limits_table,
            feedback_table=data.feedback_table,
            api_keys=self.api_keys,
            sign_in=self.sign_in,
            llm=llm,
        )
        self.rest_api = RestApi(self, "Api", settings=settings, orchestrator=self.orchestrator)
        self._publish(settings)
        self._outputs(settings)

    def _api_keys(self, settings: Settings) -> secretsmanager.Secret:
        """`{"service": key, "testers": {name: key}}`: chat-ui's server is known by the first, and load
        testers by theirs, which ops add by hand."""
        keys = secretsmanager.Secret(
            self,
            "ApiKeys",
            description="Keys of chat-ui's server and of load testers",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template='{"testers": {}}',
                generate_string_key="service",
                exclude_punctuation=True,
                password_length=48,
            ),
            removal_policy=removal_policy(settings),
        )
        accept(keys, "SMG4", "chat-ui reads its key when it starts: who changes it restarts chat-ui")
        return keys

    def _publish(self, settings: Settings) -> None:
        """In the order that the parts need one another: bucket, distribution, sign-in client, page."""
        secret = OriginSecret(self, "OriginSecret", settings)
        self.firewall = Firewall(
            self,
            "Firewall",
            settings=settings,
            stage_arn=self.rest_api.deployment_stage.stage_arn,
            secrets=secret.accepted,
        )
        bucket = PageBucket(self, "Page") if settings.web_page else None
        self.distribution = Edge(
            self,
            "Edge",
            settings=settings,
            api=self.rest_api,
            origin_secret=secret.current,
            page=bucket,
            sign_in_origin=self.sign_in.url,
        )
        # A new secret is let in before it is sent.
        self.distribution.node.add_dependency(self.firewall)
        self.web_page_url = f"{self.distribution.origin_url}/"
        self.api_url = f"{self.distribution.origin_url}{API_PATH}"
        if bucket:
            client = self.sign_in.add_client(
                self, "WebPageClient", callback=self.web_page_url, sign_out=self.web_page_url
            )
            login = self.sign_in.page_config(client, self.web_page_url)
            config = {"api": API_PATH, "login": login}
            PageFiles(self, "PageFiles", settings=settings, bucket=bucket, config=config)

    def _outputs(self, settings: Settings) -> None:
        outputs = {
            "ApiUrl": self.api_url,
            "DistributionDomain": self.distribution.distribution_domain_name,
            "UserPoolId": self.user_pool.user_pool_id,
            "ApiKeysSecret": self.api_keys.secret_arn,
            "OrchestratorFunction": self.orchestrator.function_name,
            "SearchFunction": self.functions.search.function_name,
            "LoadFunction": self.functions.load.function_name,
            "LoadMachine": self.loading.machine.state_machine_arn,
            "DeadLettersUrl": self.dead_letters.queue_url,
            # For docs/RUNBOOK.md.
            "GatewayLogs": self.rest_api.access_log.log_group_name,
            "OrchestratorLogs": self.orchestrator.log_group.log_group_name,
            "SearchLogs": self.functions.search.log_group.log_group_name,
            "LoadLogs": self.functions.load.log_group.log_group_name,
        }
        if settings.web_page:
            outputs["WebPageUrl"] = self.web_page_url
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
