#!/bin/bash
# Builds the lab's guest and packs it as an OVF package.
#
#   build-guest.sh OUT_DIR
#
# Leaves in OUT_DIR: lab-guest.ovf, lab-guest-disk1.vmdk, lab-guest.mf (the package), lab-guest.raw (the disk as it is)
# and the kernel package it was made from. Needs neither root nor loop mounts. A second run finds everything built and
# does nothing, unless the sources of the guest changed.
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C TZ=UTC0

[ $# -eq 1 ] || { echo "usage: $0 OUT_DIR" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
# Two builds into one folder take turns; the second finds the first one's result.
exec 9>"$out/.lock"
flock 9
boot_mib=20
data_mib=32
# One moment for all time stamps, so that the same sources give the same disk.
epoch=1767225600

say() { echo "lab-guest: $*"; }
die() { echo "lab-guest: $*" >&2; exit 1; }

check_tools() {
    local missing=() pair
    for pair in qemu-img:qemu-utils mcopy:mtools mkfs.fat:dosfstools syslinux:syslinux mke2fs:e2fsprogs sfdisk:fdisk \
        depmod:kmod cpio:cpio lz4:lz4 dpkg-deb:dpkg sha256sum:coreutils; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
    done
    [ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1 || missing+=(busybox-static)
    [ -f /usr/lib/syslinux/mbr/mbr.bin ] || missing+=(syslinux-common)
    [ ${#missing[@]} -eq 0 ] || die "these Debian packages are missing: ${missing[*]}"
}

# The virtual machines' kernel of this Debian release, downloaded but not installed.
fetch_kernel() {
    local package
    kernel_tree=$out/kernel
    if ! ls "$kernel_tree"/boot/vmlinuz-* >/dev/null 2>&1; then
        package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | awk '$1 == "Depends:" { print $2; exit }')
        if [ -z "$package" ]; then
            say "reading the package lists"
            apt-get update -qq || die "cannot read Debian's package lists; run apt-get update as root"
            package=$(apt-cache depends linux-image-cloud-amd64 | awk '$1 == "Depends:" { print $2; exit }')
        fi
        [ -n "$package" ] || die "no package linux-image-cloud-amd64 in the package lists"
        say "downloading $package"
        rm -rf "$kernel_tree" "$kernel_tree.new"
        (cd "$out" && apt-get download -qq -o APT::Sandbox::User=root "$package") || {
            apt-get update -qq && (cd "$out" && apt-get download -qq -o APT::Sandbox::User=root "$package")
        } || die "cannot download $package"
        dpkg-deb -x "$(ls -t "$out/$package"_*.deb | head -n 1)" "$kernel_tree.new"
        depmod -b "$kernel_tree.new" "$(basename "$kernel_tree.new"/lib/modules/*)"
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
        sed -n 's/^insmod \(.*[^ ]\) *$/\1/p' | while read -r file; do
        cp "$file" "$tree/modules/"
        basename "$file" >>"$tree/modules/$1.list"
    done
}

build_initramfs() {
    local applet driver
    tree=$work/tree
    mkdir -p "$tree"/{bin,dev,proc,sys,run,tmp,data,etc,modules,guest/www}
    cp /bin/busybox "$tree/bin/busybox"
    for applet in $(/bin/busybox --list); do
        [ "$applet" = busybox ] || ln -s busybox "$tree/bin/$applet"
    done
    ln -s bin "$tree/sbin"
    cp -r "$here/guest/." "$tree/guest/"
    mv "$tree/guest/cgi-bin" "$tree/guest/www/cgi-bin"
    mv "$tree/guest/init" "$tree/init"
    echo "lab guest" >"$tree/guest/www/index.html"
    for driver in virtio_pci virtio_net virtio_blk virtio_scsi vmxnet3 vmw_pvscsi mptspi sd_mod ahci e1000 e1000e ext4 \
        qemu_fw_cfg button evdev; do
        module_list $driver
    done
    # ext4 looks for its checksum by name, not by dependency.
    module_list crc32c_generic
    cat "$tree/modules/crc32c_generic.list" "$tree/modules/ext4.list" >"$work/list"
    mv "$work/list" "$tree/modules/ext4.list"
    find "$tree" -exec touch -h -d "@$epoch" {} +
    (cd "$tree" && find . | sort | cpio -o -H newc -R 0:0 --reproducible --quiet) >"$work/initramfs.cpio"
    lz4 -l -9 -q -f "$work/initramfs.cpio" "$work/initrd"
}

# MBR, FAT boot partition with syslinux at 1 MiB, ext4 data partition behind it.
build_disk() {
    local disk=$work/lab-guest.raw boot=$work/boot.fat
    truncate -s $((1 + boot_mib + data_mib))M "$disk"
    sfdisk -q --no-reread --no-tell-kernel "$disk" <<P
label: dos
label-id: 0x5d1ab001
start=2048, size=$((boot_mib * 2048)), type=c, bootable
start=$(((1 + boot_mib) * 2048)), size=$((data_mib * 2048)), type=83
P
    cat >"$work/syslinux.cfg" <<C
DEFAULT guest
PROMPT 0
TIMEOUT 0
LABEL guest
 KERNEL /vmlinuz
 INITRD /initrd
 APPEND console=ttyS0 quiet panic=5 rdinit=/init net.ifnames=0 mitigations=off nokaslr random.trust_cpu=on tsc=reliable nowatchdog audit=0 apparmor=0 8250.nr_uarts=1 cryptomgr.notests rootfstype=ramfs
C
    cp "$kernel_tree/boot/vmlinuz-$kernel_version" "$work/vmlinuz"
    touch -d "@$epoch" "$work/vmlinuz" "$work/initrd" "$work/syslinux.cfg"
    truncate -s ${boot_mib}M "$boot"
    mkfs.fat -F 16 -h 2048 -i 5d1ab002 -n LABBOOT "$boot" >/dev/null
    mcopy -m -i "$boot" "$work/vmlinuz" "$work/initrd" "$work/syslinux.cfg" ::/
    syslinux --install "$boot"
    dd if="$boot" of="$disk" bs=1M seek=1 conv=notrunc,sparse status=none
    dd if=/usr/lib/syslinux/mbr/mbr.bin of="$disk" bs=440 count=1 conv=notrunc status=none
    mkdir "$work/data"
    touch -d "@$epoch" "$work/data"
    E2FSPROGS_FAKE_TIME=$epoch mke2fs -q -F -t ext4 -b 1024 -m 0 -J size=1 -L LABDATA \
        -U 5d1ab003-0000-4000-8000-000000000000 \
        -E offset=$(((1 + boot_mib) * 1048576)),root_owner=0:0,hash_seed=5d1ab004-0000-4000-8000-000000000000,lazy_itable_init=0 \
        -d "$work/data" "$disk" ${data_mib}M
}

# Descriptor, streamOptimized disk and SHA-256 manifest (DSP0243 1.1).
build_package() {
    local vmdk=$work/lab-guest-disk1.vmdk ovf=$work/lab-guest.ovf
    qemu-img convert -f raw -O vmdk -o subformat=streamOptimized,adapter_type=lsilogic "$work/lab-guest.raw" "$vmdk"
    sed -e "s/@DISK_BYTES@/$(stat -c %s "$vmdk")/" -e "s/@CAPACITY@/$(stat -c %s "$work/lab-guest.raw")/" \
        "$here/lab-guest.ovf.in" >"$ovf"
    (cd "$work" && for file in lab-guest.ovf lab-guest-disk1.vmdk; do
        echo "SHA256($file)= $(sha256sum <"$file" | cut -d' ' -f1)"
    done) >"$work/lab-guest.mf"
}

check_tools
fetch_kernel
sources=$( (cd "$here" && find . -type f ! -name README.md | sort | xargs sha256sum; echo "$kernel_version"; sha256sum </bin/busybox) |
    sha256sum | cut -d' ' -f1)
if [ -f "$out/lab-guest.mf" ] && [ "$(cat "$out/lab-guest.built" 2>/dev/null)" = "$sources" ]; then
    say "package is up to date: $out/lab-guest.ovf"
    exit 0
fi
work=$(mktemp -d "$out/.build.XXXXXX")
trap 'rm -rf "$work"' EXIT
say "building the initial file system"
build_initramfs
say "building the disk"
build_disk
say "packing"
build_package
rm -f "$out/lab-guest.built"
mv "$work"/lab-guest.raw "$work"/lab-guest-disk1.vmdk "$work"/lab-guest.ovf "$work"/lab-guest.mf "$out/"
echo "$sources" >"$out/lab-guest.built"
say "built $out/lab-guest.ovf ($(stat -c %s "$out/lab-guest-disk1.vmdk") bytes of disk)"
