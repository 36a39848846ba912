"""The Python SDK's way: the highest common version, links followed by type, exactly one of each, hrefs as filter values."""

import sys
from wire import *

VERSION = sys.argv[1] if len(sys.argv) > 1 else "36.0"
SUFFIX = "py" + VERSION.replace(".", "-")
w = Wire()
session = None
x = Xml(w, VERSION)

with step("versions, twice: */* and XML"):
    for accept in ("*/*", "application/*+xml"):
        w.send("GET", "/api/versions", None, [("Accept", accept)]).expect(200)
with step("login"):
    if float(VERSION) >= 33:
        a = w.send("POST", "/cloudapi/1.0.0/sessions", None, [("Accept", "application/json;version=" + VERSION),
                                                              ("Authorization", basic("admin", "acme", "admin-pass"))]).expect(200)
        w.headers = [("Authorization", "Bearer " + a.header("X-VMWARE-VCLOUD-ACCESS-TOKEN"))]
        session = x.get("/api/session")
    else:
        a = w.send("POST", "/api/sessions", None, [x.accept(), ("Authorization", basic("admin", "acme", "admin-pass"))]).expect(200)
        w.headers = [("x-vcloud-authorization", a.header("x-vcloud-authorization"))]
        session = a.xml
    only_link(session, "down", V + "orgList+xml")
    only_link(session, "down", V + "query.queryList+xml")
    only_link(session, "down:extensibility")
    if float(VERSION) >= 33:
        only_link(session, "openapi")

org = None
with step("organization, its record queries: VDC first, then catalog"):
    listed = x.get(only_link(session, "down", V + "orgList+xml"))
    org = x.get([o.get("href") for o in listed.findall(q("Org")) if o.get("name") == "acme"][0])
    records = [l.get("href") for l in links(org, "down", V + "query.records+xml")]
    if float(VERSION) >= 31:
        vdcs = [h for h in records if "vdc" in h.lower()][0]
        catalogs = [h for h in records if "catalog" in h.lower()][0]
        check("type=orgVdc" in vdcs and "type=catalog" in catalogs, str(records))
        check([r.get("name") for r in x.get(vdcs) if r.tag == q("OrgVdcRecord")] == ["acme-vdc"])
        check("library" in [r.get("name") for r in x.get(catalogs) if r.tag == q("CatalogRecord")])

query_list = {}
with step("query list: every type in records form, with a question mark"):
    for l in links(x.get(only_link(session, "down", V + "query.queryList+xml"))):
        if l.get("type") == V + "query.records+xml":
            check("?" in l.get("href"), l.get("href"))
            check(l.get("name") not in query_list, "twice: " + l.get("name"))
            query_list[l.get("name")] = l.get("href")
    for name in ("orgVdc", "vApp", "vm", "vAppTemplate", "catalog", "catalogItem", "orgVdcNetwork", "edgeGateway",
                 "vAppNetwork", "orgVdcStorageProfile", "task", "organization", "event"):
        check(name in query_list, "no " + name)
        x.get(query_list[name])


def typed(name, flt, **more):
    href = query_list[name] + "&filterEncoded=true&filter=" + flt
    for key, value in more.items():
        href += "&%s=%s" % (key, value)
    return [r for r in x.get(href) if r.tag.endswith("Record")]


vdc = None
with step("VDC with its links; filter values are hrefs with %3A"):
    vdc_href = typed("orgVdc", "name==acme-vdc")[0].get("href")
    vdc = x.get(vdc_href)
    for action in ("composeVAppParams", "instantiateVAppTemplateParams", "cloneVAppParams"):
        only_link(vdc, "add", V + action + "+xml")
    only_link(vdc, "edgeGateways", V + "query.records+xml")
    only_link(vdc, "orgVdcNetworks", V + "query.records+xml")
    networks = typed("orgVdcNetwork", "vdc==%s;name==org-net" % vdc_href.replace(":", "%3A"))
    check(len(networks) == 1, "%d networks" % len(networks))
    check(x.get(only_link(vdc, "edgeGateways", V + "query.records+xml")).findall(q("EdgeGatewayRecord")))
    check(x.get(only_link(vdc, "orgVdcNetworks", V + "query.records+xml")).findall(q("OrgVdcNetworkRecord")))
    profiles = vdc.findall(q("VdcStorageProfiles/VdcStorageProfile"))
    x.get(profiles[0].get("href"))

vapp = None
with step("compose without deploy and powerOn: an empty vApp is not started"):
    vapp = x.create(only_link(vdc, "add", V + "composeVAppParams+xml"), compose_body(SUFFIX, attributes=""),
                    V + "composeVAppParams+xml")
    only_link(x.get(vapp), "recompose", V + "recomposeVAppParams+xml")
    for rel, kind in (("edit", V + "vApp+xml"), ("remove", None), ("down", V + "metadata+xml"),
                      ("down", V + "owner+xml"), ("up", V + "vdc+xml")):
        only_link(x.get(vapp), rel, kind)

with step("isolated vApp network: NetworkConfigSection read, changed, put back"):
    section = x.get(vapp + "/networkConfigSection/")
    ET.register_namespace("ovf", OVF)
    section.append(ET.fromstring(network_config("internal").replace("<NetworkConfig ", '<NetworkConfig xmlns="%s" ' % NS, 1)))
    x.run("PUT", vapp + "/networkConfigSection/", ET.tostring(section), V + "networkConfigSection+xml")
    net_href = only_link(x.get(vapp), "down", V + "vAppNetwork+xml", "internal")
    net = x.get(net_href)
    if float(VERSION) >= 31:
        only_link(net, "edit", V + "vAppNetwork+xml")
    first = uuid_of(net_href)

if float(VERSION) >= 31:  # before that, one network has no edit of its own
    with step("routed by changing the VAppNetwork: parent and fence mode, uuid kept"):
        conf = net.find(q("Configuration"))
        at = [c.tag for c in conf].index(q("FenceMode"))
        parent = networks[0].get("href").replace("/api/network/", "/api/admin/network/")
        conf.insert(at, ET.fromstring('<ParentNetwork xmlns="%s" href="%s" name="org-net"/>' % (NS, parent)))
        conf.find(q("FenceMode")).text = "natRouted"
        x.run("PUT", net_href, ET.tostring(net), V + "vAppNetwork+xml")
        net = x.get(net_href)
        check(net.findtext(q("Configuration/FenceMode")) == "natRouted")
        check(net.find(q("Configuration/Features/NatService")) is not None, "no NatService after becoming routed")
        check(uuid_of(only_link(x.get(vapp), "down", V + "vAppNetwork+xml", "internal")) == first)

    with step("firewall, static routes, DHCP on the network: each read, changed, put"):
        features = net.find(q("Configuration/Features"))
        features.append(ET.fromstring("""<StaticRoutingService xmlns="%s"><IsEnabled>true</IsEnabled><StaticRoute><Name>r</Name>
    <Network>10.77.0.0/16</Network><NextHopIp>192.168.55.2</NextHopIp><Interface>Internal</Interface></StaticRoute>
    </StaticRoutingService>""" % NS))
        features.insert(0, ET.fromstring("""<DhcpService xmlns="%s"><IsEnabled>true</IsEnabled><DefaultLeaseTime>3600</DefaultLeaseTime>
    <MaxLeaseTime>7200</MaxLeaseTime><IpRange><StartAddress>192.168.55.200</StartAddress><EndAddress>192.168.55.220</EndAddress>
    </IpRange></DhcpService>""" % NS))
        x.run("PUT", net_href, ET.tostring(net), V + "vAppNetwork+xml")
        back = x.get(net_href).find(q("Configuration/Features"))
        check(back.findtext(q("StaticRoutingService/StaticRoute/NextHopIp")) == "192.168.55.2", ET.tostring(back))
        check(back.findtext(q("DhcpService/IpRange/StartAddress")) == "192.168.55.200")

template = item = None
disk = vmdk(1)
with step("upload by the catalog's add link; poll until files are listed; pieces"):
    catalog = x.get(typed("catalog", "name==library")[0].get("href"))
    a = x.send("POST", only_link(catalog, "add", V + "uploadVAppTemplateParams+xml"), '<UploadVAppTemplateParams xmlns="%s" '
               'name="%s"><Description/></UploadVAppTemplateParams>' % (NS, SUFFIX), V + "uploadVAppTemplateParams+xml").expect(201)
    item = a.xml.get("href")
    template = a.xml.find(q("Entity")).get("href")
    t = x.get(template)
    x.send("PUT", only_link(t.find(q("Files/File")), "upload:default"),
           descriptor("pyvm", [("py.vmdk", len(disk))]), "text/xml").expect(200)
    for _ in range(100):
        t = x.get(template)
        if len(t.findall(q("Files/File"))) > 1:
            break
        time.sleep(0.05)
    for f in t.findall(q("Files/File")):
        if f.get("bytesTransferred") != f.get("size"):
            for start in range(0, len(disk), 50000):
                part = disk[start:start + 50000]
                for _ in (1, 2):  # a piece that is sent again must not hurt
                    w.send("PUT", only_link(f, "upload:default"), part, [
                        ("Content-Range", "bytes %d-%d/%d" % (start, start + len(part) - 1, len(disk))),
                        ("Content-Length-Range", "x")]).expect(200)
                    if start + len(part) == len(disk):
                        break
    for _ in range(200):
        t = x.get(template)
        if t.get("status") == "8":
            break
        time.sleep(0.05)
    check(t.get("status") == "8", "status " + t.get("status"))

with step("instantiate with one SourcedItem per machine of the template, twice at once the same MAC"):
    vms = x.get(template).findall(q("Children/Vm"))
    check(len(vms) == 1)
    hrefs = []
    for n in ("a", "b"):
        body = '<InstantiateVAppTemplateParams xmlns="%s" xmlns:ovf="%s" name="%s-%s" deploy="false" powerOn="false">' \
               '<InstantiationParams><NetworkConfigSection><ovf:Info/>%s</NetworkConfigSection></InstantiationParams>' \
               '<Source href="%s"/><SourcedItem><Source href="%s" id="%s" name="%s" type="%s"/><VmGeneralParams>' \
               "<NeedsCustomization>false</NeedsCustomization></VmGeneralParams><InstantiationParams/></SourcedItem>" \
               "<AllEULAsAccepted>true</AllEULAsAccepted></InstantiateVAppTemplateParams>" % (
                   NS, OVF, SUFFIX, n, network_config("internal"), template, vms[0].get("href"), vms[0].get("id"),
                   vms[0].get("name"), vms[0].get("type"))
        hrefs.append(x.create(only_link(x.get(vdc_href), "add", V + "instantiateVAppTemplateParams+xml"), body,
                              V + "instantiateVAppTemplateParams+xml"))
    check(len(x.vms(hrefs[0])) == 1, "one SourcedItem per machine must not double it")

vm = None
with step("move by add_vms: Source, VmGeneralParams, empty InstantiationParams"):
    source = x.vms(hrefs[0])["pyvm"].get("href")
    body = '<RecomposeVAppParams xmlns="%s" deploy="false" powerOn="false"><SourcedItem sourceDelete="true"><Source href="%s" ' \
           'id="x" name="pyvm" type="%svm+xml"/><VmGeneralParams><Name>moved</Name><NeedsCustomization>false' \
           "</NeedsCustomization></VmGeneralParams><InstantiationParams/></SourcedItem><AllEULAsAccepted>true" \
           "</AllEULAsAccepted></RecomposeVAppParams>" % (NS, source, V)
    x.run("POST", only_link(x.get(vapp), "recompose", V + "recomposeVAppParams+xml"), body, V + "recomposeVAppParams+xml")
    vm = x.vms(vapp)["moved"]
    c = vm.find(q("NetworkConnectionSection/NetworkConnection"))
    check(c.get("network") == "internal" and c.findtext(q("MACAddress")).lower() == "00:50:56:3a:00:09", ET.tostring(c))

with step("NIC edited in place on the machine"):
    section = x.get(vm.get("href") + "/networkConnectionSection/")
    c = section.find(q("NetworkConnection"))
    c.find(q("IpAddressAllocationMode")).text = "MANUAL"
    ip = c.find(q("IpAddress"))
    if ip is None:
        ip = ET.SubElement(c, q("IpAddress"))
    ip.text = "192.168.55.77"
    x.run("PUT", vm.get("href") + "/networkConnectionSection/", ET.tostring(section), V + "networkConnectionSection+xml")
    c = x.get(vm.get("href")).find(q("NetworkConnectionSection/NetworkConnection"))
    check(c.findtext(q("IpAddress")) == "192.168.55.77" and c.findtext(q("IpAddressAllocationMode")) == "MANUAL")

with step("power by links: on, off, undeploy; machine by machine"):
    vm_doc = x.get(vm.get("href"))
    x.run("POST", only_link(vm_doc, "power:powerOn"))
    vm_doc = x.get(vm.get("href"))
    check(vm_doc.get("status") == "4")
    check(not links(x.get(vapp), "remove"), "a running vApp offers remove")
    x.run("POST", only_link(vm_doc, "power:powerOff"))
    vm_doc = x.get(vm.get("href"))
    check(vm_doc.get("status") == "8" and vm_doc.get("deployed") == "true")
    x.run("POST", only_link(vm_doc, "undeploy", V + "undeployVAppParams+xml"),
          '<UndeployVAppParams xmlns="%s"/>' % NS, V + "undeployVAppParams+xml")
    check(x.get(vm.get("href")).get("deployed") == "false")

with step("capture by the catalog's link, download ovf (default)"):
    a = x.send("POST", only_link(x.get(catalog.get("href")), "add", V + "captureVAppParams+xml"),
               '<CaptureVAppParams xmlns="%s" xmlns:ovf="%s" name="%s-cap"><Description/><Source href="%s"/><CustomizationSection>'
               "<ovf:Info>x</ovf:Info><CustomizeOnInstantiate>true</CustomizeOnInstantiate></CustomizationSection>"
               "</CaptureVAppParams>" % (NS, OVF, SUFFIX, vapp), V + "captureVAppParams+xml").expect(202)
    done = x.wait(a.xml)
    captured = x.get(done.find(q("Owner")).get("href"))
    x.run("POST", only_link(captured, "enable"))
    captured = x.get(captured.get("href"))
    href = only_link(captured, "download:default")
    ovf = w.send("GET", href).expect(200)
    check("xml" in ovf.header("Content-Type", ""))
    for ref in ET.fromstring(ovf.body).findall("{%s}References/{%s}File" % (OVF, OVF)):
        name = ref.get("{%s}href" % OVF)
        body = w.send("GET", href.replace("/descriptor.ovf", "/" + quote(name))).expect(200).body
        check(len(body) == int(ref.get("{%s}size" % OVF)))
    x.send("POST", only_link(captured, "disable")).expect(204)

with step("vApp download as one OVA, default and identity"):
    x.run("POST", only_link(x.get(vapp), "enable"))
    doc = x.get(vapp)
    for rel, identity in (("download:ovaDefault", False), ("download:ovaIdentity", True)):
        ova = w.send("GET", only_link(doc, rel)).expect(200).body
        check(ova[:100].rstrip(b"\0").endswith(b".ovf"), "the descriptor is not first")
        check((b"00:50:56:3a:00:09" in ova[:20000]) == identity, rel)
    x.send("POST", vapp + "/action/disableDownload").expect(204)

with step("metadata in a domain, by PUT and DELETE of one"):
    x.run("PUT", vapp + "/metadata/GENERAL/key%20one", '<MetadataValue xmlns="%s" xmlns:xsi="http://www.w3.org/2001/XMLSchema-'
          'instance"><Domain visibility="READWRITE">GENERAL</Domain><TypedValue xsi:type="MetadataNumberValue"><Value>42</Value>'
          "</TypedValue></MetadataValue>" % NS, V + "metadata.value+xml")
    check(x.get(vapp + "/metadata/GENERAL/key%20one").findtext(q("TypedValue/Value")) == "42")
    entry = x.get(vapp + "/metadata").find(q("MetadataEntry"))
    check(" " not in entry.get("href"), entry.get("href"))
    x.get(entry.get("href"))
    x.run("DELETE", vapp + "/metadata/GENERAL/key%20one")

with step("delete with unknown query parameters; catalog item; logout"):
    for href in hrefs + [vapp]:
        x.run("DELETE", href + "?force=False&recursive=False")
    for name in (SUFFIX, SUFFIX + "-cap"):
        x.send("DELETE", typed("catalogItem", "name==" + name)[0].get("href")).expect(204)
    x.send("DELETE", "/api/session").expect(204)
    check(x.send("GET", "/api/org").status == 401)

finish()
