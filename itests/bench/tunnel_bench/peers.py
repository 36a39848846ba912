"""What is compared: each configuration knows how to come up between the two edges."""
import json
import os
import pathlib
import shutil
import zipfile

from .world import LEG_MAC, WAN, BenchError, run

EDGES = ("ea", "eb")
NEEDED = "-all,+net_admin,+net_bind_service"
CONFINED = ["setpriv", "--no-new-privs", "--bounding-set", NEEDED]
"""As the appliance starts its agent: one that has more rights would give them up by starting anew (ADR 0017)."""


class Peer:
    """One configuration; name as it is printed, group for the ratios."""

    def __init__(self, name, group):
        self.name, self.group = name, group

    def settle(self, world):
        """Waits for what comes after the first frame."""

    def up(self, world):
        raise NotImplementedError

    def processes(self, world):
        """The tunnel's own processes, for memory; empty where the kernel does it."""
        return []


class Bare(Peer):
    """No tunnel: legs and wan in one bridge."""

    def up(self, world):
        for edge in EDGES:
            world.bridge(edge, "wan")


class Vxlan(Peer):
    """The kernel's encapsulation without encryption; the limit of what a tunnel can do here."""

    def up(self, world):
        for edge, other in zip(EDGES, reversed(EDGES)):
            world.in_(edge, "ip link set wan mtu 1600")
            world.in_(edge, f"ip link add name vx type vxlan id 7 local {WAN[edge]} remote {WAN[other]} dstport 4789 dev wan")
            world.in_(edge, "ip link set vx mtu 1500")
            world.bridge(edge, "vx")


def certificates(world, names, uri=None):
    """A CA and one certificate per name, as PEM files in the world's folder."""
    folder = world.folder
    run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=bench", "-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.pem")])
    for name in names:
        extension = folder / f"{name}.ext"
        extension.write_text("basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n"
                             "extendedKeyUsage=serverAuth,clientAuth\n"
                             + (f"subjectAltName=URI:{uri(name)}\n" if uri else ""))
        run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-subj", f"/CN={name}", "-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.csr")])
        run(["openssl", "x509", "-req", "-in", str(folder / f"{name}.csr"), "-CA", str(folder / "ca.pem"),
             "-CAkey", str(folder / "ca.key"), "-CAcreateserial", "-days", "2", "-extfile", str(extension),
             "-out", str(folder / f"{name}.pem")])


class OpenVpn(Peer):
    """OpenVPN 2.6, point to point, TLS, layer 2."""

    def __init__(self, name, protocol, extra=()):
        super().__init__(name, "openvpn")
        self.protocol, self.extra = protocol, list(extra)
        self.started = []

    def up(self, world):
        certificates(world, EDGES)
        self.started = []
        tcp = self.protocol == "tcp"
        for edge, other, role in (("ea", "eb", "server"), ("eb", "ea", "client")):
            proto = f"tcp-{role}" if tcp else "udp"
            command = ["openvpn", "--dev", "tap0", "--dev-type", "tap", "--proto", proto, "--port", "1194",
                       "--ca", "ca.pem", "--cert", f"{edge}.pem", "--key", f"{edge}.key", f"--tls-{role}",
                       "--verb", "3", "--ping", "1", "--ping-restart", "3", "--persist-tun", "--persist-key"]
            command += ["--dh", "none"] if role == "server" else []
            command += ["--remote", WAN[other]] if role == "client" or not tcp else []
            self.started.append(world.start(edge, command + self.extra, log=f"openvpn-{edge}.log"))
        for edge in EDGES:
            world.until(lambda e=edge: "tap0" in world.in_(e, "ip -o link show"), 10, self.name)
            world.bridge(edge, "tap0")

    def processes(self, world):
        return self.started


class Tinc(Peer):
    """tinc 1.0 in switch mode."""

    def __init__(self, name, tcp):
        super().__init__(name, "tinc")
        self.tcp = tcp
        self.started = []

    def up(self, world):
        self.started = []
        public = {}
        for edge in EDGES:
            folder = world.folder / f"tinc-{edge}"
            (folder / "hosts").mkdir(parents=True)
            run(["openssl", "genrsa", "-traditional", "-out", str(folder / "rsa_key.priv"), "2048"])
            os.chmod(folder / "rsa_key.priv", 0o600)
            public[edge] = run(["openssl", "rsa", "-in", str(folder / "rsa_key.priv"), "-RSAPublicKey_out"])
            public[edge] = public[edge][public[edge].index("-----BEGIN"):]
        for edge, other in zip(EDGES, reversed(EDGES)):
            folder = world.folder / f"tinc-{edge}"
            (folder / "tinc.conf").write_text(f"Name = {edge}\nMode = switch\nDeviceType = tap\nInterface = tap0\n"
                                              f"ConnectTo = {other}\nAddressFamily = ipv4\nPingTimeout = 3\n")
            (folder / "tinc-up").write_text("#!/bin/sh\n")
            os.chmod(folder / "tinc-up", 0o755)
            for host in EDGES:
                (folder / "hosts" / host).write_text(f"Address = {WAN[host]}\n" + ("TCPOnly = yes\n" if self.tcp else "")
                                                     + public[host])
            self.started.append(world.start(edge, ["tincd", "-D", "-c", str(folder), f"--pidfile={folder}/pid"],
                                            log=f"tinc-{edge}.log"))
        for edge in EDGES:
            world.until(lambda e=edge: "tap0" in world.in_(e, "ip -o link show"), 10, self.name)
            world.bridge(edge, "tap0")

    def processes(self, world):
        return self.started


class SoftEther(Peer):
    """SoftEther's server at one edge, a cascade from the other, local bridges to taps."""

    def __init__(self, name, connections):
        super().__init__(name, "softether")
        self.connections = connections
        self.started = []

    def up(self, world):
        self.started = []
        os.makedirs("/run/softether", exist_ok=True)
        for edge in EDGES:
            folder = world.folder / f"softether-{edge}"
            shutil.copytree("/usr/libexec/softether/vpnserver", folder, symlinks=False)
            self.started.append(world.start(edge, [str(folder / "vpnserver"), "execsvc"], cwd=folder,
                                            log=f"softether-{edge}.log"))
        for edge in EDGES:
            world.until(lambda e=edge: "completed successfully" in self.say(world, e, ["About"]), 30, self.name)
        bridge = ["HubCreate bench /PASSWORD:bench", "BridgeCreate bench /DEVICE:soft /TAP:yes"]
        self.must(world, "ea", bridge + [
            "Hub bench",
            "UserCreate relay /GROUP: /REALNAME:relay /NOTE:bench",
            "UserPasswordSet relay /PASSWORD:relay"])
        self.must(world, "eb", bridge + [
            "Hub bench",
            f"CascadeCreate up /SERVER:{WAN['ea']}:443 /HUB:bench /USERNAME:relay",
            "CascadePasswordSet up /PASSWORD:relay /TYPE:standard",
            f"CascadeDetailSet up /MAXTCP:{self.connections} /INTERVAL:1 /TTL:0 /HALF:no /NOQOS:yes",
            "CascadeOnline up"])
        for edge in EDGES:
            world.until(lambda e=edge: "tap_soft" in world.in_(e, "ip -o link show"), 10, self.name)
            world.bridge(edge, "tap_soft")

    def say(self, world, edge, commands):
        script = world.folder / f"softether-{edge}.txt"
        script.write_text("\n".join(commands) + "\n")
        return world.in_(edge, ["vpncmd", "localhost:443", "/SERVER", f"/IN:{script}"], check=False)

    def must(self, world, edge, commands):
        said = self.say(world, edge, commands)
        if said.count("completed successfully") != len(commands):
            raise BenchError(f"vpncmd: {said[-400:]}")

    def processes(self, world):
        return self.started


class Stretch(Peer):
    """Ours: two edge agents that come up from their stored state, without a controller."""

    def __init__(self, name, agent, connections=0, java=None, options=(), transport="tls"):
        super().__init__(name, "stretch")
        self.agent, self.connections, self.transport = agent, connections, transport
        self.java = java or shutil.which("java")
        self.options = quick_start(agent) + list(options)
        self.started = {}

    def up(self, world):
        certificates(world, EDGES, uri=lambda name: f"spiffe://stretchdeploy/bench/agent/{name}")
        digest = run(["openssl", "x509", "-in", str(world.folder / "ca.pem"), "-noout", "-fingerprint", "-sha256"])
        digest = digest.split("=")[1].strip().replace(":", "").lower()
        self.started = {}
        for edge, other, role in (("ea", "eb", "LISTEN"), ("eb", "ea", "DIAL")):
            state = world.folder / f"state-{edge}"
            state.mkdir(mode=0o700)
            for source, target in ((f"{edge}.pem", "certificate.pem"), ("ca.pem", "authority.pem")):
                shutil.copy(world.folder / source, state / target)
            run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", str(world.folder / f"{edge}.key"), "-outform", "DER",
                 "-out", str(state / "key.der")])
            run(["openssl", "pkey", "-in", str(world.folder / f"{edge}.key"), "-pubout", "-outform", "DER",
                 "-out", str(state / "key.pub.der")])
            network = {"id": "bench", "nicMac": LEG_MAC[edge], "side": "SOURCE" if edge == "ea" else "TARGET", "mtu": 1500}
            tunnel = {"id": "bench", "role": role, "listenPort": 4433, "remoteHost": WAN["ea"], "remotePort": 4433,
                      "peerIdentity": f"spiffe://stretchdeploy/bench/agent/{other}", "connections": self.connections,
                      "networks": [network], "transport": self.transport}
            (state / "desired.json").write_text(json.dumps({"version": 1, "tunnels": [tunnel]}))
            for file in state.iterdir():
                os.chmod(file, 0o600)
            (world.folder / f"{edge}.properties").write_text(
                f"stretch.controller=127.0.0.1:1\nstretch.ca.sha256={digest}\nstretch.agent={edge}\nstretch.token=\n")
            self.start_agent(world, edge)

    def settle(self, world):
        """Datagrams are used once they have passed for a second; what is measured before would be TLS."""
        if self.transport == "datagram":
            world.until(lambda: all("datagrams=true" in (world.folder / f"agent-{edge}.log").read_text()
                                    for edge in EDGES), 30, f"{self.name}: datagrams")

    def start_agent(self, world, edge):
        self.started[edge] = world.start(
            edge, CONFINED + ["env", "MALLOC_ARENA_MAX=2", self.java, "-Xmx48m", "-XX:+UseSerialGC", "-Xss512k",
                              "-XX:ReservedCodeCacheSize=48m", *self.options, "-jar", self.agent,
                              "--properties", f"{edge}.properties", "--state", f"state-{edge}"],
            log=f"agent-{edge}.log")

    def processes(self, world):
        return list(self.started.values())


def quick_start(agent):
    """What an agent that starts itself anew, and the appliance's start script, give to Java (ADR 0024)."""
    with zipfile.ZipFile(agent) as jar:
        text = jar.read("org/stretchdeploy/tunnel/internal/agent/quick-start.options").decode()
    options = [line for line in text.splitlines() if line and not line.startswith("#")]
    archive = pathlib.Path(agent).with_suffix(".jsa")
    if archive.exists():
        options += [f"-XX:SharedArchiveFile={archive}", "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"]
    return options


def all_peers(agent):
    """Every configuration, in the order in which a round takes them."""
    tuned = ["--sndbuf", "1048576", "--rcvbuf", "1048576", "--txqueuelen", "1000", "--data-ciphers", "AES-128-GCM"]
    return [
        Bare("no tunnel", "bare"),
        Vxlan("vxlan", "vxlan"),
        OpenVpn("openvpn udp", "udp"),
        OpenVpn("openvpn udp tuned", "udp", tuned + ["--fast-io"]),
        OpenVpn("openvpn tcp", "tcp"),
        OpenVpn("openvpn tcp tuned", "tcp", tuned + ["--socket-flags", "TCP_NODELAY"]),
        SoftEther("softether 1", 1),
        SoftEther("softether 8", 8),
        Tinc("tinc udp", False),
        Tinc("tinc tcp", True),
        Stretch("stretch", agent),
        Stretch("stretch jdk", agent, options=["-Dstretch.crypto=jdk"]),
        Stretch("stretch datagram", agent, transport="datagram"),
    ]
