package org.stretchdeploy.director.internal.view;

import org.stretchdeploy.director.internal.http.ApiVersion;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Transfer;

/** Where a finished export can be fetched. */
record DownloadLinks(CloudState state, Hrefs hrefs) {
    private static final ApiVersion ARCHIVES = new ApiVersion(5, 6);

    void add(LinkList links, String downloadId) {
        Transfer transfer = state.transfers.get(downloadId);
        if (transfer == null) {
            return;
        }
        links.add("download:default", "text/xml", hrefs.transfer(transfer.id, "descriptor.ovf"));
        links.add("download:identity", "text/xml", hrefs.transfer(transfer.id, "descriptor-with-id.ovf"));
        if (!hrefs.version().atLeast(ARCHIVES)) {
            return; // clients of that time give up at a relation that they do not know
        }
        links.add(
                "download:ovaDefault",
                "application/octet-stream",
                hrefs.transfer(transfer.id, transfer.packageName + ".ova"));
        links.add(
                "download:ovaIdentity",
                "application/octet-stream",
                hrefs.transfer(transfer.id, transfer.packageName + "-with-id.ova"));
    }
}
