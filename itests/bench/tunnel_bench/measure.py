"""The measurements; each returns plain numbers in the unit that its name ends with."""
import json
import pathlib
import re
import statistics
import subprocess
import time

from .world import H2, BenchError


def busy_seconds():
    """CPU seconds that all cores spent so far, idle and waiting left out."""
    with open("/proc/stat") as stat:
        fields = [int(value) for value in stat.readline().split()[1:]]
    return (sum(fields[:8]) - fields[3] - fields[4]) / 100


def tcp(world, streams, seconds):
    """Goodput in Gbit/s and CPU seconds of the whole machine per gigabyte."""
    with Server(world):
        before = busy_seconds()
        result = iperf(world, ["-P", str(streams), "-t", str(seconds), "-O", "0.5" if seconds < 3 else "1"])
        cpu = busy_seconds() - before
    received = result["end"]["sum_received"]
    gigabytes = result["end"]["sum_sent"]["bytes"] / 1e9
    return received["bits_per_second"] / 1e9, cpu / gigabytes if gigabytes else float("nan")


def udp_kpps(world, size, seconds):
    """Datagrams of a size that arrive, in thousands per second, when the sender sends as fast as it can."""
    with Server(world):
        result = iperf(world, ["-u", "-b", "0", "-l", str(size), "-t", str(seconds)])
    total = result["end"]["sum"]
    return (total["packets"] - total["lost_packets"]) / total["seconds"] / 1000


def rtt_ms(world, count, interval="0.01"):
    """Median of a series of echoes; those that were lost do not count."""
    said = world.in_("h1", f"ping -n -i {interval} -c {count} -W 1 {H2}", check=False)
    times = [float(value) for value in re.findall(r"time=([\d.]+)", said)]
    if len(times) < count / 2:
        raise BenchError(f"only {len(times)} of {count} echoes came back")
    return statistics.median(times)


def loaded_rtt_ms(world, seconds):
    """The same while one TCP stream fills the tunnel."""
    with Server(world):
        load = subprocess.Popen(world.inside("h1", ["iperf3", "-c", H2, "-t", str(seconds + 1)]),
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(0.7)
            return rtt_ms(world, int(seconds * 50), "0.02")
        finally:
            load.kill()
            load.wait()


def reestablish_seconds(world):
    """How long after the underlay's return (it was cut for five seconds) the first echo comes back."""
    world.in_("ea", "ip link set wan down")
    time.sleep(5)
    world.in_("ea", "ip link set wan up")
    return world.until(world.answers, 60, "the tunnel after a cut")


def memory_mb(processes):
    """Peak resident memory of the larger end: of all processes that an end's command became or started."""
    sizes = {process.pid: 0.0 for process in processes}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            session = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[3])
            if session in sizes:
                peak = re.search(r"VmHWM:\s+(\d+)", (folder / "status").read_text())
                sizes[session] += int(peak.group(1)) / 1024 if peak else 0
        except OSError:
            continue
    return max(sizes.values())


class Server:
    """iperf3's server in h2, for one test."""

    def __init__(self, world):
        self.world = world

    def __enter__(self):
        self.process = subprocess.Popen(self.world.inside("h2", ["iperf3", "-s", "-1"]), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.world.until(lambda: ":5201" in self.world.in_("h2", "ss -ltn"), 5, "iperf3")

    def __exit__(self, *_):
        try:
            self.process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def iperf(world, options):
    """One test. iperf3 gives up when its own first packet is lost in what a flood before it has left behind: once more then."""
    try:
        return iperf_once(world, options)
    except BenchError as problem:
        if "unable to read from stream socket" not in str(problem):
            raise
        with Server(world):
            return iperf_once(world, options)


def iperf_once(world, options):
    said = world.in_("h1", ["iperf3", "-c", H2, "-J"] + options, check=False, timeout=180)
    try:
        result = json.loads(said[said.index("{"):])
    except ValueError as problem:
        raise BenchError(f"iperf3: {said[-200:]}") from problem
    if "error" in result:
        raise BenchError(f"iperf3: {result['error']}")
    return result
