"""Medians, spans, ratios and goals of a run."""
import statistics

METRICS = [
    ("tcp1", "TCP 1 stream, Gbit/s"),
    ("tcp4", "TCP 4 streams, Gbit/s"),
    ("tcp1_no_offloads", "TCP 1 stream, hosts without offloads, Gbit/s"),
    ("cpu_gb", "CPU s/GB"),
    ("rtt", "RTT idle, ms"),
    ("rtt_loaded", "RTT loaded, ms"),
    ("kpps_64", "64 B, kpps"),
    ("kpps_512", "512 B, kpps"),
    ("kpps_1400", "1400 B, kpps"),
    ("first_frame", "start to first frame, s"),
    ("rtt_first", "RTT idle in the first half second, ms"),
    ("tcp_first", "TCP 1 stream in the first second, Gbit/s"),
    ("reestablish", "back after a 5 s cut, s"),
    ("memory", "memory, MB"),
]
CELLS = [(delay, loss) for delay in (0, 20) for loss in (0, 0.1, 1)]
METRICS += [(f"goodput_{delay}ms_{loss}", f"goodput at {delay} ms, {loss} % loss, Mbit/s") for delay, loss in CELLS]


def median(figures, peer, metric):
    values = figures.get(peer, {}).get(metric)
    return statistics.median(values) if values else None


def table(figures):
    """Lines of one row per configuration and metric: median and span."""
    lines = []
    for metric, words in METRICS:
        rows = [(peer, values[metric]) for peer, values in figures.items() if values.get(metric)]
        if not rows:
            continue
        lines += ["", words]
        best = max(statistics.median(values) for _, values in rows) or 1
        for peer, values in rows:
            middle = statistics.median(values)
            bar = "█" * max(0, round(24 * middle / best))
            lines.append(f"  {peer:<20} {middle:10.3f}  ({min(values):.3f}–{max(values):.3f})  {bar}")
    return lines


def goals(figures, ours):
    """Each goal as (sentence, ratio or None when it was not measured, reached)."""
    peers = [p for p in figures if p.split()[0] in ("openvpn", "softether", "tinc")]

    def ratio(metric, other, own=ours):
        a, b = median(figures, own, metric), median(figures, other, metric)
        return a / b if a is not None and b else None

    def best(metric, pick):
        values = [m for m in (median(figures, p, metric) for p in peers) if m is not None]
        return pick(values) if values else None

    def against_best(metric, pick):
        value, own = best(metric, pick), median(figures, ours, metric)
        return own / value if value and own is not None else None

    found = [("TCP, 1 stream, the JDK's engine alone, at least 12 times OpenVPN's defaults",
              ratio("tcp1", "openvpn udp", ours + " jdk"), lambda r: r >= 12),
             ("TCP, 1 stream, the JDK's engine alone, at least 8 times SoftEther's defaults",
              ratio("tcp1", "softether 1", ours + " jdk"), lambda r: r >= 8),
             ("TCP, 1 stream, at least 16 times OpenVPN's defaults (best provider)",
              ratio("tcp1", "openvpn udp"), lambda r: r >= 16),
             ("TCP, 1 stream, at least 10 times SoftEther's defaults (best provider)",
              ratio("tcp1", "softether 1"), lambda r: r >= 10),
             ("TCP, 1 stream, at least 0.4 of vxlan without crypto (best provider)",
              ratio("tcp1", "vxlan"), lambda r: r >= 0.4),
             ("CPU per GB at most a tenth of OpenVPN's", ratio("cpu_gb", "openvpn udp"), lambda r: r <= 0.1),
             ("idle RTT at most 1.2 times the best peer's", against_best("rtt", min), lambda r: r <= 1.2),
             ("loaded RTT at most a third of the best peer's", against_best("rtt_loaded", min), lambda r: r <= 1 / 3)]
    found += [(f"packet rate at {size} bytes at least 1.3 times the best peer's", against_best(f"kpps_{size}", max),
               lambda r: r >= 1.3) for size in (64, 512, 1400)]
    found += [(f"goodput at {delay} ms and {loss} % loss at least the best peer's",
               against_best(f"goodput_{delay}ms_{loss}", max), lambda r: r >= 1) for delay, loss in CELLS]
    result = [(words, value, value is not None and reached(value)) for words, value, reached in found]
    start, memory = median(figures, ours, "first_frame"), median(figures, ours, "memory")
    result.append(("start to first frame under 1.5 s", start, start is not None and start < 1.5))
    result.append(("memory of an agent under 150 MB", memory, memory is not None and memory < 150))
    return result
