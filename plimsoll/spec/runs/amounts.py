"""Amounts that only work that ends has, each with its bounds and its unit."""

from typing import Annotated

from plimsoll.spec.values import Unit, Within

Hours = Annotated[float, Within(0.01, 100_000), Unit("hours")]
BillionTokens = Annotated[float, Within(1e-6, 1e6), Unit("10^9 tokens")]
Samples = Annotated[int, Within(1, 10**12), Unit("samples")]
Requests = Annotated[int, Within(1, 10**12), Unit("requests")]
Epochs = Annotated[int, Within(1, 10_000), Unit("epochs")]
SamplesPerSecond = Annotated[float, Within(1e-6, 1e9), Unit("samples per second")]
RunDollars = Annotated[float, Within(0.01, 1e12), Unit("US dollars per run")]
Interval = Annotated[float, Within(1, 864_000), Unit("seconds")]
GigabytesPerSecond = Annotated[float, Within(0.001, 10_000), Unit("GB/s")]
Days = Annotated[int, Within(1, 3650), Unit("days")]
Failures = Annotated[float, Within(0, 100_000), Unit("per 1,000 node-days")]
RunsPerMonth = Annotated[float, Within(0.01, 100_000), Unit("runs per month")]
