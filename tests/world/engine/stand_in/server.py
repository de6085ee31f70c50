"""The plugin protocol: one gRPC service for any package, the package's behaviour behind it."""

# ruff: noqa: N802 - the protocol names its methods
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from tests.world.engine.stand_in.cloud import Cloud, ProviderError
from tests.world.engine.stand_in.properties import changed_paths, plain, struct

Properties = dict[str, Any]


class Behaviour(Protocol):
    """What a package does; `kind` is the type token without the package (`eks/cluster:Cluster`)."""

    package: str

    def configure(self, settings: Properties) -> None: ...

    def check(self, kind: str, name: str, news: Properties, olds: Properties, seed: bytes) -> Properties:
        """Inputs with names and defaults filled in; raises RefusedError."""
        ...

    def replaces(self, kind: str, path: str) -> bool: ...

    def delete_first(self, kind: str, news: Properties) -> bool: ...

    def create(
        self, kind: str, name: str, inputs: Properties, *, preview: bool
    ) -> tuple[str, Properties]: ...

    def read(self, kind: str, ident: str) -> tuple[Properties, Properties] | None: ...

    def update(self, kind: str, ident: str, inputs: Properties, *, preview: bool) -> Properties: ...

    def delete(self, kind: str, ident: str) -> None: ...

    def invoke(self, token: str, arguments: Properties) -> Properties: ...


class RefusedError(Exception):
    """Inputs that the provider does not accept: property path to reason."""

    def __init__(self, failures: dict[str, str]) -> None:
        super().__init__(str(failures))
        self.failures = failures


INPUTS = "__inputs"
"""Where a resource's outputs carry the inputs that made them, as bridged providers do."""


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine, writes every call down, and lets planned faults happen."""

    def __init__(self, behaviour: Behaviour, cloud: Cloud, version: str) -> None:
        self._does, self._cloud, self._version = behaviour, cloud, version

    def _begin(self, method: str, request: Any, **more: Any) -> tuple[str, str]:
        name = request.urn.rsplit("::", 1)[-1]
        kind = request.urn.split("::")[-2].rsplit("$", 1)[-1].split(":", 1)[-1]
        self._cloud.note(self._does.package, method, type=kind, name=name, urn=request.urn, **more)
        return kind, name

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self._version)

    def Configure(self, request: Any, context: Any) -> Any:
        return self._guarded(context, lambda: self._configure(request))

    def _configure(self, request: Any) -> Any:
        settings = plain(request.args)
        self._cloud.note(self._does.package, "Configure", settings=sorted(settings))
        self._does.configure(settings)
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:
        kind, name = self._begin("Check", request, inputs=plain(request.news))
        try:
            inputs = self._does.check(
                kind, name, plain(request.news), plain(request.olds), request.randomSeed
            )
        except RefusedError as refused:
            failures = [
                provider_pb2.CheckFailure(property=path, reason=reason)
                for path, reason in refused.failures.items()
            ]
            return provider_pb2.CheckResponse(inputs=request.news, failures=failures)
        return provider_pb2.CheckResponse(inputs=struct(inputs))

    def Diff(self, request: Any, context: Any) -> Any:
        kind, _ = self._begin("Diff", request)
        olds = plain(request.old_inputs) or plain(request.olds).get(INPUTS, {})
        news = plain(request.news)
        changed = changed_paths(olds, news)
        replaces = sorted({path for path in changed if self._does.replaces(kind, path)})
        answers = provider_pb2.DiffResponse
        return answers(
            changes=answers.DIFF_SOME if changed else answers.DIFF_NONE,
            diffs=sorted({path.split(".")[0].split("[")[0] for path in changed}),
            replaces=replaces,
            deleteBeforeReplace=bool(replaces) and self._does.delete_first(kind, news),
        )

    def Create(self, request: Any, context: Any) -> Any:
        return self._guarded(context, lambda: self._create(request))

    def _create(self, request: Any) -> Any:
        inputs = plain(request.properties)
        kind, name = self._begin("Create", request, preview=request.preview, inputs=inputs)
        if not request.preview:
            self._cloud.misbehave(self._does.package, "Create", kind, name)
        ident, outputs = self._does.create(kind, name, inputs, preview=request.preview)
        return provider_pb2.CreateResponse(id=ident, properties=struct(outputs))

    def Read(self, request: Any, context: Any) -> Any:
        return self._guarded(context, lambda: self._read(request))

    def _read(self, request: Any) -> Any:
        kind, name = self._begin("Read", request, id=request.id)
        self._cloud.misbehave(self._does.package, "Read", kind, name)
        found = self._does.read(kind, request.id)
        if found is None:
            return provider_pb2.ReadResponse()
        outputs, inputs = found
        return provider_pb2.ReadResponse(id=request.id, properties=struct(outputs), inputs=struct(inputs))

    def Update(self, request: Any, context: Any) -> Any:
        return self._guarded(context, lambda: self._update(request))

    def _update(self, request: Any) -> Any:
        inputs = plain(request.news)
        kind, name = self._begin("Update", request, preview=request.preview, id=request.id, inputs=inputs)
        if not request.preview:
            self._cloud.misbehave(self._does.package, "Update", kind, name)
        outputs = self._does.update(kind, request.id, inputs, preview=request.preview)
        return provider_pb2.UpdateResponse(properties=struct(outputs))

    def Delete(self, request: Any, context: Any) -> Any:
        return self._guarded(context, lambda: self._delete(request))

    def _delete(self, request: Any) -> Any:
        kind, name = self._begin("Delete", request, id=request.id)
        self._cloud.misbehave(self._does.package, "Delete", kind, name)
        self._does.delete(kind, request.id)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        return self._guarded(context, lambda: self._invoke(request))

    def _invoke(self, request: Any) -> Any:
        arguments = plain(request.args)
        self._cloud.note(self._does.package, "Invoke", token=request.tok, arguments=arguments)
        return provider_pb2.InvokeResponse(**{"return": struct(self._does.invoke(request.tok, arguments))})

    def GetSchema(self, request: Any, context: Any) -> Any:
        schema = f'{{"name": "{self._does.package}", "version": "{self._version}"}}'
        return provider_pb2.GetSchemaResponse(schema=schema)

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def _guarded(self, context: Any, answer: Any) -> Any:
        try:
            return answer()
        except ProviderError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))


def _leave_with_the_engine() -> None:
    # An engine that was killed cannot tell its plugins to stop.
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def serve(behaviour: Behaviour, cloud: Cloud, version: str) -> None:
    """Serve until the engine ends; prints the port first, as the protocol asks."""
    server = grpc.server(ThreadPoolExecutor(max_workers=16))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(behaviour, cloud, version), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    threading.Thread(target=_leave_with_the_engine, daemon=True).start()
    server.wait_for_termination()
