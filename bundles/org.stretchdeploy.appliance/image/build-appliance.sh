#!/bin/bash
# Builds the bootable edge appliance and packs it as an OVF package.
#
#   build-appliance.sh OUT_DIR
#
# Leaves in OUT_DIR/package: edge.ovf, edge-disk1.vmdk, edge.mf, and nothing else; in OUT_DIR: edge.raw (the disk as it
# is) and the kernel it was made from. Needs the agent's jar (./stretch build makes it), a JDK of version 17 to 23 in
# JAVA_HOME or on the path, neither root nor loop mounts. Programs and libraries come from the Debian it runs on. A second
# run does nothing, unless something changed.
#
# Layout of the disk: MBR and syslinux; FAT with kernel and initial file system; ext4 with programs, mounted read-only;
# ext4 with the agent's key and state, mounted at /state.
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C TZ=UTC0

[ $# -eq 1 ] || { echo "usage: $0 OUT_DIR" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
exec 9>"$out/.lock"
flock 9
boot_mib=22
system_mib=128
state_mib=32
# One moment for all time stamps, so that the same sources give the same disk.
epoch=1767225600
agent=$(ls "$here"/../../org.stretchdeploy.tunnel/target/org.stretchdeploy.tunnel-*-agent.jar 2>/dev/null | head -n 1 || true)
descriptor=$here/../src/main/resources/org/stretchdeploy/appliance/internal/edge.ovf.xml

say() { echo "edge-appliance: $*"; }
die() { echo "edge-appliance: $*" >&2; exit 1; }

check_tools() {
    local missing=() pair
    for pair in qemu-img:qemu-utils mcopy:mtools mkfs.fat:dosfstools syslinux:syslinux mke2fs:e2fsprogs sfdisk:fdisk \
        depmod:kmod cpio:cpio lz4:lz4 dpkg-deb:dpkg sha256sum:coreutils ip:iproute2 \
        setpriv:util-linux ldd:libc-bin; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
    done
    [ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1 || missing+=(busybox-static)
    [ -f /usr/lib/syslinux/mbr/mbr.bin ] || missing+=(syslinux-common)
    [ ${#missing[@]} -eq 0 ] || die "these Debian packages are missing: ${missing[*]}"
    jdk=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v jlink || echo /none/bin/jlink)")")")}
    [ -x "$jdk/bin/jlink" ] && [ -d "$jdk/jmods" ] || die "a JDK with jlink and its jmods is needed; point JAVA_HOME at it"
    [ -n "$agent" ] || die "the agent's jar is not built; run ./stretch build"
}

# The virtual machines' kernel of this Debian release, downloaded but not installed; the lab's copy when there is one.
fetch_kernel() {
    local package lab=$here/../../../itests/lab-image/target/image/kernel
    kernel_tree=$out/kernel
    if ! ls "$kernel_tree"/boot/vmlinuz-* >/dev/null 2>&1; then
        rm -rf "$kernel_tree" "$kernel_tree.new"
        if ls "$lab"/boot/vmlinuz-* >/dev/null 2>&1; then
            cp -a "$lab" "$kernel_tree.new"
        else
            package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | awk '$1 == "Depends:" { print $2; exit }')
            if [ -z "$package" ]; then
                apt-get update -qq || die "cannot read Debian's package lists; run apt-get update as root"
                package=$(apt-cache depends linux-image-cloud-amd64 | awk '$1 == "Depends:" { print $2; exit }')
            fi
            [ -n "$package" ] || die "no package linux-image-cloud-amd64 in the package lists"
            say "downloading $package"
            (cd "$out" && apt-get download -qq -o APT::Sandbox::User=root "$package") || die "cannot download $package"
            dpkg-deb -x "$(ls -t "$out/$package"_*.deb | head -n 1)" "$kernel_tree.new"
            depmod -b "$kernel_tree.new" "$(basename "$kernel_tree.new"/lib/modules/*)"
        fi
        mv "$kernel_tree.new" "$kernel_tree"
    fi
    kernel_version=$(basename "$kernel_tree"/lib/modules/*)
    say "kernel $kernel_version"
}

# module_list DRIVER: the modules that DRIVER needs and itself, in load order, copied into the image.
module_list() {
    local file
    : >"$tree/modules/$1.list"
    { modprobe -d "$kernel_tree" -S "$kernel_version" --ignore-install --show-depends "$1" 2>/dev/null || true; } |
        awk '$1 == "insmod" { print $2 }' | while read -r file; do
        cp "$file" "$tree/modules/"
        basename "$file" >>"$tree/modules/$1.list"
    done
}

build_initramfs() {
    local applet driver alias name
    tree=$work/tree
    mkdir -p "$tree"/{bin,dev,proc,sys,run,tmp,state,system,etc,modules,cd,root}
    cp /bin/busybox "$tree/bin/busybox"
    for applet in $(/bin/busybox --list); do
        case "$applet" in
            # The appliance has neither log-in nor remote access, and its ip is iproute2's.
            busybox | login | getty | su | sulogin | passwd | telnetd | ftpd | tftpd | httpd | ip) ;;
            *) ln -s busybox "$tree/bin/$applet" ;;
        esac
    done
    ln -s bin "$tree/sbin"
    ln -s system/lib "$tree/lib"
    ln -s system/lib64 "$tree/lib64"
    mkdir "$tree/usr"
    ln -s ../system/lib "$tree/usr/lib"
    cp -r "$here/guest" "$tree/edge"
    mv "$tree/edge/init" "$tree/init"
    chmod -R u=rwX,go=rX "$tree/edge"
    chmod 755 "$tree/init" "$tree"/edge/{agent,dhcp-event,screen,acpi/PWRF/00000080}
    printf '%s\n' 'root:x:0:0:root:/root:/bin/false' 'edge:x:800:800:edge agent:/state/agent:/bin/false' >"$tree/etc/passwd"
    printf '%s\n' 'root:x:0:' 'edge:x:800:' >"$tree/etc/group"
    echo '127.0.0.1 localhost' >"$tree/etc/hosts"
    echo 'hosts: files dns' >"$tree/etc/nsswitch.conf"
    for driver in virtio_pci virtio_net virtio_blk virtio_scsi virtio_rng vmxnet3 vmw_pvscsi mptspi mptsas sd_mod sr_mod \
        isofs nls_utf8 nls_ascii ahci ata_piix e1000 e1000e ext4 qemu_fw_cfg button evdev bridge tun; do
        module_list $driver
    done
    # ext4 looks for its checksum by name, not by dependency.
    module_list crc32c_generic
    cat "$tree/modules/crc32c_generic.list" "$tree/modules/ext4.list" >"$work/list"
    mv "$work/list" "$tree/modules/ext4.list"
    # Patterns of hardware by which the guest finds the driver, as the kernel writes them into a device's modalias.
    awk '$1 == "alias" && $2 ~ /^(pci|virtio):/ { print $2, $3 }' "$kernel_tree/lib/modules/$kernel_version/modules.alias" |
        while read -r alias name; do
            [ -s "$tree/modules/$name.list" ] && echo "$alias $name"
        done >"$tree/modules/aliases" || true
    find "$tree" -exec touch -h -d "@$epoch" {} +
    (cd "$tree" && find . | sort | cpio -o -H newc -R 0:0 --reproducible --quiet) >"$work/initramfs.cpio"
    lz4 -l -9 -q -f "$work/initramfs.cpio" "$work/initrd"
}

# Copies programs' libraries to where the loader looks for them.
libraries() {
    ldd "$@" 2>/dev/null | awk '$3 ~ /^\// { print $3 } $1 ~ /^\// && $2 ~ /^\(/ { print $1 }' | sort -u |
        while read -r file; do
            case "$file" in "$system"/*) continue ;; esac
            mkdir -p "$system$(dirname "${file#/usr}")"
            cp -L "$file" "$system${file#/usr}"
        done
}

# iproute2, setpriv, a Java runtime of the few modules the agent needs, the agent and its native libraries.
build_system() {
    system=$work/system
    mkdir -p "$system"/{bin,lib,lib64,native}
    cp -L "$(command -v ip)" "$(command -v setpriv)" "$system/bin/"
    "$jdk/bin/jlink" --add-modules java.base,java.logging,java.management,java.xml,jdk.crypto.ec,jdk.unsupported \
        --strip-java-debug-attributes --no-header-files --no-man-pages --output "$system/jre" >/dev/null
    rm -rf "$system/jre/legal" "$system"/jre/bin/{keytool,rmiregistry}
    cp "$agent" "$system/agent.jar"
    # Native libraries lie beside it: in the guest no folder that can be written holds programs.
    (cd "$work" && "$jdk/bin/jar" xf "$system/agent.jar" com/sun/jna/linux-x86-64/libjnidispatch.so \
        com/amazon/corretto/crypto/provider/libamazonCorrettoCryptoProvider.so \
        org/stretchdeploy/tunnel/internal/agent/quick-start.options)
    mv "$work/org/stretchdeploy/tunnel/internal/agent/quick-start.options" "$system/"
    find "$work/com" -name '*.so' -exec mv {} "$system/native/" \;
    [ -f "$system/native/libjnidispatch.so" ] || die "the agent's jar has no libjnidispatch.so for this machine"
    libraries "$system/bin/ip" "$system/bin/setpriv" "$system/jre/bin/java" $(find "$system/jre/lib" "$system/native" -name '*.so')
    find "$system" -exec touch -h -d "@$epoch" {} +
    class_archive
    find "$system" -exec touch -h -d "@$epoch" {} +
}

# Parsing classes takes most of the agent's start; archives are read instead. The first one holds the runtime's classes, the
# second one those of an agent that rehearsed its start. It runs in its folder, as it will in the guest, because the archive
# knows the jar by its path.
class_archive() {
    "$system/jre/bin/java" -Xshare:dump -XX:+UseSerialGC >/dev/null 2>&1 || { say "no class archive"; return; }
    rm -f "$system/jre/lib/server/classes_nocoops.jsa"
    (cd "$system" && timeout -s TERM 30 jre/bin/java -Xmx64m -XX:+UseSerialGC -XX:ArchiveClassesAtExit=agent.jsa \
        -Djna.boot.library.path="$system/native" -Djna.nounpack=true -Djava.library.path="$system/native" \
        -Dcom.amazon.corretto.crypto.provider.useExternalLib=true -jar agent.jar --rehearse \
        >/dev/null 2>&1) || true
    [ -f "$system/agent.jsa" ] || say "no class archive of the agent"
}

# MBR, FAT boot partition at 1 MiB, programs, state.
build_disk() {
    local disk=$work/edge.raw boot=$work/boot.fat
    truncate -s $((1 + boot_mib + system_mib + state_mib))M "$disk"
    sfdisk -q --no-reread --no-tell-kernel "$disk" <<P
label: dos
label-id: 0x5de6b001
start=2048, size=$((boot_mib * 2048)), type=c, bootable
start=$(((1 + boot_mib) * 2048)), size=$((system_mib * 2048)), type=83
start=$(((1 + boot_mib + system_mib) * 2048)), size=$((state_mib * 2048)), type=83
P
    cat >"$work/syslinux.cfg" <<C
DEFAULT edge
PROMPT 0
TIMEOUT 0
LABEL edge
 KERNEL /vmlinuz
 INITRD /initrd
 APPEND console=ttyS0 console=tty0 quiet loglevel=4 panic=10 no_timer_check rdinit=/init net.ifnames=0 random.trust_cpu=on ipv6.disable_ipv6=1 audit=0 apparmor=0 8250.nr_uarts=1 cryptomgr.notests rootfstype=ramfs
C
    cp "$kernel_tree/boot/vmlinuz-$kernel_version" "$work/vmlinuz"
    touch -d "@$epoch" "$work/vmlinuz" "$work/initrd" "$work/syslinux.cfg"
    truncate -s ${boot_mib}M "$boot"
    mkfs.fat -F 16 -h 2048 -i 5de6b002 -n EDGEBOOT "$boot" >/dev/null
    mcopy -m -i "$boot" "$work/vmlinuz" "$work/initrd" "$work/syslinux.cfg" ::/
    syslinux --install "$boot"
    dd if="$boot" of="$disk" bs=1M seek=1 conv=notrunc,sparse status=none
    dd if=/usr/lib/syslinux/mbr/mbr.bin of="$disk" bs=440 count=1 conv=notrunc status=none
    file_system system $((1 + boot_mib)) $system_mib EDGESYSTEM 3 "^has_journal"
    mkdir "$work/state"
    chmod 700 "$work/state"
    touch -d "@$epoch" "$work/state"
    file_system state $((1 + boot_mib + system_mib)) $state_mib EDGESTATE 5 has_journal
}

# file_system FOLDER START_MIB SIZE_MIB LABEL NUMBER FEATURE
file_system() {
    local journal=()
    [ "$6" = has_journal ] && journal=(-J size=4)
    E2FSPROGS_FAKE_TIME=$epoch mke2fs -q -F -t ext4 -O "$6" "${journal[@]}" -m 0 -L "$4" \
        -U "5de6b00$5-0000-4000-8000-000000000000" \
        -E "offset=$(($2 * 1048576)),root_owner=0:0,hash_seed=5de6b004-0000-4000-8000-000000000000,lazy_itable_init=0" \
        -d "$work/$1" "$disk" "${3}M"
}

# The same descriptor as that of the controller's own small package, a streamOptimized disk, a SHA-256 manifest.
build_package() {
    local folder=$work/package
    mkdir "$folder"
    qemu-img convert -f raw -O vmdk -o subformat=streamOptimized,adapter_type=lsilogic "$work/edge.raw" "$folder/edge-disk1.vmdk"
    sed -e "s/\${disk.file}/edge-disk1.vmdk/; s/\${disk.fileBytes}/$(stat -c %s "$folder/edge-disk1.vmdk")/" \
        -e "s/\${disk.bytes}/$(stat -c %s "$work/edge.raw")/" "$descriptor" >"$folder/edge.ovf"
    grep -q '\${' "$folder/edge.ovf" && die "the descriptor has a placeholder that this script does not know"
    (cd "$folder" && for file in edge.ovf edge-disk1.vmdk; do
        echo "SHA256($file)= $(sha256sum <"$file" | cut -d' ' -f1)"
    done >edge.mf)
}

check_tools
fetch_kernel
sources=$( (cd "$here" && find . -type f ! -name README.md | sort | xargs sha256sum
    sha256sum <"$descriptor"; sha256sum <"$agent"; sha256sum <"$jdk/lib/modules"; sha256sum <"$(command -v ip)"; sha256sum <"$(command -v setpriv)"
    sha256sum </bin/busybox; echo "$kernel_version") | sha256sum | cut -d' ' -f1)
if [ -f "$out/package/edge.mf" ] && [ "$(cat "$out/built" 2>/dev/null)" = "$sources" ]; then
    say "package is up to date: $out/package/edge.ovf"
    exit 0
fi
work=$(mktemp -d "$out/.build.XXXXXX")
trap 'rm -rf "$work"' EXIT
say "building the initial file system"
build_initramfs
say "building the runtime"
build_system
say "building the disk"
build_disk
say "packing"
build_package
rm -rf "$out/built" "$out/package"
mv "$work/package" "$work/edge.raw" "$out/"
echo "$sources" >"$out/built"
say "built $out/package/edge.ovf ($(($(stat -c %s "$out/package/edge-disk1.vmdk") >> 20)) MiB of disk)"
