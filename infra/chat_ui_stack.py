"""HuggingFace chat-ui as the face of the chat, for people who sign in."""

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.api_stack import ApiStack
from infra.constructs.chat_ui_edge import ChatUiEdge, PrivateLoadBalancer
from infra.constructs.chat_ui_environment import PORT, SESSION_DAYS, chat_ui_environment
from infra.constructs.chat_ui_service import ChatUiService
from infra.constructs.findings import accept
from infra.network_stack import NetworkStack
from infra.settings import Settings


class ChatUiStack(cdk.Stack):
    """Deployed after the API: chat-ui reads the list of models once, and is broken for good without it."""

    def __init__(
        self, scope: Construct, name: str, settings: Settings, network: NetworkStack, api: ApiStack
    ) -> None:
        super().__init__(
            scope,
            name,
            description="Apparel recommender: chat-ui",
            termination_protection=settings.is_protected,
        )
        self.add_stack_dependency(api)
        load_balancer = PrivateLoadBalancer(self, "LoadBalancer", vpc=network.vpc)
        self.distribution = ChatUiEdge(self, "Edge", settings=settings, load_balancer=load_balancer)
        self.url = self.distribution.origin_url
        client = api.sign_in.add_client(
            self,
            "Client",
            callback=f"{self.url}/login/callback",
            sign_out=f"{self.url}/",
            has_secret=True,
            remembered=cdk.Duration.days(SESSION_DAYS),
        )
        self.server = ChatUiService(
            self,
            "Server",
            settings=settings,
            vpc=network.vpc,
            environment=chat_ui_environment(
                origin=self.url,
                api_url=api.api_url,
                issuer=api.sign_in.issuer,
                client_id=client.user_pool_client_id,
                scopes=api.sign_in.scope_names,
                bundled_database=settings.chat_ui_mongodb_secret is None,
            ),
            secrets=self._secrets(settings, api, client),
        )
        load_balancer.connections.allow_to(self.server.group, ec2.Port.tcp(PORT), "chat-ui")
        self.server.listen_behind(load_balancer)
        cdk.CfnOutput(self, "ChatUiUrl", value=f"{self.url}/")

    def _secrets(
        self, settings: Settings, api: ApiStack, client: cognito.UserPoolClient
    ) -> dict[str, ecs.Secret]:
        """Fetched by ECS as the task starts: who changes one starts a new task."""
        secrets = {
            # For who is not signed in, and for the list of models.
            "OPENAI_API_KEY": ecs.Secret.from_secrets_manager(api.api_keys, "service"),
            "OPENID_CLIENT_SECRET": ecs.Secret.from_secrets_manager(self._client_secret(client)),
        }
        if settings.chat_ui_mongodb_secret:
            database = secretsmanager.Secret.from_secret_complete_arn(
                self, "MongoDb", settings.chat_ui_mongodb_secret
            )
            secrets["MONGODB_URL"] = ecs.Secret.from_secrets_manager(database)
        return secrets

    def _client_secret(self, client: cognito.UserPoolClient) -> secretsmanager.Secret:
        """By CloudFormation's own attribute: the construct's takes one more function to read it."""
        resource = client.node.default_child
        assert isinstance(resource, cognito.CfnUserPoolClient)
        secret = secretsmanager.Secret(
            self,
            "ClientSecret",
            description="By which Cognito knows chat-ui",
            secret_string_value=cdk.SecretValue.resource_attribute(resource.attr_client_secret),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        accept(secret, "SMG4", "Cognito has one for the life of a client")
        return secret
