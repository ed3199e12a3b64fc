"""What ops see of the chat, and what wakes them. Holds no data: it can be destroyed and deployed anew."""

import aws_cdk as cdk
from constructs import Construct

from infra.api_stack import ApiStack
from infra.chat_ui_stack import ChatUiStack
from infra.constructs.alarms import Alarms
from infra.constructs.dashboard import Dashboard
from infra.constructs.measures import Measures
from infra.data_stack import DataStack
from infra.llm_stack import LlmStack
from infra.model_store_stack import ModelStoreStack
from infra.settings import Settings


class MonitoringStack(cdk.Stack):
    def __init__(
        self,
        scope: Construct,
        name: str,
        settings: Settings,
        *,
        data: DataStack,
        model_store: ModelStoreStack,
        api: ApiStack,
        llm: LlmStack | None,
        chat_ui: ChatUiStack | None,
    ) -> None:
        super().__init__(scope, name, description="Apparel recommender: dashboard and alarms")
        measures = Measures(settings, data=data, model_store=model_store, api=api, llm=llm, chat_ui=chat_ui)
        self.alarms = Alarms(self, "Alarms", settings=settings, measures=measures)
        self.dashboard = Dashboard(self, "Dashboard", measures=measures, alarms=self.alarms.all)
        cdk.CfnOutput(
            self,
            "AlarmTopic",
            value=self.alarms.topic.topic_arn,
            description="Alarms are sent here; the setting alarm_mail subscribes an address",
        )
        cdk.CfnOutput(
            self,
            "DashboardUrl",
            value=(
                f"https://{cdk.Aws.REGION}.console.aws.amazon.com/cloudwatch/home"
                f"#dashboards/dashboard/apparel-{settings.stage}"
            ),
        )
