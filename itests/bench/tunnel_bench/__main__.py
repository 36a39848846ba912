"""The command line and the order of a run: every configuration once per round, so that a busy minute hits all of them."""
import argparse
import json
import os
import subprocess
import sys
import time

from . import measure, report
from .peers import all_peers
from .world import BenchError, World


def arguments():
    parser = argparse.ArgumentParser(prog="itests/bench/tunnel", description="Compares the tunnel with its peers.")
    parser.add_argument("--agent", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--short", action="store_true", help="one round of the main figures, under five minutes")
    parser.add_argument("--rounds", type=int, default=0, help="rounds; default 3, 1 with --short")
    parser.add_argument("--only", default="", help="names of configurations, separated by commas")
    parser.add_argument("--json", metavar="FILE", help="writes all figures into a file")
    return parser.parse_args()


def attempt(figures, peer, metric, take):
    """Takes one figure; a failure is said and leaves the figure out, it never becomes a number."""
    try:
        values = take()
    except (BenchError, subprocess.TimeoutExpired, OSError, KeyError) as problem:
        print(f"  {peer.name}: {metric} not measured: {str(problem)[:200]}", flush=True)
        return False
    for name, value in zip(metric.split(","), values if isinstance(values, tuple) else (values,)):
        figures.setdefault(peer.name, {}).setdefault(name, []).append(value)
    return True


def first_frame(world, peer):
    begin = time.monotonic()
    peer.up(world)
    world.until(world.answers, 30, peer.name)
    # keys and certificates are made before a program starts, and are no part of anybody's start
    return time.monotonic() - (world.began or begin)


def main_figures(figures, peer, seconds, pings, long):
    world = World()
    try:
        if not attempt(figures, peer, "first_frame", lambda: first_frame(world, peer)):
            return
        attempt(figures, peer, "rtt_first", lambda: measure.rtt_ms(world, 50))
        peer.settle(world)
        # What runs for months is not judged by its first seconds, whoever it is; the figures above are.
        attempt(figures, peer, "tcp_first", lambda: measure.tcp(world, 1, 1)[0])
        attempt(figures, peer, "rtt", lambda: measure.rtt_ms(world, pings))
        attempt(figures, peer, "tcp1,cpu_gb", lambda: measure.tcp(world, 1, seconds))
        attempt(figures, peer, "tcp4", lambda: measure.tcp(world, 4, seconds)[0])
        attempt(figures, peer, "rtt_loaded", lambda: measure.loaded_rtt_ms(world, 2))
        # As TCP above had its first second: each of ours and of the peers.
        attempt({}, peer, "first datagrams", lambda: measure.udp_kpps(world, 64, 1))
        for size in (64, 512, 1400):
            attempt(figures, peer, f"kpps_{size}", lambda: measure.udp_kpps(world, size, max(1, seconds / 2)))
        if peer.processes(world):
            attempt(figures, peer, "memory", lambda: measure.memory_mb(peer.processes(world)))
        if long:
            attempt(figures, peer, "reestablish", lambda: measure.reestablish_seconds(world))
    finally:
        world.close()


def in_own_world(peer, what, take, **options):
    """A world of its own with the peer's tunnel in it; one that does not come up is said and leaves its figures out."""
    world = World(**options)
    try:
        peer.up(world)
        world.until(world.answers, 30, peer.name)
        peer.settle(world)
        take(world)
    except BenchError as problem:
        print(f"  {peer.name}: {what}: {str(problem)[:200]}", flush=True)
    finally:
        world.close()


def figures_without_offloads(figures, peer, seconds):
    def take(world):
        world.no_offloads()
        attempt({}, peer, "first second", lambda: measure.tcp(world, 1, 1))
        attempt(figures, peer, "tcp1_no_offloads", lambda: measure.tcp(world, 1, seconds)[0])

    in_own_world(peer, "without offloads", take)


def lossy_figures(figures, peer, cells, seconds):
    for delay, loss in cells:
        metric = f"goodput_{delay}ms_{loss}"
        in_own_world(peer, f"{delay} ms, {loss} %",
                     lambda world: attempt(figures, peer, metric, lambda: measure.tcp(world, 1, seconds)[0] * 1000),
                     wire=(delay, loss))


def main():
    options = arguments()
    known = all_peers(options.agent)
    wanted = [name.strip() for name in options.only.split(",") if name.strip()]
    unknown = set(wanted) - {peer.name for peer in known}
    if unknown:
        sys.exit(f"bench: unknown {', '.join(sorted(unknown))}; there are: {', '.join(p.name for p in known)}")
    peers = [p for p in known if (p.name in wanted if wanted else not (options.short and p.name.endswith("tuned")))]
    rounds = options.rounds or (1 if options.short else 3)
    cells = [(20, 0.1)] if options.short else report.CELLS
    figures, begin = {}, time.monotonic()
    print(f"{len(peers)} configurations, {rounds} round(s), {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    for number in range(rounds):
        for peer in peers:
            print(f"[{time.monotonic() - begin:6.0f} s] round {number + 1}: {peer.name}", flush=True)
            main_figures(figures, peer, 2 if options.short else 5, 100 if options.short else 300, not options.short)
            if not options.short:
                figures_without_offloads(figures, peer, 5)
            lossy_figures(figures, peer, cells, 2 if options.short else 6)
    print("\n".join(report.table(figures)))
    print("\nGoals")
    judged = report.goals(figures, "stretch")
    for words, value, reached in judged:
        shown = "not measured" if value is None else f"{value:.2f}"
        print(f"  {'reached' if reached else 'MISSED' if value is not None else '-':<8} {shown:>12}  {words}")
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"figures": figures, "goals": [dict(zip(("goal", "value", "reached"), g)) for g in judged],
                       "cores": os.cpu_count(), "load": os.getloadavg(), "seconds": time.monotonic() - begin}, file, indent=1)
    print(f"\n{len(figures)} configurations measured in {time.monotonic() - begin:.0f} s")
    sys.exit(0 if len(figures) == len(peers) else 1)


main()
