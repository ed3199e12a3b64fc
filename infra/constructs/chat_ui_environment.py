"""What chat-ui is told. It reads its whole configuration from the environment, https://github.com/huggingface/
chat-ui/blob/main/.env; what is not named here keeps its default of version 0.20."""

import json
from collections.abc import Mapping

PORT = 3000
# As long as people may be signed in to chat-ui itself.
SESSION_DAYS = 14
SHUTDOWN_SECONDS = 20
BUNDLED_DATABASE_URL = "mongodb://127.0.0.1:27017"

# The API has limits of its own, which it explains in words; chat-ui's are rude, and there for floods alone.
_USAGE_LIMITS = {"messagesPerMinute": 20, "messageLength": 8_000}

_FIXED = {
    "PORT": str(PORT),
    "HOST": "0.0.0.0",
    "MONGODB_DB_NAME": "chat-ui",
    "PUBLIC_APP_NAME": "Stylist",
    "PUBLIC_APP_DESCRIPTION": "What to wear, out of our own shop.",
    "PUBLIC_APP_ASSETS": "chatui",
    "PUBLIC_CAVEAT": "Names, brands and prices are the catalogue's; the advice is a machine's.",
    # The API answers the calls for titles by code.
    "LLM_SUMMARIZATION": "true",
    "COOKIE_SECURE": "true",
    "COOKIE_SAMESITE": "lax",
    "ALLOW_IFRAME": "false",
    # CloudFront puts the viewer's address at the end; the load balancer adds nothing.
    "ADDRESS_HEADER": "X-Forwarded-For",
    "XFF_DEPTH": "1",
    "USAGE_LIMITS": json.dumps(_USAGE_LIMITS),
    "BODY_SIZE_LIMIT": "15728640",
    "SHUTDOWN_TIMEOUT": str(SHUTDOWN_SECONDS),
    # The home page is open; who sends a message signs in.
    "AUTOMATIC_LOGIN": "false",
    # How the API knows who asks.
    "USE_USER_TOKEN": "true",
    # chat-ui reads this claim, wants it in any case, and refuses to start with another one of Cognito's.
    "OPENID_NAME_CLAIM": "name",
    # It would print a link that makes anybody who reads the log an administrator.
    "ADMIN_CLI_LOGIN": "false",
    "ENABLE_CONFIG_MANAGER": "false",
    "MCP_SERVERS": "[]",
    "METRICS_ENABLED": "false",
    # At the level of information it writes the address of everybody who signs in.
    "LOG_LEVEL": "warn",
}


def chat_ui_environment(
    *, origin: str, api_url: str, issuer: str, client_id: str, scopes: str, bundled_database: bool
) -> Mapping[str, str]:
    """Without the secrets: OPENAI_API_KEY, OPENID_CLIENT_SECRET, and MONGODB_URL of a database elsewhere.

    `origin`: `https://` and the domain that viewers see.
    """
    return {
        **_FIXED,
        "ORIGIN": origin,
        "PUBLIC_ORIGIN": origin,
        "OPENAI_BASE_URL": api_url,
        "OPENID_PROVIDER_URL": issuer,
        "OPENID_CLIENT_ID": client_id,
        "OPENID_SCOPES": scopes,
        **({"MONGODB_URL": BUNDLED_DATABASE_URL} if bundled_database else {}),
    }
