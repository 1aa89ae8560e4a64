// Package scheduler has the interface that backends implement, and its values.
package scheduler

import (
	"sync/atomic"
	"time"
)

// QName is a job's qualified name. Both parts are non-empty.
type QName struct {
	Namespace Text `json:"namespace"`
	Local     Text `json:"local"`
}

func (name QName) String() string { return string(name.Namespace + "." + name.Local) }

// Instant is a point in time, from the Unix epoch to 2^63-1 seconds after it.
type Instant struct {
	Secs  uint64 `json:"secs_since_epoch"`
	Nanos uint32 `json:"nanos_since_epoch"`
}

// Before tells whether instant is earlier than other.
func (instant Instant) Before(other Instant) bool {
	return instant.Secs < other.Secs || instant.Secs == other.Secs && instant.Nanos < other.Nanos
}

// Duration is a length of time.
type Duration struct {
	Secs  uint64 `json:"secs"`
	Nanos uint32 `json:"nanos"`
}

// Schedule tells when a job fires: the one that is set, or Manual when none is.
type Schedule struct {
	Once     *Instant
	Periodic *Duration
	Cron     *Text
}

// JobRecord is a job as LoadAll restores it: Pending, never started, not cancelled (RT-12).
type JobRecord struct {
	ID                  QName    `json:"id"`
	Status              string   `json:"status"`
	NextFireAt          *Instant `json:"next_fire_at"`
	LastStartedAt       *Instant `json:"last_started_at"`
	LastFinishedAt      *Instant `json:"last_finished_at"`
	ConsecutiveFailures uint32   `json:"consecutive_failures"`
	Schedule            Schedule `json:"schedule"`
	Cancelled           bool     `json:"cancelled"`
}

// PersistenceError is the one error that operations return. Its text names the document (ER-05).
type PersistenceError struct {
	Cause     error
	Uncertain bool // the change may be stored all the same
}

func (err *PersistenceError) Error() string { return err.Cause.Error() }
func (err *PersistenceError) Unwrap() error { return err.Cause }

// Persistence keeps durable background jobs: one row for each dotted id. It may be called from several
// goroutines at once.
type Persistence interface {
	RecordScheduled(id QName, schedule Schedule) error
	RecordStarted(id QName, startedAt Instant) error
	RecordFinished(id QName, finishedAt Instant, success bool) error
	Cancel(id QName) error
	LoadAll() ([]JobRecord, error)
	FlushCheckpoint() error
}

// Clock is the system's clock, which the kit may hold still.
type Clock struct{ held atomic.Pointer[Instant] }

// Now is the instant it holds, or the system's.
func (clock *Clock) Now() Instant {
	if held := clock.held.Load(); held != nil {
		return *held
	}
	now := time.Now()
	return Instant{Secs: uint64(now.Unix()), Nanos: uint32(now.Nanosecond())}
}

// Set holds the clock at an instant, or lets it go.
func (clock *Clock) Set(now *Instant) { clock.held.Store(now) }
