/* Preloaded into the process of the product: holds its clock, and lets the wheel load on an older glibc.
 *
 * The wheel wants three functions of glibc 2.38. The wall clock (what jobs are due by) and the monotonic clock
 * (what the scheduler ticks by) are held and let go by the functions at the end; with the monotonic clock held
 * no timer elapses, so that no job runs by itself between two calls of a test. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

long __isoc23_strtol(const char *text, char **end, int base) { return strtol(text, end, base); }
long long __isoc23_strtoll(const char *text, char **end, int base) { return strtoll(text, end, base); }
unsigned long long __isoc23_strtoull(const char *text, char **end, int base) { return strtoull(text, end, base); }

#define SECOND 1000000000LL
#define NOT_HELD (-1)

static _Atomic long long wall = NOT_HELD;
static _Atomic long long timers = NOT_HELD;
static _Atomic long long timers_lag = 0;

static int ask(clockid_t id, struct timespec *now) {
    static _Atomic(void *) real;
    void *found = real;
    if (found == NULL)
        real = found = dlsym(RTLD_NEXT, "clock_gettime");
    return ((int (*)(clockid_t, struct timespec *))found)(id, now);
}

static long long monotonic(void) {
    struct timespec now;
    ask(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND + now.tv_nsec;
}

static int tell(long long nanos, struct timespec *now) {
    now->tv_sec = nanos / SECOND;
    now->tv_nsec = nanos % SECOND;
    return 0;
}

int clock_gettime(clockid_t id, struct timespec *now) {
    long long held = NOT_HELD;
    if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
        held = wall;
    if (id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE) {
        held = timers;
        if (held == NOT_HELD)
            held = monotonic() - timers_lag;
    }
    return held == NOT_HELD ? ask(id, now) : tell(held, now);
}

void hold_wall_clock(long long nanos_since_epoch) { wall = nanos_since_epoch; }

void hold_timers(void) {
    if (timers == NOT_HELD)
        timers = monotonic() - timers_lag;
}

void let_timers_go(void) {
    if (timers != NOT_HELD) {
        timers_lag = monotonic() - timers;
        timers = NOT_HELD;
    }
}
