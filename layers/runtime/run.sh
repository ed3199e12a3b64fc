#!/bin/sh
# Starts the orchestrator on Lambda. The Web Adapter's wrapper (/opt/bootstrap) runs this file as the handler,
# asks AWS_LWA_READINESS_CHECK_PATH until it answers, and then passes the requests on.
#
# One process, because Lambda gives it one request at a time; the access log is API Gateway's. Keep-alive is
# longer than a request may take, so that it is the adapter who closes its connections.
exec env PYTHONPATH="$LAMBDA_TASK_ROOT${PYTHONPATH:+:$PYTHONPATH}" \
  python3 -m uvicorn orchestrator.handler:app \
  --host 127.0.0.1 --port "${AWS_LWA_PORT:-8080}" --no-access-log --timeout-keep-alive 900
