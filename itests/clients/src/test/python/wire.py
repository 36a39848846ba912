"""What the client scripts share: one connection, XML by namespace, steps that are counted.

Each script behaves as one kind of client does on the wire: the headers, paths and bodies that it sends and
what it demands of the answers before it goes on. Only Python's standard library is used.
"""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import re
import ssl
import struct
import sys
import time
import traceback
import xml.etree.ElementTree as ET
import zlib
from urllib.parse import quote, urlsplit

NS = "http://www.vmware.com/vcloud/v1.5"
OVF = "http://schemas.dmtf.org/ovf/envelope/1"
RASD = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
V = "application/vnd.vmware.vcloud."
A = "application/vnd.vmware.admin."
UUID_IN_HREF = re.compile(r"^https://.+([a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}).*$")

passed = []
failed = []


@contextlib.contextmanager
def step(name):
    try:
        yield
        passed.append(name)
        print("ok   " + name, flush=True)
    except Exception as e:  # every step is judged for itself
        failed.append(name)
        where = traceback.extract_tb(e.__traceback__)[-1]
        if "check" == where.name:
            where = traceback.extract_tb(e.__traceback__)[-2]
        print("FAIL %s: %s: %s (line %d)" % (name, type(e).__name__, text_of(e), where.lineno), flush=True)


def text_of(e):
    try:
        return str(e)[:900]
    except TypeError:  # one library keeps the parsed answer as its message
        return ET.tostring(e.message).decode()[:900]


def check(condition, text="unexpected"):
    if not condition:
        raise AssertionError(text)


def finish():
    print("%d passed, %d failed" % (len(passed), len(failed)))
    sys.exit(1 if failed or not passed else 0)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name, default=None):
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return default

    def expect(self, *statuses):
        if self.status not in statuses:
            raise AssertionError("answered %d, not %s: %s" % (self.status, statuses, self.body[:600]))
        return self

    @property
    def xml(self):
        return ET.fromstring(self.body)

    @property
    def json(self):
        return json.loads(self.body)

    def refusal(self, status, minor=None):
        self.expect(status)
        error = self.xml
        check(error.tag == "{%s}Error" % NS, "no Error document: " + error.tag)
        check(error.get("majorErrorCode") == str(status), "majorErrorCode " + str(error.get("majorErrorCode")))
        check(error.get("message"), "an error without a message")
        if minor:
            check(error.get("minorErrorCode") == minor, "minorErrorCode %s, not %s: %s" % (
                error.get("minorErrorCode"), minor, error.get("message")))
        return error.get("message")


class Wire:
    """Sends exactly the headers it is given, several of one name too."""

    def __init__(self, base=None):
        self.base = base or os.environ["DIRECTOR"]
        self.context = ssl.create_default_context(cafile=os.environ.get("DIRECTOR_CERTIFICATE"))
        if not os.environ.get("DIRECTOR_CERTIFICATE"):
            self.context.check_hostname = False
            self.context.verify_mode = ssl.CERT_NONE
        self.connection = None
        self.headers = []

    def send(self, method, target, body=None, headers=(), content_type=None):
        parts = urlsplit(target)
        base = urlsplit(self.base)
        path = target if not parts.scheme else target[len(parts.scheme + "://" + parts.netloc):]
        if isinstance(body, str):
            body = body.encode()
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPSConnection(
                    base.hostname, base.port, context=self.context, timeout=30)
            try:
                c = self.connection
                c.putrequest(method, path, skip_accept_encoding=True)
                for key, value in list(self.headers) + list(headers):
                    c.putheader(key, value)
                if content_type:
                    c.putheader("Content-Type", content_type)
                if body is not None or method in ("POST", "PUT"):
                    c.putheader("Content-Length", str(len(body or b"")))
                c.endheaders(body)
                r = c.getresponse()
                answer = Answer(r.status, r.getheaders(), r.read())
                if r.will_close:
                    self.close()
                return answer
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.close()
                if attempt == 2:
                    raise
            except BaseException:
                self.close()
                raise

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def basic(user, org, password):
    return "Basic " + base64.b64encode(("%s@%s:%s" % (user, org, password)).encode()).decode()


def q(tag):
    return "/".join("{%s}%s" % (NS, part) for part in tag.split("/"))


def links(element, rel=None, kind=None, name=None):
    return [l for l in element.findall(q("Link"))
            if (rel is None or l.get("rel") == rel)
            and (kind is None or (l.get("type") or "").lower() == kind.lower())
            and (name is None or l.get("name") == name)]


def only_link(element, rel, kind=None, name=None):
    """As the strict clients do: exactly one, else they give up."""
    found = links(element, rel, kind, name)
    check(len(found) == 1, "%d links rel=%s type=%s name=%s in %s" % (
        len(found), rel, kind, name, element.tag))
    check(found[0].get("href").startswith("https://"), "href " + str(found[0].get("href")))
    return found[0].get("href")


def uuid_of(href):
    match = UUID_IN_HREF.match(href or "")
    check(match, "no uuid can be cut out of " + str(href))
    return match.group(1)


class Xml:
    """A logged-in client of the XML interface at one version."""

    def __init__(self, wire, version):
        self.wire, self.version = wire, version

    def accept(self):
        return ("Accept", "application/*+xml" + (";version=" + self.version if self.version else ""))

    def send(self, method, href, body=None, content_type=None, headers=()):
        return self.wire.send(method, href, body, [self.accept()] + list(headers), content_type)

    def get(self, href):
        return self.send("GET", href).expect(200).xml

    def wait(self, task, expect="success"):
        check(task.tag == q("Task"), "a Task was expected, not " + task.tag)
        owner = task.find(q("Owner"))
        check(owner is not None and owner.get("href"), "a Task without Owner")
        deadline = time.time() + 30
        while task.get("status") in ("queued", "preRunning", "running"):
            check(time.time() < deadline, "the task does not end")
            time.sleep(0.03)
            task = self.get(task.get("href"))
        check(task.get("status") == expect, "task %s: %s" % (task.get("status"), ET.tostring(task)[:900]))
        return task

    def run(self, method, href, body=None, content_type=None, expect="success"):
        return self.wait(self.send(method, href, body, content_type).expect(202).xml, expect)

    def create(self, href, body, content_type, status=201):
        made = self.send("POST", href, body, content_type).expect(status)
        check(made.header("Location"), "201 without Location")
        root = made.xml
        tasks = root.findall(q("Tasks/Task"))
        check(tasks, "%s without Tasks/Task on its creation" % root.tag)
        for task in tasks:
            self.wait(task)
        return root.get("href")

    def records(self, kind, flt=None, extra=""):
        target = "/api/query?type=%s&format=records%s" % (kind, extra)
        if flt:
            target += "&filter=" + quote(flt, safe="=;,()*:/")
        found = self.get(target)
        return [e for e in found if e.tag.endswith("Record")]

    def one(self, kind, flt):
        found = self.records(kind, flt)
        check(len(found) == 1, "%d records of %s for %s" % (len(found), kind, flt))
        return found[0]

    def vms(self, vapp):
        return {v.get("name"): v for v in self.get(vapp).findall(q("Children/Vm"))}


def login(user="admin", org="acme", password="admin-pass", version="36.0", wire=None):
    wire = wire or Wire()
    accept = ("Accept", "application/*+xml" + (";version=" + version if version else ""))
    answer = wire.send("POST", "/api/sessions", None, [accept, ("Authorization", basic(user, org, password))])
    answer.expect(200)
    wire.headers = [("x-vcloud-authorization", answer.header("x-vcloud-authorization"))]
    return Xml(wire, version)


def network_config(name, fence="isolated", parent=None, cidr="192.168.55", features=""):
    return """<NetworkConfig networkName="%s"><Description>net of a client</Description><Configuration>
<IpScopes><IpScope><IsInherited>false</IsInherited><Gateway>%s.1</Gateway><Netmask>255.255.255.0</Netmask>
<Dns1>10.0.0.2</Dns1><IsEnabled>true</IsEnabled><IpRanges><IpRange><StartAddress>%s.20</StartAddress>
<EndAddress>%s.90</EndAddress></IpRange></IpRanges></IpScope></IpScopes>%s<FenceMode>%s</FenceMode>
<RetainNetInfoAcrossDeployments>true</RetainNetInfoAcrossDeployments>%s</Configuration></NetworkConfig>""" % (
        name, cidr, cidr, cidr, '<ParentNetwork href="%s"/>' % parent if parent else "", fence,
        "<Features>%s</Features>" % features if features else "")


def compose_body(name, networks="", items="", attributes=' deploy="false" powerOn="false"', prefix=""):
    params = "<InstantiationParams><NetworkConfigSection><ovf:Info/>%s</NetworkConfigSection></InstantiationParams>" % (
        networks) if networks else ""
    return '<ComposeVAppParams xmlns="%s" xmlns:ovf="%s" name="%s"%s><Description>%s</Description>%s%s' \
           "<AllEULAsAccepted>true</AllEULAsAccepted></ComposeVAppParams>" % (
               NS, OVF, name, attributes, "by a client", params, items)


def nic(network, ip, mac, mode="MANUAL", index=0):
    return """<NetworkConnection network="%s" needsCustomization="false"><NetworkConnectionIndex>%d</NetworkConnectionIndex>
%s<IsConnected>true</IsConnected>%s<IpAddressAllocationMode>%s</IpAddressAllocationMode></NetworkConnection>""" % (
        network, index, "<IpAddress>%s</IpAddress>" % ip if ip else "",
        "<MACAddress>%s</MACAddress>" % mac if mac else "", mode)


def nics(*connections):
    return "<NetworkConnectionSection><ovf:Info/><PrimaryNetworkConnectionIndex>0</PrimaryNetworkConnectionIndex>%s" \
           "</NetworkConnectionSection>" % "".join(connections)


def sourced(href, move=True, name=None, connections=None, general=True):
    text = '<SourcedItem sourceDelete="%s"><Source href="%s"%s/>' % (
        "true" if move else "false", href, ' name="%s" type="%svm+xml"' % (name, V) if name else "")
    if name and general:
        text += "<VmGeneralParams><Name>%s</Name><NeedsCustomization>false</NeedsCustomization></VmGeneralParams>" % name
    if connections:
        text += "<InstantiationParams>%s</InstantiationParams>" % connections
    return text + "</SourcedItem>"


def recompose_body(items, name=None):
    return '<RecomposeVAppParams xmlns="%s" xmlns:ovf="%s"%s deploy="false" powerOn="false">%s' \
           "<AllEULAsAccepted>true</AllEULAsAccepted></RecomposeVAppParams>" % (
               NS, OVF, ' name="%s"' % name if name else "", items)


def vmdk(megabytes=1, seed=7):
    """A small streamOptimized disk: one grain of data, the rest empty. Its length is odd."""
    sectors = megabytes * 2048
    grain = bytes((seed + i) % 251 for i in range(65536))
    descriptor = ("# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType=\"streamOptimized\"\n"
                  "RDONLY %d SPARSE \"disk.vmdk\"\nddb.adapterType = \"lsilogic\"\nddb.geometry.sectors = \"63\"\n"
                  "ddb.geometry.heads = \"16\"\nddb.geometry.cylinders = \"%d\"\nddb.virtualHWVersion = \"4\"\n" % (
                      sectors, max(1, sectors // 1008))).encode().ljust(1024, b"\0")

    def header(gd):
        return struct.pack("<4sIIQQQQIQQQBccccH", b"KDMV", 3, 0x30001, sectors, 128, 1, 2, 512, 0, gd, 128, 0,
                           b"\n", b" ", b"\r", b"\n", 1).ljust(512, b"\0")
    out = bytearray(header(0xFFFFFFFFFFFFFFFF) + descriptor)
    out += b"\0" * (128 * 512 - len(out))

    def marker(count, kind):
        return struct.pack("<QII", count, 0, kind).ljust(512, b"\0")
    at = len(out) // 512
    packed = zlib.compress(grain)
    entry = struct.pack("<QI", 0, len(packed)) + packed
    out += entry + b"\0" * (-len(entry) % 512)
    out += marker(4, 1)
    table = len(out) // 512
    out += struct.pack("<I", at).ljust(2048, b"\0")
    out += marker(1, 2)
    directory = len(out) // 512
    out += struct.pack("<I", table).ljust(512, b"\0")
    out += marker(1, 3) + header(directory) + marker(0, 0)
    return bytes(out)


def descriptor(name, files, network="internal", mac="00:50:56:3a:00:09", ip="192.168.55.30", capacity_mb=1,
               identity=True):
    """OVF 1.1 of one machine with one disk per file."""
    refs = "".join('<ovf:File ovf:href="%s" ovf:id="file%d" ovf:size="%d"/>' % (href, i, size)
                   for i, (href, size) in enumerate(files))
    disks = "".join('<ovf:Disk ovf:capacity="%d" ovf:capacityAllocationUnits="byte * 2^20" ovf:diskId="disk%d" '
                    'ovf:fileRef="file%d" ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html'
                    '#streamOptimized"/>' % (capacity_mb, i, i) for i in range(len(files)))
    items = "".join("<ovf:Item><rasd:AddressOnParent>%d</rasd:AddressOnParent><rasd:ElementName>Hard disk %d"
                    "</rasd:ElementName><rasd:HostResource>ovf:/disk/disk%d</rasd:HostResource><rasd:InstanceID>%d"
                    "</rasd:InstanceID><rasd:Parent>2</rasd:Parent><rasd:ResourceType>17</rasd:ResourceType></ovf:Item>" % (
                        i, i, i, 20 + i) for i in range(len(files)))
    return """<?xml version="1.0" encoding="UTF-8"?>
<ovf:Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="%s"
 xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData">
<ovf:References>%s</ovf:References><ovf:DiskSection><ovf:Info>disks</ovf:Info>%s</ovf:DiskSection>
<ovf:NetworkSection><ovf:Info>networks</ovf:Info><ovf:Network ovf:name="%s"><ovf:Description/></ovf:Network>
</ovf:NetworkSection><ovf:VirtualSystem ovf:id="%s"><ovf:Info>a machine</ovf:Info><ovf:Name>%s</ovf:Name>
<ovf:OperatingSystemSection ovf:id="96"><ovf:Info>os</ovf:Info><ovf:Description>Debian GNU/Linux 12 (64-bit)</ovf:Description>
</ovf:OperatingSystemSection><ovf:VirtualHardwareSection><ovf:Info>hardware</ovf:Info><ovf:System>
<vssd:ElementName>Virtual Hardware Family</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID>
<vssd:VirtualSystemType>vmx-14</vssd:VirtualSystemType></ovf:System>
<ovf:Item><rasd:AllocationUnits>hertz * 10^6</rasd:AllocationUnits><rasd:ElementName>1 CPU</rasd:ElementName>
<rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity></ovf:Item>
<ovf:Item><rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits><rasd:ElementName>64 MB</rasd:ElementName>
<rasd:InstanceID>4</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>64</rasd:VirtualQuantity></ovf:Item>
<ovf:Item><rasd:Address>0</rasd:Address><rasd:ElementName>SCSI 0</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID>
<rasd:ResourceSubType>lsilogic</rasd:ResourceSubType><rasd:ResourceType>6</rasd:ResourceType></ovf:Item>
<ovf:Item>%s<rasd:AddressOnParent>0</rasd:AddressOnParent><rasd:AutomaticAllocation>true</rasd:AutomaticAllocation>
<rasd:Connection>%s</rasd:Connection><rasd:ElementName>NIC 0</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID>
<rasd:ResourceSubType>VMXNET3</rasd:ResourceSubType><rasd:ResourceType>10</rasd:ResourceType></ovf:Item>%s
</ovf:VirtualHardwareSection></ovf:VirtualSystem></ovf:Envelope>""" % (
        RASD, refs, disks, network, name, name, "<rasd:Address>%s</rasd:Address>" % mac if identity else "", network, items)


def sha256(data):
    return hashlib.sha256(data).hexdigest()
