package backend

import (
	"errors"
	"math"
	"math/bits"

	"adapter/scheduler"
)

// nextFire gives the next instant; nil when there is none (NF-01 to NF-06). It fails when the instant is
// later than an instant can be (NF-07).
func nextFire(schedule scheduler.Schedule, now scheduler.Instant) (*scheduler.Instant, error) {
	switch {
	case schedule.Periodic != nil:
		return add(now, *schedule.Periodic)
	case schedule.Once != nil:
		if schedule.Once.Before(now) {
			return nil, nil
		}
		return schedule.Once, nil
	case schedule.Cron != nil:
		secs, ok := nextMatch(string(*schedule.Cron), now.Secs)
		if !ok {
			return nil, nil
		}
		return &scheduler.Instant{Secs: secs}, nil
	}
	return &now, nil
}

func add(now scheduler.Instant, period scheduler.Duration) (*scheduler.Instant, error) {
	nanos := uint64(now.Nanos) + uint64(period.Nanos)
	secs, overflow := bits.Add64(now.Secs, period.Secs, 0)
	if overflow != 0 || secs > math.MaxInt64-nanos/1e9 {
		return nil, errors.New("now plus the period is later than an instant can be")
	}
	return &scheduler.Instant{Secs: secs + nanos/1e9, Nanos: uint32(nanos % 1e9)}, nil
}
