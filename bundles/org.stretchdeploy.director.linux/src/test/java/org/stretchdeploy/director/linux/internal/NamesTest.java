package org.stretchdeploy.director.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.director.host.HostException;

class NamesTest {
    private final Names names = new Names("sd-private");

    @Property(tries = 200)
    void everyInterfaceNameFitsTheKernel(@ForAll String network, @ForAll String router, @ForAll String link) {
        assertThat(names.bridge(network)).matches("[a-z][0-9a-f]{10}");
        assertThat(names.routerPort(router, link)).matches("[a-z][0-9a-f]{10}");
        assertThat(names.uplink(network)).isNotEqualTo(new Names("sd-public").uplink(network));
    }

    @Test
    void ownsItsNamespacesOnly() {
        assertThat(names.owns(names.fabric())).isTrue();
        assertThat(names.owns(names.router("r"))).isTrue();
        assertThat(names.owns(names.appliance("a"))).isTrue();
        Names longer = new Names("sd-private-2");
        assertThat(names.owns(longer.fabric())).isFalse();
        assertThat(names.owns(longer.router("r"))).isFalse();
        assertThat(names.owns("sd-private")).isFalse();
        assertThat(names.owns("sd-private-outside")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "a/b", ".hidden", "-x", "a b", "a\nb"})
    void idsThatAreNoFileNamesAreRefused(String id) {
        assertThatThrownBy(() -> Names.id(id)).isInstanceOf(HostException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lo", "", "a name", "sixteencharacter", "1eth", "eth0;x"})
    void interfaceNamesAreChecked(String name) {
        assertThatThrownBy(() -> Names.interfaceName(name)).isInstanceOf(HostException.class);
    }
}
