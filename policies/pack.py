"""Serve the Analyzer protocol: every resource before it is created, then the stack.

The SDK's `PolicyPack` is not used: it hides secrets, makes unknown values advisory, fails on NaN, decodes
each resource once per policy, and does not let a pack see that its level was lowered.
"""

import sys
import time
from collections.abc import Iterable
from concurrent import futures
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

from plimsoll.gate.judge import crashed
from plimsoll.gate.rules import RULES
from plimsoll.gate.verdict import Level, Violation
from policies import wire
from policies.info import analyzer_info, diagnostic, level_names, not_applicable
from policies.run import Run

_LARGEST_MESSAGE = 400 * 2**20
"""Bytes of one message; the same bound as the engine's own (400 MiB)."""
_FOREVER_S = 86_400


class Pack(analyzer_pb2_grpc.AnalyzerServicer):
    """A pack is one process: the engine starts a fresh one for each preview and each update."""

    def __init__(self) -> None:
        self.run = Run()

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:  # noqa: N802, ANN401, ARG002
        """Describe the policies with their levels, severities and configuration schemas."""
        return analyzer_info()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802, ANN401, ARG002
        """Say which version this is."""
        return plugin_pb2.PluginInfo(version="0.1.0")

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802, ANN401, ARG002
        """Agree: there is nothing to settle."""
        return analyzer_pb2.AnalyzerHandshakeResponse()

    def ConfigureStack(self, request: Any, context: Any) -> Any:  # noqa: N802, ANN401, ARG002
        """Take note of the stack that is judged."""
        self.run.stack, self.run.project = request.stack, request.project
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802, ANN401, ARG002
        """Take levels and values; what is wrong with them is a violation of every run that follows."""
        entries: dict[str, tuple[Level, dict[str, Any]]] = {
            name: (level_names[entry.enforcementLevel], wire.properties(entry.properties))
            for name, entry in request.policyConfig.items()
        }
        self.run.configure(entries)
        return empty_pb2.Empty()

    def Analyze(self, request: Any, context: Any) -> Any:  # noqa: N802, ANN401, ARG002
        """Judge one resource before it is created."""
        violations = self._guarded(lambda: self.run.register(wire.resource(request)), request.urn)
        return analyzer_pb2.AnalyzeResponse(
            diagnostics=[diagnostic(v) for v in violations],
            not_applicable=not_applicable(self.run.skipped(resources=True)),
        )

    def AnalyzeStack(self, request: Any, context: Any) -> Any:  # noqa: N802, ANN401, ARG002
        """Judge the stack, over the inputs that were collected resource by resource."""
        violations = self._guarded(lambda: self.run.finish(map(wire.resource, request.resources)), None)
        return analyzer_pb2.AnalyzeResponse(
            diagnostics=[diagnostic(v) for v in violations],
            not_applicable=not_applicable(self.run.skipped(resources=False)),
        )

    def Remediate(self, request: Any, context: Any) -> Any:  # noqa: N802, ANN401, ARG002
        """Write the configured tags and labels where they are missing."""
        # The engine asks this of few packs: the others start without it.
        from policies.remediation import remediate

        return remediate(request, self.run)

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802, ANN401, ARG002
        """Stop: nothing is in flight."""
        return empty_pb2.Empty()

    def _guarded(self, judge: Any, urn: str | None) -> Iterable[Violation]:  # noqa: ANN401
        """Turn a bug anywhere in the pack into a violation that blocks: it never lets a resource through."""
        try:
            return judge()
        except Exception as error:  # noqa: BLE001
            return [crashed(RULES[0].name, error, urn)]


def serve() -> None:
    """Serve until the engine ends this process; the port is the one line on stdout."""
    options = [("grpc.max_receive_message_length", _LARGEST_MESSAGE)]
    # One worker: the running total is one sum, and the order of registration is its order.
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=1), options=options)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Pack(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        while True:
            time.sleep(_FOREVER_S)
    except KeyboardInterrupt:
        server.stop(0)
