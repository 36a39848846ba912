/* wire NETNS_A NETNS_B DELAY_MS LOSS_PERCENT: a cable between two namespaces, a tap "wan" in each, with delay and loss.
 * For kernels without netem. One thread; a ring per direction; the random numbers have a fixed seed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define SLOTS 8192
#define FRAME 2048

struct ring {
    unsigned char frame[SLOTS][FRAME];
    int length[SLOTS];
    int64_t due[SLOTS];
    unsigned head, tail;
};

static struct ring rings[2];
static uint64_t seed = 88172645463325252ull;

static double chance(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (double)(seed >> 11) / (double)(1ull << 53);
}

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static int open_tap(const char *netns) {
    struct ifreq request = {0};
    int ns = open(netns, O_RDONLY), tap;
    if (ns < 0 || setns(ns, CLONE_NEWNET) < 0 || (tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK)) < 0) {
        perror(netns);
        exit(1);
    }
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    strcpy(request.ifr_name, "wan");
    if (ioctl(tap, TUNSETIFF, &request) < 0) {
        perror("TUNSETIFF");
        exit(1);
    }
    return tap;
}

/* Takes what is there into the ring of the direction; a full ring drops, as a full queue does. */
static int take(int tap, struct ring *ring, int64_t delay, double loss) {
    int taken = 0;
    while (taken < 256) {
        unsigned slot = ring->head % SLOTS;
        static unsigned char spare[FRAME];
        int full = ring->head - ring->tail == SLOTS;
        int length = read(tap, full ? spare : ring->frame[slot], FRAME);
        if (length <= 0) break;
        taken++;
        if (full || (loss > 0 && chance() < loss)) continue;
        ring->length[slot] = length;
        ring->due[slot] = now() + delay;
        ring->head++;
    }
    return taken;
}

static int give(int tap, struct ring *ring) {
    int64_t time = now();
    int given = 0;
    while (ring->tail != ring->head && ring->due[ring->tail % SLOTS] <= time) {
        unsigned slot = ring->tail % SLOTS;
        if (write(tap, ring->frame[slot], ring->length[slot]) < 0 && errno == EAGAIN) break;
        ring->tail++;
        given++;
    }
    return given;
}

int main(int count, char **words) {
    if (count != 5) {
        fprintf(stderr, "usage: wire NETNS_A NETNS_B DELAY_MS LOSS_PERCENT\n");
        return 2;
    }
    int taps[2] = {open_tap(words[1]), open_tap(words[2])};
    int64_t delay = (int64_t)(atof(words[3]) * 1e6);
    double loss = atof(words[4]) / 100;
    for (;;) {
        int moved = 0;
        for (int side = 0; side < 2; side++) {
            moved += take(taps[side], &rings[side], delay, loss);
            moved += give(taps[1 - side], &rings[side]);
        }
        if (moved) continue;
        int64_t next = INT64_MAX;
        for (int side = 0; side < 2; side++)
            if (rings[side].tail != rings[side].head && rings[side].due[rings[side].tail % SLOTS] < next)
                next = rings[side].due[rings[side].tail % SLOTS];
        struct pollfd polled[2] = {{taps[0], POLLIN, 0}, {taps[1], POLLIN, 0}};
        struct timespec wait = {1, 0};
        if (next != INT64_MAX) {
            int64_t left = next - now();
            left = left < 0 ? 0 : left;
            wait.tv_sec = left / 1000000000ll;
            wait.tv_nsec = left % 1000000000ll;
        }
        ppoll(polled, 2, &wait, 0);
    }
}
