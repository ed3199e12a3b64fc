"""The functions in the isolated subnets: search, and the loading of catalogue files."""

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.python_function import PythonFunction
from infra.data_stack import DataStack
from infra.model_store_stack import ModelStoreStack
from infra.network_stack import NetworkStack
from infra.settings import Settings

SEARCH_TIMEOUT = cdk.Duration.seconds(60)
LOAD_TIMEOUT = cdk.Duration.minutes(15)
SEARCH_USER = "embed_search"
LOAD_USER = "load_catalogue"


class SearchFunctions(Construct):
    """Both are the same code over the same model, each with a database user of its own: what serves shoppers
    can't write."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        network: NetworkStack,
        data: DataStack,
        model_store: ModelStoreStack,
        dead_letters: sqs.IQueue,
    ) -> None:
        """`dead_letters` takes the calls of `load` that failed for good."""
        super().__init__(scope, name)
        environment = {
            "MODEL_BUNDLE": model_store.model_path,
            "DATABASE_HOST": data.cluster.cluster_endpoint.hostname,
            "DATABASE_NAME": data.database_name,
            "METRICS_NAMESPACE": settings.metrics_namespace,
        }
        self.search = PythonFunction(
            self,
            "Search",
            settings=settings,
            package="search",
            handler="embed_search.handler.handler",
            description="Finds products: embeds a wish and asks the database",
            memory_mb=settings.search_memory_mb,
            timeout=SEARCH_TIMEOUT,
            environment={**environment, "DATABASE_USER": SEARCH_USER},
            reserved_concurrency=settings.search_concurrency,
            vpc=network.vpc,
            security_groups=[network.search_security_group],
            filesystem=model_store.reader_mount(),
        )
        self.load = PythonFunction(
            self,
            "Load",
            settings=settings,
            package="search",
            handler="embed_search.load_handler.handler",
            description="The steps of a catalogue load: plans, embeds batches, replaces the old catalogue",
            # The most that new accounts may have; not quite two processors.
            memory_mb=3008,
            timeout=LOAD_TIMEOUT,
            environment={**environment, "DATABASE_USER": LOAD_USER, "EMBEDDER_THREADS": "2"},
            # One more than batches: a deploy that loads a file need not wait for another file's.
            reserved_concurrency=settings.load_concurrency + 1,
            vpc=network.vpc,
            security_groups=[network.search_security_group],
            filesystem=model_store.reader_mount(),
            dead_letter_queue=dead_letters,
        )
        for function, user in ((self.search, SEARCH_USER), (self.load, LOAD_USER)):
            data.cluster.grant_connect(function, user)
            function.node.add_dependency(data.migrated, model_store.placed)
