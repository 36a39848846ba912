"""What a careless or hostile client sends. Every refusal must be a clear answer, and nothing may be half done afterwards."""

import threading
import urllib.parse
from wire import *

x = login(version="37.0")
w = x.wire
eve = login("eve", "other", "eve-pass", version="37.0")
vdc = x.one("orgVdc", "name==acme-vdc").get("href")
catalog = x.one("catalog", "name==library").get("href")
BASIC_REALM = "BASIC realm="
CLOUD = ("Accept", "application/json;version=37.0")


def compose(name, networks="", items="", client=x):
    return client.create(vdc + "/action/composeVApp", compose_body(name, networks, items), V + "composeVAppParams+xml")


def upload(name, text=None, files=(), extra=""):
    a = x.send("POST", catalog + "/action/upload", '<UploadVAppTemplateParams xmlns="%s" name="%s"%s/>' % (NS, name, extra),
               V + "uploadVAppTemplateParams+xml").expect(201)
    template = a.xml.find(q("Entity")).get("href")
    if text is not None:
        x.send("PUT", file_link(template, "descriptor.ovf"), text, "text/xml").expect(200)
        for _ in range(200):
            t = x.get(template)
            if t.get("status") == "-1" or len(t.findall(q("Files/File"))) > 1:
                break
            time.sleep(0.03)
    return a.xml.get("href"), template


def file_link(template, name):
    return [only_link(f, "upload:default") for f in x.get(template).findall(q("Files/File")) if f.get("name") == name][0]


with step("wrong logins: three doors, wrong user, org, password, no header, garbage"):
    for path in ("/api/sessions", "/cloudapi/1.0.0/sessions", "/cloudapi/1.0.0/sessions/provider"):
        version = "36.0"
        for header in (basic("admin", "acme", "nope"), basic("nobody", "acme", "admin-pass"), basic("admin", "nowhere", "admin-pass"),
                       basic("admin", "other", "admin-pass"), "Basic %%%", "Basic", "Basic " + base64.b64encode(b"x").decode(),
                       "Bearer x", basic("admin", "acme", ""), basic("", "", "")):
            a = Wire().send("POST", path, None, [("Accept", "application/*;version=" + version), ("Authorization", header)])
            check(a.status == 401 and a.header("WWW-Authenticate", "").startswith(BASIC_REALM), "%s %s %d" % (path, header, a.status))
            check(a.header("x-vcloud-authorization") is None)
        check(Wire().send("POST", path, None, [("Accept", "application/*;version=" + version)]).status == 401)
    a = Wire().send("POST", "/cloudapi/1.0.0/sessions/provider", None, [CLOUD, ("Authorization", basic("admin", "acme", "admin-pass"))])
    check(a.status == 401, "a tenant came in by the provider's door")

with step("garbage, cut and changed tokens"):
    token = w.headers[0][1]
    for value in ("", "x", token[:-1], token + "0", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9."):
        for header in (("x-vcloud-authorization", value), ("Authorization", "Bearer " + value),
                       ("X-VMWARE-VCLOUD-ACCESS-TOKEN", value), ("Cookie", "vcloud-token=" + value)):
            check(Wire().send("GET", "/api/org", None, [x.accept(), header]).status == 401, str(header))

with step("versions: unknown ones 406, garbage, old ones at new doors"):
    for accept in ("application/*+xml;version=99.0", "application/*+xml;version=abc", "application/*+xml;version=40.0"):
        a = w.send("GET", "/api/org", None, [("Accept", accept)])
        check(a.status == 406, "%s: %d" % (accept, a.status))
    check(w.send("POST", "/cloudapi/1.0.0/sessions", None, [("Accept", "application/*;version=27.0")]).status in (401, 404, 405))
    check(w.send("POST", "/api/sessions", None, [("Accept", "application/*+xml;version=38.0")]).status in (404, 405))
    for accept in ("application/*+xml;q=0.8;version=37.0", "text/html, application/*+xml;version=37.0;multisite=global", "*/*;version=36.0"):
        w.send("GET", "/api/org", None, [("Accept", accept)]).expect(200)

with step("unknown entities are forbidden, unknown paths not found, wrong methods not allowed"):
    ghost = "12345678-1234-4234-8234-123456789abc"
    for path in ("/api/vApp/vapp-" + ghost, "/api/vApp/vm-" + ghost, "/api/vAppTemplate/vappTemplate-" + ghost, "/api/catalog/" + ghost,
                 "/api/catalogItem/" + ghost, "/api/vdc/" + ghost, "/api/org/" + ghost, "/api/network/" + ghost, "/api/task/" + ghost,
                 "/api/admin/edgeGateway/" + ghost, "/api/entity/urn:vcloud:vm:" + ghost, "/api/vdcStorageProfile/" + ghost,
                 "/api/vApp/vapp-nonsense", "/api/vApp/vapp-" + ghost + "/metadata", "/api/vApp/vm-" + ghost + "/networkConnectionSection"):
        a = x.send("GET", path)
        check(a.status == 403, "%s: %d" % (path, a.status))
        a.refusal(403, "ACCESS_TO_RESOURCE_IS_FORBIDDEN")
    for path in ("/api/nothing", "/nothing", "/api/vApp", "/cloudapi/1.0.0/nothing"):
        check(x.send("GET", path).status in (403, 404), path)
    check(x.send("PUT", "/api/org").status == 405)
    check(w.send("GET", "/cloudapi/1.0.0/edgeGateways/urn:vcloud:gateway:" + ghost, None, [CLOUD]).status == 403)
    check(w.send("GET", "/transfer/%s/descriptor.ovf" % ghost).status in (403, 404))

vapp = None
with step("another tenant sees and touches nothing"):
    vapp = compose("mine", network_config("internal"))
    item = '<CreateItem name="vm"><Description/>%s<VmSpecSection Modified="true"><ovf:Info/><NumCpus>1</NumCpus><MemoryResourceMb>' \
           "<Configured>64</Configured></MemoryResourceMb></VmSpecSection></CreateItem>" % nics(nic("internal", "192.168.55.21", None))
    x.run("POST", vapp + "/action/recomposeVApp", recompose_body(item), V + "recomposeVAppParams+xml")
    vm = x.vms(vapp)["vm"].get("href")
    net = only_link(x.get(vapp), "down", V + "vAppNetwork+xml", "internal")
    task = x.records("task")[0].get("href")
    edge = x.one("edgeGateway", "name==edge").get("href")
    for path in (vapp, vm, net, catalog, vdc, task, edge, vapp + "/metadata", vm + "/networkConnectionSection/",
                 x.one("orgVdcNetwork", "name==org-net").get("href"), "/api/admin/org/" + uuid_of(x.get("/api/org").find(q("Org")).get("href"))):
        check(eve.send("GET", path).status == 403, "eve reads " + path)
    for method, path in (("DELETE", vapp), ("DELETE", vm), ("POST", vapp + "/power/action/powerOn"), ("POST", vapp + "/action/undeploy"),
                         ("POST", task + "/action/cancel"), ("DELETE", "/api/admin/catalog/" + uuid_of(catalog))):
        check(eve.send(method, path).status == 403, "eve does %s %s" % (method, path))
    check(eve.send("POST", vdc + "/action/composeVApp", compose_body("eves"), V + "composeVAppParams+xml").status == 403)
    other = eve.one("orgVdc", "name==other-vdc").get("href")
    for body in (compose_body("steal", "", sourced(vm, True)), compose_body("steal", "", sourced(vapp, False))):
        check(eve.send("POST", other + "/action/composeVApp", body, V + "composeVAppParams+xml").status in (400, 403))
    check(not eve.records("vApp", "name==mine") and not eve.records("vm") and not eve.records("task", "object==" + vapp))
    check(not eve.records("vApp", "name==steal"), "a half-made vApp is left")
    check(eve.send("GET", "/cloudapi/1.0.0/edgeGateways", headers=[]).status in (200, 406))
    a = eve.wire.send("GET", "/api/org", None, [eve.accept(), ("X-VMWARE-VCLOUD-TENANT-CONTEXT", uuid_of(
        x.get("/api/org").find(q("Org")).get("href")))])
    check([o.get("name") for o in a.xml.findall(q("Org"))] == ["other"], "a tenant changed its context")
    author = login("author", "acme", "author-pass", version="37.0")
    check(author.send("POST", catalog + "/action/upload", '<UploadVAppTemplateParams xmlns="%s" name="x"/>' % NS,
                      V + "uploadVAppTemplateParams+xml").status == 403)

with step("duplicate names, with letters that need care"):
    for name in ("mine", "Größe & <Co> \"q\" 'a' 日本 \u00a0x"):
        if name != "mine":
            href = compose(name.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;"))
            check(x.get(href).get("name") == name, x.get(href).get("name"))
            record = [r for r in x.records("vApp") if r.get("name") == name]
            check(len(record) == 1)
            flt = urllib.parse.quote("name==" + urllib.parse.quote(name, safe=""), safe="")
            found = x.get("/api/query?type=vApp&filterEncoded=true&filter=" + flt)
            check(found.get("total") == "1", "filter by an odd name finds " + found.get("total"))
        a = x.send("POST", vdc + "/action/composeVApp", compose_body(name.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")),
                   V + "composeVAppParams+xml")
        a.refusal(400, "DUPLICATE_NAME")
    x.run("DELETE", href)
    for bad in ("", " ", "x" * 200):
        check(x.send("POST", vdc + "/action/composeVApp", compose_body(bad), V + "composeVAppParams+xml").status == 400, repr(bad[:5]))

with step("hostile XML: entities, external documents, depth, size, encodings, wrong roots, no body"):
    bodies = ['<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><ComposeVAppParams xmlns="%s" name="x&e;"/>' % NS,
              '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><ComposeVAppParams xmlns="%s" name="&c;"/>' % NS,
              '<!DOCTYPE a SYSTEM "https://203.0.113.1/x.dtd"><a/>', "<a>" * 20000, "", "not xml", "<a", "\0\0\0",
              '<RecomposeVAppParams xmlns="%s"/>' % NS, '<ComposeVAppParams xmlns="%s"/>' % NS,
              '<ComposeVAppParams xmlns="%s" name="x"><InstantiationParams><NetworkConfigSection><NetworkConfig/></NetworkConfigSection>'
              "</InstantiationParams></ComposeVAppParams>" % NS]
    for body in bodies:
        a = x.send("POST", vdc + "/action/composeVApp", body, V + "composeVAppParams+xml")
        check(a.status == 400, "%r: %d %s" % (body[:40], a.status, a.body[:200]))
        a.refusal(400)
    a = x.send("POST", vdc + "/action/composeVApp", b"<?xml version='1.0' encoding='UTF-16'?>\xff\xfe<", V + "composeVAppParams+xml")
    check(a.status == 400)
    a = Wire().send("POST", vdc + "/action/composeVApp", b"x" * (9 << 20), [x.accept()] + w.headers, V + "composeVAppParams+xml")
    check(a.status in (400, 413), str(a.status))

with step("hostile JSON"):
    base = "/cloudapi/1.0.0/edgeGateways/urn:vcloud:gateway:%s/" % uuid_of(edge)
    for path in ("nat/rules", "l2vpn/tunnels"):
        for body in ("", "[]", "{", "nul", '{"name":1}', "{}", '{"name":"x","ruleType":"EVIL"}', "[" * 50000, '{"name":"x","externalAddresses":{"a":1}}'):
            a = w.send("POST", base + path, body, [CLOUD], "application/json")
            check(a.status == 400, "%s %r: %d %s" % (path, body[:30], a.status, a.body[:200]))
            check(a.json.get("minorErrorCode"), "no minorErrorCode")
    for body in ("[]", '{"userDefinedRules":5}', '{"userDefinedRules":[5]}', '{"userDefinedRules":[{"name":"x","actionValue":"EVIL"}]}'):
        a = w.send("PUT", base + "firewall/rules", body, [CLOUD], "application/json")
        check(a.status == 400, "%r: %d" % (body, a.status))

with step("query: page sizes, pages, unknown types and fields, odd filters"):
    for args in ("pageSize=0", "pageSize=-1", "pageSize=x", "page=0", "page=-5", "page=99999999999", "format=evil"):
        a = x.send("GET", "/api/query?type=vApp&" + args)
        check(a.status == 400, "%s: %d" % (args, a.status))
    page = x.get("/api/query?type=vApp&pageSize=1000")
    check(page.get("pageSize") == "128", page.get("pageSize"))
    check(x.send("GET", "/api/query?type=evil").status == 400)
    for flt in ("name", "name==", "==x", "name==x;;", "(name==x", "name==x)", "name==*", "name~~x", "nosuch==1", "name=ev=1", "((((((((((name==x",
                "(" * 5000 + "name==x" + ")" * 5000, "name==%00", "name==" + "x" * 5000, "name==a,name==b;name==c", "*==*", "name==%zz"):
        a = x.send("GET", "/api/query?type=vApp&filter=" + urllib.parse.quote(flt, safe="%")[:12000])
        check(a.status in (200, 400, 414), "%r: %d %s" % (flt[:30], a.status, a.body[:200]))
    a = x.send("GET", "/api/query?type=vApp&filter=%zz&filterEncoded=true")
    check(a.status in (200, 400), str(a.status))

disk = vmdk(1)
with step("Content-Range: broken, beyond, overlapping, more than announced"):
    item, template = upload("ranges", descriptor("r", [("r.vmdk", len(disk))]))
    link = file_link(template, "r.vmdk")
    n = len(disk)
    for value in ("bytes", "bytes a-b/c", "bytes 5-1/%d" % n, "bytes 0-9/%d" % (n + 1), "bytes %d-%d/%d" % (n, n + 9, n),
                  "bytes 100-109/%d" % n, "bytes -5-4/%d" % n, "bytes 0-%d/%d" % (n * 2, n * 2), "bytes 0-99999999999999999999/%d" % n):
        begun = time.time()
        a = w.send("PUT", link, b"0123456789", [("Content-Range", value)])
        check(a.status in (400, 416), "%s: %d" % (value, a.status))
        check(time.time() - begun < 5, "slow at " + value)
    a = w.send("PUT", link, disk + b"more", [])
    check(a.status in (400, 413, 416), "more than announced: %d" % a.status)
    w.send("PUT", link, disk[:1000], [("Content-Range", "bytes 0-999/%d" % n)]).expect(200)
    check(eve.wire.send("PUT", link, disk[1000:], [("Content-Range", "bytes 1000-%d/%d" % (n - 1, n))]).status in (401, 403, 404),
          "another tenant writes into an upload")
    w.send("PUT", link, disk[1000:], [("Content-Range", "bytes 1000-%d/%d" % (n - 1, n))]).expect(200)
    for _ in range(200):
        status = x.get(template).get("status")
        if status in ("8", "-1"):
            break
        time.sleep(0.03)
    check(status == "8", "after all the noise the right bytes must count: " + status)
    x.send("DELETE", item).expect(204)

with step("OVF: file names that climb, absent sizes, twice the same, wrong disks, entities, an unknown network"):
    good = descriptor("o", [("o.vmdk", len(disk))])
    for change in (("o.vmdk", "../../../../tmp/evil"), ("o.vmdk", "/etc/passwd"), ("o.vmdk", "..\\evil"), ("o.vmdk", "a/b.vmdk"),
                   ("o.vmdk", "descriptor.ovf"), ("o.vmdk", "https://203.0.113.9/x.vmdk"), ("o.vmdk", ""), ('ovf:size="%d"' % len(disk), 'ovf:size="-5"'),
                   ('ovf:size="%d"' % len(disk), 'ovf:size="99999999999999999999"'), ('ovf:capacity="1"', 'ovf:capacity="-1"'),
                   ('ovf:capacity="1"', 'ovf:capacity="999999999999"'), ('ovf:fileRef="file0"', 'ovf:fileRef="nofile"'),
                   ("<ovf:Envelope", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><ovf:Envelope'),
                   (">64</rasd:VirtualQuantity>", ">-64</rasd:VirtualQuantity>"), ("00:50:56:3a:00:09", "nonsense")):
        item, template = upload("evil", good.replace(*change))
        status = x.get(template).get("status")
        if status != "-1":
            files = {f.get("name") for f in x.get(template).findall(q("Files/File"))}
            check(change[0] == "o.vmdk" and False, "%s was accepted: %s %s" % (change[1][:40], status, files))
        task = x.get(template).find(q("Tasks/Task"))
        check(task is not None and task.get("status") == "error" and task.find(q("Error")).get("message"), "no Error in the task for " + change[1][:40])
        x.send("DELETE", item).expect(204)

with step("damaged disk fails its import and leaves nothing"):
    broken = b"\0" * len(disk)
    item, template = upload("broken", descriptor("b", [("b.vmdk", len(broken))]))
    w.send("PUT", file_link(template, "b.vmdk"), broken, []).expect(200)
    for _ in range(200):
        status = x.get(template).get("status")
        if status in ("8", "-1"):
            break
        time.sleep(0.03)
    print("     a disk of zeroes ends as status " + status)
    x.send("DELETE", item).expect(204)
    check(not x.records("vAppTemplate", "name==broken"))

with step("running machine: not moved, not deleted, not captured, not downloaded; NAT rule of a machine that is gone"):
    x.run("POST", vapp + "/power/action/powerOn")
    target = compose("target")
    for method, path, body, kind in (
            ("POST", target + "/action/recomposeVApp", recompose_body(sourced(vm, True)), "recomposeVAppParams"),
            ("DELETE", vm, None, None), ("DELETE", vapp, None, None), ("POST", vapp + "/action/enableDownload", None, None),
            ("POST", catalog + "/action/captureVApp", '<CaptureVAppParams xmlns="%s" name="c"><Source href="%s"/></CaptureVAppParams>' % (NS, vapp), "captureVAppParams"),
            ("POST", vm + "/power/action/powerOn", None, None)):
        a = x.send(method, path, body, V + kind + "+xml" if kind else None)
        check(a.status == 400, "%s %s: %d" % (method, path, a.status))
    x.run("POST", vapp + "/action/undeploy", "", None)
    check(x.send("POST", vapp + "/power/action/powerOff").status == 400)
    parent = x.one("orgVdcNetwork", "name==org-net").get("href").replace("/api/network/", "/api/admin/network/")
    routed = compose("routed", network_config("outward", "natRouted", parent))
    net = only_link(x.get(routed), "down", V + "vAppNetwork+xml", "outward")
    stranger = x.get(vm).findtext(q("VAppScopedLocalId"))
    for whom in (ghost, stranger, ""):
        net_doc = x.get(net)
        nat = net_doc.find(q("Configuration/Features/NatService"))
        nat.append(ET.fromstring('<NatRule xmlns="%s"><OneToOneVmRule><MappingMode>automatic</MappingMode><VAppScopedVmId>%s</VAppScopedVmId>'
                                 "<VmNicId>0</VmNicId></OneToOneVmRule></NatRule>" % (NS, whom)))
        x.send("PUT", net, ET.tostring(net_doc), V + "vAppNetwork+xml").refusal(400, "BAD_REQUEST")
    check(not x.get(net).findall(q("Configuration/Features/NatService/NatRule")), "a refused rule stayed")
    x.run("DELETE", routed)

with step("twenty composes at once, one name: one wins; twenty names: all win"):
    results = []

    def one(name):
        c = login(version="37.0")
        results.append(c.send("POST", vdc + "/action/composeVApp", compose_body(name), V + "composeVAppParams+xml").status)
    for names in (["same"] * 20, ["many%d" % i for i in range(20)]):
        results.clear()
        threads = [threading.Thread(target=one, args=(n,)) for n in names]
        for t in threads:
            t.start()
        for t in threads:
            t.join(60)
        check(sorted(results) == ([201] + [400] * 19 if names[0] == "same" else [201] * 20), str(results))
    for r in x.records("vApp", "name==many*") + x.records("vApp", "name==same"):
        for _ in range(100):
            a = x.send("DELETE", r.get("href"))
            if a.status == 202:
                x.wait(a.xml)
                break
            time.sleep(0.05)

with step("twenty machines cloned at once into one vApp: each a different address and MAC, or a clear BUSY_ENTITY"):
    answers = []

    def clone(i):
        c = login(version="37.0")
        for _ in range(300):
            a = c.send("POST", target + "/action/recomposeVApp", recompose_body(sourced(vm, False, "copy%d" % i)), V + "recomposeVAppParams+xml")
            if a.status == 202:
                c.wait(a.xml)
                answers.append(202)
                return
            if a.xml.get("minorErrorCode") != "BUSY_ENTITY" or not a.xml.get("message").rstrip().endswith(
                    ("is busy completing an operation.", "is busy, cannot proceed with the operation.")):
                answers.append(a.body)
                return
            time.sleep(0.05)
        answers.append("busy for ever")
    threads = [threading.Thread(target=clone, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    check(answers == [202] * 8, str(answers))
    check(len(x.vms(target)) == 8)
    for r in (target, vapp):
        x.run("DELETE", r)

with step("nothing of this is left"):
    for kind in ("vApp", "vAppTemplate", "vm"):
        check(not x.records(kind), str([r.get("name") for r in x.records(kind)]))

finish()
