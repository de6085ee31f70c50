"""Amounts that only work that ends has, each with its bounds and its unit."""

from typing import Annotated

from pydantic import Field

from plimsoll.spec.values import Unit

Hours = Annotated[float, Field(ge=0.01, le=100_000, allow_inf_nan=False), Unit("hours")]
BillionTokens = Annotated[float, Field(ge=1e-6, le=1e6, allow_inf_nan=False), Unit("10^9 tokens")]
Samples = Annotated[int, Field(ge=1, le=10**12), Unit("samples")]
Requests = Annotated[int, Field(ge=1, le=10**12), Unit("requests")]
Epochs = Annotated[int, Field(ge=1, le=10_000), Unit("epochs")]
SamplesPerSecond = Annotated[float, Field(ge=1e-6, le=1e9, allow_inf_nan=False), Unit("samples per second")]
RunDollars = Annotated[float, Field(ge=0.01, le=1e12, allow_inf_nan=False), Unit("US dollars per run")]
Interval = Annotated[float, Field(ge=1, le=864_000, allow_inf_nan=False), Unit("seconds")]
GigabytesPerSecond = Annotated[float, Field(ge=0.001, le=10_000, allow_inf_nan=False), Unit("GB/s")]
Days = Annotated[int, Field(ge=1, le=3650), Unit("days")]
Failures = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False), Unit("per 1,000 node-days")]
RunsPerMonth = Annotated[float, Field(ge=0.01, le=100_000, allow_inf_nan=False), Unit("runs per month")]
