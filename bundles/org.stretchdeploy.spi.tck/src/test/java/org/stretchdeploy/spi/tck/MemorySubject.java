package org.stretchdeploy.spi.tck;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudAccount;
import org.stretchdeploy.spi.CloudVendor;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.spi.memory.MemoryVendor;

/** The cloud in memory as the kit's subject. */
public class MemorySubject implements ConformanceSubject {
    private final MemoryCloud memory;

    public MemorySubject(MemoryCloud memory) {
        this.memory = memory;
    }

    @Override
    public boolean refusesFenced() {
        return true;
    }

    @Override
    public CloudVendor vendor() {
        return new MemoryVendor().add("memory.example", memory, "kit", Secret.of("only-for-this-test"));
    }

    @Override
    public CloudAccount account() {
        var registration = new CloudRegistration(
                new CloudName("memory"),
                MemoryVendor.NAME,
                URI.create("https://memory.example"),
                "org",
                "kit",
                Optional.empty(),
                Map.of());
        return new CloudAccount(registration, Secret.of("only-for-this-test"));
    }

    @Override
    public Cloud cloud() {
        return memory;
    }

    @Override
    public ObjectId vdc() {
        return memory.inventory().vdcs().get(0).id();
    }

    @Override
    public String network() {
        return "public-net";
    }

    @Override
    public ObjectId edgeGateway() {
        return memory.inventory().edgeGateways(vdc()).get(0).id();
    }

    @Override
    public ObjectId catalog() {
        return new ObjectId("public/catalog-1");
    }

    @Override
    public String template() {
        return "tiny";
    }

    @Override
    public ObjectId absent(String kind) {
        return new ObjectId("public/" + kind + "-none");
    }

    @Override
    public void pause() {
        // time passes with every poll
    }
}
