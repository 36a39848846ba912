"""The vCloud driver of Apache Libcloud (Debian's python3-libcloud), as it is, at versions 1.5 (which its 5.1 sends too) and 5.5.

The director needs a template; it is uploaded with the plain interface first. Run with Debian's own python3.
"""

import os
import sys
import warnings
from urllib.parse import urlsplit
from wire import *

warnings.simplefilter("ignore")
import libcloud.security  # noqa: E402
libcloud.security.CA_CERTS_PATH = os.environ["DIRECTOR_CERTIFICATE"]
from libcloud.compute.types import Provider, NodeState  # noqa: E402
from libcloud.compute.providers import get_driver  # noqa: E402
from libcloud.common.types import InvalidCredsError  # noqa: E402

import libcloud.compute.drivers.vcloud as vcloud_driver  # noqa: E402


class Hasty:
    """The driver asks for its tasks once a second; here they take milliseconds."""
    sleep = staticmethod(lambda seconds: time.sleep(seconds / 20))
    time = staticmethod(time.time)


vcloud_driver.time = Hasty
at = urlsplit(os.environ["DIRECTOR"])


def upload(name):
    x = login(version="5.5")
    catalog = x.one("catalog", "name==library").get("href")
    disk = vmdk(1)
    x.send("POST", catalog + "/action/upload", '<UploadVAppTemplateParams xmlns="%s" name="%s"/>' % (NS, name),
           V + "uploadVAppTemplateParams+xml").expect(201)
    template = x.one("vAppTemplate", "name==" + name).get("href")
    link = only_link(x.get(template).find(q("Files/File")), "upload:default")
    x.send("PUT", link, descriptor("lcvm", [("d.vmdk", len(disk))]), "text/xml").expect(200)
    for _ in range(100):
        files = x.get(template).findall(q("Files/File"))
        if len(files) == 2:
            break
        time.sleep(0.05)
    x.send("PUT", [only_link(f, "upload:default") for f in files if f.get("name") == "d.vmdk"][0], disk,
           "application/octet-stream").expect(200)
    for _ in range(200):
        if x.get(template).get("status") == "8":
            return
        time.sleep(0.05)
    raise AssertionError("the template does not get ready")


with step("a template is there"):
    upload("lc-image")

for version in ("1.5", "5.5"):
    kind = get_driver(Provider.VCLOUD)
    name = "lc-" + version.replace(".", "-")
    driver = node = None
    with step(version + " wrong password is told"):
        try:
            kind("admin@acme", "wrong", host=at.hostname, port=at.port, api_version=version).vdcs
            raise RuntimeError("logged in")
        except InvalidCredsError:
            pass
    with step(version + " login, VDCs, networks, images, sizes"):
        driver = kind("admin@acme", "admin-pass", host=at.hostname, port=at.port, api_version=version)
        check([v.name for v in driver.vdcs] == ["acme-vdc"], str(driver.vdcs))
        check(driver.vdcs[0].cpu is not None and driver.vdcs[0].memory is not None)
        check(any(n.get("name") == "org-net" for n in driver.networks), str(driver.networks))
        image = [i for i in driver.list_images() if i.name == "lc-image"][0]
        check(driver.list_sizes())
    with step(version + " instantiate with a network, change names, cpu, memory, mode; deploy"):
        node = driver.create_node(name=name, image=image, ex_network="org-net", ex_vm_network="internal",
                                  ex_vm_fence="bridged", ex_vm_names=["box"], ex_vm_cpu=2, ex_vm_memory=512,
                                  ex_vm_ipmode="POOL", ex_description="of libcloud")
        check(node.state == NodeState.RUNNING and node.extra["vms"][0]["name"] == "box", str(node.extra))
        check(node.extra["vms"][0]["private_ips"][0].startswith("10.0.0."), str(node.extra))
        check(node.extra["description"] == "of libcloud")
    with step(version + " find, list, query, metadata, control access"):
        check(driver.ex_find_node(name).id == node.id)
        check(any(n.id == node.id for n in driver.list_nodes()))
        check(driver.ex_query("vApp", filter="name==" + name)[0]["name"] == name)
        check([n.id for n in driver.ex_find_vm_nodes("box")].count(node.id) == 1)
        driver.ex_set_metadata_entry(node, "owner tag", "a & b")
        # Typed values came with 5.1; this client looks for the bare value of 1.5 only.
        value = "a & b" if version == "1.5" else None
        check(driver.ex_get_metadata(node) == {"owner tag": value}, str(driver.ex_get_metadata(node)))
        driver.ex_get_control_access(node)
    with step(version + " power: reboot, suspend or off, shutdown, undeploy"):
        driver.reboot_node(node)
        driver.ex_power_off_node(node)
        driver.ex_power_on_node(node)
        driver.ex_shutdown_node(node)
        node = driver.ex_undeploy_node(node)
        check(node.state == NodeState.STOPPED, str(node.state))
    with step(version + " password, disk"):
        driver.ex_change_vm_admin_password(node.id, "S3cret-word")
        driver.ex_add_vm_disk(node.id, 1)
    with step(version + " clone of a node"):
        twin = driver.create_node(name=name + "-twin", image=node, ex_deploy=False)
        check(twin.extra["vms"][0]["name"] == "box", str(twin.extra))
        check(driver.destroy_node(twin, shutdown=False))
    with step(version + " destroy"):
        check(driver.destroy_node(node, shutdown=False))

with step("the template goes"):
    x = login(version="5.5")
    x.send("DELETE", x.one("catalogItem", "name==lc-image").get("href")).expect(204)

finish()
