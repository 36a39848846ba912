"""Terraform's provider 3.0.0 (version 32.0, what it reads without looking) and Ruby's fog (5.5, hrefs without a port)."""

from wire import *

x = login(version="32.0")
w = x.wire
VMW = "http://www.vmware.com/schema/ovf"

with step("tf: catalogs through AdminOrg's references"):
    org = [o for o in x.get("/api/org").findall(q("Org")) if o.get("name") == "acme"][0].get("href")
    admin = x.get(only_link(x.get(org), "alternate", A + "organization+xml"))
    refs = {c.get("name"): c.get("href") for c in admin.findall(q("Catalogs/CatalogReference"))}
    check("library" in refs and "/api/admin/catalog/" in refs["library"], str(refs))
    check([v.get("name") for v in admin.findall(q("Vdcs/Vdc"))] == ["acme-vdc"])
    x.get(refs["library"])

with step("tf: create a catalog, read it, delete it with force and recursive"):
    a = x.send("POST", "/api/admin/org/%s/catalogs" % uuid_of(org), '<AdminCatalog xmlns="%s" name="tf-cat"><Description>of tf'
               "</Description></AdminCatalog>" % NS, A + "catalog+xml").expect(201)
    made = a.xml
    check(made.tag == q("AdminCatalog"))
    for t in made.findall(q("Tasks/Task")):
        x.wait(t)
    check(x.get(made.get("href")).findtext(q("Description")) == "of tf")
    gone = x.send("DELETE", made.get("href") + "?force=true&recursive=true").expect(202, 204)
    if gone.status == 202:
        x.wait(gone.xml)

vdc = x.one("orgVdc", "name==acme-vdc").get("href")
parent = x.one("orgVdcNetwork", "name==org-net").get("href").replace("/api/network/", "/api/admin/network/")
vapp = vm = None

with step("tf: vApp, routed network; description, addresses, DHCP and guest VLAN read back unchanged"):
    vapp = x.create(vdc + "/action/composeVApp", compose_body("tf-app"), V + "composeVAppParams+xml")
    body = '<NetworkConfigSection xmlns="%s" xmlns:ovf="%s"><ovf:Info/>%s</NetworkConfigSection>' % (
        NS, OVF, network_config("tf-net", "natRouted", parent).replace(
            "<RetainNetInfoAcrossDeployments>true</RetainNetInfoAcrossDeployments>",
            "<RetainNetInfoAcrossDeployments>false</RetainNetInfoAcrossDeployments>").replace(
            "</Configuration>", "<GuestVlanAllowed>false</GuestVlanAllowed></Configuration>"))
    x.run("PUT", vapp + "/networkConfigSection/", body, V + "networkConfigSection+xml")
    c = x.get(vapp + "/networkConfigSection/").find(q("NetworkConfig"))
    check(c.findtext(q("Description")) == "net of a client", str(c.findtext(q("Description"))))
    conf = c.find(q("Configuration"))
    check(conf.findtext(q("RetainNetInfoAcrossDeployments")) == "false" and conf.findtext(q("GuestVlanAllowed")) == "false")
    scope = conf.find(q("IpScopes/IpScope"))
    check(scope.findtext(q("Gateway")) == "192.168.55.1" and scope.findtext(q("Netmask")) == "255.255.255.0"
          and scope.findtext(q("Dns1")) == "10.0.0.2" and scope.findtext(q("IpRanges/IpRange/EndAddress")) == "192.168.55.90")

with step("tf: an empty machine; what the provider reads without looking is there"):
    item = """<CreateItem name="tf-vm"><Description>x</Description>%s<VmSpecSection Modified="true"><ovf:Info/>
<OsType>debian10_64Guest</OsType><NumCpus>2</NumCpus><NumCoresPerSocket>1</NumCoresPerSocket><CpuResourceMhz><Configured>0
</Configured></CpuResourceMhz><MemoryResourceMb><Configured>128</Configured></MemoryResourceMb><DiskSection><DiskSettings>
<SizeMb>4</SizeMb><UnitNumber>0</UnitNumber><BusNumber>0</BusNumber><AdapterType>5</AdapterType>
<ThinProvisioned>true</ThinProvisioned></DiskSettings></DiskSection><HardwareVersion>vmx-14</HardwareVersion>
<VirtualCpuType>VM64</VirtualCpuType></VmSpecSection></CreateItem>""" % nics(nic("tf-net", None, None, "POOL"))
    x.run("POST", vapp + "/action/recomposeVApp", recompose_body(item, "tf-app"), V + "recomposeVAppParams+xml")
    vm = x.vms(vapp)["tf-vm"].get("href")
    doc = x.get(vm)
    items = {}
    for i in doc.findall("{%s}VirtualHardwareSection/{%s}Item" % (OVF, OVF)):
        items[i.findtext("{%s}ResourceType" % RASD)] = i
    for kind in ("3", "4", "10", "17"):
        check(kind in items, "no item of ResourceType " + kind)
    check(items["3"].findtext("{%s}VirtualQuantity" % RASD) == "2" and items["3"].findtext("{%s}CoresPerSocket" % VMW) == "1")
    check(items["4"].findtext("{%s}VirtualQuantity" % RASD) == "128")
    for path in ("VmCapabilities/MemoryHotAddEnabled", "VmCapabilities/CpuHotAddEnabled", "StorageProfile",
                 "GuestCustomizationSection/ComputerName", "VAppScopedLocalId", "VmSpecSection/OsType",
                 "VmSpecSection/HardwareVersion", "VmSpecSection/DiskSection/DiskSettings/iops",
                 "VmSpecSection/DiskSection/DiskSettings/ThinProvisioned",
                 "VmSpecSection/DiskSection/DiskSettings/StorageProfile", "VmSpecSection/DiskSection/DiskSettings/SizeMb",
                 "VmSpecSection/MemoryResourceMb/Configured", "VmSpecSection/NumCpus"):
        check(doc.find(q(path)) is not None, "no " + path)
    for part in ("guestCustomizationSection", "productSections", "metadata/", "networkConnectionSection/"):
        x.get(vm + "/" + part)
    x.get(vapp + "/productSections")

with step("tf: cpu and memory by rasd item"):
    for part, kind, value in (("cpu", 3, 4), ("memory", 4, 256)):
        x.run("PUT", vm + "/virtualHardwareSection/" + part, '<Item xmlns="%s" xmlns:rasd="%s"><rasd:ElementName>x</rasd:ElementName>'
              "<rasd:InstanceID>%d</rasd:InstanceID><rasd:ResourceType>%d</rasd:ResourceType><rasd:VirtualQuantity>%d"
              "</rasd:VirtualQuantity></Item>" % (NS, RASD, kind, kind, value), V + "rasdItem+xml")
    spec = x.get(vm).find(q("VmSpecSection"))
    check(spec.findtext(q("NumCpus")) == "4" and spec.findtext(q("MemoryResourceMb/Configured")) == "256")

with step("tf: reconfigureVm with customization off, manual NIC with MAC"):
    x.run("POST", vm + "/action/reconfigureVm", '<Vm xmlns="%s" xmlns:ovf="%s" name="tf-vm">%s<GuestCustomizationSection><ovf:Info/>'
          "<Enabled>false</Enabled><ComputerName>tf-vm</ComputerName></GuestCustomizationSection></Vm>" % (
              NS, OVF, nics(nic("tf-net", "192.168.55.44", "02:00:5e:00:00:01"))), V + "vm+xml")
    c = x.get(vm).find(q("NetworkConnectionSection/NetworkConnection"))
    check(c.findtext(q("MACAddress")).lower() == "02:00:5e:00:00:01" and c.findtext(q("IpAddress")) == "192.168.55.44")

with step("tf: NSX-V style edge rules answer as a director without that edge does"):
    a = x.send("GET", "/network/edges/00000000-0000-4000-8000-000000000001/firewall/config")
    check(a.status in (403, 404), str(a.status))

f = login(version="5.5")
with step("fog: references with a host without its port"):
    short = vm.replace(urlsplit(w.base).netloc, "127.0.0.1")
    body = '<ComposeVAppParams xmlns="%s" xmlns:ovf="%s" name="fog-app" deploy="false" powerOn="false"><Description>d</Description>' \
           '<InstantiationParams><NetworkConfigSection><ovf:Info/>%s</NetworkConfigSection></InstantiationParams><SourcedItem>' \
           '<Source href="%s"/><NetworkAssignment innerNetwork="tf-net" containerNetwork="fog-net"/></SourcedItem>' \
           "<AllEULAsAccepted>true</AllEULAsAccepted></ComposeVAppParams>" % (
               NS, OVF, network_config("fog-net", "natRouted", parent.replace(urlsplit(w.base).netloc, "10.1.2.3:99")), short)
    copy = f.create(vdc + "/action/composeVApp", body, V + "composeVAppParams+xml")
    c = list(f.vms(copy).values())[0].find(q("NetworkConnectionSection/NetworkConnection"))
    check(c.get("network") == "fog-net", "NetworkAssignment: " + str(c.get("network")))

with step("fog: capture at the VDC, catalog item afterwards, clone, delete"):
    template = f.create(vdc + "/action/captureVApp", '<CaptureVAppParams xmlns="%s" name="fog-image"><Description/>'
                        '<Source href="%s"/></CaptureVAppParams>' % (NS, copy), V + "captureVAppParams+xml")
    check(not f.records("catalogItem", "name==fog-image"), "a catalog item came by itself")
    catalog = f.one("catalog", "name==library").get("href")
    item = f.send("POST", catalog + "/catalogItems", '<CatalogItem xmlns="%s" name="fog-image"><Entity href="%s"/></CatalogItem>' % (
        NS, template), V + "catalogItem+xml").expect(201).xml.get("href")
    check(f.get(item).find(q("Entity")).get("href") == template)
    clone = f.create(vdc + "/action/cloneVApp", '<CloneVAppParams xmlns="%s" name="fog-clone" deploy="false" powerOn="false">'
                     '<Source href="%s"/><IsSourceDelete>false</IsSourceDelete></CloneVAppParams>' % (NS, copy), V + "cloneVAppParams+xml")
    check(len(f.vms(clone)) == 1)
    f.send("DELETE", item).expect(204)
    for href in (clone, copy, vapp):
        f.run("DELETE", href)

with step("fog: an NSX-T edge says so, has no services of 5.1, and refuses configureServices without a change"):
    edges = f.get("/api/admin/vdc/%s/edgeGateways" % uuid_of(vdc)).findall(q("EdgeGatewayRecord"))
    edge = f.get(edges[0].get("href"))
    check(edge.tag == q("EdgeGateway") and edge.findall(q("Configuration/GatewayInterfaces/GatewayInterface")))
    check(edge.findtext(q("Configuration/EdgeGatewayType")) == "NSXT_BACKED")
    # Those services are of NSX-V edges; a client that finds neither the link nor the section must not be led on.
    check(edge.find(q("Configuration/EdgeGatewayServiceConfiguration")) is None)
    check(not links(edge, "edgeGateway:configureServices"))
    rules = "/cloudapi/1.0.0/edgeGateways/urn:vcloud:gateway:%s/nat/rules" % uuid_of(edge.get("href"))
    before = w.send("GET", rules, None, [("Accept", "application/json;version=37.0")]).expect(200).json["values"]
    f.send("POST", edge.get("href") + "/action/configureServices", '<EdgeGatewayServiceConfiguration xmlns="%s"><NatService>'
           "<IsEnabled>true</IsEnabled><NatRule><RuleType>SNAT</RuleType><IsEnabled>true</IsEnabled><GatewayNatRule>"
           "<OriginalIp>10.0.0.20</OriginalIp><TranslatedIp>203.0.113.10</TranslatedIp></GatewayNatRule></NatRule></NatService>"
           "</EdgeGatewayServiceConfiguration>" % NS, A + "edgeGatewayServiceConfiguration+xml").refusal(400, "BAD_REQUEST")
    after = w.send("GET", rules, None, [("Accept", "application/json;version=37.0")]).expect(200).json["values"]
    check(before == after)

with step("both: logout"):
    f.send("DELETE", "/api/session").expect(204)
    check(f.send("GET", "/api/org").status == 401)
    x.send("DELETE", "/api/session").expect(204)

finish()
