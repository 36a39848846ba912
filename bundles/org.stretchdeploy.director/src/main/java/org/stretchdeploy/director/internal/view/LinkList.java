package org.stretchdeploy.director.internal.view;

import java.util.ArrayList;
import java.util.List;
import org.stretchdeploy.director.internal.http.ApiVersion;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** The Links of an entity. From version 31 most come twice: once for XML, once for JSON. */
final class LinkList {
    private final Hrefs hrefs;
    private final List<XmlElement> links = new ArrayList<>();

    LinkList(Hrefs hrefs) {
        this.hrefs = hrefs;
    }

    void add(String rel, String type, String path) {
        add(rel, type, path, null);
    }

    void add(String rel, String type, String path, String name) {
        links.add(hrefs.link(rel, type, path, name));
        if (type != null && type.endsWith("+xml") && hrefs.version().atLeast(ApiVersion.V31)) {
            links.add(hrefs.link(rel, type.substring(0, type.length() - 4) + "+json", path, name));
        }
    }

    List<XmlElement> all() {
        return links;
    }
}
