package org.stretchdeploy.director.internal.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.director.internal.cloud.Downloads;
import org.stretchdeploy.director.internal.cloud.OvaStream;
import org.stretchdeploy.director.internal.http.Body;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;

/** The bytes of packages, up and down. */
final class TransferHandler {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
    private final Handlers handlers;

    TransferHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    void routes(Routes routes) {
        routes.add("PUT", "/transfer/{id}/{name}", Right.ADMINISTER, this::put);
        routes.add("GET", "/transfer/{id}/{name}", Right.READ, this::get);
    }

    private Response put(Call call) {
        long length = call.header("Content-Length")
                .filter(l -> l.matches("\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(-1L);
        handlers.uploads()
                .receive(
                        call.principal(),
                        call.id("id"),
                        call.variable("name"),
                        call.header("Content-Range"),
                        length,
                        call.stream());
        return Response.of(200);
    }

    private Response get(Call call) {
        String id = call.id("id");
        String name = call.variable("name");
        if (name.endsWith(".ova")) {
            List<OvaStream.Entry> entries = handlers.cloud().store().read(s -> handlers.downloads()
                    .archive(s, call.principal(), id, name.endsWith("-with-id.ova")));
            return new Response(
                    200,
                    Map.of(),
                    new Body.Stream(
                            OvaStream.length(entries),
                            "application/octet-stream",
                            out -> OvaStream.write(entries, out)));
        }
        Downloads.Offered offered =
                handlers.cloud().store().read(s -> handlers.downloads().offered(s, call.principal(), id, name));
        String type = name.endsWith(".ovf") ? "text/xml" : "application/octet-stream";
        return ranged(call.header("Range"), offered.file(), offered.size(), type);
    }

    /** The whole file, or the one range that is asked for. */
    static Response ranged(Optional<String> range, Path file, long size, String type) {
        Matcher matcher = RANGE.matcher(range.orElse(""));
        if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
            return stream(200, file, 0, size, type);
        }
        long first;
        long last;
        if (matcher.group(1).isEmpty()) {
            first = Math.max(0, size - Long.parseLong(matcher.group(2)));
            last = size - 1;
        } else {
            first = Long.parseLong(matcher.group(1));
            last = matcher.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(matcher.group(2)));
        }
        if (first >= size || first > last) {
            return Response.of(416).header("Content-Range", "bytes */" + size);
        }
        return stream(206, file, first, last - first + 1, type)
                .header("Content-Range", "bytes " + first + "-" + last + "/" + size);
    }

    private static Response stream(int status, Path file, long first, long length, String type) {
        return new Response(
                status,
                Map.of("Accept-Ranges", "bytes"),
                new Body.Stream(length, type, out -> copy(file, first, length, out)));
    }

    private static void copy(Path file, long first, long length, OutputStream out) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            long done = 0;
            var target = Channels.newChannel(out);
            while (done < length) {
                long n = in.transferTo(first + done, Math.min(1 << 20, length - done), target);
                if (n <= 0) {
                    throw new IOException("the file became shorter");
                }
                done += n;
            }
        }
    }
}
