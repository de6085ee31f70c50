"""The diagram of a stack as SVG, for a design review."""

from collections.abc import Sequence

from plimsoll.show.preview.canvas import Canvas, Paint, Type, text_width
from plimsoll.show.preview.diagram import PoolView, StackView, WorkloadView

WIDTH = 1240
_MARGIN = 32
_INNER = WIDTH - 2 * _MARGIN
_PAD = 20

_INK, _SOFT, _FAINT = "#0f172a", "#475569", "#94a3b8"
_HEAD = Type(13, _INK, 600)
_BODY = Type(12, _SOFT)
_SMALL = Type(11, _FAINT)
_MONEY = Type(13, _INK, 600, "end")
_REGION = Paint("#f8fafc", "#cbd5e1", 12, 1.2)
_VPC = Paint("#ffffff", "#a5b4fc", 10, 1.2)
_PUBLIC = Paint("#ecfdf5", "#a7f3d0", 6)
_PRIVATE = Paint("#eff6ff", "#bfdbfe", 6)
_EKS = Paint("#ffffff", "#fdba74", 12, 1.4)
_CARD = Paint("#ffffff", "#cbd5e1", 8)
_WORKLOAD = Paint("#f8fafc", "#cbd5e1", 10, 1)
_SERVICE = Paint("#f0f9ff", "#7dd3fc", 8, 1.2)
_RUNNER = Paint("#ffffff", "#7dd3fc", 8, 1.2)
_POOL = Paint("#fff7ed", "#fdba74", 8, 1.2)
_SPOT = Paint("#fff7ed", "#fdba74", 8, 1.2, "5 3")
_CHIP = Paint("#f1f5f9", "#e2e8f0", 11)
_CHIP_TEXT = Type(11, _SOFT)
_LINE = "#64748b"
_NOTE = "Ceiling: every pool at its limit, on demand, 730 hours a month, with nodes in flight and volumes."


def draw(view: StackView) -> str:
    """Draw the picture; equal views give equal bytes."""
    canvas = Canvas()
    _header(canvas, view)
    frame = len(canvas.shapes)
    top = 112.0
    y = top + 44
    if view.vpc:
        y = _network(canvas, view, y) + 16
    y = _cluster(canvas, view, y)
    bottom = y + _PAD
    region = Canvas()
    region.box(_MARGIN, top, _INNER, bottom - top, _REGION)
    region.text(_MARGIN + _PAD, top + 27, f"AWS  {view.region}", Type(13, _SOFT, 600))
    canvas.shapes[frame:frame] = region.shapes
    canvas.text(_MARGIN, bottom + 26, _NOTE, _SMALL)
    canvas.text(WIDTH - _MARGIN, bottom + 26, "drawn by plimsoll preview", Type(11, _FAINT, 400, "end"))
    return canvas.svg(WIDTH, bottom + 48, f"{view.title}: ceiling {view.ceiling} a month")


def _header(canvas: Canvas, view: StackView) -> None:
    canvas.text(_MARGIN, 54, view.title, Type(24, _INK, 700))
    canvas.text(_MARGIN, 80, view.subtitle, Type(13, _SOFT))
    right = WIDTH - _MARGIN
    canvas.text(right, 54, view.ceiling, Type(24, _INK, 700, "end"))
    canvas.text(right, 80, "ceiling a month", Type(12, _SOFT, 400, "end"))
    right -= max(150.0, text_width(view.ceiling, 24, 700) + 32)
    canvas.text(right, 54, view.floor, Type(20, _SOFT, 600, "end"))
    canvas.text(right, 80, "floor a month", Type(12, _SOFT, 400, "end"))


def _network(canvas: Canvas, view: StackView, y: float) -> float:
    """The VPC at the left, what stands outside it at the right; returns where they end."""
    x, width = _MARGIN + _PAD, 760.0
    height = 168.0
    canvas.box(x, y, width, height, _VPC)
    canvas.text(x + 16, y + 25, view.vpc, _HEAD)
    column = (width - 32 - 12 * (len(view.zones) - 1)) / max(1, len(view.zones))
    for index, zone in enumerate(view.zones):
        left = x + 16 + index * (column + 12)
        canvas.text(left, y + 48, zone.name, _BODY)
        for offset, paint, label, cidr in (
            (56, _PUBLIC, "public", zone.public),
            (90, _PRIVATE, "private", zone.private),
        ):
            canvas.box(left, y + offset, column, 28, paint)
            canvas.text(left + 10, y + offset + 18, label, _BODY)
            canvas.text(left + column - 10, y + offset + 18, cidr, Type(11, _SOFT, 400, "end"))
    _chips(canvas, x + 16, y + 130, width - 32, [text for text in (view.nat, view.endpoint) if text])
    _beside(canvas, view, x + width + 16, y, height)
    return y + height


def _beside(canvas: Canvas, view: StackView, x: float, y: float, height: float) -> None:
    width = WIDTH - _MARGIN - _PAD - x
    cards = [("Node lifecycle", view.lifecycle), ("Access", view.access), ("Budget alerts", view.budgets)]
    shown = [(title, lines) for title, lines in cards if lines]
    each = (height - 12 * (len(shown) - 1)) / max(1, len(shown))
    for index, (title, lines) in enumerate(shown):
        top = y + index * (each + 12)
        canvas.box(x, top, width, each, _CARD)
        canvas.text(x + 16, top + 22, title, _HEAD)
        room = int((each - 30) // 17)
        rows = list(lines) if len(lines) <= room else [" · ".join(lines)]
        for row, line in enumerate(rows):
            canvas.text(x + 16, top + 41 + row * 17, line, _BODY, width - 32)


def _chips(canvas: Canvas, x: float, y: float, width: float, texts: Sequence[str]) -> float:
    """Chips from left to right, wrapped; returns where the last row ends."""
    at = x
    for text in texts:
        needed = text_width(text, _CHIP_TEXT.size) + 18
        if at > x and at + needed > x + width:
            at, y = x, y + 28
        at += canvas.chip(at, y, text, _CHIP, _CHIP_TEXT) + 8
    return y + 22 if texts else y


def _cluster(canvas: Canvas, view: StackView, y: float) -> float:
    """The cluster's frame with its system nodes, add-ons and workloads; returns where it ends."""
    x, width = _MARGIN + _PAD, _INNER - 2 * _PAD
    frame = len(canvas.shapes)
    inner = y + 44
    if view.system or view.addons:
        inner = _system(canvas, view, x + _PAD, inner, width - 2 * _PAD) + 16
    for workload in view.workloads:
        inner = _workload(canvas, workload, x + _PAD, inner, width - 2 * _PAD) + 16
    bottom = inner + 4
    back = Canvas()
    back.box(x, y, width, bottom - y, _EKS)
    back.text(x + _PAD, y + 28, view.cluster, Type(14, _INK, 600))
    back.text(x + width - _PAD, y + 28, view.cluster_price, _MONEY)
    canvas.shapes[frame:frame] = back.shapes
    return bottom


def _system(canvas: Canvas, view: StackView, x: float, y: float, width: float) -> float:
    left = 0.0
    if view.system:
        left = 340.0
        canvas.box(x, y, left, 62, _POOL)
        canvas.text(x + 14, y + 24, "System nodes", _HEAD)
        canvas.text(x + 14, y + 45, view.system, _BODY, left - 120)
        canvas.text(x + left - 14, y + 24, view.system_price, _MONEY)
        left += 20
    canvas.text(x + left, y + 14, "Installed", _HEAD)
    end = _chips(canvas, x + left, y + 24, width - left, view.addons)
    return max(end, y + 62 if view.system else end)


def _workload(canvas: Canvas, view: WorkloadView, x: float, y: float, width: float) -> float:
    rows = max(1, len(view.pools))
    height = 52 + rows * 84 + 30
    canvas.box(x, y, width, height, _WORKLOAD)
    canvas.text(x + 16, y + 27, view.name, Type(15, _INK, 700))
    name_width = text_width(view.name, 15, 700)
    canvas.text(x + 30 + name_width, y + 27, view.owner, _BODY, width - name_width - 180)
    canvas.text(x + width - 16, y + 27, view.ceiling, Type(15, _INK, 700, "end"))
    middle = y + 46 + rows * 84 / 2 - 6
    canvas.box(x + 16, middle - 36, 200, 72, _SERVICE)
    canvas.text(x + 30, middle - 14, "Service", _HEAD)
    canvas.text(x + 30, middle + 6, view.service, Type(11, _SOFT), 176)
    canvas.text(x + 30, middle + 24, "ClusterIP, port 80", _SMALL, 176)
    for index, pool in enumerate(view.pools):
        top = y + 46 + index * 84
        canvas.elbow((x + 216, middle), (x + 256, top + 36), _LINE)
        _pool(canvas, pool, x + 256, top, width - 272)
    canvas.text(x + 16, y + height - 15, view.guards, _SMALL, width - 32)
    return y + height


def _pool(canvas: Canvas, pool: PoolView, x: float, y: float, width: float) -> None:
    runner = 336.0
    canvas.box(x, y, runner, 72, _RUNNER)
    canvas.text(x + 14, y + 22, pool.runner or "Pods", _HEAD)
    canvas.text(x + runner - 14, y + 22, pool.replicas, Type(12, _INK, 600, "end"))
    canvas.text(x + 14, y + 42, pool.image, Type(11, _SOFT), runner - 28)
    canvas.text(x + 14, y + 60, pool.scaler or "no autoscaler", _SMALL, runner - 28)
    left = x + runner + 40
    canvas.elbow((x + runner, y + 36), (left, y + 36), _LINE)
    room = width - runner - 40
    canvas.box(left, y, room, 72, _SPOT if "spot" in pool.capacity else _POOL)
    canvas.text(left + 14, y + 22, f"{pool.kind} {pool.name}", _HEAD, room - 130)
    canvas.text(left + room - 14, y + 22, pool.ceiling, _MONEY)
    canvas.text(left + 14, y + 42, pool.machine, Type(12, _INK), room - 28)
    terms = " · ".join(part for part in (pool.capacity, pool.bounds, pool.volume) if part)
    canvas.text(left + 14, y + 60, terms, _BODY, room - 28)
