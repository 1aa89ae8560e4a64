// Package backend is THE BACKEND. Replace it by your own; Open is all that the adapter asks for.
//
// This one keeps one JSON document and replaces it whole at every change.
package backend

import (
	"slices"
	"strings"
	"sync"

	"adapter/scheduler"
)

// Sidecar implements scheduler.Persistence.
type Sidecar struct {
	document *document
	clock    *scheduler.Clock
	writing  sync.Mutex
}

// Open creates nothing: the document appears with the first change (RT-11).
func Open(dataPath string, clock *scheduler.Clock) (*Sidecar, error) {
	document, err := newDocument(dataPath)
	return &Sidecar{document: document, clock: clock}, err
}

// RecordScheduled implements scheduler.Persistence.
func (sidecar *Sidecar) RecordScheduled(id scheduler.QName, schedule scheduler.Schedule) error {
	nextFireAt := nextFire(schedule, sidecar.clock.Now())
	return sidecar.upsert(id, func(row *row) {
		row.Schedule, row.NextFireAt = schedule, nextFireAt
	})
}

// RecordStarted implements scheduler.Persistence.
func (sidecar *Sidecar) RecordStarted(id scheduler.QName, _ scheduler.Instant) error {
	return sidecar.upsert(id, func(row *row) { row.Status = "Running" })
}

// RecordFinished implements scheduler.Persistence.
func (sidecar *Sidecar) RecordFinished(id scheduler.QName, _ scheduler.Instant, success bool) error {
	status := scheduler.Text("FailedRetrying")
	if success {
		status = "Idle"
	}
	return sidecar.upsert(id, func(row *row) { row.Status = status })
}

// Cancel implements scheduler.Persistence.
func (sidecar *Sidecar) Cancel(id scheduler.QName) error {
	qname := scheduler.Text(id.String())
	return sidecar.change(func(rows []row) []row {
		return slices.DeleteFunc(rows, func(row row) bool { return row.Qname == qname })
	})
}

// LoadAll implements scheduler.Persistence.
func (sidecar *Sidecar) LoadAll() ([]scheduler.JobRecord, error) {
	rows, _, err := sidecar.document.read()
	records := make([]scheduler.JobRecord, 0, len(rows))
	for _, row := range rows {
		if record, ok := restore(row); ok {
			records = append(records, record)
		}
	}
	return records, err
}

// FlushCheckpoint implements scheduler.Persistence. Every change is durable when it returns (CR-04).
func (sidecar *Sidecar) FlushCheckpoint() error { return nil }

// upsert changes the first row of this id, or appends a new one (UP-07, UP-08).
func (sidecar *Sidecar) upsert(id scheduler.QName, edit func(*row)) error {
	qname := scheduler.Text(id.String())
	return sidecar.change(func(rows []row) []row {
		index := slices.IndexFunc(rows, func(row row) bool { return row.Qname == qname })
		if index < 0 {
			index = len(rows)
			rows = append(rows, row{Qname: qname, Status: "Pending"})
		}
		edit(&rows[index])
		return rows
	})
}

func (sidecar *Sidecar) change(change func([]row) []row) error {
	sidecar.writing.Lock()
	defer sidecar.writing.Unlock()
	rows, mode, err := sidecar.document.read()
	if err != nil {
		return err
	}
	return sidecar.document.replace(change(rows), mode)
}

// restore refuses a row whose qname has no dot or an empty part (QN-01, QN-03, QN-04).
func restore(row row) (scheduler.JobRecord, bool) {
	dot := strings.LastIndexByte(string(row.Qname), '.')
	if dot <= 0 || dot == len(row.Qname)-1 {
		return scheduler.JobRecord{}, false
	}
	return scheduler.JobRecord{
		ID:                  scheduler.QName{Namespace: row.Qname[:dot], Local: row.Qname[dot+1:]},
		Status:              "Pending",
		NextFireAt:          row.NextFireAt,
		ConsecutiveFailures: row.ConsecutiveFailures,
		Schedule:            row.Schedule,
	}, true
}
