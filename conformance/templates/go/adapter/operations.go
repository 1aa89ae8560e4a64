package adapter

import (
	"adapter/jsonvalue"
	"adapter/scheduler"
)

type operation func(backend scheduler.Persistence, request request) (any, error)

var operationByMethod = map[string]operation{
	"record_scheduled": recordScheduled,
	"record_started":   recordStarted,
	"record_finished":  recordFinished,
	"cancel":           cancel,
	"load_all":         loadAll,
	"flush_checkpoint": flushCheckpoint,
}

func recordScheduled(backend scheduler.Persistence, request request) (any, error) {
	id, err := param(request, "id", jsonvalue.QName)
	if err != nil {
		return nil, err
	}
	schedule, err := param(request, "schedule", jsonvalue.Schedule)
	if err != nil {
		return nil, err
	}
	return nil, backend.RecordScheduled(id, schedule)
}

func recordStarted(backend scheduler.Persistence, request request) (any, error) {
	id, err := param(request, "id", jsonvalue.QName)
	if err != nil {
		return nil, err
	}
	startedAt, err := param(request, "started_at", jsonvalue.Instant)
	if err != nil {
		return nil, err
	}
	return nil, backend.RecordStarted(id, startedAt)
}

func recordFinished(backend scheduler.Persistence, request request) (any, error) {
	id, err := param(request, "id", jsonvalue.QName)
	if err != nil {
		return nil, err
	}
	finishedAt, err := param(request, "finished_at", jsonvalue.Instant)
	if err != nil {
		return nil, err
	}
	success, err := param(request, "success", jsonvalue.Bool)
	if err != nil {
		return nil, err
	}
	return nil, backend.RecordFinished(id, finishedAt, success)
}

func cancel(backend scheduler.Persistence, request request) (any, error) {
	id, err := param(request, "id", jsonvalue.QName)
	if err != nil {
		return nil, err
	}
	return nil, backend.Cancel(id)
}

func loadAll(backend scheduler.Persistence, _ request) (any, error) {
	records, err := backend.LoadAll()
	return records, err
}

func flushCheckpoint(backend scheduler.Persistence, _ request) (any, error) {
	return nil, backend.FlushCheckpoint()
}
