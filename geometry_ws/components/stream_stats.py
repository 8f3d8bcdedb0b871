"""A stream's numbers as the wire has them. Pure."""

from geometry_ws.protocol import stream_stats as wire
from geometry_ws.stream.stats import Spread, StreamStats, ViewerStats


def stats_on_wire(name: str, epoch: str, surfaces: int, stats: StreamStats) -> wire.StreamStats:
    """The answer of `stream.stats`."""
    spreads = stats.ledger
    return wire.StreamStats(
        stream=name,
        epoch=epoch,
        seq=stats.seq,
        uptime_s=round(stats.uptime, 3),
        fps=round(stats.fps, 2),
        surfaces=surfaces,
        cached_bytes=stats.cached_bytes,
        transfer_bytes=stats.transfer_bytes,
        totals=wire.Totals(**stats.totals._asdict()),
        ledger=wire.Ledger(**{name: _percentiles(one) for name, one in spreads.items()}),
        viewers=[_viewer(one) for one in stats.viewers],
    )


def _percentiles(spread: Spread) -> wire.Percentiles:
    return wire.Percentiles(
        count=spread.samples,
        p50_ms=round(spread.p50 * 1e3, 3),
        p95_ms=round(spread.p95 * 1e3, 3),
        max_ms=round(spread.highest * 1e3, 3),
    )


def _viewer(stats: ViewerStats) -> wire.ViewerStats:
    return wire.ViewerStats(
        viewer=stats.name,
        quality="thumbnail" if stats.shrink > 1 else "fast" if stats.fast else "sharp",
        shrink=stats.shrink,
        codecs=sorted(stats.codecs),
        state=stats.state,
        fps=round(stats.fps, 2),
        frames=stats.frames,
        skipped=stats.skipped,
        messages=stats.messages,
        bytes=stats.bytes,
        in_flight_bytes=stats.in_flight_bytes,
        window_bytes=stats.window_bytes,
        bandwidth=round(stats.bandwidth),
        lag_ms=round(stats.lag * 1e3, 3),
        round_trip_ms=round(stats.round_trip * 1e3, 3),
        draw_us=stats.draw_us,
        acks=stats.acks,
        stale_planes=stats.stale_planes,
        rough_planes=stats.rough_planes,
        attached_s=round(stats.attached, 3),
    )
