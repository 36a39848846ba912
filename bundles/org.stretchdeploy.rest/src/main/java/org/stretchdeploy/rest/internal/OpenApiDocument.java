package org.stretchdeploy.rest.internal;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.core.util.PrimitiveType;
import io.swagger.v3.jaxrs2.Reader;
import io.swagger.v3.oas.integration.SwaggerConfiguration;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.stretchdeploy.rest.internal.problem.Problem;
import org.stretchdeploy.rest.internal.resource.CloudsResource;
import org.stretchdeploy.rest.internal.resource.EventsResource;
import org.stretchdeploy.rest.internal.resource.HealthResource;
import org.stretchdeploy.rest.internal.resource.MetricsResource;
import org.stretchdeploy.rest.internal.resource.OperationsResource;
import org.stretchdeploy.rest.internal.resource.PlansResource;
import org.stretchdeploy.rest.internal.resource.StretchedResource;
import org.stretchdeploy.rest.internal.resource.TunnelsResource;
import org.stretchdeploy.rest.internal.resource.VendorsResource;

/** Makes the OpenAPI 3 document from the annotated resources; the same classes always give the same text. */
public final class OpenApiDocument {
    /** The resources that callers may rely on. */
    static final Set<Class<?>> RESOURCES = Set.of(
            CloudsResource.class,
            VendorsResource.class,
            PlansResource.class,
            OperationsResource.class,
            EventsResource.class,
            MetricsResource.class,
            HealthResource.class,
            StretchedResource.class,
            TunnelsResource.class);

    private OpenApiDocument() {}

    /** Returns the document as JSON text, for a server at the given path. */
    public static String generate(String serverPath, ObjectMapper mapper) {
        // Durations are ISO 8601 text in our JSON; the generator would list their fields.
        PrimitiveType.customClasses().put("java.time.Duration", PrimitiveType.STRING);
        var resolver = new ModelResolver(mapper);
        var converters = ModelConverters.getInstance();
        converters.addConverter(resolver);
        try {
            var api = new OpenAPI()
                    .info(new Info()
                            .title("Stretch Deploy")
                            .version("1")
                            .description(
                                    "Moves running VMs and vApps between clouds over a stretched layer-2 network."))
                    .servers(List.of(new Server().url(serverPath)))
                    .components(new Components()
                            .addSecuritySchemes(
                                    "basic",
                                    new SecurityScheme()
                                            .type(SecurityScheme.Type.HTTP)
                                            .scheme("basic")))
                    .security(List.of(new SecurityRequirement().addList("basic")));
            var described = new Reader(new SwaggerConfiguration().openAPI(api)).read(RESOURCES);
            addProblem(described, converters);
            sort(described);
            return Json.pretty(described) + "\n";
        } finally {
            converters.removeConverter(resolver);
        }
    }

    private static void addProblem(OpenAPI api, ModelConverters converters) {
        converters.readAll(Problem.class).forEach(api.getComponents()::addSchemas);
        var problem = new ApiResponse()
                .description("A problem document (RFC 9457) with a stable code")
                .content(new Content()
                        .addMediaType(
                                Problem.MEDIA_TYPE,
                                new MediaType().schema(new Schema<>().$ref("#/components/schemas/Problem"))));
        api.getPaths().values().forEach(path -> path.readOperations()
                .forEach(operation -> operation.getResponses().addApiResponse("default", problem)));
    }

    private static void sort(OpenAPI api) {
        var paths = new TreeMap<>(api.getPaths());
        api.getPaths().clear();
        api.getPaths().putAll(paths);
        api.getComponents().setSchemas(new TreeMap<>(api.getComponents().getSchemas()));
        if (api.getTags() != null) {
            api.setTags(api.getTags().stream()
                    .sorted(java.util.Comparator.comparing(io.swagger.v3.oas.models.tags.Tag::getName))
                    .toList());
        }
    }
}
