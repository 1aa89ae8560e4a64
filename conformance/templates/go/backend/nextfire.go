package backend

import (
	"math"
	"math/bits"

	"adapter/scheduler"
)

// nextFire gives the next instant; nil when there is none, or when it cannot be represented (NF-01 to NF-07).
func nextFire(schedule scheduler.Schedule, now scheduler.Instant) *scheduler.Instant {
	switch {
	case schedule.Periodic != nil:
		return add(now, *schedule.Periodic)
	case schedule.Once != nil:
		if schedule.Once.Before(now) {
			return nil
		}
		return schedule.Once
	case schedule.Cron != nil:
		secs, ok := nextMatch(string(*schedule.Cron), now.Secs)
		if !ok {
			return nil
		}
		return &scheduler.Instant{Secs: secs}
	}
	return &now
}

func add(now scheduler.Instant, period scheduler.Duration) *scheduler.Instant {
	nanos := uint64(now.Nanos) + uint64(period.Nanos)
	secs, overflow := bits.Add64(now.Secs, period.Secs, 0)
	if overflow != 0 || secs > math.MaxInt64-nanos/1e9 {
		return nil
	}
	return &scheduler.Instant{Secs: secs + nanos/1e9, Nanos: uint32(nanos % 1e9)}
}
