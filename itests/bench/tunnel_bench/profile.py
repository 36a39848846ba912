"""Where the time of the tunnel goes.

perf samples the whole machine (kernel, native and compiled code), the flight recorder the Java code with what the
compiler has inlined. Both give shares of samples; neither says anything about speed.
"""
import argparse
import collections
import json
import re
import subprocess
import time

from .measure import Server, iperf
from .peers import Stretch
from .world import World, run

JAVA = ["-XX:+PreserveFramePointer", "-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints"]
RATE = 499

# What a sample belongs to: the first rule that any frame matches, from the leaf outwards. Kernel work that a system call
# causes in the same context (the veth pair, the bridge, the peer's TCP) counts for the call that caused it.
KERNEL = [
    ("tap read", r"tun_chr_read|tun_do_read|tun_ring_recv"),
    ("tap write", r"tun_chr_write|tun_get_user"),
    ("socket send", r"tcp_sendmsg|sock_write_iter|udpv?6?_sendmsg|sys_sendmsg"),
    ("socket receive", r"tcp_recvmsg|sock_read_iter|udpv?6?_recvmsg|sys_recvmsg"),
    ("waiting (poll, futex)", r"do_poll|do_sys_poll|ep_poll|futex|schedule"),
    ("memory (page faults)", r"page_fault|handle_mm_fault"),
]
NATIVE = [
    ("crypto", r"galoisCounterMode|counterMode|ghash|aescrypt|aesgcm|CRYPTO_|EVP_|gcm_|aes_|com\.sun\.crypto|"
               r"com\.amazon\.corretto|javax\.crypto|[aA]mazonCorretto"),
    ("copies", r"arraycopy|copyMemory|memcpy|memmove|_unaligned|Copy::"),
    ("TLS engine", r"sun\.security\.ssl|javax\.net\.ssl"),
    ("guards and table", r"core\.FrameGuard|core\.SideRules|core\.Sightings|core\.ForwardingTable|internal\.frame\."),
    ("frame path (reader, link, delivery; inlined guards)", r"SegmentReader|TlsLink|StretchedNetwork|PeerConnection|internal\.datagram\."),
    ("JDK I/O glue", r"sun\.nio\.ch|libnio|libnet|IOUtil|jni_|JavaCritical|pthread_|__libc_(read|write)|__read|__write"),
]
JAVA_CODE = [
    ("crypto", r"^(com\.amazon\.corretto|com\.sun\.crypto|javax\.crypto)"),
    ("TLS engine", r"^(sun\.security\.ssl|javax\.net\.ssl|sun\.security)"),
    ("forwarding table", r"core\.ForwardingTable"),
    ("guards", r"core\.(FrameGuard|SideRules|Sightings|StormLimit|AddressClaims|GuardPolicy)|internal\.frame\."),
    ("tap I/O", r"internal\.tap\."),
    ("socket I/O", r"sun\.nio\.ch\.Socket|sun\.nio\.ch\.Datagram"),
    ("frame path", r"internal\.(core|link|wire|datagram)\."),
]
COMPILER = re.compile(r"^C[12] Compiler|^Sweeper")
SAMPLER = re.compile(r"^JFR ")
# What goes away once the code is compiled, or is there only because somebody looks.
PASSING = ("JIT compiler", "interpreter", "flight recorder")
COLLECTOR = re.compile(r"^(VM Thread|GC |G1 |VM Periodic)")


def first(rules, frames, otherwise):
    for frame in frames:
        for name, pattern in rules:
            if re.search(pattern, frame):
                return name
    return otherwise


def samples(path, pids):
    """(process, thread name, frames from the leaf outwards) of a recording."""
    text = subprocess.run(["perf", "script", "-i", str(path), "-F", "pid,comm,ip,sym,dso"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, errors="replace").stdout
    for block in text.split("\n\n"):
        lines = block.strip("\n").split("\n")
        head = re.match(r"\s*(.*?)\s+(\d+)\s*$", lines[0])
        if head and int(head.group(2)) in pids:
            yield int(head.group(2)), head.group(1), [line.strip() for line in lines[1:]]


def place(thread, frames):
    if COMPILER.search(thread):
        return "JIT compiler"
    if SAMPLER.search(thread):
        return "flight recorder"
    if COLLECTOR.search(thread):
        return "garbage collector and VM"
    if frames and "[kernel" in frames[0]:
        return "kernel: " + first(KERNEL, frames, "other")
    inner = frames[:12]
    found = first(NATIVE, inner, None)
    if found:
        return found
    return "interpreter" if any("Interpreter" in frame for frame in inner) else "other Java and JVM"


def shares(counts):
    total = sum(counts.values()) or 1
    return {name: round(100 * count / total, 1) for name, count in counts.most_common()}


def flight(java_home, path):
    """Shares of the Java code, inlined methods told apart."""
    out = run([f"{java_home}/bin/jfr", "print", "--json", "--stack-depth", "32", "--events", "jdk.ExecutionSample", str(path)],
              timeout=300)
    counts = collections.Counter()
    for event in json.loads(out)["recording"]["events"]:
        trace = event["values"].get("stackTrace") or {}
        frames = [f"{f['method']['type']['name']}.{f['method']['name']}".replace("/", ".") for f in trace.get("frames", [])]
        if frames:
            counts[first(JAVA_CODE, frames, "other")] += 1
    return {"samples": sum(counts.values()), "shares": shares(counts)}


def table(title, result):
    lasting = 100 - sum(result["shares"].get(name, 0) for name in PASSING)
    print(f"\n{title}\n\n| where | of all | without {', '.join(PASSING)} |\n|---|---|---|")
    for name, share in result["shares"].items():
        steady = "" if name in PASSING or lasting <= 0 else f"{100 * share / lasting:.1f} %"
        print(f"| {name} | {share} % | {steady} |")
    print(f"\n({result['samples']} samples)")


def main():
    words = argparse.ArgumentParser(prog="profile")
    words.add_argument("--agent", required=True)
    words.add_argument("--seconds", type=int, default=20)
    words.add_argument("--warm", type=int, default=45, help="seconds of load before, so that the code is compiled")
    words.add_argument("--streams", type=int, default=4)
    words.add_argument("--datagrams", type=int, help="UDP datagrams of so many bytes instead of TCP")
    words.add_argument("--transport", choices=("tls", "datagram"), default="tls")
    words.add_argument("--crypto", choices=("jdk", "best"), default="best")
    words.add_argument("--json")
    words.add_argument("--unplaced", action="store_true", help="also list what no rule matches")
    given = words.parse_args()
    world = World()
    peer = Stretch("stretch", given.agent, options=JAVA + (["-Dstretch.crypto=jdk"] if given.crypto == "jdk" else []),
                   transport=given.transport)
    peer.up(world)
    world.until(world.answers, 60, "the tunnel")
    peer.settle(world)
    java_home = str(run(["readlink", "-f", peer.java]).strip()).rsplit("/bin/", 1)[0]
    pids = {process.pid: edge for edge, process in peer.started.items()}
    load = ["-u", "-b", "0", "-l", str(given.datagrams)] if given.datagrams else ["-P", str(given.streams)]
    data = world.folder / "perf.data"
    with Server(world):
        iperf(world, load + ["-t", str(given.warm)])
    for pid in pids:
        run([f"{java_home}/bin/jcmd", str(pid), "JFR.start", "name=profile", "settings=profile"])
    with Server(world):
        recording = subprocess.Popen(["perf", "record", "-q", "-a", "-e", "cpu-clock", "-F", str(RATE), "-g", "-o", str(data)],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        iperf(world, load + ["-t", str(given.seconds)])
        recording.send_signal(2)
        recording.wait()
    for pid in pids:
        run([f"{java_home}/bin/jcmd", str(pid), "Compiler.perfmap"])
        run([f"{java_home}/bin/jcmd", str(pid), "JFR.dump", "name=profile", f"filename={world.folder}/{pid}.jfr"])
    counts = {edge: collections.Counter() for edge in pids.values()}
    unplaced = collections.Counter()
    for pid, thread, frames in samples(data, pids):
        where = place(thread, frames)
        counts[pids[pid]][where] += 1
        if where.startswith("other") or where == "kernel: other":
            unplaced[thread + ": " + " < ".join(re.sub(r"^[0-9a-f]+ ", "", frame) for frame in frames[:4])] += 1
    result = {"crypto": given.crypto, "load": " ".join(load)}
    for pid, edge in pids.items():
        side = "sending edge (tap to tunnel)" if edge == "ea" else "receiving edge (tunnel to tap)"
        result[side] = {"samples": sum(counts[edge].values()), "shares": shares(counts[edge])}
        result[side + ", its Java code"] = flight(java_home, f"{world.folder}/{pid}.jfr")
    print(f"load: iperf3 {result['load']}, transport: {given.transport}, crypto: {given.crypto}, {given.seconds} s, {time.strftime('%Y-%m-%d')}")
    for title, part in result.items():
        if isinstance(part, dict):
            table(title, part)
    if given.unplaced:
        for stack, count in unplaced.most_common(30):
            print(count, stack)
    if given.json:
        with open(given.json, "w") as file:
            json.dump(result, file, indent=2)
    world.close()


if __name__ == "__main__":
    main()
