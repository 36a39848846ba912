"""Two hosts, two edges, and the wire between them, in network namespaces.

    h1 eth0 ── leg ea wan ═══ wan eb leg ── eth0 h2
    10.77.0.1      10.99.0.1  10.99.0.2     10.77.0.2
"""
import atexit
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

H1, H2 = "10.77.0.1", "10.77.0.2"
LEG_MAC = {"ea": "52:54:00:aa:00:01", "eb": "52:54:00:bb:00:01"}
WAN = {"ea": "10.99.0.1", "eb": "10.99.0.2"}


class BenchError(Exception):
    """Something that keeps a measurement from being made."""


def run(command, check=True, timeout=120):
    """Runs a command to its end and returns what it printed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)
    if check and done.returncode != 0:
        raise BenchError(f"{' '.join(command)}: {done.stdout.strip()}")
    return done.stdout


class World:
    """Namespaces of one configuration; taken down with everything that was started in them."""

    def __init__(self, wire=None):
        self.prefix = f"sdb{os.getpid()}-"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sdbench-"))
        self.processes = []
        self.began = None
        atexit.register(self.close)
        for name in ("h1", "ea", "eb", "h2"):
            run(["ip", "netns", "add", self.prefix + name])
            self.in_(name, "ip link set lo up")
            self.in_(name, "sysctl -qw net.ipv6.conf.default.disable_ipv6=1")
        self.cable("h1", "eth0", "ea", "leg", "52:54:00:00:00:01", LEG_MAC["ea"])
        self.cable("h2", "eth0", "eb", "leg", "52:54:00:00:00:02", LEG_MAC["eb"])
        if wire:
            self.start_wire(*wire)
        else:
            self.cable("ea", "wan", "eb", "wan", "52:54:00:cc:00:01", "52:54:00:cc:00:02")
        for edge, address in WAN.items():
            self.in_(edge, f"ip addr add {address}/24 dev wan")
        self.in_("h1", f"ip addr add {H1}/24 dev eth0")
        self.in_("h2", f"ip addr add {H2}/24 dev eth0")

    def ns(self, name):
        return self.prefix + name

    def inside(self, name, command):
        words = command.split() if isinstance(command, str) else list(command)
        return ["ip", "netns", "exec", self.ns(name)] + words

    def in_(self, name, command, check=True, timeout=120):
        return run(self.inside(name, command), check, timeout)

    def start(self, name, command, cwd=None, log=None):
        """Starts a program in a namespace; it ends with this world."""
        self.began = self.began or time.monotonic()
        out = open(self.folder / (log or f"process{len(self.processes)}.log"), "ab")
        process = subprocess.Popen(self.inside(name, command), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                   cwd=cwd or self.folder, start_new_session=True)
        self.processes.append(process)
        return process

    def cable(self, one, one_name, other, other_name, one_mac, other_mac):
        run(["ip", "link", "add", "name", one_name, "netns", self.ns(one), "address", one_mac, "type", "veth",
             "peer", "name", other_name, "netns", self.ns(other), "address", other_mac])
        self.in_(one, f"ip link set {one_name} up")
        self.in_(other, f"ip link set {other_name} up")

    def start_wire(self, delay_ms, loss_percent):
        """A wire in user space, because not every kernel has netem: delay per direction is half of the round trip."""
        binary = compile_wire()
        self.start("ea", [str(binary), f"/run/netns/{self.ns('ea')}", f"/run/netns/{self.ns('eb')}",
                          str(delay_ms / 2), str(loss_percent)], log="wire.log")
        for edge in ("ea", "eb"):
            self.until(lambda e=edge: "wan" in self.in_(e, "ip -o link show"), 5, "the wire")
            self.in_(edge, "ip link set wan up")

    def bridge(self, edge, port):
        """A bridge of the leg and a peer's tap."""
        self.in_(edge, "ip link add name sw type bridge stp_state 0 forward_delay 0 mcast_snooping 0")
        for name in ("leg", port):
            self.in_(edge, f"ip link set {name} master sw")
            self.in_(edge, f"ip link set {name} up")
        self.in_(edge, "ip link set sw up")

    def no_offloads(self):
        """Hosts whose frames arrive in the size of the MTU, as from most physical NICs."""
        for name, device in (("h1", "eth0"), ("h2", "eth0"), ("ea", "leg"), ("eb", "leg")):
            self.in_(name, f"ethtool -K {device} gro off gso off tso off tx off", check=False)

    def until(self, condition, seconds, what):
        """Waits for a condition and returns the seconds it took."""
        begin = time.monotonic()
        while time.monotonic() - begin < seconds:
            if condition():
                return time.monotonic() - begin
            time.sleep(0.02)
        raise BenchError(f"{what} did not come up within {seconds} s")

    def answers(self):
        return subprocess.run(self.inside("h1", f"ping -n -q -c 1 -W 0.2 {H2}"), stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0

    def close(self):
        for process in self.processes:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        self.processes = []
        for name in ("h1", "ea", "eb", "h2"):
            run(["ip", "netns", "del", self.ns(name)], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.close)


_wire = None


def compile_wire():
    """The wire's program, compiled once per run."""
    global _wire
    if _wire is None:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sdbench-wire-"))
        atexit.register(shutil.rmtree, folder, True)
        run(["gcc", "-O2", "-o", str(folder / "wire"), str(pathlib.Path(__file__).with_name("wire.c"))])
        _wire = folder / "wire"
    return _wire
