"""The Go library's way: API 37 to 39, two Accept headers, pieces with Content-Range, hrefs cut by a regular expression."""

import sys
from wire import *

w = Wire()
SUFFIX = sys.argv[1] if len(sys.argv) > 1 else "go"


def go(method, target, body=None, content_type=None, version="37.0", extra=()):
    """The second Accept header is malformed in that client; a server that reads the last one only would break."""
    heads = [("Accept", "application/*+xml;version=" + version),
             ("Accept", "vnd.vmware.vcloud.org+xml;version=" + version),
             ("X-VMWARE-VCLOUD-CLIENT-REQUEST-ID", "162-2026-11-23-12-00-00-000-")] + list(extra)
    return w.send(method, target, body, heads, content_type)


def cloud(method, target, body=None, version="37.0"):
    return w.send(method, target, body, [("Accept", "application/json;version=" + version)],
                  "application/json" if body else None)


class GoXml(Xml):
    def send(self, method, href, body=None, content_type=None, headers=()):
        return go(method, href, body, content_type)


x = GoXml(w, "37.0")
versions = []
login_url = None

with step("versions without any Accept header"):
    root = w.send("GET", "/api/versions").expect(200).xml
    n = "{http://www.vmware.com/vcloud/versions}"
    versions = [i.findtext(n + "Version") for i in root.findall(n + "VersionInfo")]
    check("37.0" in versions and "39.0" in versions, str(versions))
    numbers = [tuple(map(int, v.split("."))) for v in versions]
    check(numbers == sorted(numbers) and max(numbers) < (40, 0), "order or range: " + str(versions))
    login_url = [i.findtext(n + "LoginUrl") for i in root.findall(n + "VersionInfo")
                 if i.findtext(n + "Version") == "37.0"][0]
    check(login_url.endswith("/cloudapi/1.0.0/sessions"), login_url)

with step("login at cloudapi, token longer than 32"):
    answer = w.send("POST", login_url, None, [("Accept", "application/*;version=37.0"),
                                              ("Authorization", basic("admin", "acme", "admin-pass"))]).expect(200)
    token = answer.header("X-VMWARE-VCLOUD-ACCESS-TOKEN")
    check(len(token) > 32 and token.count(".") == 2, "token " + str(token))
    w.headers = [("X-VMWARE-VCLOUD-ACCESS-TOKEN", token), ("X-VMWARE-VCLOUD-TOKEN-TYPE", "Bearer"),
                 ("Authorization", "bearer " + token)]

with step("sessions/current at the highest version"):
    s = cloud("GET", "/cloudapi/1.0.0/sessions/current", version="39.1").expect(200).json
    for key in ("id", "site", "user", "org", "roles", "roleRefs", "sessionIdleTimeoutMinutes", "location"):
        check(key in s, "no " + key)
    check(s["org"]["name"] == "acme")

org_href = vdc_href = catalog_href = None
with step("organization by name in the list"):
    listed = {o.get("name"): o for o in go("GET", "/api/org").expect(200).xml.findall(q("Org"))}
    org_href = listed["acme"].get("href")
    uuid_of(org_href)
    org = x.get(org_href)
    check(org.findtext(q("IsEnabled")) == "true" and org.find(q("FullName")) is not None)

with step("answers carry the request id and the version"):
    a = go("GET", org_href).expect(200)
    check(a.header("X-VMWARE-VCLOUD-REQUEST-ID"), "no request id")
    check("version=37.0" in a.header("Content-Type", ""), a.header("Content-Type"))

with step("query with an empty first parameter"):
    found = go("GET", "/api/query?&type=orgVdc&filter=name==acme-vdc;orgName==acme&filterEncoded=true").expect(200).xml
    records = found.findall(q("OrgVdcRecord"))
    check(len(records) == 1 and found.get("total") == "1", ET.tostring(found))
    vdc_href = records[0].get("href")
    uuid_of(vdc_href)
    vdc = x.get(vdc_href)
    check(vdc.findtext(q("IsEnabled")) == "true" and vdc.get("status") == "1")
    check(vdc.find(q("ComputeCapacity/Cpu/Units")) is not None and vdc.find(q("VdcStorageProfiles/VdcStorageProfile")) is not None)

with step("keep-alive path with an encoded question mark is answered"):
    a = go("GET", "/api/query%3Ftype=task&format=records&page=1&pageSize=5&")
    check(400 <= a.status < 500 or a.status == 200, str(a.status))

with step("catalog by query, its upload and capture links"):
    record = x.one("catalog", "name==library;orgName==acme")
    catalog_href = record.get("href")
    catalog = x.get(catalog_href)
    only_link(catalog, "add", V + "uploadVAppTemplateParams+xml")
    only_link(catalog, "add", V + "captureVAppParams+xml")

with step("capabilities of the VDC"):
    caps = cloud("GET", "/cloudapi/1.0.0/vdcs/urn:vcloud:vdc:%s/capabilities?pageSize=128" % uuid_of(vdc_href)).expect(200).json
    names = {v["name"]: v["value"] for v in caps["values"]}
    check(names.get("networkProvider") in ("NSX_T", "NSX_V") and "vappNatNetworks" in names, str(names))

edge_id = None
with step("edge gateways with a trailing slash and filter"):
    edges = cloud("GET", "/cloudapi/1.0.0/edgeGateways/?filter=name%3D%3Dedge&pageSize=128", version="39.0").expect(200).json
    check(edges["resultTotal"] == 1 and edges["values"][0]["gatewayBacking"]["gatewayType"] == "NSXT_BACKED", str(edges)[:500])
    edge_id = edges["values"][0]["id"]
    check(cloud("GET", "/cloudapi/1.0.0/edgeGateways/" + edge_id).expect(200).json["status"] == "REALIZED")

net_id = None
with step("org VDC networks by owner"):
    nets = cloud("GET", "/cloudapi/1.0.0/orgVdcNetworks/?filter=name==org-net;ownerRef.id==urn:vcloud:vdc:%s&pageSize=32"
                 % uuid_of(vdc_href)).expect(200).json
    check(nets["resultTotal"] == 1, str(nets)[:300])
    net_id = nets["values"][0]["id"]
    check(nets["values"][0]["connection"]["routerRef"]["id"] == edge_id)
parent = None
with step("parent network by query"):
    parent = x.one("orgVdcNetwork", "name==org-net").get("href").replace("/api/network/", "/api/admin/network/")
    uuid_of(parent)

vapp = None
with step("compose an empty vApp"):
    a = go("POST", vdc_href + "/action/composeVApp", compose_body(SUFFIX + "-app", attributes=' deploy="false" powerOn="false"'),
           V + "composeVAppParams+xml").expect(201)
    made = a.xml
    check(made.get("status") in ("0", "1") and made.findall(q("Tasks/Task")), "no Tasks")
    x.wait(made.find(q("Tasks/Task")))
    vapp = made.get("href")
    doc = x.get(vapp)
    check(doc.get("status") == "1" and doc.get("deployed") == "false", ET.tostring(doc)[:300])
    only_link(doc, "recompose", V + "recomposeVAppParams+xml")
    check(not links(doc, "power:powerOn") and not links(doc, "deploy"), "an empty vApp offers power")
    check(any(e.get("href") == vapp for e in x.get(vdc_href).findall(q("ResourceEntities/ResourceEntity"))
              if e.get("type") == V + "vApp+xml"), "not among ResourceEntities")

with step("natRouted network: only DHCP sent, firewall and NAT come by default, repair link has the uuid"):
    section = '<NetworkConfigSection xmlns="%s" xmlns:ovf="%s"><ovf:Info>x</ovf:Info>%s</NetworkConfigSection>' % (
        NS, OVF, network_config("internal", "natRouted", parent, features=
                                "<DhcpService><IsEnabled>true</IsEnabled><DefaultLeaseTime>3600</DefaultLeaseTime>"
                                "<MaxLeaseTime>7200</MaxLeaseTime><IpRange><StartAddress>192.168.55.100</StartAddress>"
                                "<EndAddress>192.168.55.120</EndAddress></IpRange></DhcpService>"))
    x.run("PUT", vapp + "/networkConfigSection/", section, V + "networkconfigsection+xml")
    config = x.get(vapp + "/networkConfigSection/").find(q("NetworkConfig"))
    net_uuid = uuid_of(only_link(config, "repair"))
    check(list(config)[0].tag == q("Link"), "the repair link must come first")
    features = config.find(q("Configuration/Features"))
    check(features.findtext(q("FirewallService/IsEnabled")) == "true", "no firewall")
    check(features.findtext(q("FirewallService/DefaultAction")) == "drop")
    check(features.findtext(q("NatService/NatType")) == "ipTranslation")
    check(features.findtext(q("DhcpService/MaxLeaseTime")) == "7200")
    check(config.findtext(q("Configuration/RetainNetInfoAcrossDeployments")) == "true")

vapp_net = None
with step("one vApp network: firewall rules keep their letter case"):
    vapp_net = "/api/network/" + net_uuid
    net = x.get(vapp_net)
    check(net.tag == q("VAppNetwork") and net.get("name") == "internal")
    feature = net.find(q("Configuration/Features"))
    old = feature.find(q("FirewallService"))
    rule = ET.fromstring("""<FirewallService xmlns="%s"><IsEnabled>true</IsEnabled><DefaultAction>drop</DefaultAction>
<LogDefaultAction>false</LogDefaultAction><FirewallRule><IsEnabled>true</IsEnabled><Description>out</Description>
<Policy>allow</Policy><Protocols><Any>true</Any></Protocols><DestinationPortRange>any</DestinationPortRange>
<DestinationIp>any</DestinationIp><SourcePortRange>any</SourcePortRange><SourceIp>any</SourceIp>
<EnableLogging>false</EnableLogging></FirewallRule></FirewallService>""" % NS)
    at = list(feature).index(old)
    feature.remove(old)
    feature.insert(at, rule)
    ET.register_namespace("", NS)
    x.run("PUT", vapp_net, ET.tostring(net), V + "vAppNetwork+xml")
    back = x.get(vapp_net).find(q("Configuration/Features/FirewallService/FirewallRule"))
    check(back.findtext(q("SourceIp")) == "any" and back.findtext(q("DestinationPortRange")) == "any",
          ET.tostring(back))

disk = vmdk(2)
item = template = None
with step("upload: 201 catalog item, template with Tasks and one file"):
    a = go("POST", only_link(catalog, "add", V + "uploadVAppTemplateParams+xml"),
           '<UploadVAppTemplateParams xmlns="%s" name="%s-image"><Description>kept &amp; kept</Description>'
           "</UploadVAppTemplateParams>" % (NS, SUFFIX), V + "uploadVAppTemplateParams+xml").expect(201)
    item = a.xml.get("href")
    template = a.xml.find(q("Entity")).get("href")
    doc = x.get(template)
    check(doc.find(q("Tasks")) is not None and doc.get("ovfDescriptorUploaded") == "false", ET.tostring(doc)[:600])
    files = doc.findall(q("Files/File"))
    check(len(files) == 1 and files[0].get("name") == "descriptor.ovf" and files[0].get("size") == "-1")
    target = only_link(files[0], "upload:default")

with step("upload: descriptor, then one file more than references"):
    text = descriptor(SUFFIX + "-vm", [("%s disk1.vmdk" % SUFFIX, len(disk))]).encode()
    go("PUT", target, text, "text/xml").expect(200)
    for _ in range(100):
        doc = x.get(template)
        if len(doc.findall(q("Files/File"))) > 1:
            break
        time.sleep(0.05)
    files = {f.get("name"): f for f in doc.findall(q("Files/File"))}
    check(set(files) == {"descriptor.ovf", "%s disk1.vmdk" % SUFFIX}, str(set(files)))
    check(doc.get("ovfDescriptorUploaded") == "true" and doc.find(q("Tasks")) is not None)
    check(files["descriptor.ovf"].get("bytesTransferred") == str(len(text)) == files["descriptor.ovf"].get("size"))

with step("upload: pieces with Content-Range, keep-alives between, state in between"):
    file_link = only_link(files["%s disk1.vmdk" % SUFFIX], "upload:default")
    check(" " not in file_link, file_link)
    size, piece = len(disk), 30001
    for start in range(0, size, piece):
        go("GET", "/api/query%3Ftype=task&format=records&page=1&pageSize=5&")
        part = disk[start:start + piece]
        w.send("PUT", file_link, part, [("Content-Range", "bytes %d-%d/%d" % (start, start + len(part) - 1, size))],
               "application/octet-stream").expect(200)
        if start == piece:
            f = [f for f in x.get(template).findall(q("Files/File")) if f.get("name").endswith("vmdk")][0]
            check(f.get("bytesTransferred") == str(start + piece), f.get("bytesTransferred"))

with step("upload: task ends, template resolved, files gone, description kept"):
    task = doc.find(q("Tasks/Task"))
    x.wait(x.get(task.get("href")))
    doc = x.get(template)
    check(doc.get("status") == "8" and doc.find(q("Files")) is None, ET.tostring(doc)[:400])
    check(x.get(item).findtext(q("Description")) == "kept & kept")
    check(doc.findtext(q("Description")) == "kept & kept")
    record = x.one("catalogItem", "name==%s-image;catalogName==library" % SUFFIX)
    check(record.get("entityType", "").lower() == "vapptemplate" and record.get("entityName") == SUFFIX + "-image", str(record.attrib))
    x.one("vAppTemplate", "name==%s-image;catalogName==library" % SUFFIX)

temp = None
with step("instantiate deployed but not started, NIC as in the descriptor"):
    body = '<InstantiateVAppTemplateParams xmlns="%s" xmlns:ovf="%s" name="%s-temp" deploy="true" powerOn="false">' \
           "<Description>d</Description><InstantiationParams><NetworkConfigSection><ovf:Info/>%s</NetworkConfigSection>" \
           '</InstantiationParams><Source href="%s"/><AllEULAsAccepted>true</AllEULAsAccepted>' \
           "</InstantiateVAppTemplateParams>" % (NS, OVF, SUFFIX, network_config("internal"), template)
    temp = x.create(vdc_href + "/action/instantiateVAppTemplate", body, V + "instantiateVAppTemplateParams+xml")
    vm = x.vms(temp)[SUFFIX + "-vm"]
    check(vm.get("status") == "8" and vm.get("deployed") == "true", str(vm.attrib))
    c = vm.find(q("NetworkConnectionSection/NetworkConnection"))
    check(c.findtext(q("MACAddress")).lower() == "00:50:56:3a:00:09" and c.get("network") == "internal", ET.tostring(c))

with step("a deployed machine does not move; undeploy, then it does, keeping MAC and IP"):
    item_xml = recompose_body(sourced(vm.get("href"), True, SUFFIX + "-vm", nics(
        nic("internal", "192.168.55.30", "00:50:56:3a:00:09"))), SUFFIX + "-app")
    refused = go("POST", vapp + "/action/recomposeVApp", item_xml, V + "recomposeVAppParams+xml")
    check(refused.status == 400, "moving a deployed machine: %d %s" % (refused.status, refused.body[:200]))
    x.run("POST", temp + "/action/undeploy", '<UndeployVAppParams xmlns="%s"><UndeployPowerAction>powerOff'
          "</UndeployPowerAction></UndeployVAppParams>" % NS, V + "undeployVAppParams+xml")
    before = x.vms(temp)[SUFFIX + "-vm"].findtext(q("VAppScopedLocalId"))
    x.run("POST", vapp + "/action/recomposeVApp", item_xml, V + "recomposeVAppParams+xml")
    vm = x.vms(vapp)[SUFFIX + "-vm"]
    c = vm.find(q("NetworkConnectionSection/NetworkConnection"))
    check(c.findtext(q("MACAddress")).lower() == "00:50:56:3a:00:09" and c.findtext(q("IpAddress")) == "192.168.55.30")
    check(vm.findtext(q("VAppScopedLocalId")) == before, "VAppScopedLocalId changed")
    check(x.get(temp).get("status") == "1" and not x.vms(temp), "the old vApp is not an empty one")

with step("NAT rule for the moved machine, ids are given"):
    net = x.get(vapp_net)
    feature = net.find(q("Configuration/Features"))
    feature.remove(feature.find(q("NatService")))
    feature.append(ET.fromstring("""<NatService xmlns="%s"><IsEnabled>true</IsEnabled><NatType>portForwarding</NatType>
<Policy>allowTraffic</Policy><NatRule><VmRule><ExternalPort>2222</ExternalPort><VAppScopedVmId>%s</VAppScopedVmId>
<VmNicId>0</VmNicId><InternalPort>22</InternalPort><Protocol>TCP</Protocol></VmRule></NatRule></NatService>""" % (
        NS, vm.findtext(q("VAppScopedLocalId")))))
    x.run("PUT", vapp_net, ET.tostring(net), V + "vAppNetwork+xml")
    rule = x.get(vapp_net).find(q("Configuration/Features/NatService/NatRule"))
    check(int(rule.findtext(q("Id"))) > 0 and rule.findtext(q("VmRule/InternalPort")) == "22", ET.tostring(rule))

with step("power on, read, undeploy"):
    x.run("POST", vapp + "/power/action/powerOn")
    doc = x.get(vapp)
    check(doc.get("status") == "4" and doc.get("deployed") == "true")
    check(x.one("vApp", "name==%s-app" % SUFFIX).get("status") == "POWERED_ON")
    check(doc.find(q("NetworkConfigSection/NetworkConfig/Configuration/RouterInfo/ExternalIp")) is not None, "no RouterInfo")
    x.run("POST", vapp + "/action/undeploy", '<UndeployVAppParams xmlns="%s"><UndeployPowerAction>powerOff'
          "</UndeployPowerAction></UndeployVAppParams>" % NS, V + "undeployVAppParams+xml")
    check(x.get(vapp).get("status") == "8")

captured = None
with step("capture into the catalog: 202, owner is the template (ovf prefix is ns0)"):
    body = '<CaptureVAppParams xmlns="%s" name="%s-captured" xmlns:ns0="%s"><Description>c</Description><Source href="%s" ' \
           'name="x"/><CustomizationSection goldMaster="false"><ns0:Info>x</ns0:Info><CustomizeOnInstantiate>false' \
           "</CustomizeOnInstantiate></CustomizationSection></CaptureVAppParams>" % (NS, SUFFIX, OVF, vapp)
    task = x.run("POST", only_link(x.get(catalog_href), "add", V + "captureVAppParams+xml"), body, V + "captureVAppParams+xml")
    captured = task.find(q("Owner")).get("href")
    check("/api/vAppTemplate/" in captured, captured)
    check(x.get(captured).get("status") == "8")
    x.one("catalogItem", "name==%s-captured" % SUFFIX)

with step("download: default and identity links, Range, disable"):
    x.run("POST", only_link(x.get(captured), "enable"))
    doc = x.get(captured)
    default, identity = only_link(doc, "download:default"), only_link(doc, "download:identity")
    with_id = w.send("GET", identity).expect(200).body
    without = w.send("GET", default).expect(200).body
    check(b"00:50:56:3a:00:09" in with_id and b"00:50:56:3a:00:09" not in without, "identity")
    refs = ET.fromstring(with_id).findall("{%s}References/{%s}File" % (OVF, OVF))
    href = identity.rsplit("/", 1)[0] + "/" + refs[0].get("{%s}href" % OVF)
    whole = w.send("GET", href).expect(200).body
    check(len(whole) == int(refs[0].get("{%s}size" % OVF)), "size differs from the descriptor")
    a = w.send("GET", href, None, [("Range", "bytes=1000-")]).expect(206)
    check(a.body == whole[1000:] and a.header("Content-Range") == "bytes 1000-%d/%d" % (len(whole) - 1, len(whole)))
    a = w.send("GET", href, None, [("Range", "bytes=%d-" % len(whole))])
    check(a.status == 416, "range past the end: %d" % a.status)
    go("POST", captured + "/action/disableDownload").expect(204)
    check(not links(x.get(captured), "download:identity"))
    check(w.send("GET", href).status in (403, 404), "still there after disableDownload")

with step("metadata of vApp and VM"):
    for owner in (vapp, vm.get("href")):
        x.run("POST", owner + "/metadata", '<Metadata xmlns="%s" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
              '<MetadataEntry><Domain visibility="READWRITE">GENERAL</Domain><Key>stretch.tag</Key><TypedValue xsi:type='
              '"MetadataStringValue"><Value>a &lt; b</Value></TypedValue></MetadataEntry></Metadata>' % NS, V + "metadata+xml")
        one = x.get(owner + "/metadata/stretch.tag")
        check(one.findtext(q("TypedValue/Value")) == "a < b", ET.tostring(one))
        check([e.findtext(q("Key")) for e in x.get(owner + "/metadata/").findall(q("MetadataEntry"))] == ["stretch.tag"])
        x.run("DELETE", owner + "/metadata/stretch.tag")

with step("L2 VPN tunnel: server, id in the task's Details, client side by peer code"):
    base = "/cloudapi/1.0.0/edgeGateways/%s/l2vpn/tunnels" % edge_id
    a = cloud("POST", base, json.dumps({"name": SUFFIX + "-l2", "sessionMode": "SERVER", "enabled": True,
                                        "localEndpointIP": "203.0.113.10", "remoteEndpointIP": "203.0.113.99",
                                        "tunnelInterface": "192.168.254.1/30", "connectorInitiationMode": "INITIATOR",
                                        "preSharedKey": "a-key-of-a-client",
                                        "stretchedNetworks": [{"networkRef": {"id": net_id, "name": "org-net"}}]}),
              version="37.0").expect(202)
    check(a.body == b"" and a.header("Location"), "202 needs Location and no body")
    task = x.wait(x.get(a.header("Location")))
    tunnel = task.findtext(q("Details"))
    check(tunnel, "no Details " + ET.tostring(task).decode())
    doc = cloud("GET", base + "/" + tunnel).expect(200).json
    check(doc["peerCode"] and doc["stretchedNetworks"][0]["tunnelId"], str(doc))
    cloud("GET", base + "/%s/status" % tunnel).expect(200)
    check(any(t["id"] == doc["id"] for t in cloud("GET", base).expect(200).json["values"]))
    x.wait(x.get(cloud("DELETE", base + "/" + tunnel).expect(202).header("Location")))

with step("edge NAT rule: create, list, change, delete"):
    base = "/cloudapi/1.0.0/edgeGateways/%s/nat/rules" % edge_id
    body = {"name": SUFFIX + "-dnat", "enabled": True, "ruleType": "DNAT", "type": "DNAT", "externalAddresses": "203.0.113.11",
            "internalAddresses": "10.0.0.20", "dnatExternalPort": "8080", "applicationPortProfile": None, "logging": False}
    x.wait(x.get(cloud("POST", base, json.dumps(body)).expect(202).header("Location")))
    rule = [r for r in cloud("GET", base + "?pageSize=128").expect(200).json["values"] if r["name"] == SUFFIX + "-dnat"][0]
    rule["description"] = "changed"
    x.wait(x.get(cloud("PUT", base + "/" + rule["id"], json.dumps(rule)).expect(202).header("Location")))
    check(cloud("GET", base + "/" + rule["id"]).expect(200).json["description"] == "changed")
    x.wait(x.get(cloud("DELETE", base + "/" + rule["id"]).expect(202).header("Location")))

with step("paging: nextPage is followed to the end"):
    seen, target = [], "/api/query?&type=task&pageSize=2&page=1&sortAsc=startDate"
    for _ in range(400):
        page = go("GET", target).expect(200).xml
        seen += [r.get("href") for r in page.findall(q("TaskRecord"))]
        nxt = links(page, "nextPage")
        if not nxt or len(seen) > 20:
            break
        target = nxt[0].get("href")
    check(len(seen) > 10 and len(set(seen)) == len(seen), "%d records, %d different" % (len(seen), len(set(seen))))

with step("delete everything; what is gone answers 403"):
    for href in (temp, vapp):
        x.run("DELETE", href)
        check(go("GET", href).refusal(403, "ACCESS_TO_RESOURCE_IS_FORBIDDEN"))
    for name in ("image", "captured"):
        href = x.one("catalogItem", "name==%s-%s" % (SUFFIX, name)).get("href")
        go("DELETE", href).expect(204)
    check(go("GET", captured).status == 403, "the template outlives its catalog item")

with step("logout on the login URL with two Accept headers; the token is dead"):
    w.send("DELETE", login_url, None, [("Accept", "application/*+xml;version=37.0"), ("Accept", "application/xml;version=37.0")]).expect(204)
    a = go("GET", "/api/org")
    check(a.status == 401, str(a.status))

finish()
