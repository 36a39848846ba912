package org.stretchdeploy.director.internal.api;

import java.util.List;
import org.stretchdeploy.director.internal.cloud.Accounts;
import org.stretchdeploy.director.internal.http.ApiVersion;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.http.Sessions;

/** The whole API: every resource group adds its part to the table of routes. */
public final class Api {
    private final Handlers handlers;
    private final Sessions sessions;
    private final Accounts accounts;
    private final List<ApiVersion> versions;

    public Api(Handlers handlers, Sessions sessions, Accounts accounts, List<ApiVersion> versions) {
        this.handlers = handlers;
        this.sessions = sessions;
        this.accounts = accounts;
        this.versions = versions;
    }

    public Routes routes() {
        Routes routes = new Routes();
        new SessionHandler(handlers, sessions, accounts, versions).routes(routes);
        new OAuthHandler(handlers, sessions, accounts).routes(routes);
        new OrgHandler(handlers).routes(routes);
        new VdcHandler(handlers).routes(routes);
        new VAppHandler(handlers).routes(routes);
        new VmHandler(handlers).routes(routes);
        new TemplateHandler(handlers).routes(routes);
        new NetworkHandler(handlers).routes(routes);
        new EdgeXmlHandler(handlers).routes(routes);
        new EdgeHandler(handlers).routes(routes);
        new L2VpnHandler(handlers).routes(routes);
        new OrgNetworkHandler(handlers).routes(routes);
        new FirewallGroupHandler(handlers).routes(routes);
        new TaskHandler(handlers).routes(routes);
        new QueryHandler(handlers).routes(routes);
        new MetadataHandler(handlers).routes(routes);
        new TransferHandler(handlers).routes(routes);
        return routes;
    }
}
